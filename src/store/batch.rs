//! What one journal record says: keys and what they become. Absolute, so that applying it twice is the same as once.
//!
//! ```text
//! version u8 = 1   then for each change: key length u16  value length u32 (all ones: deleted)  key  value
//! ```

use std::collections::BTreeMap;

const VERSION: u8 = 1;
const DELETED: u32 = u32::MAX;

/// A key and what it becomes: a value, or gone.
pub(crate) type Change = (Vec<u8>, Option<Vec<u8>>);
/// Changes by key, the later one winning.
pub(crate) type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// The record for some changes.
pub(crate) fn encode(changes: &Changes) -> Vec<u8> {
    let size: usize = changes
        .iter()
        .map(|(k, v)| change_size(k, v.as_deref()))
        .sum();
    let mut out = Vec::with_capacity(1 + size);
    out.push(VERSION);
    for (key, value) in changes {
        let key_len = u16::try_from(key.len()).unwrap_or(u16::MAX);
        let value_len = value
            .as_ref()
            .map_or(DELETED, |v| u32::try_from(v.len()).unwrap_or(DELETED));
        out.extend_from_slice(&key_len.to_be_bytes());
        out.extend_from_slice(&value_len.to_be_bytes());
        out.extend_from_slice(key);
        out.extend_from_slice(value.as_deref().unwrap_or_default());
    }
    out
}

/// Bytes a change takes in a record.
pub(crate) fn change_size(key: &[u8], value: Option<&[u8]>) -> usize {
    6 + key.len() + value.map_or(0, <[u8]>::len)
}

/// The changes of a record; none if it is not one of ours.
pub(crate) fn decode(record: &[u8]) -> Option<Vec<Change>> {
    let (&version, mut rest) = record.split_first()?;
    if version != VERSION {
        return None;
    }
    let mut changes = Vec::new();
    while !rest.is_empty() {
        let (key_len, after) = rest.split_first_chunk::<2>()?;
        let (value_len, after) = after.split_first_chunk::<4>()?;
        let (key, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*key_len)))?;
        let value_len = u32::from_be_bytes(*value_len);
        let (value, after) = match value_len {
            DELETED => (None, after),
            len => {
                let (value, after) = after.split_at_checked(len as usize)?;
                (Some(value.to_vec()), after)
            }
        };
        changes.push((key.to_vec(), value));
        rest = after;
    }
    Some(changes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(changes in prop::collection::btree_map(
            prop::collection::vec(any::<u8>(), 0..40),
            prop::option::of(prop::collection::vec(any::<u8>(), 0..200)),
            0..20,
        )) {
            let record = encode(&changes);
            prop_assert_eq!(decode(&record).unwrap(), changes.into_iter().collect::<Vec<_>>());
            prop_assert!(record.len() < 2 || decode(&record[..record.len() - 1]).is_none());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = decode(&bytes);
        }
    }
}

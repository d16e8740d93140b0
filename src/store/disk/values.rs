//! Long values in parts: the engine takes 4 KiB at most, a message or a memory may be longer.
//!
//! ```text
//! whole    0x00  bytes
//! first    0x01  further parts u16  length u32  crc32c u32  bytes
//! further  under the key `~ key number`: bytes
//! ```
//! Numbers are big-endian. The further parts have a key space of their own, so that a range of records never meets them.

use crate::store::disk::engine::MAX_VALUE;

/// First byte of the keys of further parts.
pub(crate) const PART: u8 = b'~';

const WHOLE: u8 = 0;
const SPLIT: u8 = 1;
const SPLIT_HEAD: usize = 11;

/// Splits a value: what stands under the key itself, then what stands under `part_key(key, 1)`, `(key, 2)`, ...
pub(crate) fn split(value: &[u8]) -> Vec<Vec<u8>> {
    if value.len() < MAX_VALUE {
        return vec![[&[WHOLE], value].concat()];
    }
    let (first, rest) = value.split_at(MAX_VALUE - SPLIT_HEAD);
    let further: Vec<&[u8]> = rest.chunks(MAX_VALUE).collect();
    let mut head = Vec::with_capacity(MAX_VALUE);
    head.push(SPLIT);
    head.extend_from_slice(
        &u16::try_from(further.len())
            .unwrap_or(u16::MAX)
            .to_be_bytes(),
    );
    head.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
    head.extend_from_slice(&crc32c::crc32c(value).to_be_bytes());
    head.extend_from_slice(first);
    std::iter::once(head)
        .chain(further.into_iter().map(<[u8]>::to_vec))
        .collect()
}

/// The key of a further part, numbered from 1.
pub(crate) fn part_key(key: &[u8], number: u16) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.len() + 3);
    out.push(PART);
    out.extend_from_slice(key);
    out.extend_from_slice(&number.to_be_bytes());
    out
}

/// How many further parts the value that begins with `first` has.
pub(crate) fn further_parts(first: &[u8]) -> u16 {
    match first {
        [SPLIT, high, low, ..] => u16::from_be_bytes([*high, *low]),
        _ => 0,
    }
}

/// Puts a value together again; `part` fetches a further part by its number. None if it is not whole.
pub(crate) fn join<E>(
    first: Vec<u8>,
    mut part: impl FnMut(u16) -> Result<Option<Vec<u8>>, E>,
) -> Result<Option<Vec<u8>>, E> {
    match first.first() {
        Some(&WHOLE) => {
            let mut value = first;
            value.remove(0);
            Ok(Some(value))
        }
        Some(&SPLIT) if first.len() >= SPLIT_HEAD => {
            let mut value = first[SPLIT_HEAD..].to_vec();
            for number in 1..=further_parts(&first) {
                let Some(bytes) = part(number)? else {
                    return Ok(None);
                };
                value.extend_from_slice(&bytes);
            }
            let expected = [first[3], first[4], first[5], first[6]];
            let crc = [first[7], first[8], first[9], first[10]];
            let whole = u32::try_from(value.len()).ok() == Some(u32::from_be_bytes(expected))
                && crc32c::crc32c(&value) == u32::from_be_bytes(crc);
            Ok(whole.then_some(value))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_value_of_any_length_is_put_together_again(len in 0..40_000_usize, drop in any::<prop::sample::Index>()) {
            let value: Vec<u8> = (0..len).map(|i| (i % 253) as u8).collect();
            let parts = split(&value);
            prop_assert!(parts.iter().all(|part| part.len() <= MAX_VALUE));
            prop_assert_eq!(usize::from(further_parts(&parts[0])), parts.len() - 1);
            let fetch = |n: u16| Ok::<_, Infallible>(parts.get(usize::from(n)).cloned());
            prop_assert_eq!(join(parts[0].clone(), fetch).unwrap(), Some(value));
            if parts.len() > 1 {
                let gone = 1 + drop.index(parts.len() - 1);
                let fetch = |n: u16| Ok::<_, Infallible>(parts.get(usize::from(n)).filter(|_| usize::from(n) != gone).cloned());
                prop_assert_eq!(join(parts[0].clone(), fetch).unwrap(), None);
            }
        }
    }
}

//! Records that were decoded a moment ago: who reads the same bytes again gets the same value without decoding them.
//!
//! What is asked for is always what stands in the store now, byte by byte, so there is nothing that could be out of date.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::DeserializeOwned;

use crate::store::error::StoreError;
use crate::store::record;

/// So many are kept; each has one place, where the last to come stays.
const PLACES: usize = 1024;
/// Longer ones are not kept.
const MAX_BYTES: usize = 4096;

/// Decoded records of one kind.
#[derive(Debug)]
pub(crate) struct Memo<T> {
    places: Vec<Mutex<Option<Kept<T>>>>,
}

#[derive(Debug)]
struct Kept<T> {
    bytes: Vec<u8>,
    value: Arc<T>,
}

impl<T: DeserializeOwned> Memo<T> {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        let places = std::iter::repeat_with(Mutex::default);
        Self {
            places: places.take(PLACES).collect(),
        }
    }

    /// The value of the bytes that stand under a key.
    pub(crate) fn decode(&self, key: &[u8], bytes: Vec<u8>) -> Result<Arc<T>, StoreError> {
        if let Some(value) = self.known(key, &bytes) {
            return Ok(value);
        }
        let value = Arc::new(record::decode(&bytes)?);
        self.keep(key, bytes, Arc::clone(&value));
        Ok(value)
    }

    /// Keeps a value with the bytes that it was encoded to.
    pub(crate) fn keep(&self, key: &[u8], bytes: Vec<u8>, value: Arc<T>) {
        if bytes.len() <= MAX_BYTES {
            let mut place = self
                .place(key)
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let before = place.replace(Kept { bytes, value });
            drop(place);
            drop(before);
        }
    }

    fn known(&self, key: &[u8], bytes: &[u8]) -> Option<Arc<T>> {
        let place = self
            .place(key)
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let kept = place.as_ref().filter(|kept| kept.bytes == bytes)?;
        Some(Arc::clone(&kept.value))
    }

    fn place(&self, key: &[u8]) -> &Mutex<Option<Kept<T>>> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let at = usize::try_from(hasher.finish() % PLACES as u64).unwrap_or(0);
        &self.places[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_bytes_under_the_same_key_are_another_value() {
        let memo = Memo::<String>::new();
        let bytes = |text: &str| record::encode(&text).unwrap();
        for text in ["one", "two", "two", "one"] {
            assert_eq!(*memo.decode(b"k", bytes(text)).unwrap(), text);
        }
    }

    #[test]
    fn bytes_that_are_no_value_are_an_error_and_not_kept() {
        let memo = Memo::<String>::new();
        let number = record::encode(&7).unwrap();
        assert!(memo.decode(b"k", number.clone()).is_err());
        assert!(memo.decode(b"k", number).is_err());
    }
}

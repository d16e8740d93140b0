//! Whether the engine has what the journal says it was given.
//!
//! A damaged byte in the engine's log can make sled 0.34 pass over the rest of a segment without a word: some keys then stand as they
//! did before, or are gone, while later ones are there; or a key is found by itself and passed over in a range. The journal knows
//! better. What was written last, which is what was last acknowledged, is compared at every start; damage to what is older is found
//! by `verify`.
//!
//! What the journal has beyond that is about to be replayed; the engine may have a part of it already, in any order. Its keys are not
//! compared.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::batch;
use super::engine::{Engine, EngineError};
use super::journal::{self, Reader};

/// So many bytes of the journal, the newest ones, are compared: a fraction of a second's work at a start.
const COMPARED: u64 = 32 << 20;
/// Keys and the checksums of their values.
type Written = HashMap<Vec<u8>, Option<u32>>;

/// Kinds of keys that are made anew from others when their layout changes, and so may differ.
const MADE_ANEW: [u8; 2] = [b'i', b'n'];

/// What the engine lacks, in words; none if it agrees with the journal up to the sequence it says it has applied.
pub(crate) fn missing(
    engine: &Engine,
    folder: &Path,
    store: u128,
    applied: u64,
) -> Result<Option<String>, EngineError> {
    for (key, expected) in last_written(folder, store, applied).unwrap_or_default() {
        let found = engine.get(&key)?.map(|value| crc32c::crc32c(&value));
        let is_lost = expected.is_some() && !engine.is_reached(&key)?;
        if found != expected || is_lost {
            return Ok(Some(
                "it lacks something that the journal says it was given".to_owned(),
            ));
        }
    }
    Ok(None)
}

/// What each key became last in the newest segments, as a checksum; none where it was removed. Nothing for a journal that cannot be read
/// that far: what is wrong with it is found and said elsewhere.
fn last_written(folder: &Path, store: u128, applied: u64) -> Option<Written> {
    let mut written = Written::new();
    for record in Reader::open(folder, store, newest(folder)?, applied).ok()? {
        for (key, value) in batch::decode(&record.ok()?.payload)? {
            if key.first().is_some_and(|kind| !MADE_ANEW.contains(kind)) {
                written.insert(key, value.map(|value| crc32c::crc32c(&value)));
            }
        }
    }
    let beyond = Reader::open(folder, store, applied + 1, u64::MAX).ok()?;
    for record in beyond.map_while(Result::ok) {
        for (key, _) in batch::decode(&record.payload).unwrap_or_default() {
            written.remove(&key);
        }
    }
    Some(written)
}

/// The first sequence of the newest segments that come to so many bytes, or of the newest alone.
fn newest(folder: &Path) -> Option<u64> {
    let mut left = COMPARED;
    let mut first = None;
    for segment in journal::list(folder).ok()?.iter().rev() {
        let length = fs::metadata(&segment.path).ok()?.len();
        if first.is_some() && length > left {
            break;
        }
        left = left.saturating_sub(length);
        first = Some(segment.first);
    }
    first
}

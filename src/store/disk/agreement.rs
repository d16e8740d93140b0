//! Whether the engine has what the journal says it was given.
//!
//! A damaged byte in the engine's log can make sled 0.34 pass over the rest of a segment without a word: some keys then stand as they
//! did before, or are gone, while later ones are there; or a key is found by itself and passed over in a range. The journal knows
//! better. What was written last, which is what was last acknowledged, is compared at every start: the very last before anything is
//! read, so that the engine is built anew at once; the rest before anything is written (see [`Agreement`]), because a write on top of
//! a loss would hide it. Damage to what is older is found by `verify`.
//!
//! What the journal has beyond that is about to be replayed; the engine may have a part of it already, in any order. Its keys are not
//! compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::store::batch;
use crate::store::disk::engine::{Engine, EngineError};
use crate::store::disk::journal::{self, Loaded, Newest, Reader};
use crate::store::disk::layered::Layered;
use crate::store::disk::stop::Stop;

/// So many bytes of the journal, the newest ones, are compared: a fraction of a second's work.
const COMPARED: u64 = 32 << 20;
/// So many of them before anything is read: some milliseconds' work.
const AT_ONCE: usize = 1 << 20;

/// Kinds of keys that are made anew from others when their layout changes, and so may differ.
const MADE_ANEW: [u8; 2] = [b'i', b'n'];

/// What the engine lacks of what was written at the very end, in words; none if it agrees with the journal up to the sequence it
/// says it has applied.
pub(crate) fn missing_at_the_end(
    engine: &Engine,
    folder: &Path,
    newest: &Newest,
    applied: u64,
) -> Result<Option<String>, EngineError> {
    let older = older(folder, newest, applied);
    let segments: Vec<&Loaded> = older.iter().chain([&newest.loaded]).collect();
    compare(
        engine,
        &written_at_the_end(&segments, applied).unwrap_or_default(),
    )
}

/// What the engine lacks of what was written last.
pub(crate) fn missing(
    engine: &Engine,
    folder: &Path,
    store: u128,
    applied: u64,
) -> Result<Option<String>, EngineError> {
    compare(
        engine,
        &last_written(folder, store, applied).unwrap_or_default(),
    )
}

fn compare(engine: &Engine, written: &Written) -> Result<Option<String>, EngineError> {
    // In the order of the keys, in which the engine has them side by side.
    let mut walk = engine.walk();
    for (key, expected) in &written.keys {
        let found = engine.get(key)?.map(|value| crc32c::crc32c(&value));
        let is_passed_over = expected.is_some() && !walk.meets(key)?;
        let how = match (expected, found) {
            (Some(_), None) => "gone",
            (None, Some(_)) => "still there",
            _ if found != *expected => "as it was before",
            _ if is_passed_over => "passed over in a range",
            _ => continue,
        };
        // The kind tells nothing of a person; the rest of a key may.
        let kind = char::from(key.first().copied().unwrap_or_default());
        return Ok(Some(format!(
            "it lacks something that the journal says it was given: a key of kind {kind:?} is {how}"
        )));
    }
    Ok(None)
}

/// What keys became last, as checksums of their values; none where they were removed.
#[derive(Default)]
struct Written {
    keys: BTreeMap<Vec<u8>, Option<u32>>,
}

impl Written {
    /// Adds what a record says. Nothing for a record that makes no sense.
    fn add(&mut self, payload: &[u8]) -> Option<()> {
        for (key, value) in batch::decode(payload)? {
            if key.first().is_some_and(|kind| !MADE_ANEW.contains(kind)) {
                let checksum = value.map(|value| crc32c::crc32c(&value));
                self.keys.insert(key, checksum);
            }
        }
        Some(())
    }

    /// Leaves out what a record is about to write.
    fn leave_out(&mut self, payload: &[u8]) {
        for (key, _) in batch::decode(payload).unwrap_or_default() {
            self.keys.remove(&key);
        }
    }
}

/// The segments before the newest one that are needed to come to enough bytes, the oldest first; as far as they can be read.
fn older(folder: &Path, newest: &Newest, applied: u64) -> Vec<Loaded> {
    let mut bytes = bytes_up_to(&newest.loaded, applied);
    let mut first = newest.file.first;
    let mut older = Vec::new();
    let files = journal::list(folder).unwrap_or_default();
    for file in files
        .iter()
        .rev()
        .skip_while(|it| it.first >= newest.file.first)
    {
        if bytes >= AT_ONCE {
            break;
        }
        match journal::load(file, newest.store, u64::MAX) {
            Ok(loaded) if loaded.contents.next(file.first) == first => {
                first = file.first;
                bytes += bytes_up_to(&loaded, applied);
                older.push(loaded);
            }
            _ => break,
        }
    }
    older.reverse();
    older
}

/// How much the records of a segment up to a sequence say, in bytes.
fn bytes_up_to(loaded: &Loaded, applied: u64) -> usize {
    let records = loaded.contents.records.iter();
    let given = records.take_while(|span| span.seq <= applied);
    given.map(|span| span.len).sum()
}

/// What was written by the newest records of these segments, the oldest first, that come to enough bytes. Nothing when they cannot be
/// read that far.
fn written_at_the_end(segments: &[&Loaded], applied: u64) -> Option<Written> {
    let is_damaged = |loaded: &&Loaded| !loaded.contents.damage.is_empty();
    if segments.iter().any(is_damaged) {
        return None;
    }
    let given: usize = segments.iter().map(|it| bytes_up_to(it, applied)).sum();
    let mut passed_over = given.saturating_sub(AT_ONCE);
    let mut written = Written::default();
    let mut last = None;
    for loaded in segments {
        for span in &loaded.contents.records {
            let payload = &loaded.bytes[span.payload()];
            if span.seq > applied {
                written.leave_out(payload);
                continue;
            }
            last = Some(span.seq);
            match passed_over.checked_sub(span.len) {
                Some(left) => passed_over = left,
                None => {
                    passed_over = 0;
                    written.add(payload)?;
                }
            }
        }
    }
    // If the end of it is torn, the engine is ahead, not behind.
    (last == Some(applied)).then_some(written)
}

/// What was written in the newest segments. Nothing for a journal that cannot be read that far: what is wrong with it is found and
/// said elsewhere.
fn last_written(folder: &Path, store: u128, applied: u64) -> Option<Written> {
    let mut written = Written::default();
    let mut last = 0;
    for record in Reader::open(folder, store, first_compared(folder)?, u64::MAX).ok()? {
        match record {
            Ok(record) if record.seq <= applied => {
                last = record.seq;
                written.add(&record.payload)?;
            }
            Ok(record) => written.leave_out(&record.payload),
            Err(_) => break,
        }
    }
    (last == applied).then_some(written)
}

/// The first sequence of the newest segments that come to so many bytes, or of the newest alone.
fn first_compared(folder: &Path) -> Option<u64> {
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

/// The comparison that is still to be made when reads are served already. Nothing is written, backed up or deleted before it.
#[derive(Debug)]
pub(crate) struct Agreement {
    journal: PathBuf,
    store: u128,
    made: OnceLock<()>,
}

impl Agreement {
    /// To be made with the journal in a folder.
    pub(crate) fn new(journal: PathBuf, store: u128) -> Self {
        Self {
            journal,
            store,
            made: OnceLock::new(),
        }
    }

    /// Nobody has to wait for it any longer: it was made, or the engine was made from the journal a moment ago.
    pub(crate) fn settle(&self) {
        let _ = self.made.set(());
    }

    /// Makes the comparison, once. What is missing stops the store and is left for the next start to repair.
    pub(crate) fn make(&self, map: &Layered, stop: &Stop) {
        if self.made.get().is_some() {
            return;
        }
        let missing = missing(map.engine(), &self.journal, self.store, map.applied());
        let failed = match missing {
            Ok(None) => None,
            Ok(Some(why)) => Some(EngineError::Damaged(why)),
            Err(error) => Some(error),
        };
        if let Some(error) = failed {
            stop.engine_failed(&error);
        }
        self.settle();
    }

    /// Waits until it has been made.
    pub(crate) fn wait(&self) {
        self.made.wait();
    }
}

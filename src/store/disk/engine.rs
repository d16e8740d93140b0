//! The one place that knows sled: a sorted map of bytes, opened with the care that sled 0.34 needs. No sled type leaves this file.
//!
//! What was measured and is guarded against here: a kill while sled opens can leave `snap.*.generating`, which the next open takes
//! for a snapshot and refuses; damage can make sled panic instead of returning an error; values above a few KiB end in files that
//! sled never syncs; the default cache is 1 GiB; space is reclaimed only by the periodic flusher; where eight buffers wait to be written
//! when the file is to be cut shorter, sled's threads can wait for each other for ever. Durability is the journal's matter: sled's own
//! `flush` is not relied on for anything that was acknowledged.

use std::io::ErrorKind;
use std::iter::Peekable;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::{fs, io};

use crate::store::batch::{Change, Changes};
use crate::store::disk::folder::create_private;

/// No key is longer, in bytes.
pub(crate) const MAX_KEY: usize = 256;
/// No value is longer, in bytes: larger ones end up in `blobs/`, unsynced.
pub(crate) const MAX_VALUE: usize = 4096;
/// So many bytes of keys and values are given to sled, then it is waited for. It makes several times as many bytes of them, in buffers of
/// 512 KiB, of which less than eight may wait at a time.
const MAX_UNWRITTEN: usize = 256 << 10;
/// So many operations and more are not applied under one lock: readers wait for it.
const MAX_BATCH: usize = 256;

/// A walk to a key that is farther ahead begins anew just before it.
const STEPS: usize = 8;

/// sled's threads let go of its lock a moment after the last handle is gone; the data folder's own lock keeps other processes out.
const LOCK_TRIES: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// A key and its value.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);
/// Why the engine failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EngineError {
    /// The operating system refused for a reason outside the data: a full disk, permissions, too many open files.
    #[error("{0}")]
    Refused(io::Error),
    /// The engine's files are damaged; the journal and a backup can rebuild them.
    #[error("{0}")]
    Damaged(String),
}

/// The sorted map.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    db: sled::Db,
    /// Bytes that were given to sled since it was last waited for.
    unwritten: Arc<AtomicUsize>,
}

impl Engine {
    /// Opens or creates the map in `folder`, with `cache` bytes of page cache.
    pub(crate) fn open(folder: &Path, cache: u64) -> Result<Self, EngineError> {
        create_private(folder).map_err(EngineError::Refused)?;
        tidy(folder)?;
        let config = sled::Config::new()
            .path(folder)
            .cache_capacity(cache)
            .flush_every_ms(Some(500))
            .print_profile_on_drop(false);
        for _ in 0..LOCK_TRIES {
            match guard(|| config.open()) {
                Err(EngineError::Damaged(what)) if what.contains("could not acquire lock") => {
                    std::thread::sleep(LOCK_PAUSE);
                }
                opened => return opened.map(Self::new),
            }
        }
        Err(EngineError::Refused(ErrorKind::WouldBlock.into()))
    }

    fn new(db: sled::Db) -> Self {
        let unwritten = Arc::default();
        Self { db, unwritten }
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        guard(|| self.db.get(key)).map(|value| value.map(|v| v.to_vec()))
    }

    /// Whether a key is there.
    pub(crate) fn contains(&self, key: &[u8]) -> Result<bool, EngineError> {
        guard(|| self.db.contains_key(key))
    }

    /// A walk from key to key.
    pub(crate) fn walk(&self) -> Walk<'_> {
        Walk {
            db: &self.db,
            ahead: None,
        }
    }

    /// Up to `limit` pairs with `from <= key < to`, ascending. Not a snapshot.
    pub(crate) fn page(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Pair>, EngineError> {
        if from >= to {
            return Ok(Vec::new());
        }
        guard(|| self.db.range(from..to).take(limit).map(to_pair).collect())
    }

    /// As [`Self::page`], from the end: the last ones, descending.
    pub(crate) fn page_back(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Pair>, EngineError> {
        if from >= to {
            return Ok(Vec::new());
        }
        let range = || self.db.range(from..to).rev();
        guard(|| range().take(limit).map(to_pair).collect())
    }

    /// Applies changes, `last` after all the others.
    ///
    /// A few are applied at once. Many are applied one by one, in the order of their keys, which is several times cheaper and keeps no
    /// reader waiting; a crash in between leaves the first part applied. Whoever calls then repeats the whole, which is harmless
    /// because every change is absolute.
    pub(crate) fn apply(
        &self,
        changes: impl IntoIterator<Item = Change, IntoIter: ExactSizeIterator>,
        last: Change,
    ) -> Result<(), EngineError> {
        let changes = changes.into_iter();
        let at_once = changes.len() < MAX_BATCH;
        let mut batch = sled::Batch::default();
        for (key, value) in changes {
            self.make_room(&key, value.as_deref())?;
            match (at_once, value) {
                (true, Some(value)) => batch.insert(key, value),
                (true, None) => batch.remove(key),
                (false, Some(value)) => drop(guard(|| self.db.insert(key, value))?),
                (false, None) => drop(guard(|| self.db.remove(key))?),
            }
        }
        let (key, value) = last;
        self.make_room(&key, value.as_deref())?;
        match value {
            Some(value) => batch.insert(key, value),
            None => batch.remove(key),
        }
        guard(|| self.db.apply_batch(batch))
    }

    /// Makes changes one by one in the order of their keys, `last` after all the others; readers see each as soon as it is made.
    ///
    /// A crash in between leaves the first part made, as with [`Self::apply`].
    pub(crate) fn sink(&self, changes: &Changes, last: Change) -> Result<(), EngineError> {
        let (key, value) = last;
        let last = (&key, &value);
        for (key, value) in changes.iter().chain([last]) {
            self.make_room(key, value.as_deref())?;
            guard(|| match value {
                Some(value) => self.db.insert(key, value.as_slice()),
                None => self.db.remove(key),
            })?;
        }
        Ok(())
    }

    /// Writes out what is in memory, so that the next open has less to replay.
    pub(crate) fn flush(&self) -> Result<(), EngineError> {
        self.unwritten.store(0, Ordering::Relaxed);
        guard(|| self.db.flush()).map(drop)
    }

    /// Checks the size of a change, and waits for those before it where too much of them is not written.
    fn make_room(&self, key: &[u8], value: Option<&[u8]>) -> Result<(), EngineError> {
        let bytes = key.len() + value.map_or(0, <[u8]>::len);
        check_size(key, value)?;
        match self.unwritten.fetch_add(bytes, Ordering::Relaxed) {
            before if before + bytes < MAX_UNWRITTEN => Ok(()),
            _ => self.flush(),
        }
    }
}

/// A walk over the map, ascending. In a damaged tree the leaves may have lost each other: a key is then found by itself, and passed over
/// by every range that begins before it.
pub(crate) struct Walk<'a> {
    db: &'a sled::Db,
    ahead: Option<Peekable<sled::Iter>>,
}

impl Walk<'_> {
    /// Whether it meets a key, which comes after those that were asked for before.
    pub(crate) fn meets(&mut self, key: &[u8]) -> Result<bool, EngineError> {
        guard(|| {
            for _ in 0..STEPS {
                let Some(ahead) = &mut self.ahead else { break };
                match ahead.next_if(|next| next.as_ref().is_ok_and(|(found, _)| &found[..] < key)) {
                    Some(_) => {}
                    None => return is_next(ahead, key),
                }
            }
            let before = self.db.range(..key).next_back().transpose()?;
            let from = before.map_or(Bound::Unbounded, |(before, _)| Bound::Excluded(before));
            let ahead = self.db.range((from, Bound::Unbounded)).peekable();
            is_next(self.ahead.insert(ahead), key)
        })
    }
}

fn is_next(ahead: &mut Peekable<sled::Iter>, key: &[u8]) -> sled::Result<bool> {
    match ahead.peek() {
        Some(Ok((found, _))) => Ok(found == key),
        Some(Err(error)) => Err(error.clone()),
        None => Ok(false),
    }
}

fn to_pair(item: sled::Result<(sled::IVec, sled::IVec)>) -> sled::Result<Pair> {
    item.map(|(key, value)| (key.to_vec(), value.to_vec()))
}

fn check_size(key: &[u8], value: Option<&[u8]>) -> Result<(), EngineError> {
    let value = value.map_or(0, <[u8]>::len);
    if key.len() <= MAX_KEY && value <= MAX_VALUE {
        return Ok(());
    }
    Err(EngineError::Damaged(format!(
        "a change of {} + {value} bytes is beyond the limits",
        key.len()
    )))
}

/// Removes what a kill during an open left behind, and looks for values that were too large.
fn tidy(folder: &Path) -> Result<(), EngineError> {
    for entry in fs::read_dir(folder).map_err(EngineError::Refused)? {
        let entry = entry.map_err(EngineError::Refused)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            tracing::warn!(file = %name, "store.engine.half_written_snapshot_removed");
            fs::remove_file(entry.path()).map_err(EngineError::Refused)?;
        }
    }
    let blobs = fs::read_dir(folder.join("blobs"));
    if blobs.is_ok_and(|mut blobs| blobs.next().is_some()) {
        return Err(EngineError::Damaged(
            "there are files in `blobs/`: a value was larger than allowed".to_owned(),
        ));
    }
    Ok(())
}

/// Runs a call into sled; a panic there is damage, not the end of this thread.
fn guard<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, EngineError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(e))) if is_refusal(e.kind()) => Err(EngineError::Refused(e)),
        Ok(Err(e)) => Err(EngineError::Damaged(e.to_string())),
        Err(panic) => Err(EngineError::Damaged(format!(
            "sled panicked: {}",
            panic_text(&*panic)
        ))),
    }
}

/// Whether an I/O error says nothing about the state of the files.
fn is_refusal(kind: ErrorKind) -> bool {
    !matches!(
        kind,
        ErrorKind::UnexpectedEof
            | ErrorKind::InvalidData
            | ErrorKind::InvalidInput
            | ErrorKind::NotFound
            | ErrorKind::Other
    )
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(engine: &Engine, n: usize) {
        let changes = (0..n).map(|i| (format!("k{i:05}").into_bytes(), Some(vec![b'v'; 300])));
        engine
            .apply(changes, (b"last".to_vec(), Some(vec![1])))
            .unwrap();
    }

    #[test]
    fn batches_larger_than_the_limit_are_applied_whole() {
        let dir = tempfile::tempdir().unwrap();
        let engine = Engine::open(dir.path(), 1 << 20).unwrap();
        put(&engine, 1000);
        assert_eq!(engine.page(b"k", b"l", 2000).unwrap().len(), 1000);
        assert!(engine.contains(b"last").unwrap());
    }

    #[test]
    fn values_that_sled_would_not_sync_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let engine = Engine::open(dir.path(), 1 << 20).unwrap();
        let large = (b"k".to_vec(), Some(vec![0; MAX_VALUE + 1]));
        assert!(matches!(
            engine.apply([], large),
            Err(EngineError::Damaged(_))
        ));
        let long = (vec![b'k'; MAX_KEY + 1], Some(vec![]));
        assert!(matches!(
            engine.apply([], long),
            Err(EngineError::Damaged(_))
        ));
    }

    #[test]
    fn a_half_written_snapshot_does_not_keep_the_store_closed() {
        let dir = tempfile::tempdir().unwrap();
        put(&Engine::open(dir.path(), 1 << 20).unwrap(), 100);
        fs::write(dir.path().join("snap.00000000000FFFFF.generating"), b"half").unwrap();
        let engine = Engine::open(dir.path(), 1 << 20).unwrap();
        assert_eq!(engine.page(b"k", b"l", 2000).unwrap().len(), 100);
    }

    #[test]
    fn a_file_in_blobs_is_damage() {
        let dir = tempfile::tempdir().unwrap();
        put(&Engine::open(dir.path(), 1 << 20).unwrap(), 1);
        fs::write(dir.path().join("blobs/1"), b"x").unwrap();
        assert!(matches!(
            Engine::open(dir.path(), 1 << 20),
            Err(EngineError::Damaged(_))
        ));
    }
}

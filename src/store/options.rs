//! How a store is opened, and what it says about itself afterwards.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::store::disk::stop::OnStop;

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// The data folder. Created if it is missing, private to its owner.
    pub folder: PathBuf,
    /// Bytes of page cache.
    pub cache: u64,
    /// Bytes of one journal segment.
    pub segment: usize,
    /// Bytes that must stay free on the disk: below, commits are refused with [`super::StoreError::DiskFull`].
    pub min_free: u64,
    /// The time of opening: it names a new store, and what is put into quarantine.
    pub now: Timestamp,
    /// Called once if the store stops.
    pub on_stop: Option<OnStop>,
}

impl Options {
    /// The defaults: 64 MiB of cache, segments of 16 MiB, 64 MiB kept free.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, now: Timestamp) -> Self {
        Self {
            folder: folder.into(),
            cache: 64 << 20,
            segment: 16 << 20,
            min_free: 64 << 20,
            now,
            on_stop: None,
        }
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("folder", &self.folder)
            .field("cache", &self.cache)
            .field("segment", &self.segment)
            .field("min_free", &self.min_free)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// What a store says about itself, for `/readyz` and the metrics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The last journal sequence that is in the store.
    pub applied: u64,
    /// Records that were asked for and given since the start: by it a look that goes through everything is seen.
    pub records_read: u64,
    /// Journal records that were replayed at the start.
    pub replayed: u64,
    /// Why the engine was rebuilt at the start, and where the damaged one was put; none if it was not.
    pub rebuilt: Option<Rebuilt>,
    /// A torn journal tail that was cut off: a write that never was acknowledged, or damage to the last record.
    pub torn_tail: Option<PathBuf>,
    /// Damage in the journal that was healed with a backup; where the damaged segments were put.
    pub healed: Option<PathBuf>,
    /// Why the store has stopped; none while it serves.
    pub stopped: Option<String>,
    /// Bytes free on the disk, if known.
    pub free: Option<u64>,
}

/// That the engine was rebuilt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// What was wrong.
    pub why: String,
    /// Where the damaged files are; none if there were none.
    pub quarantine: Option<PathBuf>,
    /// The backup it was rebuilt from; none if the journal sufficed.
    pub backup: Option<PathBuf>,
}

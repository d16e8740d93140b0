//! What can go wrong in the store, in the words an operator needs.

use std::io;
use std::path::{Path, PathBuf};

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The writer's queue is full. The caller should answer 503 with `Retry-After`; nothing was written.
    #[error("the store is busy: its queue of commits is full")]
    Busy,
    /// The disk is nearly full, and the store takes no more. Nothing was written.
    #[error("the disk is nearly full: {free} bytes are free, {needed} are kept")]
    DiskFull {
        /// Bytes free on the data folder's disk.
        free: u64,
        /// Bytes that must stay free ([`super::Options::min_free`]).
        needed: u64,
    },
    /// An I/O error or damage was met before. Nothing is acknowledged until the process is started again.
    #[error("the store has stopped: {reason}")]
    Stopped {
        /// What was met.
        reason: String,
    },
    /// Another process has the data folder.
    #[error("the data folder {} is in use by {}", folder.display(), pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}")))]
    InUse {
        /// The data folder.
        folder: PathBuf,
        /// The process that holds it, if it left its number.
        pid: Option<u32>,
    },
    /// Others on the machine may read the data folder.
    #[error("the data folder {} may be read by others (mode {mode:o}): run `chmod 700 {}`", folder.display(), folder.display())]
    Exposed {
        /// The data folder.
        folder: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A record in the journal is damaged and records after it are not, so this is no torn tail: data would be lost in silence.
    #[error(
        "the journal is damaged in {} at byte {offset}: record {seq} does not match its checksum, though later records do; \
         restore the newest backup with `frontdesk restore`",
        segment.display()
    )]
    JournalDamaged {
        /// The file.
        segment: PathBuf,
        /// Where the damage begins.
        offset: u64,
        /// The record that should stand there.
        seq: u64,
    },
    /// The journal does not go back far enough to rebuild the store, and no verified backup fills the gap.
    #[error(
        "the store cannot be rebuilt: the journal begins at record {journal_from}, and the newest verified backup ends at {backup_to}"
    )]
    Gap {
        /// First record of the journal.
        journal_from: u64,
        /// Last record the backup covers; 0 without one.
        backup_to: u64,
    },
    /// A stored record or a file of ours is not what it should be.
    #[error("{what}")]
    Damaged {
        /// What is wrong, in words.
        what: String,
    },
    /// The record was written by a later version of frontdesk.
    #[error(
        "the data was written by a later version of frontdesk (record version {found}, this one knows up to {known})"
    )]
    FromTheFuture {
        /// The version found.
        found: u8,
        /// The newest this program knows.
        known: u8,
    },
    /// The store was asked for something that no correct caller asks for. Nothing was written.
    #[error("the store was misused: {what}")]
    Misused {
        /// What was wrong.
        what: String,
    },
    /// A commit is larger than one journal record may be.
    #[error("a commit of {bytes} bytes is larger than the {limit} allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The most that is taken.
        limit: usize,
    },
    /// The operating system refused.
    #[error("could not {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl StoreError {
    /// An I/O error with what was tried and where.
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }

    /// A caller's fault.
    pub(crate) fn misused(what: impl Into<String>) -> Self {
        Self::Misused { what: what.into() }
    }

    /// Something of ours is not what it should be.
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}

//! What an operator does with an open store: backups, room on the disk, what it says about itself, the end.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::backup::Backup;
use super::control::{Control, Others};
use super::door::Store;
use super::error::StoreError;
use super::options::Report;

impl Store {
    /// Takes a backup while serving, reads it back and checks it. Without a path it goes to the data folder, where a rebuild finds
    /// it. Blocks: not for a thread that serves others.
    ///
    /// # Errors
    /// When it cannot be written, or is not whole when read back.
    pub fn backup(&self, path: Option<&Path>) -> Result<Backup, StoreError> {
        match self {
            Self::Sled(local) => {
                let own: PathBuf = local.backup_path();
                local.backup(path.unwrap_or(&own))
            }
        }
    }

    /// Lets other processes of the same user ask for a backup ([`super::request_backup`]) or for what `others` answers
    /// ([`super::request`]) until the guard is dropped.
    ///
    /// # Errors
    /// When the socket in the data folder cannot be made.
    pub fn listen(&self, others: Others) -> Result<Control, StoreError> {
        match self {
            Self::Sled(local) => Control::listen(Arc::clone(local), others),
        }
    }

    /// Deletes the journal segments that the newest whole backup in the data folder covers; returns how many. Blocks.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn prune_journal(&self) -> Result<usize, StoreError> {
        match self {
            Self::Sled(local) => local.prune(),
        }
    }

    /// Whether commits are taken: the store has not stopped, and the disk has room.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        match self {
            Self::Sled(local) => local.is_writable(),
        }
    }

    /// What the store says about itself.
    #[must_use]
    pub fn report(&self) -> Report {
        match self {
            Self::Sled(local) => local.report(),
        }
    }

    /// Finishes what was accepted and takes nothing more. Blocks until the disk has all of it. The last clone to go does it, too.
    pub fn close(&self) {
        match self {
            Self::Sled(local) => local.close(),
        }
    }
}

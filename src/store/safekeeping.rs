//! What keeps the data safe while the desk serves: backups, and a journal that does not grow for ever.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::store::control::{Control, Others};
use crate::store::disk::backup::{Backup, Kept};
use crate::store::door::Store;
use crate::store::error::StoreError;

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

    /// Lets other processes of the same user ask for a backup ([`super::request_backup`]) and for what `others` answers, until the
    /// guard is dropped.
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

    /// The backups in the data folder, the oldest first, as they say of themselves.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn backups(&self) -> Result<Vec<Kept>, StoreError> {
        match self {
            Self::Sled(local) => local.backups(),
        }
    }

    /// Deletes the oldest backups in the data folder until no more than `keep` are left; returns how many. Blocks.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn thin_backups(&self, keep: usize) -> Result<usize, StoreError> {
        match self {
            Self::Sled(local) => local.thin_backups(keep),
        }
    }

    /// The length of the journal, in bytes.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn journal_bytes(&self) -> Result<u64, StoreError> {
        match self {
            Self::Sled(local) => local.journal_bytes(),
        }
    }
}

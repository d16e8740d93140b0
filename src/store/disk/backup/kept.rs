//! The backups that a data folder keeps: which there are, and which are too many.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{header, list};
use crate::store::disk::folder::sync_folder;
use crate::store::error::StoreError;

/// A backup in the data folder, as it says of itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kept {
    /// The journal sequence whose state it holds.
    pub covers: u64,
    /// When it was finished, as the file system says.
    pub at: Timestamp,
    /// The file.
    pub path: PathBuf,
}

/// The backups of a store in a folder, the oldest first.
pub(crate) fn kept(folder: &Path, store: u128) -> Result<Vec<Kept>, StoreError> {
    let mut found = Vec::new();
    for path in list(folder)? {
        let covers = match header(&path) {
            Ok(header) if header.store == store => header.to,
            _ => continue,
        };
        let meta = fs::metadata(&path).and_then(|meta| meta.modified());
        let at = meta.map_err(|e| StoreError::io("look at", &path, e))?;
        found.push(Kept {
            covers,
            at: Timestamp::try_from(at).unwrap_or(Timestamp::MIN),
            path,
        });
    }
    found.sort();
    Ok(found)
}

/// Deletes the oldest backups of a store until no more than `keep` are left. Returns how many.
pub(crate) fn thin(folder: &Path, store: u128, keep: usize) -> Result<usize, StoreError> {
    let kept = kept(folder, store)?;
    let surplus = kept.len().saturating_sub(keep.max(1));
    for old in &kept[..surplus] {
        fs::remove_file(&old.path).map_err(|e| StoreError::io("delete", &old.path, e))?;
    }
    if surplus > 0 {
        sync_folder(folder).map_err(|e| StoreError::io("sync", folder, e))?;
    }
    Ok(surplus)
}

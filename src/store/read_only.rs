//! A data folder that cannot be written to, as one on a disk that is mounted for reading: a store writes while it opens, so that a copy of
//! what it writes to is opened in the folder's place.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::store::disk::folder::{EVIDENCE, Folder, copy_into, create_private, private_file};
use crate::store::disk::temporary::{READ, Temporary};
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::options::Options;

/// A store that is only to be read.
pub struct ReadOnly {
    /// The store.
    pub store: Store,
    /// The copy that it works on, if it does not work on the folder itself; it goes with the value.
    copy: Option<Temporary>,
}

impl ReadOnly {
    /// Whether it works on a copy, because the folder cannot be written to.
    #[must_use]
    pub const fn is_copy(&self) -> bool {
        self.copy.is_some()
    }
}

/// Opens a store to read it: what is committed to it may be gone with the value.
///
/// # Errors
/// As [`Store::open`], and when the copy cannot be made.
pub fn open_to_read(options: &Options) -> Result<ReadOnly, StoreError> {
    if is_writable(&options.folder) {
        return Ok(ReadOnly {
            store: Store::open(options)?,
            copy: None,
        });
    }
    let original = Folder::look(&options.folder)?;
    let place = std::env::temp_dir();
    let copy = copied(&original).map_err(|e| {
        let what =
            "copy the data folder, which cannot be written to (TMPDIR names another place), to";
        StoreError::io(what, &place, e)
    })?;
    let options = Options {
        folder: copy.path().to_owned(),
        min_free: 0,
        ..options.clone()
    };
    Ok(ReadOnly {
        store: Store::open(&options)?,
        copy: Some(copy),
    })
}

/// Whether the folder takes a file, or is at least not refused for being one to read.
fn is_writable(folder: &Path) -> bool {
    let lock = private_file().create(true).open(folder.join("LOCK"));
    let refused = |e: &io::Error| {
        matches!(
            e.kind(),
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied
        )
    };
    !lock.is_err_and(|e| refused(&e))
}

/// Engine and journal are copied; backups and files of customers are only read, and stay where they are.
fn copied(original: &Folder) -> io::Result<Temporary> {
    let copy = Temporary::new(READ)?;
    for (from, name) in [(original.engine(), "sled"), (original.journal(), "journal")] {
        let to = copy.path().join(name);
        if from.is_dir() {
            create_private(&to)?;
            copy_into(&from, &to)?;
        }
    }
    for (from, name) in [
        (original.backups(), "backups"),
        (original.evidence(), EVIDENCE),
    ] {
        if from.is_dir() {
            symlink(fs::canonicalize(from)?, copy.path().join(name))?;
        }
    }
    Ok(copy)
}

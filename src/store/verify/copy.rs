//! A copy of the engine to look at: sled has no way to open a map without writing to it, and whoever looks for damage must not mend it
//! on the way, nor make it worse.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::store::disk::folder::copy_into;
use crate::store::disk::temporary::{Temporary, VERIFIED};
use crate::store::error::StoreError;

/// The file in which sled keeps how it was set up.
const SET_UP: &str = "conf";

/// A copy in a temporary folder, which goes with the value.
pub(super) struct Copy {
    folder: Temporary,
    original: PathBuf,
}

impl Copy {
    /// Copies an engine's folder.
    pub(super) fn of(engine: &Path) -> Result<Self, StoreError> {
        let place = std::env::temp_dir();
        let make = || -> io::Result<Temporary> {
            let folder = Temporary::new(VERIFIED)?;
            copy_into(engine, folder.path())?;
            Ok(folder)
        };
        let folder = make().map_err(|e| {
            StoreError::io("copy the engine (TMPDIR names another place) to", &place, e)
        })?;
        Ok(Self {
            folder,
            original: engine.to_owned(),
        })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Whether opening the copy put another set-up in the place of one that could not be read.
    pub(super) fn has_new_set_up(&self) -> bool {
        let read = |folder: &Path| fs::read(folder.join(SET_UP)).ok();
        read(&self.original) != read(self.path())
    }
}

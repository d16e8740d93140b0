//! A data folder from a backup: built beside its place, then put there; what stood there before is moved aside, never deleted.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::store::disk::backup;
use crate::store::disk::engine::Engine;
use crate::store::disk::files;
use crate::store::disk::folder::{
    EVIDENCE, Folder, create_private, free_name, move_aside, private_file, sync_folder,
};
use crate::store::error::StoreError;

/// What came of restoring a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The journal sequence whose state it is.
    pub covers: u64,
    /// Where the folder that stood there was moved to; none if there was none.
    pub moved_to: Option<PathBuf>,
}

/// Makes a data folder from a backup. The backup is checked first, and a copy of it is kept in the folder for a later rebuild. The files
/// that customers handed in come with it; those of the folder that stands there which it lacks are taken along.
///
/// # Errors
/// When the backup is not whole, the folder is in use, or the disk refuses. The folder is then as it was.
pub fn restore(file: &Path, folder: &Path, cache: u64) -> Result<Restored, StoreError> {
    let covers = backup::verify(file)?.covers;
    let place = absolute(folder)?;
    let parent = place.parent().unwrap_or(Path::new("/"));
    let name = place
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .ok_or_else(|| StoreError::damaged(format!("{} is no folder name", folder.display())))?;
    let building = parent.join(format!("{name}.restoring"));
    if building.exists() {
        fs::remove_dir_all(&building).map_err(|e| StoreError::io("remove", &building, e))?;
    }
    build(file, &building, covers, cache)?;
    files::take_along(&place.join(EVIDENCE), &building.join(EVIDENCE))?;
    let moved_to = clear(&place, parent, &name)?;
    move_aside(&building, &place)?;
    Ok(Restored { covers, moved_to })
}

fn build(file: &Path, building: &Path, covers: u64, cache: u64) -> Result<(), StoreError> {
    let built = Folder::lock(building)?;
    keep_copy(file, &built.backups(), covers)?;
    let engine =
        Engine::open(&built.engine(), cache).map_err(|e| StoreError::damaged(e.to_string()))?;
    backup::load(file, &engine, &built.evidence())?;
    engine
        .flush()
        .map_err(|e| StoreError::damaged(e.to_string()))
}

fn keep_copy(file: &Path, backups: &Path, covers: u64) -> Result<(), StoreError> {
    let copy = free_name(backups, &format!("{covers:020}-restored{}", backup::SUFFIX));
    let write = || {
        let mut to = private_file().create(true).truncate(true).open(&copy)?;
        std::io::copy(&mut File::open(file)?, &mut to)?;
        to.sync_all()?;
        sync_folder(backups)
    };
    write().map_err(|e| StoreError::io("copy the backup to", &copy, e))
}

/// Moves aside what stands at the place, if anything does.
fn clear(place: &Path, parent: &Path, name: &str) -> Result<Option<PathBuf>, StoreError> {
    if !place.exists() {
        create_private(parent).map_err(|e| StoreError::io("create", parent, e))?;
        return Ok(None);
    }
    // Held until the folder has been moved: nobody begins to use it meanwhile.
    let _unused = Folder::lock(place)?;
    let aside = free_name(parent, &format!("{name}.before-restore"));
    move_aside(place, &aside)?;
    Ok(Some(aside))
}

fn absolute(path: &Path) -> Result<PathBuf, StoreError> {
    std::path::absolute(path).map_err(|e| StoreError::io("find", path, e))
}

//! Evidence on disk: one file for each content, under its own SHA-256. A file is written whole and made durable before anything names it,
//! and is never changed: whoever reads it gets what was hashed, or nothing.
//!
//! A crash may leave a file that nothing names, which does no harm, or one that was not finished, which the next start removes.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::evidence::EvidenceHash;
use crate::store::disk::folder::{create_private, private_file, sync_folder};
use crate::store::error::StoreError;

/// What the names of files begin with that are not finished.
const UNFINISHED: &str = ".new-";

/// Tells apart files that are written at the same moment.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Where a file is, below the folder of all evidence.
pub(crate) fn path_of(root: &Path, hash: &EvidenceHash) -> PathBuf {
    let name = hash.to_string();
    let (folder, _) = name.split_at(2);
    root.join(folder).join(&name)
}

/// Puts a file there, durably. A file that is there already, and whole, is left alone.
pub(crate) fn keep(root: &Path, hash: &EvidenceHash, bytes: &[u8]) -> Result<(), StoreError> {
    let path = path_of(root, hash);
    let folder = path.parent().unwrap_or(root);
    let fail = |error| StoreError::io("keep evidence in", folder, error);
    if !folder.is_dir() {
        create_private(folder).map_err(fail)?;
        sync_folder(root).map_err(fail)?;
    }
    if read(root, hash)?.is_none() {
        write(root, &path, bytes).map_err(fail)?;
    }
    // Also for a file that was there: whoever put it there may not have come so far yet.
    sync_folder(folder).map_err(fail)
}

fn write(root: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let unfinished = root.join(format!("{UNFINISHED}{}-{number}", std::process::id()));
    let written = write_whole(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        // The next start removes it if this does not.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file: File = private_file().create(true).truncate(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A file, if it is there and is what its name says.
pub(crate) fn read(root: &Path, hash: &EvidenceHash) -> Result<Option<Vec<u8>>, StoreError> {
    let path = path_of(root, hash);
    match fs::read(&path) {
        Ok(bytes) if EvidenceHash::of(&bytes) == *hash => Ok(Some(bytes)),
        Ok(_) => {
            tracing::error!(path = %path.display(), "store.evidence.damaged");
            Ok(None)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::io("read", &path, error)),
    }
}

/// Removes what was not finished when the desk last stopped. Nothing names these files.
pub(crate) fn clear_unfinished(root: &Path) -> Result<(), StoreError> {
    let fail = |error| StoreError::io("clear", root, error);
    for entry in fs::read_dir(root).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_file(entry.path()).map_err(fail)?;
        }
    }
    Ok(())
}

/// Takes the files of another folder of evidence along that are not there yet, by a second name for each: they never change. On another
/// disk they are copied.
pub(crate) fn take_along(from: &Path, to: &Path) -> Result<(), StoreError> {
    let mut taken = Ok(());
    let walked = walk(from, |path, hash| {
        if let (Some(hash), Ok(())) = (hash, &taken) {
            taken = take_one(path, &path_of(to, &hash));
        }
    });
    walked
        .and(taken)
        .map_err(|error| StoreError::io("take the evidence along from", from, error))?;
    sync_folder(to).map_err(|error| StoreError::io("sync", to, error))
}

fn take_one(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() {
        return Ok(());
    }
    let folder = to.parent().unwrap_or(to);
    create_private(folder)?;
    if fs::hard_link(from, to).is_err() {
        fs::copy(from, to)?;
        File::open(to)?.sync_all()?;
    }
    sync_folder(folder)
}

/// Every file below the folder, with the hash that its name and place say; none where they say none.
pub(crate) fn walk(
    root: &Path,
    mut each: impl FnMut(&Path, Option<EvidenceHash>),
) -> io::Result<()> {
    if !root.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        if !path.is_dir() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if !name.starts_with(UNFINISHED) {
                each(&path, None);
            }
            continue;
        }
        for file in fs::read_dir(&path)? {
            let file = file?.path();
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let hash = EvidenceHash::try_from(name.into_owned()).ok();
            each(&file, hash.filter(|hash| path_of(root, hash) == file));
        }
    }
    Ok(())
}

//! The data folder: where its parts are, who may read it, and that one process at a time uses it.
//!
//! Knows paths, permissions and `fsync` of folders. Knows nothing of journals, engines or records.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::disk::temporary::{self, is_over};
use crate::store::error::StoreError;

/// A holder that is just ending, or a process that is just being started by this one, lets go within moments.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// The folder of the files that customers handed in.
pub(crate) const EVIDENCE: &str = "evidence";

/// A data folder that this process holds the lock of. The lock goes with the value.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    /// Held for its lock alone; none where somebody only looks at a folder that nobody ever served.
    _lock: Option<File>,
}

impl Folder {
    /// Creates the folder if it is missing, checks who may read it, and takes the lock.
    pub(crate) fn lock(root: &Path) -> Result<Self, StoreError> {
        temporary::sweep();
        create_private(root).map_err(|e| StoreError::io("create the data folder", root, e))?;
        check_permissions(root)?;
        let lock = take_lock(root)?;
        for sub in ["journal", "backups", EVIDENCE] {
            let path = root.join(sub);
            create_private(&path).map_err(|e| StoreError::io("create", &path, e))?;
        }
        sync_folder(root).map_err(|e| StoreError::io("sync", root, e))?;
        Ok(Self {
            root: root.to_owned(),
            _lock: Some(lock),
        })
    }

    /// Looks at a folder that no process is using, and neither makes nor changes anything in it: it may be one that cannot be written to.
    pub(crate) fn look(root: &Path) -> Result<Self, StoreError> {
        temporary::sweep();
        let path = root.join("LOCK");
        let fail = |e| StoreError::io("open", &path, e);
        let lock = match File::open(&path) {
            Ok(file) => Some(file),
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(fail(e)),
        };
        let lock = lock
            .map(|file| hold(root, file, File::try_lock_shared))
            .transpose()?;
        Ok(Self {
            root: root.to_owned(),
            _lock: lock,
        })
    }

    /// The folder itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where the journal's segments are.
    pub(crate) fn journal(&self) -> PathBuf {
        self.root.join("journal")
    }

    /// Where the engine keeps its files.
    pub(crate) fn engine(&self) -> PathBuf {
        self.root.join("sled")
    }

    /// Where the engine is built anew before it takes its place.
    pub(crate) fn rebuilding(&self) -> PathBuf {
        self.root.join("sled.rebuilding")
    }

    /// Where backups are looked for when the engine must be rebuilt.
    pub(crate) fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// Where the files are that customers handed in.
    pub(crate) fn evidence(&self) -> PathBuf {
        self.root.join(EVIDENCE)
    }

    /// Says that the engine was found damaged while serving: the next start rebuilds it.
    pub(crate) fn suspect(&self) -> PathBuf {
        self.root.join("SUSPECT")
    }

    /// Counts the starts that died while the engine was being opened.
    pub(crate) fn opening(&self) -> PathBuf {
        self.root.join("OPENING")
    }

    /// A name that is not taken yet, beginning with `stem`.
    pub(crate) fn free_name(&self, stem: &str) -> PathBuf {
        free_name(&self.root, stem)
    }
}

/// A path in `folder` that is not taken yet: `stem`, `stem-2`, `stem-3` and so on.
pub(crate) fn free_name(folder: &Path, stem: &str) -> PathBuf {
    let plain = folder.join(stem);
    if !plain.exists() {
        return plain;
    }
    (2_u32..)
        .map(|n| folder.join(format!("{stem}-{n}")))
        .find(|path| !path.exists())
        .unwrap_or(plain)
}

/// Creates a folder, and those above it, that only its owner may enter.
pub(crate) fn create_private(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Copies what is in a folder into another one.
pub(crate) fn copy_into(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            create_private(&place)?;
            copy_into(&entry.path(), &place)?;
        } else {
            fs::copy(entry.path(), &place)?;
        }
    }
    Ok(())
}

/// Options for a new file that only its owner may read.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}

/// Makes the names in a folder durable: without it a created or renamed file may be gone after a power cut.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Renames durably.
pub(crate) fn move_aside(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(|e| StoreError::io("move", from, e))?;
    for folder in [from.parent(), to.parent()].into_iter().flatten() {
        sync_folder(folder).map_err(|e| StoreError::io("sync", folder, e))?;
    }
    Ok(())
}

/// Writes a small file whole and durably.
pub(crate) fn write_durably(path: &Path, text: &str) -> io::Result<()> {
    let mut file = private_file().create(true).truncate(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Everything the desk knows about its customers is in this folder: others on the machine must not read it.
fn check_permissions(root: &Path) -> Result<(), StoreError> {
    let meta = fs::metadata(root).map_err(|e| StoreError::io("look at", root, e))?;
    let mode = meta.mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let empty = fs::read_dir(root)
        .map_err(|e| StoreError::io("read", root, e))?
        .next()
        .is_none();
    if empty {
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        return fs::set_permissions(root, private)
            .map_err(|e| StoreError::io("make private", root, e));
    }
    if mode & 0o007 != 0 {
        return Err(StoreError::Exposed {
            folder: root.to_owned(),
            mode,
        });
    }
    tracing::warn!(folder = %root.display(), mode = format!("{mode:o}"), "store.folder.group_readable");
    Ok(())
}

/// Takes the lock, or says which process holds it.
fn take_lock(root: &Path) -> Result<File, StoreError> {
    let path = root.join("LOCK");
    let fail = |e| StoreError::io("open", &path, e);
    let file = private_file().create(true).open(&path).map_err(fail)?;
    let mut file = hold(root, file, File::try_lock)?;
    file.set_len(0).map_err(fail)?;
    file.rewind().map_err(fail)?;
    writeln!(file, "{}", std::process::id()).map_err(fail)?;
    Ok(file)
}

/// Locks a folder's file, or says which process holds it.
fn hold(
    root: &Path,
    mut file: File,
    lock: impl Fn(&File) -> Result<(), fs::TryLockError>,
) -> Result<File, StoreError> {
    for last in (0..LOCK_TRIES).rev() {
        match lock(&file) {
            Ok(()) => break,
            Err(fs::TryLockError::WouldBlock) if last > 0 => std::thread::sleep(LOCK_PAUSE),
            Err(fs::TryLockError::WouldBlock) => return Err(in_use(root, &mut file)),
            Err(fs::TryLockError::Error(e)) => return Err(StoreError::io("lock", root, e)),
        }
    }
    Ok(file)
}

fn in_use(root: &Path, lock: &mut File) -> StoreError {
    let mut holder = String::new();
    // A holder that left no number is still a holder: whoever only looks leaves none, and who did before them may be gone.
    let _ = lock.read_to_string(&mut holder);
    let pid = holder.trim().parse::<u32>().ok();
    StoreError::InUse {
        folder: root.to_owned(),
        pid: pid.filter(|pid| !is_over(*pid)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_second_holder_is_told_which_process_has_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("data");
        let held = Folder::lock(&root).unwrap();
        let refused = Folder::lock(&root).unwrap_err();
        assert!(
            matches!(refused, StoreError::InUse { pid: Some(pid), .. } if pid == std::process::id())
        );
        drop(held);
        Folder::lock(&root).unwrap();
    }

    #[test]
    fn a_new_folder_is_private_and_one_that_others_may_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("data");
        drop(Folder::lock(&root).unwrap());
        assert_eq!(fs::metadata(&root).unwrap().mode() & 0o777, 0o700);
        fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).unwrap();
        let refused = Folder::lock(&root).unwrap_err();
        assert!(matches!(refused, StoreError::Exposed { mode: 0o755, .. }));
        assert!(refused.to_string().contains("chmod 700"), "{refused}");
    }
}

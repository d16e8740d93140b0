//! Copies of a data folder in the temporary folder, to look at. They hold what customers wrote: each goes with the process that made it,
//! and what one that was killed has left goes with the next command that opens or looks at a data folder.

use std::fs::{self, DirEntry, File};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

/// What the names of copies begin with; the number of the process follows.
const PREFIXES: [&str; 2] = [VERIFIED, READ];
/// A copy that `verify` looks at.
pub(crate) const VERIFIED: &str = "frontdesk-verify-";
/// A copy that is read in the place of a folder that cannot be written to.
pub(crate) const READ: &str = "frontdesk-read-";

/// One that nobody holds is left behind after so long: until then it may be one that is just being made.
const NEW: Duration = Duration::from_mins(1);

/// A temporary folder that only its owner may enter. It goes with the value.
#[derive(Debug)]
pub(crate) struct Temporary {
    folder: TempDir,
    /// Held for its lock alone, which says that somebody is at work here: numbers of processes come again.
    _held: File,
}

impl Temporary {
    /// Makes one whose name begins so.
    pub(crate) fn new(prefix: &str) -> io::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix(&format!("{prefix}{}-", std::process::id()))
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir()?;
        let held = File::open(folder.path())?;
        // Whoever looks whether this was left behind holds it for a moment. Where a file system knows no locks, the number of the process has to do.
        let _ = held.lock();
        Ok(Self {
            folder,
            _held: held,
        })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes what processes have left behind that were killed.
pub(crate) fn sweep() {
    sweep_in(&std::env::temp_dir());
}

/// One that cannot be removed is another user's.
fn sweep_in(place: &Path) {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    for entry in entries.filter(is_left_behind) {
        let _ = fs::remove_dir_all(entry.path());
    }
}

fn is_left_behind(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_str().unwrap_or_default();
    let rest = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix));
    let process = rest.and_then(|rest| rest.split('-').next()?.parse().ok());
    let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
    let Some(process) = process.filter(|_| is_folder) else {
        return false;
    };
    let free = File::open(entry.path()).is_ok_and(|folder| folder.try_lock().is_ok());
    free && (is_over(process) || is_old(entry))
}

/// Whether there is no such process any more.
pub(crate) fn is_over(process: u32) -> bool {
    !Path::new("/proc").join(process.to_string()).exists()
}

fn is_old(entry: &DirEntry) -> bool {
    let changed = entry.metadata().and_then(|meta| meta.modified());
    changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > NEW))
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn a_copy_that_a_killed_process_left_goes_and_the_others_stay() {
        let dir = tempfile::tempdir().unwrap();
        let own = std::process::id();
        let made = |name: String, age: Duration, held: bool| {
            let path = dir.path().join(name);
            fs::create_dir(&path).unwrap();
            let folder = File::open(&path).unwrap();
            folder.set_modified(SystemTime::now() - age).unwrap();
            if held {
                folder.try_lock().unwrap();
            }
            (path, folder)
        };
        let (none, long) = (Duration::ZERO, NEW * 2);
        let gone = [
            made("frontdesk-verify-4294967294-a".to_owned(), none, false),
            made("frontdesk-read-4294967294-b".to_owned(), none, false),
            // Another process has the number of the one that was killed.
            made(format!("frontdesk-verify-{own}-c"), long, false),
        ];
        let kept = [
            made(format!("frontdesk-verify-{own}-d"), none, false),
            made(format!("frontdesk-read-{own}-e"), long, true),
            // Held from where the numbers of processes are others.
            made("frontdesk-verify-4294967294-f".to_owned(), long, true),
            made("frontdesk-verify-g".to_owned(), long, false),
            made("of-others-4294967294-h".to_owned(), long, false),
        ];
        sweep_in(dir.path());
        assert!(gone.iter().all(|(path, _)| !path.exists()), "{gone:?}");
        assert!(kept.iter().all(|(path, _)| path.exists()), "{kept:?}");
    }
}

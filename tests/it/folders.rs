//! Folders of tests, taken along whole.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// So often a folder is looked at, at most.
const LOOKS: usize = 1000;

/// Copies a data folder, which its owner alone may open, as it stands at one moment, though whoever writes there may be at it: the store moves
/// what was said into its engine in its own time. Nothing was written between two looks that see the same.
pub fn copy_folder(from: &Path, to: &Path) {
    let mut seen = look(from);
    let still = (0..LOOKS).find_map(|_| {
        let before = std::mem::replace(&mut seen, look(from));
        before.filter(|before| seen.as_ref() == Some(before))
    });
    let all = still.expect("the folder never stood still");
    make(to);
    for (path, bytes) in &all {
        match bytes {
            None => make(&to.join(path)),
            Some(bytes) => std::fs::write(to.join(path), bytes).unwrap(),
        }
    }
}

fn make(folder: &Path) {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut folders = std::fs::DirBuilder::new();
    folders.mode(0o700).recursive(true).create(folder).unwrap();
}

/// All that is in a folder, each folder before what is in it; nothing where some of it went while it was looked at.
fn look(folder: &Path) -> Option<BTreeMap<PathBuf, Option<Vec<u8>>>> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(at) = left.pop() {
        for entry in there(std::fs::read_dir(&at))? {
            let path = there(entry)?.path();
            let name = path.strip_prefix(folder).unwrap().to_owned();
            if path.is_dir() {
                found.insert(name, None);
                left.push(path);
            } else {
                found.insert(name, Some(there(std::fs::read(&path))?));
            }
        }
    }
    Some(found)
}

fn there<T>(found: std::io::Result<T>) -> Option<T> {
    match found {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        other => Some(other.unwrap()),
    }
}

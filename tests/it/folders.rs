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

/// Somebody writes the next number into one file after the other, over and over, and is not waited for: at no moment do two files stand further
/// apart than one number, and none stands before one that is written earlier.
#[test]
fn a_folder_is_copied_as_it_stood_at_one_moment() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    std::fs::create_dir(&from).unwrap();
    let write = |round: u32| {
        for file in 10..30 {
            std::fs::write(from.join(file.to_string()), round.to_string()).unwrap();
        }
    };
    write(1);
    std::thread::scope(|scope| {
        scope.spawn(|| (2..400).for_each(write));
        for copy in 0..10 {
            let to = to.join(copy.to_string());
            copy_folder(&from, &to);
            let read = |file: u32| std::fs::read_to_string(to.join(file.to_string())).unwrap();
            // One may be empty, just before something is written into it.
            let numbers = (10..30).filter_map(|file| read(file).parse().ok());
            let numbers: Vec<u32> = numbers.collect();
            let is_in_order = numbers.is_sorted_by(|one, next| one >= next);
            let apart = numbers[0] - numbers[numbers.len() - 1].min(numbers[0]);
            assert!(
                numbers.len() >= 19 && is_in_order && apart <= 1,
                "copy {copy}: {numbers:?}"
            );
        }
    });
}

//! The rule folder on disk: reading it, and noticing when somebody saves a file in it.
//!
//! What the files mean is `engine::rules`' business; nothing here looks into them.

mod built_in;
mod digest;
mod learned;
mod reload;
mod watch;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::engine::rules::FOLDERS;

pub use built_in::{built_in, built_in_rules, built_in_widget_words};
pub use learned::Learned;
pub use reload::{Known, Reload, keep_loaded};
pub use watch::{Ask, Cause, Watch, on_change};

/// More than the loader takes, so that it can say that a file is too large without the whole of it being read.
const READ_AT_MOST: u64 = (4 << 20) + 1;

/// The names and texts of the rule files in a folder and in the [`FOLDERS`] below it, in the order of their names.
///
/// What is not UTF-8 becomes U+FFFD, which the loader refuses with file and line.
///
/// # Errors
/// When the folder or a file in it cannot be read.
pub fn read_folder(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    read_into(&mut files, folder, "")?;
    for below in FOLDERS {
        let inner = folder.join(below);
        if inner.is_dir() {
            read_into(&mut files, &inner, &format!("{below}/"))?;
        }
    }
    files.sort();
    Ok(files)
}

/// What somebody may take for a rule file and [`read_folder`] does not: another case, a folder, a link to nothing.
///
/// # Errors
/// When the folder cannot be read.
pub fn passed_over(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let below = FOLDERS.map(|below| folder.join(below));
    let folders = below.iter().filter(|inner| inner.is_dir());
    for folder in [folder].into_iter().chain(folders.map(PathBuf::as_path)) {
        for entry in fs::read_dir(folder).map_err(|e| naming(folder, &e))? {
            let entry = entry.map_err(|e| naming(folder, &e))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_read = is_rule_file(&name) && entry.path().is_file();
            if is_rule_file(&name.to_lowercase()) && !is_read {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read_into(files: &mut Vec<(String, String)>, folder: &Path, before: &str) -> io::Result<()> {
    for entry in fs::read_dir(folder).map_err(|e| naming(folder, &e))? {
        let entry = entry.map_err(|e| naming(folder, &e))?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if is_rule_file(&name) && entry.path().is_file() {
            let text = read_file(&entry.path()).map_err(|e| naming(&entry.path(), &e))?;
            files.push((format!("{before}{name}"), text));
        }
    }
    Ok(())
}

/// Writes files, by their names below a folder, which is there. What stands there under the same name is overwritten.
///
/// # Errors
/// When a file or a folder that it is in cannot be written.
pub fn write_folder(folder: &Path, files: &[(String, String)]) -> io::Result<()> {
    for (name, text) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|e| naming(parent, &e))?;
        }
        fs::write(&path, text).map_err(|e| naming(&path, &e))?;
    }
    Ok(())
}

fn read_file(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(READ_AT_MOST)
        .read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Editors leave `.#x.toml`, `x.toml~` and the like beside what they edit.
fn is_rule_file(name: &str) -> bool {
    name.ends_with(".toml") && !name.starts_with(['.', '#', '~'])
}

/// An error that says which file it is about.
fn naming(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

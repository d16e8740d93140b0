//! Puts a text in a file's place. Whoever may read the file stays who may read it: an operator's secrets may stand in it.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::Context as _;

/// Puts a text in a file's place, all of it or nothing. A link to the file stays one, and what it leads to is replaced.
pub(super) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let replaced = fs::canonicalize(path).and_then(|file| replace_file(&file, text));
    replaced.with_context(|| format!("cannot write {}", path.display()))
}

fn replace_file(file: &Path, text: &str) -> io::Result<()> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = file.with_file_name(name);
    match fs::remove_file(&beside) {
        // Left by one that was killed.
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let written = write_like(&beside, text, &fs::metadata(file)?);
    if let Err(error) = written.and_then(|()| fs::rename(&beside, file)) {
        let _ = fs::remove_file(&beside);
        return Err(error);
    }
    // Only then is it the new one that is found after the power fails.
    file.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Writes a file that belongs to whom the old one belongs to, and is nobody else's to read at any moment.
fn write_like(beside: &Path, text: &str, old: &Metadata) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(beside)?;
    new.write_all(text.as_bytes())?;
    #[cfg(unix)]
    give(&new, old)?;
    new.set_permissions(old.permissions())?;
    new.sync_all()
}

/// Who changes the file need not be who runs the desk.
#[cfg(unix)]
fn give(new: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let (own, wanted) = (new.metadata()?, (old.uid(), old.gid()));
    if (own.uid(), own.gid()) == wanted {
        return Ok(());
    }
    fchown(new, Some(wanted.0), Some(wanted.1))
}

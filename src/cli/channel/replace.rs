//! Puts a text in a file's place, and files beside it. Whoever may read the file stays who may read it, and whose it is has what is written
//! beside it: an operator's secrets may stand in either.

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

/// Writes a secret into a new file beside another, for nobody to read but whose that one is.
pub(super) fn keep(path: &Path, text: &str, beside: &Path) -> anyhow::Result<()> {
    let kept = fs::metadata(beside).and_then(|old| keep_like(path, text, &old));
    kept.with_context(|| format!("cannot write {}", path.display()))
}

fn keep_like(path: &Path, text: &str, old: &Metadata) -> io::Result<()> {
    let mut new = for_nobody_else(path)?;
    let written = writeln!(new, "{text}").and_then(|()| {
        #[cfg(unix)]
        give_secret(&new, old)?;
        new.sync_all()
    });
    if written.is_err() {
        // Half a secret is none, and would stand in the way of the next one.
        let _ = fs::remove_file(path);
    }
    written
}

/// A new file that is nobody else's to read at any moment.
fn for_nobody_else(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a file that belongs to whom the old one belongs to, and is nobody else's to read at any moment.
fn write_like(beside: &Path, text: &str, old: &Metadata) -> io::Result<()> {
    let mut new = for_nobody_else(beside)?;
    new.write_all(text.as_bytes())?;
    #[cfg(unix)]
    give(&new, old)?;
    new.set_permissions(old.permissions())?;
    new.sync_all()
}

/// Where a secret cannot be given to whom the other file belongs to, it is for those of the group who may read that one.
#[cfg(unix)]
fn give_secret(new: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    give(new, old)?;
    let own = new.metadata()?;
    if own.uid() != old.uid() && own.gid() == old.gid() && old.mode() & 0o040 != 0 {
        new.set_permissions(fs::Permissions::from_mode(0o640))?;
    }
    Ok(())
}

/// Who changes the file need not be who runs the desk. Who may change it without owning it, as one of its group, may not give it away
/// either: then it stays with them, and with the group if that may be.
#[cfg(unix)]
fn give(new: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let (own, wanted) = (new.metadata()?, (old.uid(), old.gid()));
    if (own.uid(), own.gid()) == wanted {
        return Ok(());
    }
    let not_allowed = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    let given = fchown(new, Some(wanted.0), Some(wanted.1));
    let given = given.or_else(|error| match not_allowed(&error) {
        true => fchown(new, None, Some(wanted.1)),
        false => Err(error),
    });
    given.or_else(|error| not_allowed(&error).then_some(()).ok_or(error))
}

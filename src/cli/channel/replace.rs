//! Puts a text in a file's place, and files beside it. Whoever may read the file stays who may read it, and whose it is has what is written
//! beside it: an operator's secrets may stand in either.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
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
    let placed = write_like(&beside, text, &fs::metadata(file)?).and_then(|is_theirs| {
        if is_theirs {
            return fs::rename(&beside, file);
        }
        // A new file would be ours, and whoever runs the desk might not read it any more.
        write_into(file, text)?;
        fs::remove_file(&beside)
    });
    if let Err(error) = placed {
        let _ = fs::remove_file(&beside);
        return Err(error);
    }
    // Only then is it the new one that is found after the power fails.
    file.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Writes a text into the file that is there, which stays whose it is. The same text is kept beside it until then, should the power fail in
/// between; where there is no room for all of it, what stood there stays.
fn write_into(file: &Path, text: &str) -> io::Result<()> {
    let before = fs::read(file)?;
    let mut there = OpenOptions::new().write(true).open(file)?;
    let written = overwrite(&mut there, text.as_bytes());
    if written.is_err() {
        overwrite(&mut there, &before)?;
    }
    written
}

fn overwrite(there: &mut File, bytes: &[u8]) -> io::Result<()> {
    there.seek(SeekFrom::Start(0))?;
    there.write_all(bytes)?;
    there.set_len(u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
    there.sync_all()
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

/// What is to be known of a secret that could not be given to whom the file beside it belongs to; nothing where it was.
#[cfg(unix)]
pub(super) fn not_given(path: &Path, beside: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let (own, theirs) = (fs::metadata(path).ok()?, fs::metadata(beside).ok()?);
    if own.uid() == theirs.uid() {
        return None;
    }
    let user = theirs.uid();
    let reads = match own.mode() & 0o040 {
        0 => format!("user {user}, whose the configuration is, cannot read it"),
        _ => format!(
            "user {user}, whose the configuration is, reads it only as one of group {}",
            own.gid()
        ),
    };
    let path = path.display();
    Some(format!(
        "{path} is yours, since you may not give it away: {reads}. Where the desk runs as that user and cannot, it does not start before somebody who may has run: chown {user} {path}"
    ))
}

#[cfg(not(unix))]
pub(super) const fn not_given(_path: &Path, _beside: &Path) -> Option<String> {
    None
}

/// A new file that is nobody else's to read at any moment.
fn for_nobody_else(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a file that belongs to whom the old one belongs to, and is nobody else's to read at any moment; says whether it does belong to them.
fn write_like(beside: &Path, text: &str, old: &Metadata) -> io::Result<bool> {
    let mut new = for_nobody_else(beside)?;
    new.write_all(text.as_bytes())?;
    #[cfg(unix)]
    let is_theirs = give(&new, old)?;
    #[cfg(not(unix))]
    let is_theirs = true;
    if is_theirs {
        new.set_permissions(old.permissions())?;
    }
    new.sync_all()?;
    Ok(is_theirs)
}

/// Where a secret cannot be given to whom the other file belongs to, it is for those of the group who may read that one.
#[cfg(unix)]
fn give_secret(new: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    if give(new, old)? {
        return Ok(());
    }
    let own = new.metadata()?;
    if own.uid() != old.uid() && own.gid() == old.gid() && old.mode() & 0o040 != 0 {
        new.set_permissions(fs::Permissions::from_mode(0o640))?;
    }
    Ok(())
}

/// Who changes the file need not be who runs the desk. Who may change it without owning it, as one of its group, may not give it away
/// either: then it stays with them, and with the group if that may be. Says whether all of it was given.
#[cfg(unix)]
fn give(new: &File, old: &Metadata) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let (own, wanted) = (new.metadata()?, (old.uid(), old.gid()));
    if (own.uid(), own.gid()) == wanted {
        return Ok(true);
    }
    let not_allowed = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    match fchown(new, Some(wanted.0), Some(wanted.1)) {
        Ok(()) => return Ok(true),
        Err(error) if !not_allowed(&error) => return Err(error),
        Err(_) => {}
    }
    let to_group = fchown(new, None, Some(wanted.1));
    let kept = to_group.or_else(|error| not_allowed(&error).then_some(()).ok_or(error));
    kept.map(|()| false)
}

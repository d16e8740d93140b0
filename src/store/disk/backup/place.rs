//! Where a backup may be written: where nothing stands, or in the place of another backup of the same store. Whoever mistypes a path must not
//! lose a journal, a configuration, or somebody else's only copy to it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{header, parent};
use crate::store::error::StoreError;

/// How a backup is called while it is written: a name that is nobody's but ours.
pub(super) fn partial(path: &Path) -> PathBuf {
    path.with_added_extension(super::PARTIAL)
}

/// Whether a backup of a store may be written there, and not into its data folder but into `backups`.
pub(crate) fn may_be_written(
    path: &Path,
    store: u128,
    data: &Path,
    backups: &Path,
) -> Result<(), StoreError> {
    let folder = parent(path);
    let real = |folder: &Path| fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let (folder, data, backups) = (real(folder), real(data), real(backups));
    if folder.starts_with(&data) && folder != backups {
        return Err(refused(path, "it is in the data folder itself"));
    }
    match fs::symlink_metadata(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
        Err(e) => Err(StoreError::io("look at", path, e)),
        Ok(meta) if !meta.is_file() => Err(refused(path, "there is something that is no file")),
        Ok(_) if header(path).is_ok_and(|header| header.store == store) => Ok(()),
        Ok(_) => Err(refused(
            path,
            "there is a file already, which is no backup of this store",
        )),
    }
}

fn refused(path: &Path, why: &str) -> StoreError {
    StoreError::misused(format!(
        "a backup cannot be written to {}: {why}. Name a file that does not exist",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::{may_be_written, partial};

    #[test]
    fn a_backup_goes_where_nothing_stands_and_into_the_data_folder_only_among_the_backups() {
        let dir = tempfile::tempdir().unwrap();
        let (data, other) = (dir.path().join("data"), dir.path().join("other"));
        let (backups, journal) = (data.join("backups"), data.join("journal"));
        for folder in [&other, &backups, &journal] {
            fs::create_dir_all(folder).unwrap();
        }
        symlink(&journal, other.join("way-round")).unwrap();
        let may = |path: &Path| may_be_written(path, 7, &data, &backups).is_ok();
        assert!(may(&other.join("today.fdbackup")));
        assert!(may(&backups.join("today.fdbackup")));
        assert!(!may(&data.join("today.fdbackup")));
        assert!(!may(&journal.join("today.fdbackup")));
        assert!(!may(&other.join("way-round/today.fdbackup")));
        assert!(!may(&backups));
    }

    #[test]
    fn what_stands_there_already_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let (data, file) = (dir.path().join("data"), dir.path().join("frontdesk.toml"));
        fs::write(&file, "listen = \"127.0.0.1:8080\"\n").unwrap();
        let refused = may_be_written(&file, 7, &data, &data.join("backups")).unwrap_err();
        let said = refused.to_string();
        assert!(said.contains("no backup of this store"), "{said}");
        symlink(&file, dir.path().join("link")).unwrap();
        let link = dir.path().join("link");
        assert!(may_be_written(&link, 7, &data, &data.join("backups")).is_err());
        assert_eq!(partial(&file), dir.path().join("frontdesk.toml.partial"));
    }
}

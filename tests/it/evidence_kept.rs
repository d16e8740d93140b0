//! Files of customers on disk: verified, backed up and restored.

use std::path::{Path, PathBuf};

use frontdesk::store::{verify, verify_backup};
use serde_json::Value;

use crate::evidence::{attach, pdf, png, text_of};
use crate::folders::copy_folder;
use crate::support::TestApp;

#[tokio::test]
async fn a_file_is_whole_on_disk_and_verify_says_when_it_is_not() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let kept = attach(&app, &visitor, &png(1), None).await;
    let gone = attach(&app, &visitor, &pdf("gone"), None).await;
    let (data, folder) = (app.data(), tempfile::tempdir().unwrap());
    app.store.close();
    let copy = folder.path().join("data");
    copy_folder(&data, &copy);
    let found = verify(&copy).unwrap();
    assert_eq!(
        (found.problems.len(), found.tallied.files),
        (0, 2),
        "{:?}",
        found.problems
    );
    let path = |kept: &Value| {
        let hash = text_of(kept, "sha256");
        copy.join("evidence").join(&hash[..2]).join(hash)
    };
    std::fs::remove_file(path(&gone)).unwrap();
    let mut bytes = std::fs::read(path(&kept)).unwrap();
    bytes[40] ^= 1;
    std::fs::write(path(&kept), bytes).unwrap();
    std::fs::write(copy.join("evidence/readme.txt"), "hello").unwrap();
    let problems = verify(&copy).unwrap().problems.join("\n");
    for words in [
        text_of(&gone, "sha256"),
        "is not what its name says",
        "readme.txt",
    ] {
        assert!(problems.contains(words), "{words}: {problems}");
    }
}

#[tokio::test]
async fn a_restore_into_the_folder_that_stands_there_takes_the_files_along() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let kept = attach(&app, &visitor, &png(1), None).await;
    app.store.close();
    let folder = tempfile::tempdir().unwrap();
    let (data, backup) = (
        folder.path().join("data"),
        folder.path().join("one.fdbackup"),
    );
    copy_folder(&app.data(), &data);
    let run = |args: &[&str]| crate::process::run(folder.path(), args);
    std::fs::write(folder.path().join("frontdesk.toml"), "").unwrap();
    let (data_name, backup_name) = (data.to_str().unwrap(), backup.to_str().unwrap());
    run(&["backup", "--data", data_name, "--to", backup_name]);
    run(&["restore", backup_name, "--data", data_name]);
    let found = verify(&data).unwrap();
    assert_eq!(
        (found.problems.len(), found.tallied.files),
        (0, 1),
        "{:?}",
        found.problems
    );
    let hash = text_of(&kept, "sha256");
    assert!(data.join("evidence").join(&hash[..2]).join(hash).is_file());
}

/// A desk that took a file, stopped; its data folder and the name of the file.
async fn stopped_with_a_file(folder: &Path) -> (PathBuf, String) {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let kept = attach(&app, &visitor, &png(1), None).await;
    app.store.close();
    let data = folder.join("data");
    copy_folder(&app.data(), &data);
    std::fs::write(folder.join("frontdesk.toml"), "").unwrap();
    (data, text_of(&kept, "sha256").to_owned())
}

#[tokio::test]
async fn a_lost_data_folder_comes_back_from_its_backup_with_the_files_of_customers() {
    let folder = tempfile::tempdir().unwrap();
    let (data, hash) = stopped_with_a_file(folder.path()).await;
    let run = |args: &[&str]| crate::process::run(folder.path(), args);
    let file = data.join("evidence").join(&hash[..2]).join(&hash);
    let content = std::fs::read(&file).unwrap();
    run(&["backup", "--data", "data", "--to", "one.fdbackup"]);
    std::fs::remove_dir_all(&data).unwrap();
    run(&["restore", "one.fdbackup", "--data", "data"]);
    assert_eq!(std::fs::read(&file).unwrap(), content);
    assert_eq!(verify(&data).unwrap().problems, Vec::<String>::new());
    let backup = verify_backup(&folder.path().join("one.fdbackup")).unwrap();
    assert_eq!((backup.counts.files, backup.lacks), (1, 0));
}

#[tokio::test]
async fn a_backup_says_which_files_it_lacks_and_one_without_any_is_restored_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (data, hash) = stopped_with_a_file(folder.path()).await;
    let run = |args: &[&str]| {
        let output = crate::process::run(folder.path(), args);
        String::from_utf8(output.stdout).unwrap()
    };
    let file = data.join("evidence").join(&hash[..2]).join(&hash);
    let content = std::fs::read(&file).unwrap();
    // Backups of before files were part of one are like one of a folder whose file is gone.
    std::fs::remove_file(&file).unwrap();
    let said = run(&["backup", "--data", "data", "--to", "old.fdbackup"]);
    assert!(
        said.contains("0 files of customers (1 file lacking)"),
        "{said}"
    );
    std::fs::write(&file, b"not what the name says").unwrap();
    let said = run(&["backup", "--data", "data", "--to", "hurt.fdbackup"]);
    assert!(said.contains("(1 file lacking)"), "{said}");
    std::fs::write(&file, &content).unwrap();
    run(&["restore", "old.fdbackup", "--data", "data"]);
    assert_eq!(std::fs::read(&file).unwrap(), content, "taken along");
    run(&["restore", "old.fdbackup", "--data", "elsewhere"]);
    let problems = verify(&folder.path().join("elsewhere")).unwrap().problems;
    assert!(
        problems.iter().any(|words| words.contains(&hash)),
        "{problems:?}"
    );
}

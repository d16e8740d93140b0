//! A desk that serves takes its backups by itself, and says so to those who look after it.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;

use crate::binary::Binary;

async fn metrics(binary: &Binary) -> String {
    let client = crate::support::client();
    let answer = client.get(&binary.metrics).send().await.unwrap();
    answer.text().await.unwrap()
}

/// The value of a metric.
fn metric(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.map(|value| value.trim().parse().unwrap())
}

#[tokio::test]
async fn a_desk_takes_its_first_backup_soon_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let binary = Binary::serve(folder.path(), &[]);
    let token = binary.visitor().await;
    binary.send(&token, "m1", "hello").await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(100);
    while !binary.log().contains("backup taken and verified") {
        assert!(Instant::now() < deadline, "{}", binary.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let text = loop {
        let text = metrics(&binary).await;
        let last = metric(&text, "frontdesk_backup_last_success_timestamp_seconds");
        if last.unwrap() > 0.0 || Instant::now() > deadline {
            break text;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let last = metric(&text, "frontdesk_backup_last_success_timestamp_seconds");
    assert!(last.unwrap() > 1_700_000_000.0, "{text}");
    assert_eq!(metric(&text, "frontdesk_backup_failures_total"), Some(0.0));
    assert_eq!(metric(&text, "frontdesk_backup_overdue"), Some(0.0));
    let ready = binary.request(Method::GET, "/readyz").send().await.unwrap();
    let ready: Value = ready.json().await.unwrap();
    let checks = ready["checks"].as_array().unwrap();
    let backup = checks.iter().find(|check| check["name"] == "backup");
    assert_eq!(backup.unwrap()["ok"], true);
    let files = std::fs::read_dir(folder.path().join("data/backups")).unwrap();
    let files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    frontdesk::store::verify_backup(&files[0]).unwrap();
}

#[tokio::test]
async fn backups_can_be_switched_off() {
    let folder = tempfile::tempdir().unwrap();
    let binary = Binary::serve(folder.path(), &["--backup.every", "off"]);
    let text = metrics(&binary).await;
    assert!(text.contains("frontdesk_store_writable 1"), "{text}");
    assert!(!text.contains("frontdesk_backup"), "{text}");
}

#[tokio::test]
async fn a_backup_never_replaces_what_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let binary = Binary::serve(folder.path(), &[]);
    let token = binary.visitor().await;
    binary.send(&token, "m1", "hello").await.unwrap();
    let data = folder.path().join("data");
    let notes = folder.path().join("notes.txt");
    std::fs::write(&notes, "mine").unwrap();
    let journal = std::fs::read_dir(data.join("journal")).unwrap();
    let segment = journal.map(|entry| entry.unwrap().path()).next().unwrap();
    for taken in [&notes, &segment, &data.join("new.fdbackup")] {
        let refused = frontdesk::store::request_backup(&data, Some(taken)).unwrap_err();
        let said = refused.to_string();
        assert!(said.contains("Name a file that does not exist"), "{said}");
    }
    assert_eq!(std::fs::read(&notes).unwrap(), b"mine");
    let to = folder.path().join("today.fdbackup");
    for _ in 0..2 {
        let taken = frontdesk::store::request_backup(&data, Some(&to)).unwrap();
        assert_eq!(taken.unwrap().path, to);
    }
    binary.send(&token, "m2", "still there?").await.unwrap();
}

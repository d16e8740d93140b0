//! SIGHUP: the rules are read again, with the same words in the log as for a save, whether or not a file has changed.

use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;

use crate::binary::Binary;
use crate::support::rules_without_phrases;

const TAKEN: &str = "intents reloaded: +0 ~0 -0";
const REFUSED: &str = "old rules stay in force";

/// A desk with rule files of its own.
fn desk(folder: &Path) -> Binary {
    let intents = folder.join("intents");
    std::fs::create_dir(&intents).unwrap();
    frontdesk::rules_folder::write_folder(&intents, &rules_without_phrases()).unwrap();
    Binary::serve(folder, &["--intents", "intents"])
}

/// Waits until the log has said something so many times.
async fn wait_for(binary: &Binary, words: &str, times: usize) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while binary.log().matches(words).count() < times {
        assert!(
            Instant::now() < deadline,
            "the log does not say {words:?} {times} times:\n{}",
            binary.log()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn answer(binary: &Binary, name: &str) -> String {
    let token = binary.visitor().await;
    binary.send(&token, name, "hello").await.unwrap()["replies"][0]["text"].to_string()
}

#[tokio::test]
async fn sighup_reads_the_rules_again_and_a_broken_set_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let binary = desk(folder.path());
    let before = answer(&binary, "m1").await;
    binary.signal("HUP");
    wait_for(&binary, TAKEN, 1).await;
    binary.signal("HUP");
    wait_for(&binary, TAKEN, 2).await;

    let broken = folder.path().join("intents/broken.toml");
    std::fs::write(&broken, "[[[").unwrap();
    wait_for(&binary, REFUSED, 1).await;
    binary.signal("HUP");
    wait_for(&binary, REFUSED, 2).await;
    assert!(binary.log().contains("broken.toml:1:"), "{}", binary.log());
    assert_eq!(answer(&binary, "m2").await, before);
    let told = complaint(&binary).await.unwrap();
    assert!(told.contains("mistakes (1)"), "{told}");
    assert_eq!(refused(&binary).await, "1");

    std::fs::remove_file(&broken).unwrap();
    binary.signal("HUP");
    wait_for(&binary, TAKEN, 3).await;
    assert_eq!(answer(&binary, "m3").await, before);
    until_taken(&binary).await;
    assert_eq!(refused(&binary).await, "0");
}

/// What `/readyz` says of the rules, while the desk stays ready.
async fn complaint(binary: &Binary) -> Option<String> {
    let answer = binary.request(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let ready: Value = answer.json().await.unwrap();
    let checks = ready["checks"].as_array().unwrap();
    let rules = checks.iter().find(|check| check["name"] == "rules");
    rules.unwrap()["detail"].as_str().map(str::to_owned)
}

/// Waits until nothing is said of the rules any more: the log speaks before they are in force.
async fn until_taken(binary: &Binary) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while let Some(told) = complaint(binary).await {
        assert!(Instant::now() < deadline, "still: {told}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn refused(binary: &Binary) -> String {
    let text = reqwest::get(&binary.metrics);
    let text = text.await.unwrap().text().await.unwrap();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("frontdesk_rule_files_refused "));
    line.unwrap().to_owned()
}

#[tokio::test]
async fn a_folder_that_is_moved_away_is_named_until_it_is_back_and_a_save_says_what_it_changed() {
    let folder = tempfile::tempdir().unwrap();
    let binary = desk(folder.path());
    let (intents, away) = (folder.path().join("intents"), folder.path().join("away"));
    std::fs::rename(&intents, &away).unwrap();
    binary.signal("HUP");
    wait_for(&binary, REFUSED, 1).await;
    let told = complaint(&binary).await.unwrap();
    assert!(told.contains("cannot be read"), "{told}");

    std::fs::rename(&away, &intents).unwrap();
    std::fs::write(
        intents.join("more.toml"),
        "[concepts]\nkettles = ['kettle of ours']\n",
    )
    .unwrap();
    binary.signal("HUP");
    wait_for(&binary, "intents reloaded: +1 ~0 -0 (+concept kettles)", 1).await;
    until_taken(&binary).await;
}

#[tokio::test]
async fn sighup_does_not_end_a_desk_with_built_in_rules() {
    let folder = tempfile::tempdir().unwrap();
    let binary = Binary::serve_built_in(folder.path());
    binary.signal("HUP");
    wait_for(&binary, "nothing to reload", 1).await;
    answer(&binary, "m1").await;
}

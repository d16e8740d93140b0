//! SIGHUP: the rules are read again, with the same words in the log as for a save, whether or not a file has changed.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::binary::Binary;

const TAKEN: &str = "intents reloaded: +0 ~0 -0";
const REFUSED: &str = "old rules stay in force";

/// A desk with rule files of its own.
fn desk(folder: &Path) -> Binary {
    let intents = folder.join("intents");
    std::fs::create_dir(&intents).unwrap();
    let rules = frontdesk::rules_folder::built_in_rules();
    frontdesk::rules_folder::write_folder(&intents, &rules).unwrap();
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

    std::fs::remove_file(&broken).unwrap();
    binary.signal("HUP");
    wait_for(&binary, TAKEN, 3).await;
    assert_eq!(answer(&binary, "m3").await, before);
}

#[tokio::test]
async fn sighup_does_not_end_a_desk_with_built_in_rules() {
    let folder = tempfile::tempdir().unwrap();
    let binary = Binary::serve(folder.path(), &[]);
    binary.signal("HUP");
    wait_for(&binary, "nothing to reload", 1).await;
    answer(&binary, "m1").await;
}

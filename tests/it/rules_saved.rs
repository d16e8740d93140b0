//! Rules that are saved while the real program runs on them.

use std::time::Duration;

use crate::binary::Binary;
use crate::http_binary::folder;
use crate::support::rules_without_phrases;

#[tokio::test]
async fn a_good_save_of_the_rules_is_in_force_for_the_next_message_and_a_broken_one_changes_nothing()
 {
    let folder = folder();
    let intents = folder.path().join("intents");
    std::fs::create_dir(&intents).unwrap();
    let rules = rules_without_phrases();
    frontdesk::rules_folder::write_folder(&intents, &rules).unwrap();
    let binary = Binary::serve(folder.path(), &["--intents", "intents"]);
    let ask = async |name: &str| {
        let token = binary.visitor().await;
        binary.send(&token, name, "hello").await.unwrap()["replies"][0]["text"].to_string()
    };
    let before = ask("m1").await;
    std::fs::write(intents.join("broken.toml"), "[[[").unwrap();
    wait_for(&binary, "old rules stay in force").await;
    assert_eq!(ask("m2").await, before);
    std::fs::remove_file(intents.join("broken.toml")).unwrap();
    let hello = std::fs::read_dir(&intents)
        .unwrap()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| {
            std::fs::read_to_string(path).is_ok_and(|text| text.contains("[say.welcome]"))
        });
    let hello = hello.expect("a file with the welcome");
    let text = std::fs::read_to_string(&hello).unwrap();
    let (head, rest) = text.split_once("[say.welcome]").unwrap();
    let (indent, english) = rest.split_once("\nen").unwrap();
    let english = english.replacen('"', "\"FRESH-RULES ", 1);
    let rest = format!("{indent}\nen{english}");
    std::fs::write(&hello, format!("{head}[say.welcome]{rest}")).unwrap();
    wait_for(&binary, "intents reloaded").await;
    for attempt in 0..100 {
        if ask(&format!("m3-{attempt}")).await.contains("FRESH-RULES") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the saved rules are not in force");
}

/// Waits until the log says something, for a minute: reading all rules takes long where other tests run beside.
async fn wait_for(binary: &Binary, words: &str) {
    for _ in 0..1200 {
        if binary.log().contains(words) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the log does not say {words:?}:\n{}", binary.log());
}

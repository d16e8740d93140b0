//! `frontdesk verify` sees damage that a start would find, and changes nothing while it looks.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use frontdesk::domain::ids::ConversationId;
use frontdesk::store::{Store, StoreError, Verification, verify};

use crate::load::{commit, open_conversation, options, runtime, scratch, turn};

/// Writes so many turns more.
fn write(store: &Store, count: u64) {
    let runtime = runtime();
    let id = ConversationId::parse("c").unwrap();
    for _ in 0..count {
        let row = runtime.block_on(store.conversation(&id)).unwrap();
        let mut row = row.unwrap_or_else(|| open_conversation("c"));
        let number = row.last_seq.0 + 1;
        let events = turn(&mut row, &format!("n{number}"), number);
        runtime.block_on(store.commit(commit(row, events))).unwrap();
    }
}

/// A closed folder whose only backup lacks its last turns.
fn closed(folder: &Path) {
    let store = Store::open(&options(folder)).unwrap();
    write(&store, 3);
    store.backup(None).unwrap();
    write(&store, 5);
    store.close();
}

/// Every file below a folder, and what is in it.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

/// Looks at a folder; nothing in it may change.
fn looked(folder: &Path) -> Verification {
    let before = contents(folder);
    let found = verify(folder).unwrap();
    assert!(before == contents(folder), "looking changed something");
    found
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let all = contents(&folder.join("journal")).into_keys();
    let is_segment = |path: &PathBuf| path.extension().is_some_and(|it| it == "seg");
    all.filter(is_segment).collect()
}

#[test]
fn a_journal_that_is_gone_is_damage_unless_a_backup_has_all_of_it() {
    let (_dir, folder) = scratch();
    closed(&folder);
    assert_eq!(looked(&folder).problems, Vec::<String>::new());
    for segment in segments(&folder) {
        fs::remove_file(segment).unwrap();
    }
    let found = looked(&folder);
    assert!(
        found.problems[0].starts_with("the journal is gone: whole backups end with record 3,"),
        "{:?}",
        found.problems
    );
    // The next start takes a backup of the engine, which then has everything.
    let store = Store::open(&options(&folder)).unwrap();
    store.close();
    drop(store);
    assert_eq!(looked(&folder).problems, Vec::<String>::new());
}

#[test]
fn an_engine_that_is_behind_is_sound_while_there_is_a_journal_and_none_that_it_cannot_do_without() {
    let (dir, folder) = scratch();
    let store = Store::open(&options(&folder)).unwrap();
    write(&store, 2);
    store.close();
    drop(store);
    let kept = dir.path().join("kept");
    let copy = |from: &Path, to: &Path| {
        let status = std::process::Command::new("cp")
            .arg("-r")
            .args([from, to])
            .status();
        assert!(status.unwrap().success());
    };
    copy(&folder.join("sled"), &kept);
    let store = Store::open(&options(&folder)).unwrap();
    write(&store, 4);
    store.close();
    drop(store);
    let put_back = || {
        fs::remove_dir_all(folder.join("sled")).unwrap();
        copy(&kept, &folder.join("sled"));
        looked(&folder)
    };
    let found = put_back();
    assert!(found.is_whole(), "{:?}", found.problems);
    assert!(
        found.remarks[0].starts_with("the engine has record 2, the journal goes on to 6:"),
        "{:?}",
        found.remarks
    );
    let store = Store::open(&options(&folder)).unwrap();
    store.backup(None).unwrap();
    store.close();
    drop(store);
    // As after a kill while a backup was taken: what the backup has and the engine does not is in the journal, too.
    let found = put_back();
    assert!(found.is_whole(), "{:?}", found.problems);
    assert!(
        found.remarks[0].starts_with("the engine has record 2, the journal goes on to 6:")
            && found.remarks[0].ends_with("nothing is lost"),
        "{:?}",
        found.remarks
    );
    for segment in segments(&folder) {
        fs::remove_file(segment).unwrap();
    }
    let found = put_back();
    assert!(
        found.problems[0]
            .starts_with("the engine has only record 2, the journal ends with record 0,"),
        "{:?}",
        found.problems
    );
    assert!(found.problems[0].contains("`frontdesk restore`"));
}

#[test]
fn a_desk_that_was_killed_while_it_was_backed_up_is_found_sound() {
    let (dir, folder) = scratch();
    let store = Store::open(&options(&folder)).unwrap();
    write(&store, 3);
    store.backup(None).unwrap();
    write(&store, 3);
    // What is on the disk at this moment is what a kill leaves.
    let killed = dir.path().join("killed");
    let copied = std::process::Command::new("cp")
        .arg("-r")
        .args([&folder, &killed])
        .status();
    assert!(copied.unwrap().success());
    let found = looked(&killed);
    assert!(found.is_whole(), "{:?}", found.problems);
    let told = found.remarks.concat();
    assert!(!told.contains("has lost"), "{told}");
    let store = Store::open(&options(&killed)).unwrap();
    assert_eq!(store.report().rebuilt, None, "nothing was lost indeed");
}

#[test]
fn a_set_up_of_the_engine_that_cannot_be_read_is_damage_and_is_left_as_it_is() {
    let (_dir, folder) = scratch();
    closed(&folder);
    let conf = folder.join("sled/conf");
    let whole = fs::read(&conf).unwrap();
    let flipped: Vec<u8> = whole.iter().map(|byte| byte ^ 0x20).collect();
    for other in [
        b"no set-up".to_vec(),
        Vec::new(),
        vec![0; whole.len()],
        flipped,
        whole[..9].to_vec(),
    ] {
        fs::write(&conf, &other).unwrap();
        assert!(!looked(&folder).is_whole(), "{other:?}");
    }
    fs::remove_file(&conf).unwrap();
    assert!(!looked(&folder).is_whole(), "it is missing");
    fs::write(&conf, whole).unwrap();
    assert_eq!(looked(&folder).problems, Vec::<String>::new());
}

#[test]
fn a_folder_that_is_looked_at_is_neither_made_nor_furnished_and_one_in_use_is_left_alone() {
    let (dir, folder) = scratch();
    let empty = dir.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(!verify(&empty).unwrap().is_whole());
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0);
    let store = Store::open(&options(&folder)).unwrap();
    assert!(matches!(verify(&folder), Err(StoreError::InUse { .. })));
    drop(store);
}

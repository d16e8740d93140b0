//! An engine that lost something without a word: what was acknowledged is there again, and nothing is written on top of the loss.

use super::*;
use crate::store::disk::engine::Engine;
use crate::store::disk::values;
use crate::store::keys;

/// More than is compared before reads are served.
const LARGE: usize = 60_000;

/// A closed store in which the engine has lost the first message of a conversation of so many.
fn lossy(messages: usize) -> Desk {
    let desk = Desk::new();
    for number in 0..messages {
        let row = desk.conversation("c");
        let mut row = row.unwrap_or_else(|| open_conversation("c"));
        let revision = row.revision;
        let event = say(&mut row, &format!("n{number}"), &"x".repeat(LARGE), T0);
        desk.write(Conversation { revision, ..row }, vec![event])
            .unwrap();
    }
    desk.store.close();
    let Desk {
        store,
        options,
        runtime,
        _dir,
    } = desk;
    drop(store);
    let engine = Engine::open(&options.folder.join("sled"), options.cache).unwrap();
    let lost = keys::event(&conversation_id("c"), Seq(1));
    assert!(engine.contains(&lost).unwrap());
    engine.apply([], (lost, None)).unwrap();
    engine.flush().unwrap();
    drop(engine);
    Desk {
        store: Store::open(&options).unwrap(),
        options,
        runtime,
        _dir,
    }
}

#[test]
fn what_was_written_at_the_very_end_is_there_again_when_the_store_is_open() {
    let desk = lossy(2);
    assert!(desk.store.report().rebuilt.is_some());
    assert_eq!(desk.events("c", 0, 10).len(), 2);
    desk.write(open_conversation("d"), Vec::new()).unwrap();
}

#[test]
fn a_loss_from_before_that_lets_nothing_be_written_or_backed_up_and_the_next_start_mends_it() {
    let desk = lossy(40);
    assert_eq!(desk.store.report().rebuilt, None);
    let refused = desk.write(open_conversation("d"), Vec::new());
    assert!(
        matches!(refused, Err(CommitError::Store(StoreError::Stopped { .. }))),
        "{refused:?}"
    );
    assert!(matches!(
        desk.store.backup(None),
        Err(StoreError::Stopped { .. })
    ));
    assert!(matches!(
        desk.store.prune_journal(),
        Err(StoreError::Stopped { .. }) | Ok(0)
    ));
    let desk = desk.reopen();
    assert!(desk.store.report().rebuilt.is_some());
    assert_eq!(desk.events("c", 0, 100).len(), 40);
    desk.write(open_conversation("d"), Vec::new()).unwrap();
}

#[test]
fn verify_sees_that_something_stands_as_it_did_before_though_every_record_is_whole() {
    let desk = Desk::new();
    desk.commit(Commit::new().order(order("A1", None, 1)))
        .unwrap();
    desk.store.close();
    let desk = desk.reopen();
    let key = keys::order(
        &MerchantId::parse("m").unwrap(),
        &OrderId::parse("A1").unwrap(),
    );
    let later = Order {
        written_id: "a1".to_owned(),
        ..order("A1", None, 1)
    };
    desk.commit(Commit::new().order(later)).unwrap();
    desk.store.close();
    let root = desk.options.folder.clone();
    drop(desk.store);
    assert_eq!(verify(&root).unwrap().problems, Vec::<String>::new());
    let engine = Engine::open(&root.join("sled"), 1 << 20).unwrap();
    let before = values::split(&record::encode(&order("A1", None, 1)).unwrap()).pop();
    assert_ne!(engine.get(&key).unwrap(), before);
    engine.apply([], (key, before)).unwrap();
    engine.flush().unwrap();
    drop(engine);
    let problems = verify(&root).unwrap().problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].contains("the journal says it was given"),
        "{problems:?}"
    );
}

#[test]
fn an_engine_is_read_to_its_end_when_its_files_have_no_name_any_more() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("engine");
    let engine = Engine::open(&place, 1 << 16).unwrap();
    let all = (0..20_000_u32).map(|n| (n.to_be_bytes().to_vec(), Some(vec![7; 300])));
    let all: Vec<_> = all.collect();
    engine.apply(all, (b"z".to_vec(), Some(vec![1]))).unwrap();
    engine.flush().unwrap();
    drop(engine);
    let engine = Engine::open(&place, 1 << 16).unwrap();
    std::fs::remove_dir_all(&place).unwrap();
    assert_eq!(engine.page(&[0], &[1], 30_000).unwrap().len(), 20_000);
}

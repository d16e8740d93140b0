//! An engine that lost something without a word: what was acknowledged is there again, and nothing is written on top of the loss.

use super::super::engine::Engine;
use super::super::keys;
use super::*;

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

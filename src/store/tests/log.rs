//! Logs and the journal: events are read one by one however they were written, and an engine that a kill left behind catches up.

use super::*;
use crate::store::disk::engine::Engine;
use crate::store::keys;

/// Writes events in one commit, of so long a text each.
fn append(desk: &Desk, names: &[&str], text: &str) {
    let found = desk.conversation("c");
    let mut row = found.unwrap_or_else(|| open_conversation("c"));
    let based_on = row.clone();
    let events = names.iter().map(|name| say(&mut row, name, text, T0));
    let events = events.collect();
    desk.write(
        Conversation {
            revision: based_on.revision,
            ..row
        },
        events,
    )
    .unwrap();
}

fn numbers(events: &[Event]) -> Vec<u64> {
    events.iter().map(|event| event.seq.0).collect()
}

#[test]
fn events_of_one_commit_and_of_several_are_read_from_any_number_on() {
    let desk = Desk::new();
    append(&desk, &["1"], "one");
    append(&desk, &["2", "3", "4"], &"long ".repeat(900));
    append(&desk, &["5", "6"], "six");
    let desk = desk.reopen();
    for after in 0..=6 {
        for limit in 1..=6 {
            let expected: Vec<u64> = (after + 1..=6).take(limit).collect();
            assert_eq!(
                numbers(&desk.events("c", after, limit)),
                expected,
                "{after} {limit}"
            );
        }
    }
    let options = desk.options.clone();
    drop(desk.store);
    let found = verify(&options.folder).unwrap();
    assert_eq!(found.problems, [""; 0]);
    assert_eq!(found.tallied.events, 6);
}

/// What a kill leaves behind while the engine is being given several commits: the last of them in part, and the note of how far it
/// is from before.
#[test]
fn an_engine_that_has_a_part_of_what_follows_is_not_taken_for_damaged() {
    let desk = Desk::new();
    append(&desk, &["1"], "one");
    let before = desk.store.report().applied;
    append(&desk, &["2"], "two");
    append(&desk, &["3"], "three");
    let options = desk.options.clone();
    drop(desk.store);

    let engine = Engine::open(&options.folder.join("sled"), 1 << 20).unwrap();
    let lost = keys::event(&conversation_id("c"), Seq(3));
    engine.apply([(lost, None)], keys::applied(before)).unwrap();
    drop(engine);
    let store = Store::open(&options).unwrap();
    let report = store.report();
    assert_eq!((report.replayed, report.rebuilt), (2, None));
    let desk = Desk { store, ..desk };
    assert_eq!(numbers(&desk.events("c", 0, 9)), [1, 2, 3]);
}

#[test]
fn what_the_engine_has_outlives_damage_to_the_last_record_of_the_journal() {
    let desk = Desk::new();
    append(&desk, &["1"], "one");
    append(&desk, &["2"], "two");
    let options = desk.options.clone();
    drop(desk.store);

    let segment = options.folder.join("journal/00000000000000000001.seg");
    let mut bytes = std::fs::read(&segment).unwrap();
    let last = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes[last] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    let store = Store::open(&options).unwrap();
    assert_eq!(store.report().rebuilt, None);
    let desk = Desk { store, ..desk };
    assert_eq!(numbers(&desk.events("c", 0, 9)), [1, 2]);
}

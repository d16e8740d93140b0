//! What waits to be said in a conversation is found without what waits in others.

use super::*;
use crate::domain::ids::EndpointId;
use crate::domain::webhook::{Delivery, DeliveryId};
use crate::store::disk::engine::Engine;
use crate::store::layout;
use crate::store::verify;

fn outbox() -> EndpointId {
    EndpointId::parse("email.shop").unwrap()
}

/// A conversation with an event that is on its way to its customer.
fn with_one_on_its_way(desk: &Desk, id: &str) -> Conversation {
    let mut row = open_conversation(id);
    let event = say(&mut row, "1", "where is it", T0);
    let delivery = Delivery::to_customer(&row, &outbox(), &event, false, format!("evt_{id}"));
    let commit = change(row.clone(), vec![event]).send(delivery);
    desk.commit(commit).unwrap();
    row
}

fn waiting(desk: &Desk, id: &str) -> Vec<Delivery> {
    let (outbox, id) = (outbox(), conversation_id(id));
    let found = desk.store.waiting_in(&outbox, &id);
    desk.runtime.block_on(found).unwrap()
}

fn names(desk: &Desk, id: &str) -> Vec<String> {
    let found = waiting(desk, id).into_iter();
    found.map(|delivery| delivery.event).collect()
}

#[test]
fn what_waits_in_a_conversation_is_found_for_as_long_as_it_waits() {
    let desk = Desk::new();
    for id in ["c1", "c2", "c22"] {
        with_one_on_its_way(&desk, id);
    }
    assert_eq!(names(&desk, "c2"), ["evt_c2"]);
    let one = waiting(&desk, "c2").remove(0);
    desk.commit(Commit::new().delivery(one.clone().given_up("no".to_owned(), T0)))
        .unwrap();
    assert_eq!(names(&desk, "c2"), [""; 0]);
    assert_eq!(names(&desk, "c22"), ["evt_c22"]);
    // Somebody has it sent again.
    let id = DeliveryId { ..one.id };
    let failed = desk.runtime.block_on(desk.store.delivery(&id)).unwrap();
    desk.commit(Commit::new().delivery(failed.unwrap().again(T0)))
        .unwrap();
    assert_eq!(names(&desk, "c2"), ["evt_c2"]);
    desk.commit(Commit::new().delivered(id)).unwrap();
    assert_eq!(names(&desk, "c2"), [""; 0]);
    desk.store.close();
    let root = desk.options.folder.clone();
    drop(desk.store);
    assert_eq!(verify(&root).unwrap().problems, [""; 0]);
}

#[test]
fn what_an_earlier_program_left_waiting_is_found_after_the_next_start() {
    let desk = Desk::new();
    with_one_on_its_way(&desk, "c1");
    desk.store.close();
    let root = desk.options.folder.clone();
    drop(desk.store);
    let engine = Engine::open(&root.join("sled"), 1 << 20).unwrap();
    let place = b"Wemail.shop\0c1\0\0\0\0\0\0\0\0\x01".to_vec();
    let nobodys = b"Wemail.shop\0c9\0\0\0\0\0\0\0\0\x07".to_vec();
    assert!(engine.get(&place).unwrap().is_some());
    let stale = [(place.clone(), None), (nobodys.clone(), Some(vec![]))];
    engine
        .apply(stale, (keys::LAYOUT.to_vec(), Some(vec![7])))
        .unwrap();
    layout::renew(&engine).unwrap();
    assert!(engine.get(&place).unwrap().is_some());
    assert!(engine.get(&nobodys).unwrap().is_none());
}

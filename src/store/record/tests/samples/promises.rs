//! What was promised, and what the bot keeps of what it told.

use super::{at, conversation, order_id};
use crate::domain::claim::ClaimId;
use crate::domain::conversation::{Conversation, Price};
use crate::domain::promise::Promised;

/// A conversation with a promise of each kind.
pub(super) fn promising() -> Conversation {
    let mut row = conversation();
    let claim = ClaimId::new(order_id(), 1);
    let answer = Promised::Answer { claim: Some(claim) };
    row.promises.make(answer, at(900), at(800), at(0));
    if let Some(promise) = row.promises.iter_mut().next() {
        promise.tell_late(at(1900)).unwrap();
    }
    let payment = Promised::Payment {
        order: order_id(),
        refund: "r1".to_owned(),
    };
    row.promises.make(payment, at(950), at(850), at(0));
    row
}

/// A conversation whose customer waits for a payment that failed, and asked why more than once.
pub(super) fn repairing() -> Conversation {
    let mut row = conversation();
    let claim = ClaimId::new(order_id(), 1);
    let repair = Promised::Repair { claim };
    row.promises.make(repair, at(900), at(800), at(0));
    row.memory.told_why = [(order_id(), 2)].into();
    row.memory.doubted = 1;
    row
}

/// A conversation whose claim waits for something to be shown, while another one is being filled in with prices that the customer told.
pub(super) fn taking_up() -> Conversation {
    let mut row = conversation();
    let claim = ClaimId::new(order_id(), 1);
    let take_up = Promised::TakeUp { claim };
    row.promises.make(take_up, at(900), at(900), at(0));
    if let Some(topic) = &mut row.memory.topic {
        topic.form.prices = vec![Price {
            items: vec!["Kettle".to_owned()],
            amount: "12.50".to_owned(),
            currency: Some("GBP".to_owned()),
        }];
    }
    row
}

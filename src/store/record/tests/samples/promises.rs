//! What was promised, and what the bot keeps of what it told.

use super::{at, conversation, order_id};
use crate::domain::claim::ClaimId;
use crate::domain::conversation::Conversation;
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

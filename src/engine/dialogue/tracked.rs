//! The carrier's number of a parcel, written where an order's number may stand: the order that the parcel belongs to is meant. It must not
//! know what is asked of it.

use std::borrow::Cow;

use super::Rules;
use super::beside::{Beside, PLACES};
use super::facts::Facts;
use super::turn::Heard;
use crate::domain::conversation::Conversation;
use crate::domain::ids::OrderId;
use crate::domain::proof::ProofLevel;
use crate::engine::reading::Reading;

/// The circumstance of words behind which only a carrier's number stands.
const LEADS_TO_TRACKING: &str = "leads_to_tracking";

/// The reading of a message without carriers' numbers among its orders: each is the order of theirs that it belongs to, and what is called
/// one and belongs to none is no order.
pub(super) fn settled<'r>(
    rules: &Rules,
    conversation: &Conversation,
    heard: Heard<'_>,
    reading: Cow<'r, Reading>,
    facts: &Facts,
) -> Cow<'r, Reading> {
    let called_so = |at: usize, end: usize| {
        let beside = Beside::of(heard.text, at, end);
        beside.begins(rules, LEADS_TO_TRACKING)
    };
    let mut orders = reading.slots.orders.clone();
    for slot in orders.iter_mut().take(PLACES) {
        if let Some(order) = order_of(&slot.value, conversation, facts) {
            slot.value = order;
        }
    }
    let known = |id: &OrderId| facts.orders.contains_key(id);
    orders.retain(|slot| known(&slot.value) || !called_so(slot.start, slot.end));
    if orders == reading.slots.orders {
        return reading;
    }
    let mut settled = reading.into_owned();
    settled.slots.orders = orders;
    Cow::Owned(settled)
}

/// The order of theirs whose parcel has this number.
fn order_of(number: &OrderId, conversation: &Conversation, facts: &Facts) -> Option<OrderId> {
    if facts.orders.contains_key(number) {
        return None;
    }
    let proven = conversation.memory.proven.iter();
    let proven = proven.filter(|(_, level)| **level >= ProofLevel::Contact);
    let mut theirs = proven.map(|(id, _)| id).chain(&facts.own_orders);
    let carries = |id: &&OrderId| {
        let order = facts.orders.get(*id);
        let tracking = order.and_then(|order| order.shipping.as_ref()?.tracking.as_deref());
        tracking.is_some_and(|it| OrderId::parse(it).is_ok_and(|it| it == *number))
    };
    theirs.find(carries).cloned()
}

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

/// The reading of a message without carriers' numbers among its orders: each is the order of theirs that it belongs to, and what somebody
/// who is signed in calls one is no order of somebody else. Whether there is such an order must not show.
pub(super) fn settled<'r>(
    rules: &Rules,
    conversation: &Conversation,
    heard: Heard<'_>,
    reading: Cow<'r, Reading>,
    facts: &Facts,
) -> Cow<'r, Reading> {
    let signed_in = conversation.identity.is_some();
    let called_so = |at: usize, end: usize| {
        let beside = Beside::of(heard.text, at, end);
        signed_in && beside.begins(rules, LEADS_TO_TRACKING)
    };
    let theirs = theirs(conversation, facts);
    let mut orders = reading.slots.orders.clone();
    for slot in orders.iter_mut().take(PLACES) {
        if let Some(order) = order_of(&slot.value, &theirs, facts) {
            slot.value = order;
        }
    }
    orders.retain(|slot| theirs.contains(&&slot.value) || !called_so(slot.start, slot.end));
    if orders == reading.slots.orders {
        return reading;
    }
    let mut settled = reading.into_owned();
    settled.slots.orders = orders;
    Cow::Owned(settled)
}

/// The orders that are shown to be theirs.
fn theirs<'o>(conversation: &'o Conversation, facts: &'o Facts) -> Vec<&'o OrderId> {
    let proven = conversation.memory.proven.iter();
    let proven = proven.filter(|(_, level)| **level >= ProofLevel::Contact);
    proven.map(|(id, _)| id).chain(&facts.own_orders).collect()
}

/// The order of theirs whose parcel has this number.
fn order_of(number: &OrderId, theirs: &[&OrderId], facts: &Facts) -> Option<OrderId> {
    let carries = |id: &&&OrderId| {
        let order = facts.orders.get(**id);
        let tracking = order.and_then(|order| order.shipping.as_ref()?.tracking.as_deref());
        tracking.is_some_and(|it| OrderId::parse(it).is_ok_and(|it| it == *number))
    };
    let found = theirs.iter().find(carries);
    let is_order = theirs.contains(&number);
    found.filter(|_| !is_order).map(|id| (*id).clone())
}

//! Which of the orders named in a message belongs to which of its requests: "where is A1002? And please cancel A1001".

use super::facts::ORDERS_PER_MESSAGE;
use super::speaker::Speaker;
use crate::domain::ids::OrderId;
use crate::engine::reading::Scored;
use crate::engine::rules::book::{Action, SlotKind};
use crate::engine::slots::Slot;

/// A request of a message, and the order it is about if the message names one.
pub(super) struct Request<'a> {
    pub(super) scored: &'a Scored,
    pub(super) order: Option<OrderId>,
}

/// How far a request's words are from an order's number in the text, in bytes. Words before the number are nearer than words behind.
fn distance(scored: &Scored, order: &Slot<OrderId>) -> usize {
    let start = scored.matched.first().map_or(0, |matched| matched.start);
    let end = scored.matched.last().map_or(start, |matched| matched.end);
    if order.start >= end {
        2 * (order.start - end)
    } else {
        2 * start.saturating_sub(order.end) + 1
    }
}

/// Whether an action only tells, so that what comes after it is still heard. The others may hand the conversation over.
const fn only_tells(action: Action) -> bool {
    matches!(
        action,
        Action::Answer
            | Action::ShowOrder
            | Action::ShowRefund
            | Action::ExplainRejection
            | Action::PayAgain
            | Action::Greet
            | Action::Thank
            | Action::Soothe
    )
}

impl<'a> Speaker<'a> {
    /// The orders that the message names, each once.
    pub(super) fn named_orders(&self) -> Vec<&'a Slot<OrderId>> {
        let reading = self.heard.reading;
        let mut named: Vec<&Slot<OrderId>> = Vec::new();
        for slot in &reading.slots.orders {
            if named.iter().all(|known| known.value != slot.value) {
                named.push(slot);
            }
        }
        named.truncate(ORDERS_PER_MESSAGE);
        named
    }

    /// What the message asks for, in the order in which it asks; what may hand the conversation over comes last.
    pub(super) fn requests(&self) -> Vec<Request<'a>> {
        let reading = self.heard.reading;
        let mut asked: Vec<&'a Scored> = reading.intents.iter().collect();
        if asked.iter().any(|scored| self.begins_money_back(scored)) {
            asked.retain(|scored| self.action(&scored.intent) != Some(Action::ShowRefund));
        }
        asked.sort_by_key(|scored| {
            let tells = self.action(&scored.intent).is_some_and(only_tells);
            (
                !tells,
                scored.matched.first().map_or(0, |matched| matched.start),
            )
        });
        let named = self.named_orders();
        let about_orders: Vec<&'a Scored> = asked
            .iter()
            .copied()
            .filter(|scored| self.needs_order(scored))
            .collect();
        let nearest = |slot: &Slot<OrderId>| {
            about_orders
                .iter()
                .copied()
                .min_by_key(|scored| distance(scored, slot))
        };
        let mut requests = Vec::new();
        for scored in asked {
            let own = named
                .iter()
                .filter(|slot| nearest(slot).is_some_and(|it| it.intent == scored.intent));
            let mut orders: Vec<OrderId> = own.map(|slot| slot.value.clone()).collect();
            if orders.is_empty() {
                let closest = named.iter().min_by_key(|slot| distance(scored, slot));
                orders.extend(closest.map(|slot| slot.value.clone()));
            }
            if orders.is_empty() || !self.needs_order(scored) {
                let order = orders.into_iter().next();
                requests.push(Request { scored, order });
            } else {
                requests.extend(orders.into_iter().map(|order| Request {
                    scored,
                    order: Some(order),
                }));
            }
        }
        requests
    }

    /// "Cancel it; when do I get my money?" asks about a refund that is only about to begin.
    fn begins_money_back(&self, scored: &Scored) -> bool {
        matches!(
            self.action(&scored.intent),
            Some(Action::CancelOrder | Action::StartRefund)
        )
    }

    fn needs_order(&self, scored: &Scored) -> bool {
        self.rules
            .intent(&scored.intent)
            .is_some_and(|intent| intent.slots.contains(&SlotKind::Order))
    }
}

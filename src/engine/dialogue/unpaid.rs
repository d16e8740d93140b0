//! Trouble with the payment of an order that is named and proven: this order's own cause, rather than the usual ones.

use super::speaker::Speaker;
use super::states::order_sentence;
use crate::domain::conversation::Topic;
use crate::domain::order::Order;
use crate::domain::trouble::Cause;
use crate::engine::say::Say;

/// The matters that are trouble with a payment.
const TROUBLE: [&str; 4] = [
    "payment_frozen",
    "payment_network",
    "payment_system_fault",
    "payment_wrong_details",
];

impl Speaker<'_> {
    /// Whether the message names an order that is theirs and hangs at its payment, and they have not just heard why.
    pub(super) fn knows_why_unpaid(&self, topic: &Topic) -> bool {
        if !TROUBLE.contains(&topic.intent.as_str()) || self.named_orders().is_empty() {
            return false;
        }
        let order = self
            .meant(topic)
            .filter(|id| self.is_theirs(id) || self.would_prove(id))
            .and_then(|id| self.facts.orders.get(&id));
        order.is_some_and(|order| {
            self.hangs_unpaid(order, topic.intent.as_str() == "payment_system_fault")
        })
    }

    /// Whether it is known why the order is not paid. Who says no more than that paying fails is also told no more than that.
    fn hangs_unpaid(&self, order: &Order, only_fails: bool) -> bool {
        let say = order_sentence(order, self.facts.now);
        if !matches!(say, Say::OrderRejected | Say::OrderUnpaid) {
            return false;
        }
        let finding = self.finding(say, order);
        let known = finding
            .as_ref()
            .is_some_and(|found| found.cause != Cause::NotStuck);
        let text = self.explanation(say, finding.as_ref(), &self.values(Some(order)));
        (known || only_fails) && !self.has_just_said(&text)
    }

    /// How the order stands, and why; what waits goes on waiting.
    pub(super) fn tell_why_unpaid(&mut self, topic: Topic) {
        if self.memory.topic.is_some() {
            self.tell_in_between(topic);
        } else {
            self.pursue(topic);
        }
    }
}

//! Trouble with the payment of an order of theirs: this order's own cause, rather than the usual ones. It is the order that is named; of
//! somebody signed in, it may be the only one that hangs at its payment.

use super::circumstances::{ASKS_WHETHER_TO_PAY, FEARS_TWICE};
use super::speaker::Speaker;
use super::states::order_sentence;
use crate::domain::conversation::{Outcome, Topic};
use crate::domain::ids::OrderId;
use crate::domain::order::{Order, OrderStatus};
use crate::domain::trouble::Cause;
use crate::engine::say::Say;

/// The matter of a page or a system that fails, which also says no more than that paying does.
const SYSTEM_FAULT: &str = "payment_system_fault";
/// The matters that are trouble with a payment.
const TROUBLE: [&str; 4] = [
    "payment_frozen",
    "payment_network",
    SYSTEM_FAULT,
    "payment_wrong_details",
];
/// The circumstance of somebody whose payment fails, and not the page.
const PAYING_FAILS: &str = "paying_fails";
/// The circumstance of money that was taken for an order that still asks for it.
const TAKEN_NOT_SHOWN: &str = "taken_not_shown";

impl<'a> Speaker<'a> {
    /// Whether the message is about an order of theirs that hangs at its payment, and they have not just heard why; or about one whose
    /// payment has come through, though it looks to them as if not.
    pub(super) fn knows_why_unpaid(&self, topic: &Topic) -> bool {
        self.unpaid_meant(topic).is_some()
            || self.paid_meant(topic).is_some()
            || self.is_of_a_buyer(topic)
    }

    /// Whether a merchant asks of a buyer's payment by the order's number.
    fn is_of_a_buyer(&self, topic: &Topic) -> bool {
        let trouble = TROUBLE.contains(&topic.intent.as_str());
        trouble && self.is_merchant() && !self.named_orders().is_empty()
    }

    /// The order that trouble with a payment is about: the one that is named, or else the only one of the account that hangs unpaid.
    fn unpaid_meant(&self, topic: &Topic) -> Option<OrderId> {
        let fault = topic.intent.as_str() == SYSTEM_FAULT;
        if !TROUBLE.contains(&topic.intent.as_str()) || self.is_merchant() {
            return None;
        }
        let hangs = |id: &OrderId| {
            let order = self.facts.orders.get(id);
            order.is_some_and(|order| self.hangs_unpaid(order, fault))
        };
        if !self.named_orders().is_empty() {
            let meant = self.meant(topic);
            let theirs = |id: &OrderId| self.is_theirs(id) || self.would_prove(id);
            return meant.filter(|id| theirs(id) && hangs(id));
        }
        // A page that does not load is nobody's order.
        if fault && !self.tells(PAYING_FAILS) && !self.tells(TAKEN_NOT_SHOWN) {
            return None;
        }
        let pointed = self.pointed_at(&self.told);
        if let Some(pointed) = pointed.or_else(|| self.order_by_item()) {
            return Some(pointed).filter(|id| hangs(id));
        }
        let mut unpaid = self.own_unpaid().into_iter();
        let only = unpaid.next().filter(|_| unpaid.next().is_none());
        only.filter(|id| hangs(id))
    }

    /// The orders of the account that hang at their payment.
    fn own_unpaid(&self) -> Vec<OrderId> {
        let unpaid = |id: &&OrderId| {
            let order = self.facts.orders.get(*id);
            order.is_some_and(|order| waits_for_money(order_sentence(order, self.facts.now)))
        };
        self.facts
            .own_orders
            .iter()
            .filter(unpaid)
            .cloned()
            .collect()
    }

    /// Whether it is known why the order is not paid. Who says no more than that paying fails is also told no more than that.
    fn hangs_unpaid(&self, order: &Order, only_fails: bool) -> bool {
        let say = order_sentence(order, self.facts.now);
        if !waits_for_money(say) {
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
    pub(super) fn tell_why_unpaid(&mut self, mut topic: Topic) {
        if let Some(order) = self.paid_meant(&topic) {
            return self.tell_paid_on_record(order);
        }
        topic.order = self.unpaid_meant(&topic).or(topic.order);
        if self.memory.topic.is_some() {
            self.tell_in_between(topic);
        } else {
            self.pursue(topic);
        }
    }

    /// "You took the money, why does it still say unpaid?", of somebody signed in: where nothing hangs unpaid and a single order is being
    /// worked on, it is that one, and its payment has come through.
    fn paid_meant(&self, topic: &Topic) -> Option<&'a Order> {
        let trouble = TROUBLE.contains(&topic.intent.as_str()) && self.tells(TAKEN_NOT_SHOWN);
        let unnamed = self.named_orders().is_empty() && self.memory.topic.is_none();
        if !trouble || !unnamed || self.is_merchant() || !self.own_unpaid().is_empty() {
            return None;
        }
        let facts = self.facts;
        let own = facts
            .own_orders
            .iter()
            .filter_map(|id| facts.orders.get(id));
        let worked_on = |order: &&Order| {
            let waits = matches!(
                order.status,
                OrderStatus::Processing | OrderStatus::Processed
            );
            waits && order.paid_at.is_some()
        };
        let mut own = own.filter(worked_on);
        own.next().filter(|_| own.next().is_none())
    }

    fn tell_paid_on_record(&mut self, order: &Order) {
        self.prove_by_identity(&order.id);
        self.memory.order = Some(order.id.clone());
        self.say(Say::PayAgainPaid, Some(order), Outcome::GiveOrderStatus);
        self.offer_intents(&["talk_to_human"]);
    }
}

impl Speaker<'_> {
    /// To somebody whose bank has taken the money for an order that hangs unpaid: not to pay again, before anything else. False: they do
    /// not say so, or have just heard it.
    pub(super) fn says_taken(&mut self, order: &Order) -> bool {
        let taken = self.tells(TAKEN_NOT_SHOWN) || self.brought().tells(TAKEN_NOT_SHOWN);
        let hangs = waits_for_money(order_sentence(order, self.facts.now));
        let heard = self.heard_of_taken(order);
        if !taken || !hangs || heard || order.paid_at.is_some() {
            return false;
        }
        self.tell_not_twice(order);
        true
    }

    /// Whether to pay again, asked after it was spoken of that the money may have gone.
    pub(super) fn asks_whether_though_taken(&self, order: &Order) -> bool {
        self.tells(ASKS_WHETHER_TO_PAY) && self.heard_of_taken(order)
    }

    pub(super) fn tell_not_twice(&mut self, order: &Order) {
        self.say(Say::NotTwice, Some(order), Outcome::GiveOrderStatus);
        self.offer_intents(&["talk_to_human"]);
    }

    /// Whether it is charged twice, of an order at hand: not what is not paid yet; what is paid is not to be paid again.
    pub(super) fn tell_of_twice(&mut self, order: &Order) {
        let hangs = waits_for_money(order_sentence(order, self.facts.now));
        match hangs {
            _ if self.heard_of_taken(order) => self.tell_not_twice(order),
            true if order.paid_at.is_none() => {
                self.say(Say::ChargedOnce, Some(order), Outcome::GiveOrderStatus);
                self.offer_intents(&["payment_resubmit", "talk_to_human"]);
            }
            true => self.explain(Say::OrderRejected, order),
            false => self.tell_paid(order),
        }
    }

    /// The same, of no order: when it would be, and what shows it. False: nothing of the kind is feared, or an order is named.
    pub(super) fn tells_of_twice_at_large(&mut self) -> bool {
        let general = self.named_orders().is_empty() && !self.is_merchant();
        if !general || !self.tells(FEARS_TWICE) {
            return false;
        }
        self.memory.misunderstood = 0;
        self.say(Say::ChargedTwiceIf, None, Outcome::Answer);
        self.offer_intents(&["talk_to_human"]);
        true
    }

    /// Whether it was just spoken of that their bank may have taken the money.
    fn heard_of_taken(&self, order: &Order) -> bool {
        let values = self.values(Some(order));
        let replies = &self.rules.replies;
        let just_said = |say| self.has_just_said(&replies.say(say, self.language, &values));
        just_said(Say::NotTwice) || just_said(Say::ChargedNo)
    }
}

fn waits_for_money(say: Say) -> bool {
    matches!(say, Say::OrderRejected | Say::OrderUnpaid)
}

//! What stands on record of an order and is asked for by its name: the carrier and its number, a day that is past, why it was cancelled,
//! whether it has to be paid (again). It is told by itself, rather than with how the order stands.

use super::circumstances::ASKS_WHETHER_TO_PAY;
use super::speaker::Speaker;
use super::states::{has_come, order_sentence};
use crate::domain::conversation::{Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::domain::order::{Order, OrderStatus};
use crate::domain::proof::ProofLevel;
use crate::engine::reading::Decision;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// A longer message tells a story, in which such words stand by the way.
pub(super) const SHORT: usize = 80;

/// Something on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// Who carries it, and under which number.
    Tracking,
    /// The days on which something happened to it.
    Days,
    /// Who took it in, which only the carrier knows.
    SignedFor,
}

/// The circumstances that ask for it.
const RECORDS: [(&str, Record); 3] = [
    ("asks_who_signed", Record::SignedFor),
    ("asks_tracking", Record::Tracking),
    ("asks_past_day", Record::Days),
];

impl Speaker<'_> {
    /// What the message asks for by name, if it is no story.
    pub(super) fn record_asked(&self) -> Option<Record> {
        let short = self.heard.text.chars().count() <= SHORT;
        let mut known = RECORDS.into_iter().filter(|_| short);
        let asked = known.find(|(circumstance, _)| self.tells(circumstance));
        asked.map(|(_, record)| record)
    }

    /// What the message asks for by name of an order that a matter is about which only looks: a question after the carrier is also read
    /// as trouble with it.
    pub(super) fn record_of_matter(&self, action: Action) -> Option<Record> {
        let looks = matches!(
            action,
            Action::ShowOrder | Action::ShowRefund | Action::ReportDelivery
        );
        self.record_asked().filter(|_| looks && !self.is_merchant())
    }

    /// Whether something on record is asked for by its name that was not just told: no repeated question, whatever was asked before.
    pub(super) fn asks_new_record(&self) -> bool {
        let order = self.memory.order.as_ref();
        let order = order.and_then(|id| self.facts.orders.get(id));
        self.record_asked().is_some_and(|record| {
            let say = match record {
                Record::Tracking => Say::OrderTracking,
                Record::Days => Say::OrderDays,
                Record::SignedFor => Say::OrderSigned,
            };
            let values = self.values(order);
            !self.has_just_said(&self.rules.replies.say(say, self.language, &values))
        })
    }

    /// Notes the matters of the message that only look an order up, which the record answers.
    pub(super) fn note_looked_up(&mut self) {
        let reading = self.heard.reading;
        let found = reading.intents.iter().map(|scored| &scored.intent);
        for intent in found.filter(|_| reading.decision == Decision::Answer) {
            let looks = matches!(
                self.action(intent),
                Some(Action::ShowOrder | Action::ShowRefund)
            );
            if looks {
                self.note_acted(intent);
            }
        }
    }

    /// Tells it; how the order stands where there is nothing of the kind yet.
    pub(super) fn tell_record(&mut self, record: Record, order: &Order) {
        let shipping = order.shipping.as_ref();
        let carried = shipping.is_some_and(|it| it.tracking.is_some() || it.carrier.is_some());
        match record {
            Record::Tracking if carried => {
                self.say(Say::OrderTracking, Some(order), Outcome::GiveOrderStatus);
            }
            Record::Tracking => self.explain(order_sentence(order, self.facts.now), order),
            Record::SignedFor if has_come(order) => {
                self.say(Say::OrderSigned, Some(order), Outcome::GiveOrderStatus);
            }
            Record::SignedFor => self.explain(order_sentence(order, self.facts.now), order),
            Record::Days => self.say(Say::OrderDays, Some(order), Outcome::GiveOrderStatus),
        }
    }

    /// Why it was cancelled, as far as the shop wrote it down, and what became of the money.
    pub(super) fn tell_why_cancelled(&mut self, order: &Order) {
        self.say(Say::CancelledWhy, Some(order), Outcome::GiveOrderStatus);
        self.offer_intents(&["talk_to_human"]);
    }

    /// To somebody who has not paid, as they say: what the shop's records say, or how it is paid.
    pub(super) fn tell_what_is_paid(&mut self, order: &Order) {
        match order.paid_at {
            Some(_) => {
                self.say(Say::PaidOnRecord, Some(order), Outcome::GiveOrderStatus);
                self.offer_intents(&["talk_to_human"]);
            }
            None => self.explain(order_sentence(order, self.facts.now), order),
        }
    }

    /// Of an order for which nothing is to be paid: that its payment has come through, or how it stands. Who wants to pay, and neither asks
    /// whether nor names it, may mean another one where this one has long gone out.
    pub(super) fn tell_nothing_to_pay(&mut self, intent: &IntentId, order: &Order) {
        let waits = matches!(
            order.status,
            OrderStatus::Processing | OrderStatus::Processed
        );
        if !waits && !self.tells(ASKS_WHETHER_TO_PAY) && self.named_orders().is_empty() {
            return self.reply(intent, Outcome::Answer);
        }
        let runs = matches!(
            order.status,
            OrderStatus::Processing
                | OrderStatus::Processed
                | OrderStatus::Shipped
                | OrderStatus::Delivered
                | OrderStatus::Completed
        );
        if order.paid_at.is_none() || !runs {
            return self.explain(order_sentence(order, self.facts.now), order);
        }
        self.tell_paid(order);
    }

    /// Its payment has come through, so that there is nothing to pay again; of what is over, how it stands.
    pub(super) fn tell_paid(&mut self, order: &Order) {
        if order.paid_at.is_none() {
            return self.explain(order_sentence(order, self.facts.now), order);
        }
        self.say(Say::PayAgainPaid, Some(order), Outcome::GiveOrderStatus);
        self.offer_intents(&["talk_to_human"]);
    }

    /// Whether paying is about an order that can be looked at: one of theirs, or one that is named by somebody who wants to know whether
    /// to pay it, and is asked for proof first. To everybody else it is told how one pays.
    pub(super) fn looks_at_payment(&self, topic: &Topic) -> bool {
        let asks = self.tells(ASKS_WHETHER_TO_PAY) && !self.named_orders().is_empty();
        self.meant(topic)
            .is_some_and(|id| asks || self.is_theirs(&id))
    }

    /// Where the money goes: by the way it came, which is named to who is signed in.
    pub(super) fn tell_where_to(&mut self, order: &Order) {
        let named = order.payment_method.is_some() && self.level(&order.id) >= ProofLevel::Owner;
        let say = match named {
            true => Say::RefundGoesToMethod,
            false => Say::RefundGoesTo,
        };
        self.say(say, Some(order), Outcome::GiveOrderStatus);
    }

    /// Somebody asks to have it hurried up. What only takes its time is said to do so, once; else a person sees to it.
    pub(super) fn chase(&mut self, order: &Order) {
        let values = self.values(Some(order));
        let calm = (self.rules.replies).say(Say::WhyNothing, self.language, &values);
        // Who was offered a person to chase it, and says so, wants that.
        let offered = self.has_just_said(&self.plain(Say::PersonLooks));
        if offered || !self.only_takes_its_time() || self.has_just_said(&calm) {
            return self.hand_over(HandoffReason::NotCovered, Say::HandedOver);
        }
        self.say_with(Say::WhyNothing, &values, Outcome::GiveOrderStatus);
        self.offer_intents(&["talk_to_human"]);
    }
}

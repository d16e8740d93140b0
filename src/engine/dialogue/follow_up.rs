//! What is said of an order whose state was just told, and neither asks for something on its record nor is a matter of its own: that it has
//! taken long, that a day matters, that it never came, that it is to be reported, whether the money comes at all.

use super::circumstances::UNSURE;
use super::denied::NEVER_CANCELLED;
use super::recorded::SHORT;
use super::reported::REPORT;
use super::speaker::Speaker;
use super::states::{has_come, is_stuck};
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::guide::GuideTopic;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::order::{Order, OrderStatus};
use crate::engine::reading::Decision;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstances of what is said, each meant so only while an order is at hand.
const WAITED: &str = "has_waited";
const DAY_MATTERS: &str = "day_matters";
const NOT_ARRIVED: &str = "not_arrived";
const SAYS_DELIVERED: &str = "says_delivered";
const TO_REPORT: &str = "asks_to_report";
const MONEY_NOT_HERE: &str = "money_not_here";
const BACK_LATER: &str = "sends_back_later";
const NO_WAY_LEFT: &str = "asks_if_no_way";
const WHETHER_BACK: &str = "asks_whether_back";
/// The circumstance of somebody who wants the carrier asked.
const ASKS_CARRIER: &str = "asks_carrier";
/// The circumstance of somebody who means an order of their own, beside one that is not.
const MY_OWN: &str = "means_my_own";

impl Speaker<'_> {
    /// Takes what is said as more on the order at hand. False: it says nothing of the kind, or surely is another matter.
    pub(super) fn follows_up_on_order(&mut self) -> bool {
        let facts = self.facts;
        let reading = self.heard.reading;
        let guessed = reading.decision != Decision::Answer || reading.by_likeness;
        let short = self.heard.text.chars().count() <= SHORT && !self.tells(UNSURE);
        let order = self.order_at_hand().and_then(|id| facts.orders.get(&id));
        let Some(order) = order.filter(|_| short && (guessed || self.only_asks_how_it_stands()))
        else {
            return false;
        };
        match () {
            () if self.tells(ASKS_CARRIER) && order.status == OrderStatus::Shipped => {
                self.hand_over(HandoffReason::NotCovered, Say::CarrierAsked);
            }
            () if guessed && self.tells(MONEY_NOT_HERE) && order.latest_refund().is_some() => {
                self.tell_of_money(order);
            }
            // How it stands was just told: that it takes long is more than the same question again.
            () if self.tells(WAITED) => self.tell_who_waits(Say::SorryForWait, order),
            () if !guessed => return false,
            () if self.tells(TO_REPORT) && was_sent(order) => {
                self.take_up_told(REPORT, &order.id);
            }
            () if self.tells(BACK_LATER) && order.status == OrderStatus::Shipped => {
                return self.tells_piece(GuideTopic::Window);
            }
            () if self.tells(NO_WAY_LEFT) && self.has_just_failed_to_cancel(order) => {
                self.offer_to_turn_back(order);
            }
            () if self.tells(SAYS_DELIVERED) && has_come(order) => self.doubts_delivery(order),
            () if self.tells(NOT_ARRIVED) && has_come(order) => self.report_missing(order),
            () if self.tells(NEVER_CANCELLED) && order.status == OrderStatus::Cancelled => {
                self.hand_over(HandoffReason::NotCovered, Say::HandedOver);
            }
            () if self.tells(WHETHER_BACK) && order.latest_refund().is_some() => {
                self.explain(self.stands(order), order);
            }
            () if self.tells(DAY_MATTERS) => self.tell_who_waits(Say::DayMatters, order),
            () => return false,
        }
        self.memory.misunderstood = 0;
        true
    }

    /// "It says delivered", "already delivered?": of what never came, as they said before, it is a report; else it is asked whether it
    /// shall be one.
    fn doubts_delivery(&mut self, order: &Order) {
        let brought = self.brought();
        if brought.tells(NOT_ARRIVED) {
            self.told
                .extend(super::tellings::told(&brought, self.conversation));
            return self.report_missing(order);
        }
        if let Ok(report) = IntentId::parse(REPORT) {
            self.ask_whether(&report);
        }
    }

    pub(super) fn only_asks_how_it_stands(&self) -> bool {
        let mut asked = self.heard.reading.intents.iter();
        asked.all(|it| {
            let action = self.action(&it.intent);
            matches!(action, Some(Action::ShowOrder | Action::ShowRefund))
        })
    }

    /// Whether they have just heard that it cannot be cancelled, for it has been sent.
    fn has_just_failed_to_cancel(&self, order: &Order) -> bool {
        let last = self.conversation.memory.answered.last();
        let cancels = last.is_some_and(|it| self.action(it) == Some(Action::CancelOrder));
        cancels && order.status == OrderStatus::Shipped
    }

    /// "It still isn't in my account": by when it is to be there. Who has looked, as they were told to, and has only a person left to turn
    /// to, gets the person.
    fn tell_of_money(&mut self, order: &Order) {
        if self.only_a_person_is_left() {
            return self.hand_over(HandoffReason::NotCovered, Say::HandedOver);
        }
        let by_when = self.values(Some(order));
        let by_when = (self.rules.replies).say(Say::WhenRefund, self.language, &by_when);
        match self.has_just_said(&by_when) {
            true => self.tell_if_late(order),
            false => self.tell_when(order),
        }
    }

    /// To somebody for whom it takes too long: when it comes, as far as is known, and a person who looks into it. Who has just heard so
    /// gets the person.
    fn tell_who_waits(&mut self, word: Say, order: &Order) {
        let word = self.plain(word);
        let mut last_said = self.conversation.memory.last_said.iter();
        if last_said.any(|last| last.contains(&word)) {
            return self.hand_over(HandoffReason::RepeatContact, Say::HandedOver);
        }
        let stands = self.stands(order);
        self.lead_with(word);
        if is_stuck(stands) || has_come(order) && order.latest_refund().is_none() {
            return self.explain(stands, order);
        }
        self.tell_when(order);
        if !self.is_handed_over() {
            self.say(Say::PersonLooks, None, Outcome::GiveOrderStatus);
            self.offer_intents(&["talk_to_human"]);
        }
    }

    /// "Where is mine then?", after an order that the account does not have: one of their own is meant. False: nothing of the kind.
    pub(super) fn means_own_instead(&mut self, topic: &Topic) -> bool {
        let own = &self.facts.own_orders;
        let foreign = |id: &OrderId| !own.contains(id);
        let in_vain = topic.need == Need::Proof && topic.order.as_ref().is_some_and(foreign);
        let bare = self.heard.reading.slots.orders.is_empty() && !own.is_empty();
        if !(in_vain && bare && self.tells(MY_OWN)) {
            return false;
        }
        self.memory.topic = None;
        self.memory.order = None;
        self.memory.misunderstood = 0;
        self.take_up_intent(&topic.intent, None);
        true
    }
}

fn was_sent(order: &Order) -> bool {
    matches!(
        order.status,
        OrderStatus::Shipped | OrderStatus::Delivered | OrderStatus::Completed
    )
}

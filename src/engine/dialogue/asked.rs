//! Questions that follow on an answer about an order: was I charged, on whose side is it, when exactly, what do I have to do, what did I
//! pay. They are answered from the order and from the cause that the facts show, rather than by telling again how it stands.

use super::circumstances::{
    ASKS_IF_PAID, ASKS_WHETHER_TO_PAY, FEARS_TWICE, HOW_LONG, WHAT_TO_DO, WHY_CANCELLED,
};
use super::recorded::Record;
use super::speaker::Speaker;
use super::states::{is_stuck, is_to_come, order_sentence, refund_sentence, was_refused};
use crate::domain::conversation::Outcome;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::order::{Order, OrderStatus, RefundState};
use crate::domain::proof::ProofLevel;
use crate::domain::trouble::{Cause, Finding, NextStep};
use crate::engine::reading::Decision;
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

/// The circumstance of somebody who asks what was paid or bought.
const ASKS_BILL: &str = "asks_bill";
/// A longer message tells a story, in which such words stand by the way.
const LONGEST: usize = 80;
/// The matter of changing an order.
pub(super) const CHANGE: &str = "order_change";
/// After these, such a question is about the rules.
pub(super) const RULES: [&str; 2] = ["refund_policy", "refund_how_to"];

/// What is asked of an order after its state was told.
#[derive(Clone, Copy)]
enum Question {
    OnRecord(Record),
    WhyCancelled,
    WhetherToPay,
    NotPaid,
    Chase,
    Charged,
    Twice,
    Reference,
    AnotherLink,
    Side,
    When,
    ToDo,
    Correction,
    Why,
    IfLate,
    OtherMethod,
    WhereTo,
    Paid,
    Bill,
}

/// The circumstances that ask so.
const QUESTIONS: [(&str, Question); 21] = [
    (ASKS_IF_PAID, Question::Charged),
    (FEARS_TWICE, Question::Twice),
    ("asks_reference", Question::Reference),
    ("asks_another_one", Question::AnotherLink),
    (WHY_CANCELLED, Question::WhyCancelled),
    (ASKS_WHETHER_TO_PAY, Question::WhetherToPay),
    ("says_not_paid", Question::NotPaid),
    ("asks_to_chase", Question::Chase),
    ("asks_if_charged", Question::Charged),
    ("asks_whose_side", Question::Side),
    ("asks_when", Question::When),
    ("asks_if_late", Question::IfLate),
    ("asks_where_to", Question::WhereTo),
    ("asks_refund_amount", Question::Bill),
    ("says_paid", Question::Paid),
    (WHAT_TO_DO, Question::ToDo),
    ("asks_correction", Question::Correction),
    ("other_method", Question::OtherMethod),
    ("asks_where_link", Question::OtherMethod),
    (HOW_LONG, Question::When),
    (ASKS_BILL, Question::Bill),
];
/// How to pay an order that is not paid yet.
pub(super) const PAY_AGAIN: &str = "payment_resubmit";

impl Speaker<'_> {
    /// Answers a question about the order that is talked about. False: the message asks none of them.
    pub(super) fn answers_about_order(&mut self) -> bool {
        if self.compares_sums_at_hand() {
            return true;
        }
        let facts = self.facts;
        let order = self.order_at_hand().and_then(|id| facts.orders.get(&id));
        let (Some(question), Some(order)) = (self.question(), order) else {
            return false;
        };
        if self.only_names_other_matters(question) {
            return false;
        }
        self.memory.misunderstood = 0;
        match question {
            Question::OnRecord(record) => {
                self.note_looked_up();
                self.tell_record(record, order);
            }
            Question::WhyCancelled => self.tell_why_cancelled(order),
            Question::WhetherToPay => self.take_up_told(PAY_AGAIN, &order.id),
            Question::NotPaid => self.tell_what_is_paid(order),
            Question::Chase => self.chase(order),
            Question::Charged => self.tell_if_charged(order),
            Question::Twice => self.tell_of_twice(order),
            Question::Reference => {
                self.say(Say::RefundReference, Some(order), Outcome::GiveOrderStatus);
                self.offer_intents(&["talk_to_human"]);
            }
            Question::AnotherLink => self.take_up_told(PAY_AGAIN, &order.id),
            Question::Side => self.tell_side(order),
            Question::When => self.tell_when(order),
            Question::ToDo => self.tell_what_to_do(order),
            Question::Correction => self.take_up_told(CHANGE, &order.id),
            Question::IfLate => self.tell_if_late(order),
            Question::OtherMethod => self.take_up_told(PAY_AGAIN, &order.id),
            Question::WhereTo => self.tell_where_to(order),
            Question::Paid => self.tell_not_paid(order),
            Question::Bill => self.tell_bill(order),
            Question::Why => self.say(Say::WhyNothing, Some(order), Outcome::GiveOrderStatus),
        }
        true
    }

    /// The order whose state was told, if it is theirs and the message names no other.
    pub(super) fn order_at_hand(&self) -> Option<OrderId> {
        let before = &self.conversation.memory;
        let told = matches!(
            before.last_outcome,
            Some(
                Outcome::GiveOrderStatus
                    | Outcome::Answer
                    | Outcome::ApologiseAnswer
                    | Outcome::Clarify
            )
        );
        let last = before.answered.last();
        let rules = last.is_some_and(|last| RULES.contains(&last.as_str()));
        let order = before.order.clone().filter(|_| told && !rules)?;
        let same = self.named_orders().iter().all(|slot| slot.value == order);
        (same && !self.is_merchant() && self.level(&order) >= ProofLevel::Contact).then_some(order)
    }

    fn question(&self) -> Option<Question> {
        if self.heard.text.chars().count() > LONGEST {
            return None;
        }
        if let Some(record) = self.record_asked() {
            return Some(Question::OnRecord(record));
        }
        let mut known = QUESTIONS.into_iter();
        let asked = known.find(|(circumstance, _)| self.tells(circumstance));
        match asked.map(|(_, question)| question) {
            // "Hurry my refund up", of an order without one: that is news to them.
            Some(Question::Chase) if self.names_refund() && !self.is_refunded_at_hand() => None,
            Some(Question::WhyCancelled) if !self.is_cancelled_at_hand() => None,
            // What was offered to be done is done instead.
            Some(Question::ToDo) if self.next_step().is_some() => None,
            // A question that is understood by itself is answered as it always is.
            Some(Question::When | Question::Bill)
                if self.heard.reading.decision == Decision::Answer =>
            {
                None
            }
            Some(Question::OtherMethod | Question::Paid) if !self.waits_for_payment() => None,
            Some(Question::AnotherLink) if !self.was_told_to_pay() => None,
            Some(Question::WhereTo | Question::Reference) if !self.is_refunded_at_hand() => None,
            // "And my phone number", after another detail was corrected.
            None if self.adds_correction() => Some(Question::Correction),
            // "Why?" of a payment that was refused, not the order.
            None if self.heard.reading.does(Act::Why) && self.is_unpaid_at_hand() => {
                Some(Question::Side)
            }
            None if self.heard.reading.does(Act::Why) && self.only_takes_its_time() => {
                Some(Question::Why)
            }
            asked => asked,
        }
    }

    /// Whether they were just told how the order at hand, which waits for it, is paid: "a new one" is a link.
    fn was_told_to_pay(&self) -> bool {
        let last = self.conversation.memory.answered.last();
        last.is_some_and(|last| last.as_str() == PAY_AGAIN) && self.waits_for_payment()
    }

    pub(super) fn waits_for_payment(&self) -> bool {
        let order = self.memory.order.as_ref();
        let order = order.and_then(|id| self.facts.orders.get(id));
        order.is_some_and(Order::is_unpaid)
    }

    fn is_refunded_at_hand(&self) -> bool {
        let order = self.memory.order.as_ref();
        let order = order.and_then(|id| self.facts.orders.get(id));
        order.is_some_and(|order| order.latest_refund().is_some())
    }

    /// "I paid!", of an order for which no payment has come through: who has heard so gets a person, for money may have been taken.
    fn tell_not_paid(&mut self, order: &Order) {
        let values = self.values(Some(order));
        let text = self
            .rules
            .replies
            .say(Say::ChargedNo, self.language, &values);
        if self.has_just_said(&text) {
            return self.hand_over(HandoffReason::NotCovered, Say::HandedOver);
        }
        self.say_with(Say::ChargedNo, &values, Outcome::GiveOrderStatus);
        self.offer_intents(&["talk_to_human"]);
    }

    fn adds_correction(&self) -> bool {
        let last = self.conversation.memory.answered.last();
        last.is_some_and(|last| last.as_str() == CHANGE)
            && self.heard.reading.decision != Decision::Answer
            && self.adds_to_corrected()
    }

    fn names_refund(&self) -> bool {
        let mut found = self.heard.reading.intents.iter();
        found.any(|scored| self.action(&scored.intent) == Some(Action::ShowRefund))
    }

    fn is_cancelled_at_hand(&self) -> bool {
        let order = self.memory.order.as_ref();
        let order = order.and_then(|id| self.facts.orders.get(id));
        order.is_some_and(|order| order.status == OrderStatus::Cancelled)
    }

    fn is_unpaid_at_hand(&self) -> bool {
        let order = self.memory.order.as_ref();
        let order = order.and_then(|id| self.facts.orders.get(id));
        order.is_some_and(|order| order_sentence(order, self.facts.now) == Say::OrderUnpaid)
    }

    /// Whether nothing is wrong with the order that is talked about, and nothing is late.
    pub(super) fn only_takes_its_time(&self) -> bool {
        let order = self.memory.order.as_ref();
        let order = order.and_then(|id| self.facts.orders.get(id));
        order.is_some_and(|order| {
            let stands = self.stands(order);
            let found = self.finding(stands, order);
            let hangs = found.is_some_and(|found| found.cause != Cause::NotStuck);
            is_to_come(stands) && !hangs
        })
    }

    /// Whether the message surely is about something else, which only happens to use such words.
    fn only_names_other_matters(&self, question: Question) -> bool {
        let reading = self.heard.reading;
        // However else it is read: whether it is paid stands on record.
        if matches!(question, Question::Charged) && self.tells(ASKS_IF_PAID) {
            return false;
        }
        // Who fears it has not been charged twice, and who waits for a link asks for no other goods.
        if matches!(question, Question::Twice | Question::AnotherLink) {
            return false;
        }
        let of_record = matches!(question, Question::OnRecord(_));
        let tells = |intent: &IntentId| {
            let action = self.action(intent);
            if action == Some(Action::ReportDelivery) {
                return of_record;
            }
            matches!(
                action,
                Some(
                    Action::Answer
                        | Action::ShowOrder
                        | Action::ShowRefund
                        | Action::ExplainRejection
                        | Action::Soothe
                )
            )
        };
        let mut found = reading.intents.iter();
        reading.decision == Decision::Answer && found.any(|scored| !tells(&scored.intent))
    }

    pub(super) fn tell_if_charged(&mut self, order: &Order) {
        let refused = order.status == OrderStatus::Rejected;
        let say = match order.paid_at {
            Some(_) if !refused => Say::ChargedYes,
            Some(_) => return self.explain(Say::OrderRejected, order),
            None => Say::ChargedNo,
        };
        self.say(say, Some(order), Outcome::GiveOrderStatus);
        if order.is_unpaid() {
            self.offer_intents(&["payment_resubmit", "talk_to_human"]);
        }
    }

    pub(super) fn tell_side(&mut self, order: &Order) {
        self.say(self.side_of(order), Some(order), Outcome::GiveOrderStatus);
        if order.is_unpaid() {
            self.offer_intents(&["payment_resubmit", "talk_to_human"]);
        }
    }

    pub(super) fn side_of(&self, order: &Order) -> Say {
        let found = self.finding(self.stands(order), order);
        let contact = |found: &Finding| found.next_step == NextStep::CompleteDetails;
        match found.as_ref().map(|found| found.cause) {
            Some(Cause::PlatformFault) => Say::SidePlatform,
            Some(Cause::WrongDetails) if found.as_ref().is_some_and(contact) => Say::SideContact,
            Some(Cause::MerchantError) => Say::SideMerchant,
            Some(Cause::WrongDetails) => Say::SideDetails,
            Some(Cause::MethodRestricted) => Say::SideMethod,
            Some(Cause::Policy) => Say::SidePolicy,
            Some(Cause::Network) => Say::SideNetwork,
            Some(Cause::NotStuck) => Say::SideNone,
            None if was_refused(order) || order.is_unpaid() => Say::SideUnknown,
            None => Say::SideNone,
        }
    }

    fn tell_what_to_do(&mut self, order: &Order) {
        let stands = self.stands(order);
        let found = self.finding(stands, order);
        let hangs = found.filter(|found| found.cause != Cause::NotStuck);
        match (hangs, stands) {
            (Some(found), _) => self.tell_next_step(found.next_step, stands, order),
            (None, Say::RefundRefused) => {
                self.say(Say::RefusedToDo, Some(order), Outcome::GiveOrderStatus);
                self.offer_intents(&["talk_to_human"]);
            }
            (None, Say::OrderDelivered) if order.status == OrderStatus::Completed => {
                self.say(Say::NothingToDo, Some(order), Outcome::GiveOrderStatus);
            }
            (None, Say::OrderDelivered | Say::OrderUnpaid | Say::OrderRejected) => {
                self.explain(stands, order);
            }
            (None, _) if is_stuck(stands) => self.explain(stands, order),
            (None, _) => self.say(Say::NothingToDo, Some(order), Outcome::GiveOrderStatus),
        }
    }

    /// What comes next, of what hangs. Who has just heard it and where only a person can get on from here gets a person.
    fn tell_next_step(&mut self, step: NextStep, stands: Say, order: &Order) {
        let values = self.values(Some(order));
        let say = super::causes::sentence(step);
        let text = self.rules.replies.say(say, self.language, &values);
        if is_stuck(stands) && self.has_just_said(&text) {
            return self.hand_over(HandoffReason::RepeatContact, Say::HandedOver);
        }
        self.say_with(say, &values, Outcome::GiveOrderStatus);
        self.offer_intents(&["talk_to_human"]);
    }

    /// The sentence for how it stands: of the refund, where there is one that matters, else of the order.
    pub(super) fn stands(&self, order: &Order) -> Say {
        let refund = order.latest_refund();
        let matters = refund.is_some_and(|refund| refund.state != RefundState::Withdrawn);
        match matters {
            true => refund_sentence(order, self.facts.now),
            false => order_sentence(order, self.facts.now),
        }
    }

    /// Whether what was paid and bought is asked for.
    pub(super) fn asks_bill(&self) -> bool {
        self.tells(ASKS_BILL)
    }

    /// What was paid and bought, as far as it may be told.
    pub(super) fn tell_bill(&mut self, order: &Order) {
        let say = match self.level(&order.id) >= ProofLevel::Owner {
            true => Say::OrderBill,
            false => Say::OrderBillSignIn,
        };
        self.say(say, Some(order), Outcome::GiveOrderStatus);
    }
}

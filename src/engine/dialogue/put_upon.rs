//! What is asked to be done to an order that is proven: it is cancelled, changed, or trouble with it is reported. Where the order stands
//! decides whether that can still be done. It must not know how corrections or claims are filled in.

use super::speaker::Speaker;
use super::states::order_sentence;
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::order::{Order, OrderStatus, RefundState};
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of somebody who speaks of the address that their bank has.
const BILLING: &str = "billing_address";

impl Speaker<'_> {
    pub(super) fn cancel(&mut self, order: &Order) {
        match order.status {
            OrderStatus::Processing | OrderStatus::Processed
                if self.only_asks_about_cancelling() =>
            {
                self.offer_to_cancel(Some(order))
            }
            OrderStatus::Shipped if self.refuses_parcel() => self.offer_to_turn_back(order),
            OrderStatus::Processing | OrderStatus::Processed => {
                self.hand_over(HandoffReason::NotCovered, Say::CancelFiled)
            }
            OrderStatus::Shipped | OrderStatus::Delivered | OrderStatus::Completed => {
                self.explain(Say::CancelTooLate, order)
            }
            OrderStatus::Rejected => self.explain(Say::CancelNotAccepted, order),
            OrderStatus::Refunding | OrderStatus::Refunded => {
                let comes = order
                    .latest_refund()
                    .is_none_or(|it| it.state.is_open() || it.state == RefundState::Paid);
                let values = self.values(Some(order));
                let needless = self
                    .rules
                    .replies
                    .say(Say::CancelRefunding, self.language, &values);
                if comes {
                    self.lead_with(needless);
                }
                self.explain(order_sentence(order, self.facts.now), order);
            }
            _ => self.explain(order_sentence(order, self.facts.now), order),
        }
    }

    pub(super) fn change(&mut self, mut topic: Topic, order: &Order) {
        match order.status {
            _ if self.may_correct(order) && !topic.form.corrections.is_empty() => {
                self.correct(topic, order)
            }
            OrderStatus::Processing | OrderStatus::Processed | OrderStatus::Rejected
                if topic.form.details.is_some() =>
            {
                self.file(topic, Say::ChangeFiled)
            }
            // Who has heard why hears where it is corrected: where it is paid.
            OrderStatus::Rejected if self.is_corrected_at_payment(&topic, order) => {
                self.say(Say::PayAgainOrder, Some(order), Outcome::Answer)
            }
            OrderStatus::Rejected
                if topic.form.corrections.is_empty() && !self.was_told_of(order) =>
            {
                self.explain(order_sentence(order, self.facts.now), order)
            }
            OrderStatus::Processing | OrderStatus::Processed | OrderStatus::Rejected => {
                topic.need = Need::Details;
                self.memory.topic = Some(topic.clone());
                self.ask_what_to_change(&topic, Some(order));
            }
            OrderStatus::Shipped => self.hand_over(HandoffReason::NotCovered, Say::ChangeTooLate),
            OrderStatus::Delivered | OrderStatus::Completed => {
                self.say(Say::ChangeDelivered, Some(order), Outcome::GiveOrderStatus);
            }
            _ => self.explain(order_sentence(order, self.facts.now), order),
        }
    }

    /// Whether what is wrong is corrected where the order is paid: the address that the bank has, or what was said to be wrong there.
    fn is_corrected_at_payment(&self, topic: &Topic, order: &Order) -> bool {
        if self.tells(BILLING) && topic.form.corrections.iter().all(|it| it.value.is_none()) {
            return true;
        }
        let here = self.side_of(order) == Say::SideContact;
        topic.form.corrections.is_empty() && self.was_told_of(order) && !here
    }

    /// "And now?" after something of an order was changed: what is left to be done, rather than how it stood before. False: nothing was.
    pub(super) fn tells_on_after_change(&mut self) -> bool {
        let before = &self.conversation.memory;
        let last = before.answered.last().and_then(|last| self.action(last));
        let changed = last == Some(Action::ChangeOrder) && before.topic.is_none();
        let answered = before.last_outcome == Some(Outcome::Answer);
        let facts = self.facts;
        let order = before.order.as_ref().and_then(|id| facts.orders.get(id));
        let Some(order) = order.filter(|it| changed && answered && self.may_correct(it)) else {
            return false;
        };
        let say = match order.is_unpaid() {
            true => Say::PayAgainOrder,
            false => Say::NothingToDo,
        };
        self.say(say, Some(order), Outcome::Answer);
        true
    }

    /// Whether it was just told how the order stands.
    fn was_told_of(&self, order: &Order) -> bool {
        let before = &self.conversation.memory;
        let told = before.last_outcome == Some(Outcome::GiveOrderStatus);
        told && before.order.as_ref() == Some(&order.id)
    }

    /// What it is to be changed into, where it was said what is wrong; else that, too.
    pub(super) fn ask_what_to_change(&mut self, topic: &Topic, order: Option<&Order>) {
        match topic.form.corrections.is_empty() {
            true => self.say(Say::ChangeWhat, order, Outcome::Answer),
            false => self.ask_correction(topic, order),
        }
    }

    pub(super) fn report_delivery(&mut self, mut topic: Topic, order: &Order) {
        match order.status {
            OrderStatus::Processing => self.explain(Say::DeliveryNotShipped, order),
            OrderStatus::Shipped if self.refuses_parcel() => self.offer_to_turn_back(order),
            OrderStatus::Rejected
            | OrderStatus::Cancelled
            | OrderStatus::Refunding
            | OrderStatus::Refunded => {
                self.explain(order_sentence(order, self.facts.now), order);
            }
            _ if self.offers_claim(&topic, order) => {}
            _ if topic.form.details.is_some() => self.file(topic, Say::DeliveryFiled),
            _ => {
                topic.need = Need::Details;
                self.say(Say::DeliveryDetails, Some(order), Outcome::Answer);
                self.memory.topic = Some(topic);
            }
        }
    }

    /// What was collected goes to a person, who answers by the promised time.
    pub(super) fn file(&mut self, topic: Topic, say: Say) {
        self.memory.topic = Some(topic);
        self.hand_over(HandoffReason::NotCovered, say);
    }
}

//! What is asked to be done to an order that is proven: it is cancelled, changed, or trouble with it is reported. Where the order stands
//! decides whether that can still be done. It must not know how corrections or claims are filled in.

use super::speaker::Speaker;
use super::states::order_sentence;
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::order::{Order, OrderStatus, RefundState};
use crate::engine::say::Say;

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
            OrderStatus::Rejected if topic.form.corrections.is_empty() => {
                self.explain(order_sentence(order, self.facts.now), order)
            }
            OrderStatus::Processing | OrderStatus::Processed | OrderStatus::Rejected => {
                topic.need = Need::Details;
                self.say(Say::ChangeWhat, Some(order), Outcome::Answer);
                self.memory.topic = Some(topic);
            }
            OrderStatus::Shipped => self.hand_over(HandoffReason::NotCovered, Say::ChangeTooLate),
            OrderStatus::Delivered | OrderStatus::Completed => {
                self.say(Say::ChangeDelivered, Some(order), Outcome::GiveOrderStatus);
            }
            _ => self.explain(order_sentence(order, self.facts.now), order),
        }
    }

    pub(super) fn report_delivery(&mut self, mut topic: Topic, order: &Order) {
        match order.status {
            OrderStatus::Processing => self.explain(Say::DeliveryNotShipped, order),
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

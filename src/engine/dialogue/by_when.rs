//! By when an order or its money is there, as far as anybody has written it down, and what to do if it is not. It must not know in which words
//! that is asked.

use super::circumstances::HOW_LONG;
use super::speaker::Speaker;
use super::states::{has_come, is_late, is_to_come, refund_sentence, was_refused};
use crate::domain::conversation::Outcome;
use crate::domain::order::{Order, OrderStatus, RefundState};
use crate::engine::say::Say;

impl Speaker<'_> {
    /// The day.
    pub(super) fn tell_when(&mut self, order: &Order) {
        let now = self.facts.now;
        let say = match order.latest_refund().filter(|it| it.state.is_open()) {
            Some(refund) if is_late(refund, now) => {
                return self.explain(refund_sentence(order, now), order);
            }
            Some(refund) if refund.state == RefundState::Requested => Say::WhenDecided,
            Some(_) => Say::WhenRefund,
            None if matches!(
                order.status,
                OrderStatus::Processing | OrderStatus::Processed | OrderStatus::Shipped
            ) && !was_refused(order) =>
            {
                Say::WhenOrder
            }
            // What has come takes no more time: its refund would.
            None if has_come(order) && self.tells(HOW_LONG) => return self.tell_how_long(),
            None => return self.explain(self.stands(order), order),
        };
        self.say(say, Some(order), Outcome::GiveOrderStatus);
    }

    /// What to do when it does not come, of something that is still to come.
    pub(super) fn tell_if_late(&mut self, order: &Order) {
        let stands = self.stands(order);
        match is_to_come(stands) {
            true => self.say(Say::IfLate, Some(order), Outcome::GiveOrderStatus),
            false => self.explain(stands, order),
        }
    }
}

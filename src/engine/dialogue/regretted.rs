//! Second thoughts after an application was handed in: "wait, wrong order", "withdraw it". The money may be on its way, so that what is meant is
//! asked at once, and calling it off is offered. It must not know how one is called off.

use super::slip::NOT_THIS_ORDER;
use super::speaker::Speaker;
use crate::domain::claim::Claim;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::OrderId;
use crate::domain::order::{Order, Refund, RefundState};
use crate::engine::reading::{Decision, Scored};
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of somebody who takes back what they have just asked for.
const TAKES_CLAIM_BACK: &str = "takes_claim_back";
/// The circumstance of second thoughts that say so only straight after it.
const THINKS_AGAIN: &str = "thinks_again";
/// The circumstance of somebody whose card or account is gone, or who names another one.
const MEANS_GONE: &str = "means_gone";

impl Speaker<'_> {
    /// Whether the message takes back an application, whatever it is called.
    pub(super) fn takes_claim_back(&self) -> bool {
        self.tells(TAKES_CLAIM_BACK)
    }

    /// Whether an application that was handed in is regretted. In the answer right behind it, "wait" and "I meant the umbrella" are enough.
    pub(super) fn regrets(&self, claim: &Claim, order: &OrderId) -> bool {
        let asks = self.heard.reading.decision == Decision::Answer;
        let slip = || self.tells(NOT_THIS_ORDER) && !self.asks_something();
        let again = || self.tells(THINKS_AGAIN) && (!asks || self.other_goods(order));
        self.takes_claim_back() || self.has_just_named(claim) && (again() || slip())
    }

    /// Where the money goes can no longer be paid to, or is to be another card: somebody looks, with the words, before it bounces. False: no
    /// refund is on its way, or nothing of the kind is said.
    pub(super) fn names_other_means(&mut self) -> bool {
        let facts = self.facts;
        let only = || match facts.own_orders.as_slice() {
            [only] if self.memory.order.is_none() => Some(only.clone()),
            _ => None,
        };
        let order = self.order_at_hand().or_else(only);
        let order = order.and_then(|id| facts.orders.get(&id));
        if !order.is_some_and(|order| self.means_lost(order)) || self.asks_to_pay() {
            return false;
        }
        self.memory.misunderstood = 0;
        self.hand_over(HandoffReason::NotCovered, Say::HandedOver);
        true
    }

    /// Whether it is asked how to pay, for which any card will do.
    fn asks_to_pay(&self) -> bool {
        let reading = self.heard.reading;
        let pays = |it: &Scored| self.action(&it.intent) == Some(Action::PayAgain);
        reading.decision == Decision::Answer && reading.intents.iter().any(pays)
    }

    /// Whether the card or account is gone, or to be another one, to which a refund of this order is on its way.
    pub(super) fn means_lost(&self, order: &Order) -> bool {
        let goes_back = |it: &Refund| it.state.is_open() || it.state == RefundState::Failed;
        let waits = order.latest_refund().is_some_and(goes_back);
        waits && self.tells(MEANS_GONE) && !self.is_merchant()
    }

    /// Whether the last answer was about this application.
    fn has_just_named(&self, claim: &Claim) -> bool {
        let number = claim.id.to_string();
        let mut said = self.conversation.memory.last_said.iter();
        said.any(|it| it.contains(&number))
    }

    /// Whether the message names another order than this one, by its number or its goods.
    fn other_goods(&self, order: &OrderId) -> bool {
        let numbered = self.named_orders().iter().any(|it| it.value != *order);
        numbered
            || self
                .order_with_item(self.heard.text)
                .is_some_and(|it| it != *order)
    }
}

//! What is answered without an order, though its matter is one of orders: where the shop sends to, what a state means. And a card in
//! strange hands, which the bank has to block and a person looks into, whatever else the account is asked about.

use super::speaker::Speaker;
use crate::domain::conversation::{Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::engine::rules::book::Action;

/// The circumstance of somebody who asks where, how or for how much the shop sends.
const ASKS_SHIPPING: &str = "asks_shipping";
/// The circumstance of somebody who asks what a state of orders means.
const ASKS_STATES: &str = "asks_states";
/// The circumstance of a card that was stolen, or a charge that nobody knows.
const CARD_MISUSED: &str = "card_misused";
/// The matter of the customer's account.
const ACCOUNT: &str = "account_security";

impl Speaker<'_> {
    /// Answers what needs no order. False: the message asks nothing of the kind.
    pub(super) fn answers_at_large(&mut self, topic: &Topic) -> bool {
        let no_order = topic.order.is_none() && self.named_orders().is_empty();
        match self.action(&topic.intent) {
            Some(Action::ReportDelivery) if no_order && self.tells(ASKS_SHIPPING) => {}
            Some(Action::ShowOrder)
                if no_order && self.tells(ASKS_STATES) && self.meant(topic).is_none() => {}
            Some(Action::Answer)
                if topic.intent.as_str() == ACCOUNT && self.tells(CARD_MISUSED) =>
            {
                self.hand_over_matter(&topic.intent, HandoffReason::NotCovered);
                return true;
            }
            _ => return false,
        }
        self.reply(&topic.intent, Outcome::Answer);
        self.offer_intents(&["talk_to_human"]);
        true
    }
}

//! What is named and not asked for: a refund that somebody never wanted, a cancelling that is only thought of.

use super::circumstances::CANCELS_PERHAPS;
use super::matter::fresh;
use super::speaker::Speaker;
use crate::domain::conversation::{Outcome, Topic};
use crate::domain::ids::IntentId;
use crate::engine::reading::{Decision, Scored};
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of somebody who wonders at a cancelling that they never asked for.
pub(super) const NEVER_CANCELLED: &str = "never_cancelled";
/// The circumstance of somebody who says that they ask for no refund.
const DENIES_REFUND: &str = "denies_refund";

impl Speaker<'_> {
    /// "Who said anything about a refund?" while the form is being filled in: it is dropped, and what is asked for instead is answered.
    /// False: there is no form, or nobody says so.
    pub(super) fn drops_denied(&mut self, topic: &Topic) -> bool {
        let filling = self.action(&topic.intent) == Some(Action::StartRefund);
        if !filling || !self.tells(DENIES_REFUND) {
            return false;
        }
        self.memory.topic = None;
        let reading = self.heard.reading;
        let refund = |scored: &Scored| {
            matches!(
                self.action(&scored.intent),
                Some(Action::WithdrawRefund | Action::StartRefund)
            )
        };
        let asks = reading.decision == Decision::Answer && !reading.intents.iter().any(refund);
        if asks {
            let dropped = self.plain(Say::RefundDropped);
            self.lead_with(dropped);
            self.take_up_all();
        } else {
            self.say(Say::RefundDropped, None, Outcome::End);
        }
        true
    }

    /// Whether the words that ask for a matter ask for something else, which is taken up.
    pub(super) fn means_otherwise(&mut self, topic: &Topic) -> bool {
        self.disowns_cancelling(topic) || self.asks_if_cancelled(topic) || self.returns_rest(topic)
    }

    /// "I never asked to cancel it!": nothing is passed on, and how the order stands is told. False: it is not so.
    fn disowns_cancelling(&mut self, topic: &Topic) -> bool {
        let cancels = self.action(&topic.intent) == Some(Action::CancelOrder);
        let Ok(status) = IntentId::parse("order_status") else {
            return false;
        };
        if !cancels || !self.tells(NEVER_CANCELLED) {
            return false;
        }
        let not_asked = self.plain(Say::CancelNotAsked);
        self.lead_with(not_asked);
        self.begin(fresh(&status, topic.order.clone()));
        true
    }

    /// Asks back whether an order is to be cancelled at all, where that was only thought of; beside a form, that goes on. False: it
    /// was asked for.
    fn asks_if_cancelled(&mut self, topic: &Topic) -> bool {
        let cancels = self.action(&topic.intent) == Some(Action::CancelOrder);
        let perhaps = cancels && self.tells(CANCELS_PERHAPS);
        if perhaps && self.memory.topic.is_none() {
            if topic.order.is_some() {
                self.memory.order.clone_from(&topic.order);
            }
            self.ask_whether(&topic.intent);
        }
        perhaps
    }
}

//! Messages while a form is being filled in: the cause, the story, or a change of mind.

use super::refund::OTHER_CAUSE;
use super::speaker::Speaker;
use super::waiting::CORRECTION;
use crate::domain::claim::ClaimCause;
use crate::domain::conversation::{Need, Offer, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::order::OrderStatus;
use crate::engine::reading::Decision;
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

impl Speaker<'_> {
    /// "Never mind the refund" while the form is being filled in: nothing was filed, so it is just dropped. So is one for an order
    /// that is to be cancelled and no longer can be.
    pub(super) fn drops_form(&mut self, topic: &Topic) -> bool {
        let actions: Vec<Action> = self
            .heard
            .reading
            .intents
            .iter()
            .filter_map(|scored| self.action(&scored.intent))
            .collect();
        let asks = |action| actions.contains(&action);
        let filling = self.action(&topic.intent) == Some(Action::StartRefund);
        let under_way =
            matches!(topic.need, Need::Cause | Need::Details) && !tells_changed_mind(topic);
        if !filling || !(asks(Action::WithdrawRefund) || under_way && asks(Action::CancelOrder)) {
            return false;
        }
        self.memory.topic = None;
        let status = topic
            .order
            .as_ref()
            .and_then(|id| self.facts.orders.get(id))
            .map(|order| order.status);
        let cancellable = matches!(
            status,
            Some(OrderStatus::Processing | OrderStatus::Processed)
        );
        if asks(Action::CancelOrder) && cancellable {
            self.take_up_all();
        } else {
            self.say(Say::RefundDropped, None, Outcome::End);
        }
        true
    }

    pub(super) fn answer_cause(&mut self, topic: &Topic) -> bool {
        let mut topic = topic.clone();
        match self.chosen_offer() {
            Some(Offer::Cause(cause)) => topic.form.cause = Some(cause),
            _ if self.heard.reading.does(Act::No) => {
                topic.form.cause = Some(OTHER_CAUSE);
            }
            _ if self.interrupts(&topic) || self.heard.reading.wordless => return false,
            _ => {
                topic.form.cause = Some(OTHER_CAUSE);
                topic.form.details = Some(self.heard.text.to_owned());
            }
        }
        self.pursue(topic);
        true
    }

    pub(super) fn answer_details(&mut self, topic: &Topic) -> bool {
        let reading = self.heard.reading;
        let says_nothing = reading.wordless || reading.does(Act::No);
        if self.interrupts(topic) || says_nothing {
            return false;
        }
        let mut topic = topic.clone();
        topic.form.details = Some(self.heard.text.to_owned());
        self.pursue(topic);
        true
    }

    /// Whether the message asks for something else, rather than tell about this matter. While a story is asked for, a message that
    /// sounds like trouble is the story.
    pub(super) fn interrupts(&self, topic: &Topic) -> bool {
        let free_text = matches!(topic.need, Need::Cause | Need::Details);
        let long = self.heard.text.chars().count() > CORRECTION;
        let tells = |action: Action| match action {
            Action::StartRefund | Action::ReportDelivery => true,
            Action::ShowOrder | Action::ShowRefund => long,
            Action::CancelOrder => tells_changed_mind(topic),
            Action::Handoff(reason) => reason != HandoffReason::AskedForHuman,
            _ => false,
        };
        let small = |action: Action| {
            matches!(
                action,
                Action::Soothe | Action::Thank | Action::Greet | Action::Close
            )
        };
        let reading = self.heard.reading;
        reading.decision == Decision::Answer
            && reading
                .intents
                .iter()
                .filter(|scored| scored.intent != topic.intent)
                .filter_map(|scored| self.action(&scored.intent))
                .any(|action| !(small(action) || free_text && tells(action)))
    }
}

/// "I don't want it any more" is the story of somebody who chose that they changed their mind.
fn tells_changed_mind(topic: &Topic) -> bool {
    let cause = topic.form.cause.and_then(ClaimCause::from_number);
    topic.need == Need::Details && cause == Some(ClaimCause::ChangedMind)
}

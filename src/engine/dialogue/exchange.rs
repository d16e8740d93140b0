//! An exchange wanted in the middle of a refund form: a wish of its own, for a person; or it is said that the shop makes none.

use super::speaker::Speaker;
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of somebody who wants the goods exchanged.
pub(super) const WANTS_EXCHANGE: &str = "wants_exchange";
/// What a policy calls it.
pub(super) const EXCHANGE: &str = "exchange";
/// A longer message tells a story, in which such words stand by the way.
const LONGEST: usize = 80;

impl Speaker<'_> {
    /// Passes the wish on, with what was written. Where the shop's rules name what it offers and that is not among it, that is said, and the
    /// form goes on. False: nobody asks for one.
    pub(super) fn wants_exchange(&mut self, topic: &Topic) -> bool {
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let filling = matches!(topic.need, Need::Cause | Need::Details | Need::Portion);
        let short = self.heard.text.chars().count() <= LONGEST;
        if !refund || !filling || !short || !self.tells(WANTS_EXCHANGE) {
            return false;
        }
        self.memory.misunderstood = 0;
        let mut topic = topic.clone();
        let before = topic.form.details.take().into_iter();
        let words: Vec<String> = before.chain([self.heard.text.to_owned()]).collect();
        let kinds = &self.facts.site.policy.refund_types;
        if kinds.is_empty() || kinds.iter().any(|kind| kind == EXCHANGE) {
            topic.form.details = Some(words.join(" / "));
            self.memory.topic = Some(topic);
            self.hand_over(HandoffReason::NotCovered, Say::ExchangeFiled);
            return true;
        }
        self.say(Say::ExchangeNotOffered, None, Outcome::OpenRefundForm);
        self.offer_intents(&["talk_to_human"]);
        true
    }
}

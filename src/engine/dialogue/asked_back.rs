//! Questions put back to the desk about the talk itself: why it needs what it asks for, which number it was given, whether something really
//! is as it said. They are answered, and what was waited for is asked again.

use super::speaker::Speaker;
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::engine::reading::Decision;
use crate::engine::say::Say;

/// The circumstance of somebody who asks why something is wanted of them.
const WHY_NEEDED: &str = "asks_why_needed";
/// The circumstance of somebody who asks which order number they gave.
const WHICH_NUMBER: &str = "asks_own_number";
/// The circumstance of somebody who asks what shows that an order is theirs.
const HOW_PROVEN: &str = "asks_how_proven";
/// The circumstance of somebody who asks whether that is sure.
const WHETHER_SURE: &str = "asks_if_sure";

/// The circumstance of somebody who bought it in another shop.
const BOUGHT_ELSEWHERE: &str = "bought_elsewhere";

impl Speaker<'_> {
    /// What was bought in another shop is that shop's; an order of this one may still be named. False: nothing of the kind is said, or
    /// something else is waited for.
    pub(super) fn says_bought_elsewhere(&mut self, topic: Option<&Topic>) -> bool {
        let asked = topic.is_none_or(|it| it.need == Need::Order);
        let unread = self.heard.reading.decision == Decision::None;
        let names = self.tells(BOUGHT_ELSEWHERE) && self.named_orders().is_empty();
        if !asked || !names || !unread || self.is_merchant() {
            return false;
        }
        self.memory.misunderstood = 0;
        let outcome = match topic {
            Some(_) => Outcome::AskOrderId,
            None => Outcome::Answer,
        };
        self.say(Say::OtherShop, None, outcome);
        true
    }

    /// Answers such a question. False: the message asks none, or surely something else.
    pub(super) fn asks_back(&mut self) -> bool {
        let reading = self.heard.reading;
        let sure = reading.decision == Decision::Answer && !reading.by_likeness;
        let ended = self.conversation.memory.last_outcome == Some(Outcome::End);
        match () {
            () if self.tells(WHICH_NUMBER) && self.memory.order.is_some() => {
                self.say(Say::NumberGiven, None, Outcome::Answer);
            }
            () if sure => return false,
            () if self.tells(WHY_NEEDED) && self.waits_for_order_or_proof() => {
                self.say(Say::WhyNeeded, None, Outcome::Answer);
            }
            () if self.tells(HOW_PROVEN) && !self.is_merchant() => {
                self.say(Say::WhyNeeded, None, Outcome::Answer);
            }
            () if self.tells(WHETHER_SURE) && ended && self.memory.topic.is_none() => {
                self.memory.misunderstood = 0;
                self.repeat();
                return true;
            }
            () => return false,
        }
        self.memory.misunderstood = 0;
        if let Some(topic) = self.memory.topic.clone() {
            self.ask_again(&topic);
        }
        true
    }

    /// Whether that is what was asked for last: in a form, other things are.
    fn waits_for_order_or_proof(&self) -> bool {
        let topic = self.memory.topic.as_ref();
        topic.is_none_or(|it| matches!(it.need, Need::Order | Need::Proof))
    }
}

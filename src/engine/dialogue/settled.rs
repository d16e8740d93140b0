//! News that all is well, and a word that only says "I see": a kind word, and no misunderstanding.

use super::speaker::Speaker;
use crate::domain::conversation::Outcome;
use crate::engine::rules::book::Act;
use crate::engine::say::Say;

/// What is off topic with a name that begins so has settled itself.
const SETTLED: &str = "settled";

impl Speaker<'_> {
    /// Says a kind word where nothing is asked. What is open stays open, and nothing is said of it. False: something else is meant.
    pub(super) fn takes_note(&mut self) -> bool {
        let reading = self.heard.reading;
        let off_topic = reading.off_topic.as_ref();
        let is_settled = off_topic.is_some_and(|it| it.name.starts_with(SETTLED));
        let is_noted = reading.does(Act::Noted) && !self.conversation.memory.last_said.is_empty();
        let say = match (is_settled, is_noted) {
            (true, _) => Say::GladToHear,
            (false, true) => Say::AnythingElse,
            (false, false) => return false,
        };
        self.memory.misunderstood = 0;
        self.say(say, None, Outcome::Answer);
        true
    }
}

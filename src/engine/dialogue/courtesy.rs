//! Small talk while a matter waits: it answers nothing, asks nothing, and counts as no misunderstanding.

use super::circumstances::SAYS_NOTHING;
use super::speaker::Speaker;
use super::stance::is_said_back;
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::ids::IntentId;
use crate::engine::reading::{Decision, Scored};
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

impl Speaker<'_> {
    /// Whether the message is small talk: it answers nothing and asks nothing.
    pub(super) fn is_courtesy(&self, topic: &Topic) -> bool {
        let reading = self.heard.reading;
        let declines = topic.need != Need::Confirm && reading.does(Act::No);
        if is_said_back(topic) && (declines || self.agrees_to(topic)) {
            return false;
        }
        // "12 Canal Street, Leeds, thanks" gives what was asked for.
        let change = self.action(&topic.intent) == Some(Action::ChangeOrder);
        if change && (self.gives_some(topic) || !self.corrections_by_shape().is_empty()) {
            return false;
        }
        let small = |intent: &IntentId| {
            matches!(
                self.action(intent),
                Some(Action::Greet | Action::Thank | Action::Close)
            )
        };
        let acts = [Act::Wait, Act::Resume, Act::Yes, Act::Correct];
        let notes = reading.does(Act::Noted) && !is_said_back(topic);
        let nothing_given = self.contact_of_message().is_none() && reading.slots.orders.is_empty();
        let only_small = match reading.decision {
            Decision::Answer => reading.intents.iter().all(|scored| small(&scored.intent)),
            Decision::Clarify | Decision::None => {
                notes || acts.iter().any(|act| reading.does(*act)) || self.tells(SAYS_NOTHING)
            }
        };
        only_small && nothing_given && self.chosen_offer().is_none()
    }

    /// A goodbye ends the matter; anything else leaves it where it is, without counting.
    pub(super) fn go_on_after_courtesy(&mut self, topic: &Topic) {
        let reading = self.heard.reading;
        self.memory.strayed = reading.does(Act::Wait);
        for scored in &reading.intents {
            self.note_acted(&scored.intent);
        }
        let goodbye = reading
            .intents
            .iter()
            .find(|scored| self.action(&scored.intent) == Some(Action::Close));
        // "All good" to what was said back may be a yes, and ends nothing.
        let unclear = is_said_back(topic) && self.tells(SAYS_NOTHING);
        if let Some(goodbye) = goodbye.filter(|_| !unclear) {
            return self.close(&goodbye.intent);
        }
        let greets = reading
            .intents
            .iter()
            .find(|scored| self.action(&scored.intent) == Some(Action::Greet));
        let thanks = |scored: &Scored| self.action(&scored.intent) == Some(Action::Thank);
        let thanked = reading.intents.iter().any(thanks);
        match greets {
            _ if reading.does(Act::Wait) => {
                return self.say(Say::TakeYourTime, None, topic.need.outcome());
            }
            Some(greeting) if topic.need == Need::Order && self.facts.own_orders.len() < 2 => {
                return self.reply(&greeting.intent, Outcome::AskOrderId);
            }
            Some(_) => self.lead_with(self.plain(Say::IAmHere)),
            None if thanked => self.lead_with(self.plain(Say::YoureWelcome)),
            None => {}
        }
        self.ask_again(topic);
    }
}

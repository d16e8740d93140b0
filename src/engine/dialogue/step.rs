//! One turn: the order in which the bot decides.
//!
//! First what goes before any matter (somebody is in danger, a person is asked for, a threat, a second angry turn), then what the matter at hand waits
//! for, then what the message asks by itself, then what was left earlier.

use super::Rules;
use super::bare;
use super::facts::Facts;
use super::named::only_tells;
use super::speaker::Speaker;
use super::tracked;
use super::turn::{Heard, Move, Turn};
use crate::domain::conversation::{Conversation, Outcome, Owner};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{IntentId, OrderId};
use crate::engine::reading::{Decision, Scored};
use crate::engine::replies::Placeholder;
use crate::engine::rules::book::{Act, Action, Signal};
use crate::engine::say::Say;

/// So many angry messages, and a person takes over.
const ANGRY_TURNS: u8 = 2;
/// So many times the same question again, and a person takes over.
const SAME_AGAIN: u8 = 2;

/// Decides what the bot does about a message.
#[must_use]
pub fn step(rules: &Rules, conversation: &Conversation, heard: Heard<'_>, facts: &Facts) -> Turn {
    let reading = bare::settled(conversation, heard.reading);
    let reading = tracked::settled(rules, conversation, heard, reading, facts);
    let heard = Heard {
        reading: &reading,
        ..heard
    };
    let mut speaker = Speaker::new(rules, conversation, heard, facts);
    speaker.memory.heard_at = Some(facts.now);
    speaker.memory.unclear = None;
    speaker.memory.strayed = speaker.is_asked_for_yes();
    speaker.memory.offered.clear();
    if conversation.memory.last_outcome != Some(Outcome::Clarify) {
        speaker.memory.doubted = 0;
    }
    if conversation.owner != Owner::Bot {
        return speaker.silent();
    }
    speaker.memory.turns = speaker.memory.turns.saturating_add(1);
    speaker.feel();
    speaker.remember_contact();
    if !speaker.first_things() {
        speaker.converse();
        speaker.take_up_parked();
    }
    speaker.finish()
}

impl Speaker<'_> {
    /// A person has the conversation: the bot remembers that somebody wrote, and which order they named, and says nothing.
    fn silent(mut self) -> Turn {
        let mut named = self.heard.reading.slots.orders.iter();
        let named = named.find(|slot| self.facts.orders.contains_key(&slot.value));
        if let Some(slot) = named {
            self.memory.order = Some(slot.value.clone());
        }
        Turn {
            outcome: Outcome::Escalate,
            said: Vec::new(),
            moves: Vec::new(),
            intents: self
                .heard
                .reading
                .intents
                .iter()
                .map(|scored| scored.intent.clone())
                .collect(),
            language: self.language,
            memory: self.memory,
        }
    }

    fn feel(&mut self) {
        let reading = self.heard.reading;
        let complains = reading.decision == Decision::Answer
            && reading
                .intents
                .iter()
                .all(|scored| self.action(&scored.intent) == Some(Action::Soothe));
        let angry = reading.shows(Signal::Angry) || complains && !reading.intents.is_empty();
        self.upset = angry || reading.shows(Signal::Worried);
        self.memory.angry = self.memory.angry.saturating_add(u8::from(angry));
    }

    /// What goes before any matter. True: the turn is over.
    fn first_things(&mut self) -> bool {
        let reading = self.heard.reading;
        let about_the_desk = reading.does(Act::Who) || reading.does(Act::Hours);
        let asks_for_person = reading.decision == Decision::Answer
            && !about_the_desk
            && reading.intents.iter().any(|scored| {
                self.action(&scored.intent) == Some(Action::Handoff(HandoffReason::AskedForHuman))
            });
        let is_vip = self
            .conversation
            .identity
            .as_ref()
            .is_some_and(|identity| identity.vip);
        if reading.shows(Signal::Crisis) {
            self.remember_wants();
            self.hand_over(HandoffReason::LegalOrThreat, Say::HandedOverCrisis);
        } else if asks_for_person {
            self.remember_wants();
            self.hand_over(HandoffReason::AskedForHuman, Say::HandedOver);
        } else if reading.shows(Signal::Legal) && !self.answers_chargeback() {
            self.remember_wants();
            self.hand_over(HandoffReason::LegalOrThreat, Say::HandedOverLegal);
        } else if self.upset
            && self.memory.angry >= ANGRY_TURNS
            && (reading.shows(Signal::Angry) || !reading.intents.is_empty())
        {
            self.remember_wants();
            self.hand_over(HandoffReason::Angry, Say::HandedOverAngry);
        } else if is_vip && self.brings_a_matter() {
            self.remember_wants();
            self.hand_over(HandoffReason::PolicyException, Say::HandedOver);
        } else if self.asks_again() {
            self.remember_wants();
            self.hand_over(HandoffReason::RepeatContact, Say::HandedOver);
        } else if self.memory.turns > self.facts.site.turn_budget {
            self.remember_wants();
            self.hand_over(HandoffReason::MissingInfo, Say::HandedOverStuck);
        } else {
            return false;
        }
        true
    }

    /// Whether the message is more than a greeting, thanks or goodbye.
    fn brings_a_matter(&self) -> bool {
        let small_talk = |scored: &Scored| self.is_small_talk(&scored.intent);
        self.heard.reading.decision != Decision::None
            && !self.heard.reading.intents.iter().all(small_talk)
    }

    /// The same question a third time, about the same order: the answer does not help, a person will.
    fn asks_again(&self) -> bool {
        let [asked] = self.heard.reading.intents.as_slice() else {
            return false;
        };
        let order = self.named_orders().first().map(|slot| &slot.value);
        self.heard.reading.decision == Decision::Answer
            && self.brings_a_matter()
            && self.is_third_time(&asked.intent, order)
            && !self.is_about_portion()
            && !self.claims_another_item(&asked.intent)
            && !self.asks_bill()
            && !self.asks_new_record()
            && self.heard.reading.guide.is_empty()
            && !self.wants_given_link(&asked.intent, order)
            && !self.says_something_new(&asked.intent)
    }

    /// Whether the same intent is answered with other words, because something else was told.
    fn says_something_new(&self, intent: &IntentId) -> bool {
        let answers = self.action(intent) == Some(Action::Answer);
        let reply = self.own_reply(intent).filter(|_| answers);
        let mut last_said = self.conversation.memory.last_said.iter();
        reply.is_some_and(|reply| !last_said.any(|last| last.contains(&reply)))
    }

    /// Whether this was just answered twice, about the same order.
    pub(super) fn is_third_time(&self, intent: &IntentId, order: Option<&OrderId>) -> bool {
        self.memory.topic.is_none()
            && self.memory.answered.last() == Some(intent)
            && self.memory.same_again.saturating_add(1) >= SAME_AGAIN
            && order.is_none_or(|order| self.memory.order.as_ref() == Some(order))
    }

    /// Notes what the message asks for, so that the brief tells it although the bot does not act on it.
    fn remember_wants(&mut self) {
        for scored in &self.heard.reading.intents {
            self.memory.note_answered(&scored.intent);
            self.note_acted(&scored.intent);
            self.note_words(&scored.intent);
        }
        if let Some(slot) = self.heard.reading.slots.orders.first() {
            self.memory.order = Some(slot.value.clone());
        }
    }

    fn converse(&mut self) {
        if self.tells_claims() || self.answers_trade() || self.steers() {
            return;
        }
        match self.memory.topic.clone() {
            Some(topic) if self.lets_go(&topic) || self.drops_denied(&topic) => {}
            Some(topic) => self.go_on(topic),
            None => {
                self.start();
                self.tell_left_over();
            }
        }
    }

    /// Comes back to what was left for another question.
    fn take_up_parked(&mut self) {
        while self.memory.topic.is_none()
            && !self.is_handed_over()
            && !self.memory.parked.is_empty()
        {
            let topic = self.memory.parked.remove(0);
            let asked_before = self.conversation.memory.parked.contains(&topic);
            if asked_before && self.acted.last() != Some(&topic.intent) {
                let mut values = self.values(None);
                let label = self.rules.replies.label(&topic.intent, self.language);
                values.set(Placeholder::TopicLabel, &label);
                self.lead_with(self.rules.replies.say(Say::BackTo, self.language, &values));
            } else if let Some(order) = topic.order.clone()
                && self.acted.contains(&topic.intent)
                && !self.said.is_empty()
                && !self.action(&topic.intent).is_some_and(only_tells)
            {
                self.lead_with_order(Say::NextOrder, &order);
            }
            self.pursue(topic);
        }
    }

    pub(super) fn is_handed_over(&self) -> bool {
        self.moves
            .iter()
            .any(|done| matches!(done, Move::HandOff(_)))
    }

    pub(super) fn finish(mut self) -> Turn {
        let outcome = self.outcome();
        self.note_what_is_asked();
        self.memory.strayed &= self.left_as_it_was();
        self.memory.greeted = true;
        if self.language.is_chinese() {
            self.memory.script = Some(self.language);
        }
        self.memory.last_outcome = Some(outcome);
        self.memory.last_said = self.said.iter().map(|said| said.text.clone()).collect();
        Turn {
            outcome,
            said: self.said,
            moves: self.moves,
            memory: self.memory,
            intents: self.acted,
            language: self.language,
        }
    }
}

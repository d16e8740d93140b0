//! One turn: the order in which the bot decides.
//!
//! First what goes before any matter (a person is asked for, a threat, a second angry turn), then what the matter at hand waits
//! for, then what the message asks by itself, then what was left earlier.

use super::Rules;
use super::facts::Facts;
use super::speaker::Speaker;
use super::turn::{Heard, Move, Turn};
use crate::domain::conversation::{Conversation, Memory, Offer, Outcome, Owner, Topic};
use crate::domain::handoff::HandoffReason;
use crate::engine::reading::{Decision, Scored};
use crate::engine::replies::Placeholder;
use crate::engine::rules::book::{Act, Action, Signal};
use crate::engine::say::Say;

/// So many messages in a row that are not understood, and a person takes over.
const MISUNDERSTANDINGS: u8 = 2;
/// So much of an unclear message is kept, in characters, to be read together with the next one.
const UNCLEAR: usize = 200;
/// So many angry messages, and a person takes over.
const ANGRY_TURNS: u8 = 2;
/// So many times the same answer again, and a person takes over.
const SAME_AGAIN: u8 = 2;

/// Decides what the bot does about a message.
#[must_use]
pub fn step(rules: &Rules, conversation: &Conversation, heard: Heard<'_>, facts: &Facts) -> Turn {
    let mut speaker = Speaker::new(rules, conversation, heard, facts);
    speaker.memory.heard_at = Some(facts.now);
    speaker.memory.unclear = None;
    if conversation.owner != Owner::Bot {
        return speaker.silent();
    }
    speaker.memory.turns = speaker.memory.turns.saturating_add(1);
    speaker.feel();
    if !speaker.first_things() {
        speaker.converse();
        speaker.take_up_parked();
        speaker.last_things();
    }
    speaker.finish()
}

impl Speaker<'_> {
    /// A person has the conversation: the bot remembers that somebody wrote, and says nothing.
    fn silent(self) -> Turn {
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
                .all(|scored| self.action(scored) == Some(Action::Soothe));
        let angry = reading.shows(Signal::Angry) || complains && !reading.intents.is_empty();
        self.upset = angry || reading.shows(Signal::Worried);
        self.memory.angry = self.memory.angry.saturating_add(u8::from(angry));
    }

    fn action(&self, scored: &Scored) -> Option<Action> {
        self.rules
            .intent(&scored.intent)
            .map(|intent| intent.action)
    }

    /// What goes before any matter. True: the turn is over.
    fn first_things(&mut self) -> bool {
        let reading = self.heard.reading;
        let asks_for_person = reading.decision == Decision::Answer
            && reading.intents.iter().any(|scored| {
                self.action(scored) == Some(Action::Handoff(HandoffReason::AskedForHuman))
            });
        let is_vip = self
            .conversation
            .identity
            .as_ref()
            .is_some_and(|identity| identity.vip);
        if asks_for_person {
            self.remember_wants();
            self.hand_over(HandoffReason::AskedForHuman, Say::HandedOver);
        } else if reading.shows(Signal::Legal) {
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
        let small_talk = |scored: &Scored| {
            matches!(
                self.action(scored),
                Some(Action::Greet | Action::Thank | Action::Close)
            )
        };
        self.heard.reading.decision != Decision::None
            && !self.heard.reading.intents.iter().all(small_talk)
    }

    /// Notes what the message asks for, so that the brief tells it although the bot does not act on it.
    fn remember_wants(&mut self) {
        for scored in &self.heard.reading.intents {
            self.memory.note_answered(&scored.intent);
            self.acted.push(scored.intent.clone());
        }
        if let Some(slot) = self.heard.reading.slots.orders.first() {
            self.memory.order = Some(slot.value.clone());
        }
    }

    fn converse(&mut self) {
        if self.steers() {
            return;
        }
        match self.memory.topic.clone() {
            Some(topic) => self.go_on(topic),
            None => self.start(),
        }
    }

    /// Words that steer the dialogue itself: stop, start again, say that again.
    fn steers(&mut self) -> bool {
        let reading = self.heard.reading;
        if reading.does(Act::Restart) {
            self.memory = Memory {
                greeted: true,
                angry: self.memory.angry,
                proven: std::mem::take(&mut self.memory.proven),
                ..Memory::default()
            };
            self.say(Say::Restarted, None, Outcome::Answer);
            self.offer_menu();
        } else if reading.does(Act::Cancel)
            && (self.memory.topic.take().is_some() || reading.decision != Decision::Answer)
        {
            self.memory.parked.clear();
            self.say(Say::Cancelled, None, Outcome::End);
        } else if reading.does(Act::Repeat) {
            self.repeat();
        } else {
            return false;
        }
        true
    }

    fn repeat(&mut self) {
        let outcome = self.memory.last_outcome.unwrap_or_default();
        let last = std::mem::take(&mut self.memory.last_said);
        if last.is_empty() {
            self.say(Say::NothingToRepeat, None, Outcome::Answer);
        }
        for text in last {
            self.say_again(text, outcome);
        }
    }

    /// A matter waits for something.
    fn go_on(&mut self, topic: Topic) {
        if self.answer_waiting(&topic) {
            self.memory.misunderstood = 0;
            return;
        }
        let reading = self.heard.reading;
        match reading.decision {
            Decision::Answer if self.drops_form(&topic) => {}
            Decision::Answer
                if reading
                    .intents
                    .iter()
                    .all(|scored| scored.intent == topic.intent) =>
            {
                self.ask_in_vain(topic)
            }
            Decision::Answer => {
                self.take_up_all();
                if !self.is_handed_over() && self.memory.topic.as_ref() == Some(&topic) {
                    self.ask_again(&topic);
                }
            }
            Decision::Clarify | Decision::None => self.ask_in_vain(topic),
        }
    }

    /// "Never mind the refund" while the form is being filled in: nothing was filed, so it is just dropped.
    fn drops_form(&mut self, topic: &Topic) -> bool {
        let withdraws = self
            .heard
            .reading
            .intents
            .iter()
            .any(|scored| self.action(scored) == Some(Action::WithdrawRefund));
        let filling = self
            .rules
            .intent(&topic.intent)
            .is_some_and(|intent| intent.action == Action::StartRefund);
        if withdraws && filling {
            self.memory.topic = None;
            self.say(Say::RefundDropped, None, Outcome::End);
        }
        withdraws && filling
    }

    /// Nothing waits: the message speaks for itself.
    fn start(&mut self) {
        if let Some(offer) = self.chosen_offer() {
            self.memory.offered.clear();
            return self.take_offer(offer);
        }
        self.memory.offered.clear();
        let reading = self.heard.reading;
        let named = reading.slots.orders.first().map(|slot| slot.value.clone());
        match reading.decision {
            Decision::Answer => {
                self.memory.misunderstood = 0;
                if let Some(order) = named {
                    self.memory.order = Some(order);
                }
                self.take_up_all();
            }
            Decision::Clarify => self.clarify(),
            Decision::None => match named {
                Some(order) => self.only_an_order(order),
                None if reading.does(Act::No) || reading.does(Act::Yes) => {
                    self.say(Say::AnythingElse, None, Outcome::Answer)
                }
                None if reading.wordless => self.say(Say::Wordless, None, Outcome::Clarify),
                None => self.not_understood(),
            },
        }
    }

    fn take_offer(&mut self, offer: Offer) {
        match offer {
            Offer::Intent(intent) => self.take_up_offer(&intent),
            Offer::Order(order) => self.only_an_order(order),
            Offer::Cause(_) | Offer::Else => self.not_understood(),
        }
    }

    /// Takes up all that the message asks for, in the order in which it asks.
    fn take_up_all(&mut self) {
        let mut asked: Vec<&Scored> = self.heard.reading.intents.iter().collect();
        asked.sort_by_key(|scored| scored.matched.first().map_or(0, |matched| matched.start));
        for scored in asked {
            if !self.is_handed_over() {
                self.take_up(scored);
            }
        }
    }

    /// An order number and nothing else: the last matter with this order ("no, A1043"), or its state.
    fn only_an_order(&mut self, order: crate::domain::ids::OrderId) {
        self.memory.order = Some(order);
        self.memory.misunderstood = 0;
        let about_orders = |id: &&crate::domain::ids::IntentId| {
            self.rules
                .intent(id)
                .is_some_and(|intent| !intent.slots.is_empty())
        };
        let last = self
            .memory
            .answered
            .iter()
            .rev()
            .find(about_orders)
            .cloned();
        match last {
            Some(intent) => self.take_up_offer(&intent),
            None => self.take_up_named("order_status"),
        }
    }

    fn take_up_named(&mut self, name: &str) {
        if let Ok(intent) = crate::domain::ids::IntentId::parse(name) {
            self.take_up_offer(&intent);
        }
    }

    fn note_unclear(&mut self) {
        self.memory.unclear = Some(self.heard.text.chars().take(UNCLEAR).collect());
    }

    fn clarify(&mut self) {
        if self.memory.last_outcome == Some(Outcome::Clarify) && self.memory.misunderstood > 0 {
            return self.hand_over(HandoffReason::Ambiguous, Say::HandedOverStuck);
        }
        self.memory.misunderstood = self.memory.misunderstood.saturating_add(1);
        self.note_unclear();
        self.say(Say::Clarify, None, Outcome::Clarify);
        let mut offers: Vec<Offer> = self
            .heard
            .reading
            .intents
            .iter()
            .take(3)
            .map(|scored| Offer::Intent(scored.intent.clone()))
            .collect();
        offers.push(Offer::Else);
        self.offer(offers);
    }

    fn not_understood(&mut self) {
        self.note_unclear();
        self.memory.misunderstood = self.memory.misunderstood.saturating_add(1);
        if self.memory.misunderstood >= MISUNDERSTANDINGS {
            return self.hand_over(HandoffReason::NotUnderstood, Say::HandedOverStuck);
        }
        let say = if self.heard.reading.off_topic.is_some() {
            Say::OffTopic
        } else {
            Say::NotUnderstood
        };
        self.say(say, None, Outcome::Clarify);
        self.offer_menu();
    }

    /// Comes back to what was left for another question.
    fn take_up_parked(&mut self) {
        while self.memory.topic.is_none() && !self.is_handed_over() {
            let Some(topic) = self.memory.parked.pop() else {
                break;
            };
            let mut values = self.values(None);
            values.set(
                Placeholder::TopicLabel,
                &self.rules.replies.label(&topic.intent, self.language),
            );
            self.say_with(Say::BackTo, &values, Outcome::Answer);
            self.pursue(topic);
        }
    }

    /// The same question a third time: the answer does not help, a person will.
    fn last_things(&mut self) {
        let small_talk = self.heard.reading.intents.iter().all(|scored| {
            matches!(
                self.action(scored),
                Some(Action::Greet | Action::Thank | Action::Close)
            )
        });
        let asked_again =
            self.memory.same_again >= SAME_AGAIN && !small_talk && self.memory.topic.is_none();
        if asked_again && !self.is_handed_over() {
            self.hand_over(HandoffReason::RepeatContact, Say::HandedOver);
        }
    }

    pub(super) fn is_handed_over(&self) -> bool {
        self.moves
            .iter()
            .any(|done| matches!(done, Move::HandOff(_)))
    }

    fn finish(mut self) -> Turn {
        let outcome = self.outcome();
        self.memory.greeted = true;
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

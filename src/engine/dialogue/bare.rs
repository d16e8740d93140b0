//! Bare answers: a reason, a time, a number, one of several. They go on with what was just asked or answered, whatever they are like.

use std::borrow::Cow;

use super::circumstances::REASON;
use super::form::NOT_WANTED;
use super::speaker::Speaker;
use super::stance::without_asked_yes;
use super::states::has_come;
use crate::domain::claim::ClaimCause;
use crate::domain::conversation::{Conversation, Need, Outcome};
use crate::domain::ids::IntentId;
use crate::engine::reading::{Decision, Reading};
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of a message that only says when, how many, or which one.
const DETAIL: &str = "bare_detail";

/// The reading of a message after what was said before: a bare answer rests on no likeness while something is talked about, nor does one
/// that gives the proof that was asked for.
pub(super) fn settled<'r>(conversation: &Conversation, reading: &'r Reading) -> Cow<'r, Reading> {
    let reading = without_asked_yes(reading);
    let memory = &conversation.memory;
    let talks = memory.topic.is_some() || !memory.last_said.is_empty();
    let is_bare = reading.tells(REASON) || reading.tells(DETAIL);
    let guessed = reading.by_likeness || reading.decision == Decision::None;
    let slots = &reading.slots;
    let is_proof = memory
        .topic
        .as_ref()
        .is_some_and(|it| it.need == Need::Proof)
        && !(slots.emails.is_empty() && slots.phones.is_empty());
    if !(talks && (is_bare || is_proof) && guessed) {
        return reading;
    }
    Cow::Owned(Reading {
        decision: Decision::None,
        by_likeness: false,
        intents: Vec::new(),
        runner_up: None,
        ..reading.into_owned()
    })
}

impl Speaker<'_> {
    /// Whether the message says no more than when, how many, or which one: no cause of anything.
    pub(super) fn is_bare_detail(&self) -> bool {
        self.tells(DETAIL) && self.heard.reading.decision != Decision::Answer
    }

    /// Takes a bare answer, or a guess at what was just answered, as more on it. False: it is neither.
    pub(super) fn adds_to_answer(&mut self) -> bool {
        let before = &self.conversation.memory;
        let answered = matches!(
            before.last_outcome,
            Some(Outcome::GiveOrderStatus | Outcome::Answer | Outcome::ApologiseAnswer)
        );
        let names_order =
            !self.heard.reading.slots.orders.is_empty() || self.points_at_order().is_some();
        if !answered || names_order || !(self.is_bare_answer() || self.tells_more_of_refusal()) {
            return false;
        }
        let noted = self.values(None);
        let noted = self.rules.replies.say(Say::Noted, self.language, &noted);
        // The second in a row waits for something that the bot does not see.
        if self.has_just_said(&noted) {
            return false;
        }
        let offered = before.offered.clone();
        self.memory.misunderstood = 0;
        self.say(Say::Noted, None, Outcome::Answer);
        if !offered.is_empty() {
            self.offer(offered);
        }
        true
    }

    fn is_bare_answer(&self) -> bool {
        let bare = self.tells(REASON) || self.tells(DETAIL);
        bare && self.heard.reading.decision == Decision::None
    }

    /// "I found it cheaper", after the order could not be cancelled: like the request that was answered, and tells only why.
    fn tells_more_of_refusal(&self) -> bool {
        let reading = self.heard.reading;
        let answered = self.conversation.memory.answered.last();
        let changes = |it: &IntentId| {
            let action = self.action(it);
            matches!(action, Some(Action::CancelOrder | Action::ChangeOrder))
        };
        let Some(last) = answered.filter(|it| changes(it)) else {
            return false;
        };
        let alike = matches!(reading.intents.as_slice(), [only] if only.intent == *last);
        let guessed = reading.decision != Decision::Answer || reading.by_likeness;
        // "I don't want it" may ask for the money.
        let own = self.told_cause() == Some(ClaimCause::ChangedMind) && !self.tells(NOT_WANTED);
        // What has come can be sent back: then it is asked whether that is meant.
        let facts = self.facts;
        let order = self.memory.order.as_ref();
        let order = order.and_then(|id| facts.orders.get(id));
        let why = guessed && own && order.is_some_and(|it| !has_come(it));
        (alike && reading.by_likeness || why) && !self.asks_something()
    }
}

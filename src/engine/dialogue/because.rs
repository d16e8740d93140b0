//! Why something is said, as it stands in the log: the rule and the words, what lost against it, what was read out of the message, where the
//! dialogue stood, and which sentence was said.

use std::collections::BTreeSet;

use super::Rules;
use super::sentence::Sentence;
use super::speaker::Speaker;
use super::turn::{Heard, Said};
use crate::domain::conversation::{
    Asked, Because, Outcome, Prompt, RunnerUp, Slotted, Step, Topic,
};
use crate::domain::language::Language;
use crate::domain::policy::AppliedClause;
use crate::engine::guide::cited;
use crate::engine::reading::{Decision, Matched, Scored};
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;
use crate::engine::slots::Slot;

/// A message has more of a kind only if somebody pastes a list.
const SLOTS: usize = 12;
/// So many characters of an answer stand where no rule has its words.
const ANSWER: usize = 80;

/// Something that is said without a message of the customer's, and why.
pub(super) fn unasked(
    rules: &Rules,
    say: Say,
    language: Language,
    values: &Values<'_>,
    (prompt, outcome): (Prompt, Outcome),
) -> (String, Because) {
    let because = Because {
        outcome,
        prompt,
        said: say.key().to_owned(),
        at: rules.replies.place(say, language),
        facts: values.names(),
        ..Because::default()
    };
    (rules.replies.say(say, language, values), because)
}

/// What a message was read as, and what says so.
#[derive(Default)]
struct ReadAs {
    name: Option<String>,
    rule: Option<String>,
    matched: Vec<String>,
    score: u8,
}

impl From<&Scored> for ReadAs {
    fn from(scored: &Scored) -> Self {
        Self {
            name: Some(scored.intent.to_string()),
            rule: Some(scored.rule.to_string()),
            matched: words(&scored.matched),
            score: scored.score,
        }
    }
}

impl Speaker<'_> {
    /// One of the desk's own sentences, as it is said with these values.
    pub(super) fn sentence(&self, say: Say, values: &Values) -> Sentence {
        let replies = &self.rules.replies;
        Sentence {
            name: say.key().to_owned(),
            at: replies.place(say, self.language),
            policy: self.cited(&replies.uses(say, self.language, values), values),
        }
    }

    /// The clauses of the policy that a sentence with these placeholders tells.
    pub(super) fn cited(
        &self,
        used: &BTreeSet<Placeholder>,
        values: &Values,
    ) -> Vec<AppliedClause> {
        cited(&self.facts.site.policy, used, values)
    }

    /// Why a sentence is said, which used these values.
    pub(super) fn because(&self, sentence: Sentence, values: &Values, outcome: Outcome) -> Because {
        let current = self.current.as_ref();
        let read = self.read_as();
        Because {
            outcome,
            intent: current.map(|scored| scored.intent.clone()),
            prompt: self.prompt,
            by_likeness: self.heard.reading.by_likeness && read.rule.is_some(),
            runner_up: self.runner_up(read.name.as_deref()),
            read_as: read.name,
            rule: read.rule,
            matched: read.matched,
            score: read.score,
            said: sentence.name,
            at: sentence.at,
            step: Box::new(self.step_before()),
            facts: values.names(),
            policy: sentence.policy,
            slots: slotted(self.heard),
        }
    }

    /// What the message was read as: what is being answered, or else the best of what it could be, or else what it does and tells. What
    /// no rule knows, such as an order number by itself, is taken as it is.
    fn read_as(&self) -> ReadAs {
        let reading = self.heard.reading;
        let best = reading.intents.first();
        let best = best.filter(|_| reading.decision != Decision::None);
        if let Some(scored) = self.current.as_ref().or(best) {
            return scored.into();
        }
        if let Some(clue) = reading.clues.first() {
            return ReadAs {
                name: Some(clue.name.clone()),
                rule: Some(clue.rule.to_string()),
                matched: words(&clue.matched),
                score: clue.score,
            };
        }
        let answer = self.heard.text.trim();
        let answer =
            Some(answer).filter(|answer| !answer.is_empty() && self.heard.choice.is_none());
        ReadAs {
            matched: answer
                .map(|answer| answer.chars().take(ANSWER).collect())
                .into_iter()
                .collect(),
            ..ReadAs::default()
        }
    }

    /// What the message could have meant as well; where it is asked which, the second of them.
    fn runner_up(&self, won: Option<&str>) -> Option<RunnerUp> {
        let reading = self.heard.reading;
        let offered = (reading.decision == Decision::Clarify).then_some(&reading.intents);
        let others = offered.into_iter().flatten();
        let mut lost = reading.runner_up.iter().chain(others);
        let lost = lost.find(|lost| won != Some(lost.intent.as_str()))?;
        Some(RunnerUp {
            intent: lost.intent.clone(),
            rule: lost.rule.to_string(),
            score: lost.score,
        })
    }

    /// Where the dialogue stood when the message came.
    fn step_before(&self) -> Step {
        let memory = &self.conversation.memory;
        let topic = memory.topic.as_ref();
        let goes_on = topic.is_none() && self.current.is_none();
        let pressed = self.heard.choice.and_then(|_| self.chosen_offer());
        Step {
            asked: topic.map(|topic| self.asked_for(topic)),
            chose: pressed.map(|offer| self.offer_words(&offer)),
            follows: memory.answered.last().filter(|_| goes_on).cloned(),
            asks: None,
        }
    }

    /// What is asked for from now on stands beside what was said last.
    pub(super) fn note_what_is_asked(&mut self) {
        let asks = self.memory.topic.as_ref();
        let asks = asks.map(|topic| self.asked_for(topic));
        if let Some(Said { because, .. }) = self.said.last_mut() {
            because.step.asks = asks;
        }
    }

    fn asked_for(&self, topic: &Topic) -> Asked {
        let intent = self.rules.intent(&topic.intent);
        Asked {
            need: topic.need,
            intent: topic.intent.clone(),
            proof: intent.map(|intent| intent.proof).unwrap_or_default(),
            order: topic.order.clone(),
            rule: topic.rule.clone(),
        }
    }
}

fn words(matched: &[Matched]) -> Vec<String> {
    matched.iter().map(|it| it.text.clone()).collect()
}

/// What was read out of the message, in the customer's own spelling.
fn slotted(heard: Heard<'_>) -> Vec<Slotted> {
    let slots = &heard.reading.slots;
    let mut found = Vec::new();
    take(&mut found, heard.text, "order", &slots.orders);
    take(&mut found, heard.text, "amount", &slots.amounts);
    take(&mut found, heard.text, "date", &slots.dates);
    take(&mut found, heard.text, "phone", &slots.phones);
    take(&mut found, heard.text, "email", &slots.emails);
    take(&mut found, heard.text, "tail", &slots.tails);
    take(&mut found, heard.text, "number", &slots.numbers);
    found.truncate(SLOTS);
    found
}

fn take<T>(found: &mut Vec<Slotted>, text: &str, name: &str, slots: &[Slot<T>]) {
    let said = slots
        .iter()
        .filter_map(|slot| text.get(slot.start..slot.end));
    found.extend(said.map(|said| Slotted {
        slot: name.to_owned(),
        text: said.to_owned(),
    }));
}

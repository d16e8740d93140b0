//! From what a scratch holds after a message to a [`Reading`] with names and with places in the original text.

use std::cmp::Reverse;
use std::ops::Range;

use smallvec::SmallVec;

use super::decide::Choice;
use super::evaluate::Message;
use super::own_words::words;
use super::program::{Holds, Roles, TOLD_FROM};
use super::{Matcher, OwnerId, Scratch, Span, TermId};
use crate::engine::reading::{OffTopicHit, Reading, RuleRef, Scored};
use crate::engine::slots::choice;
use crate::engine::text::detect;

impl Matcher {
    /// The reading of the message that was last read with this scratch. `text` is that message.
    #[must_use]
    pub fn report(&self, text: &str, scratch: &Scratch) -> Reading {
        let verdict = &scratch.verdict;
        let scored = |choice: &Choice| self.scored(choice, text, scratch);
        let language = detect(&scratch.text);
        Reading {
            language: language.map(|detected| detected.language),
            language_guessed: language.is_some_and(|detected| detected.guessed),
            decision: verdict.decision,
            by_likeness: verdict.by_likeness,
            intents: verdict.chosen.iter().map(scored).collect(),
            runner_up: verdict.runner_up.as_ref().map(scored),
            off_topic: verdict.off_topic.as_ref().map(|it| self.off_topic(it)),
            slots: scratch.slots.clone(),
            signals: (self.program.signals.iter())
                .filter(|(_, term)| scratch.seen.has(*term))
                .map(|(signal, _)| *signal)
                .collect(),
            acts: (self.program.acts.iter())
                .filter(|(_, term)| self.is_whole_message(*term, scratch))
                .map(|(act, _)| *act)
                .collect(),
            told: (self.told_by(scratch).iter())
                .map(|(number, _)| self.names.circumstances[*number].clone())
                .collect(),
            clues: self.clues(text, scratch),
            guide: (self.program.guide.iter())
                .filter(|(_, term)| scratch.seen.has(*term))
                .map(|(topic, _)| *topic)
                .collect(),
            joins: (scratch.hits.with_role(&self.program, Roles::JOIN))
                .map(|hit| range(scratch.text.original(hit.span, text)))
                .collect(),
            breaks: (scratch.hits.with_role(&self.program, Roles::BREAK))
                .map(|hit| scratch.text.original(hit.span, text).start as usize)
                .collect(),
            choice: choice(&scratch.text),
            wordless: scratch.text.units().is_empty(),
        }
    }

    /// The circumstances that a message tells, the surest first: the number of each, and what says so.
    pub(super) fn told_by(&self, scratch: &Scratch) -> SmallVec<[(usize, Choice); 4]> {
        let standings = scratch.standings.iter();
        let mut told: SmallVec<[(usize, Choice); 4]> = standings
            .filter_map(|(owner, standing)| match self.program.holds(owner) {
                Holds::Circumstance(number) => Some((number, standing.choice(owner))),
                Holds::Intent(_) | Holds::OffTopic(_) => None,
            })
            .filter(|(_, choice)| choice.score >= TOLD_FROM)
            .collect();
        told.sort_unstable_by_key(|(number, choice)| (Reverse(choice.score), *number));
        told
    }

    /// Whether a message says one thing only, fillers aside.
    pub(super) fn is_whole_message(&self, term: TermId, scratch: &Scratch) -> bool {
        let message = Message {
            program: &self.program,
            text: &scratch.text,
            seen: &scratch.seen,
            negations: &scratch.negations,
        };
        scratch.seen.has(term) && message.is_covered_by(std::iter::once(term), false)
    }

    pub(super) fn scored(&self, choice: &Choice, text: &str, scratch: &Scratch) -> Scored {
        Scored {
            intent: self.names.intents[choice.owner.0 as usize].clone(),
            score: choice.score,
            rule: self.rule_ref(choice),
            matched: words(choice.evidence, text, scratch),
        }
    }

    pub(super) fn off_topic(&self, choice: &Choice) -> OffTopicHit {
        let OwnerId(owner) = choice.owner;
        let (name, settled) = &self.names.off_topic[owner as usize - self.names.intents.len()];
        OffTopicHit {
            name: name.clone(),
            settled: *settled,
            score: choice.score,
            rule: self.rule_ref(choice),
        }
    }

    pub(super) fn rule_ref(&self, choice: &Choice) -> RuleRef {
        let at = self.program.rules[choice.rule.0 as usize].at;
        let file = self.names.files.get(usize::from(at.file));
        RuleRef {
            file: file.cloned().unwrap_or_default(),
            line: at.line,
        }
    }
}

fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

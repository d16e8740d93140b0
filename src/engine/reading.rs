//! What a message was read as: intents with their evidence, slots, mood, language. Pure values.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::domain::guide::GuideTopic;
use crate::domain::ids::IntentId;
use crate::domain::language::Language;
use crate::engine::rules::book::{Act, Signal};
use crate::engine::slots::Slots;

/// What one message was read as.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The language it is written in; none when there is nothing to tell by: digits, emoji.
    pub language: Option<Language>,
    /// The language is a Chinese one, but only by characters that both scripts share.
    pub language_guessed: bool,
    /// Whether to act, to ask, or neither.
    pub decision: Decision,
    /// Likeness to phrases decided so, where rules were silent or spoke of something unlike them.
    pub by_likeness: bool,
    /// What to act on, best first; for [`Decision::Clarify`] what to offer; empty for [`Decision::None`].
    pub intents: Vec<Scored>,
    /// The best intent that matched and lost; where none matched, what the message is most like.
    pub runner_up: Option<Scored>,
    /// The name and the score of what made this none of our business.
    pub off_topic: Option<OffTopicHit>,
    /// Numbers, amounts, dates and addresses in it.
    pub slots: Slots,
    /// Moods and threats.
    pub signals: SmallVec<[Signal; 3]>,
    /// What the whole message does in a dialogue.
    pub acts: SmallVec<[Act; 2]>,
    /// The circumstances that it tells beside what it asks, the surest first.
    pub told: SmallVec<[IntentId; 2]>,
    /// By which words it does, tells and shows all that, the most telling first: for the explanation.
    pub clues: Vec<Clue>,
    /// The pieces of the refund guide that it names, in the guide's order.
    pub guide: SmallVec<[GuideTopic; 2]>,
    /// Where words stand that join two requests, as bytes of the original text.
    pub joins: SmallVec<[Range<usize>; 2]>,
    /// Where words stand that end a clause as a comma does, as bytes of the original text.
    pub breaks: SmallVec<[usize; 2]>,
    /// The whole message picks an entry of a list, counted from 1: "2", "the second one".
    pub choice: Option<u8>,
    /// There is no word in it: empty, punctuation, emoji.
    pub wordless: bool,
}

/// Whether to act on a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Sure enough to act.
    Answer,
    /// Not sure: ask which.
    Clarify,
    /// Nothing that the desk knows.
    None,
}

impl Decision {
    /// The word for it in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Clarify => "clarify",
            Self::None => "none",
        }
    }
}

/// An intent that matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// Which.
    pub intent: IntentId,
    /// How sure, 1 to 106.
    pub score: u8,
    /// The rule that said so.
    pub rule: RuleRef,
    /// The words that said so, in the order of the text.
    pub matched: Vec<Matched>,
}

/// What a message was read as beside intents, and by which words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clue {
    /// As it is called in the rule files: `acts.no`, `circumstance.all_well`, `off_topic.weather`, `signals.angry`.
    pub name: String,
    /// How sure; lists of words are as sure as can be.
    pub score: u8,
    /// The rule, or the list of words.
    pub rule: RuleRef,
    /// The words that said so, in the order of the text.
    pub matched: Vec<Matched>,
}

/// Where a rule stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleRef {
    /// The rule file's name.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
}

impl fmt::Display for RuleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Words of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// As the customer typed them.
    pub text: String,
    /// First byte in the original text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// What made a message none of our business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffTopicHit {
    /// Its name in `off_topic.toml`.
    pub name: String,
    /// It is news that all is well.
    pub settled: bool,
    /// How sure.
    pub score: u8,
    /// The rule that said so.
    pub rule: RuleRef,
}

impl Reading {
    /// Whether the message shows this mood or threat.
    #[must_use]
    pub fn shows(&self, signal: Signal) -> bool {
        self.signals.contains(&signal)
    }

    /// Whether the message, as a whole, steers the dialogue so.
    #[must_use]
    pub fn does(&self, act: Act) -> bool {
        self.acts.contains(&act)
    }

    /// Whether the message tells this circumstance.
    #[must_use]
    pub fn tells(&self, circumstance: &str) -> bool {
        self.told.iter().any(|told| told.as_str() == circumstance)
    }

    /// The best intent of those to act on, if the desk is to act.
    #[must_use]
    pub fn best(&self) -> Option<&Scored> {
        match self.decision {
            Decision::Answer => self.intents.first(),
            Decision::Clarify | Decision::None => None,
        }
    }
}

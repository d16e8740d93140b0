//! The rules as the matcher runs them: numbers instead of names, an index from words to rules.
//!
//! Built once by `compile`, then only read.

use super::pattern::Pattern;
use crate::domain::guide::GuideTopic;
use crate::engine::rules::book::{Act, Feature, Place, Scope, Signal};

/// The number of a key.
pub(super) type KeyId = usize;

/// A word, concept or gap of some rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct TermId(pub u32);

/// A gap or a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct DerivedId(pub u32);

/// A rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct RuleId(pub u32);

/// Where the desk acts, asks, and asks which.
pub(super) const ACT_FROM: u8 = 50;
pub(super) const ASK_FROM: u8 = 30;
pub(super) const TIE_MARGIN: u8 = 5;

/// From this score on, a circumstance counts as told.
pub(super) const TOLD_FROM: u8 = 50;

/// Everything but the trie and the typing mistakes.
#[derive(Debug, Default)]
pub(super) struct Program {
    /// By the numbers that the trie knows them by.
    pub keys: Vec<Key>,
    /// Which terms a key means, in runs.
    pub key_terms: Vec<TermId>,
    /// What waits for a term.
    pub terms: Vec<TermIndex>,
    /// Rules that are looked at when a term is seen, in runs.
    pub waiting_rules: Vec<RuleId>,
    /// Gaps and patterns that are looked at when a term is seen, in runs.
    pub waiting_derived: Vec<DerivedId>,
    /// Gaps and patterns; one that needs another comes after it.
    pub derived: Vec<Derived>,
    /// The rules.
    pub rules: Vec<CompiledRule>,
    /// The terms of the rules, in runs.
    pub rule_terms: Vec<TermId>,
    /// By the number of the intent; what has a higher number is off topic, or else a circumstance.
    pub yields: Vec<Yields>,
    /// So many matters are off topic.
    pub off_topic: usize,
    /// How far negation reaches, in units.
    pub negation_reach: u32,
    /// Words that say nothing.
    pub fillers: Option<TermId>,
    /// Where the phrases of intents stand, as rules that nothing makes hold.
    pub phrases: Vec<(OwnerId, RuleId)>,
    /// Words that give a mood away.
    pub signals: Vec<(Signal, TermId)>,
    /// Words that name a day, by the days from today.
    pub days: Vec<(i32, TermId)>,
    /// What is found in a text and is no word, by the terms that it means.
    pub features: Vec<(Feature, TermId)>,
    /// Words that steer the dialogue.
    pub acts: Vec<(Act, TermId)>,
    /// The lists behind the moods and behind what steers the dialogue, for the explanation.
    pub lists: Vec<WordList>,
    /// Words by which somebody asks for a piece of the guide.
    pub guide: Vec<(GuideTopic, TermId)>,
}

/// A list of words with a name of its own.
#[derive(Debug)]
pub(super) struct WordList {
    /// As the rule files call it.
    pub name: String,
    /// Where its first word stands.
    pub at: Place,
    pub term: TermId,
    /// It counts only where the message says nothing else.
    pub is_whole_message: bool,
}

/// A run in one of the flat lists.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run {
    pub start: u32,
    pub end: u32,
}

impl Run {
    pub(super) fn of<T>(self, list: &[T]) -> &[T] {
        &list[self.start as usize..self.end as usize]
    }
}

/// What a word of the trie is to the rules.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Key {
    pub roles: Roles,
    pub terms: Run,
}

impl Key {
    /// Whether anything comes of a hit: a key may do nothing but make a word known.
    pub(super) fn is_wanted(&self) -> bool {
        self.terms.start != self.terms.end || self.roles.has(Roles::ACTIVE)
    }
}

/// What a hit does beside meaning terms.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Roles(u32);

impl Roles {
    /// Hides the shorter words inside it.
    pub(super) const MASK: Self = Self(1);
    /// Turns round what follows.
    pub(super) const NEGATION: Self = Self(2);
    /// Looks like negation and is none.
    pub(super) const NO_NEGATION: Self = Self(4);
    /// Ends a clause.
    pub(super) const BREAK: Self = Self(8);
    /// A word that people write on purpose, whatever it means.
    pub(super) const KNOWN: Self = Self(16);
    /// A way of writing other words.
    pub(super) const SPELLING: Self = Self(32);
    /// Names a day.
    pub(super) const DAY: Self = Self(64);
    /// A Chinese numeral, which a slot may start with. It does nothing by itself.
    pub(super) const NUMERAL: Self = Self(128);
    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Either of two.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Stands between two requests.
    pub(super) const JOIN: Self = Self(1 << 16);

    /// Those that do something.
    const ACTIVE: Self = Self(
        Self::MASK.0
            | Self::JOIN.0
            | Self::NEGATION.0
            | Self::NO_NEGATION.0
            | Self::BREAK.0
            | ClauseRoles::QUESTION.all().0
            | ClauseRoles::ASK.all().0
            | ClauseRoles::ADD.all().0,
    );
}

/// What words that make something of a clause do: wherever they stand, as its first word, as its last one; and what looks so only.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClauseRoles {
    pub anywhere: Roles,
    pub first: Roles,
    pub last: Roles,
    pub nothing: Roles,
}

impl ClauseRoles {
    /// Of words that make a question.
    pub(super) const QUESTION: Self = Self::from_bit(8);
    /// Of words that make a wish, a request or a demand.
    pub(super) const ASK: Self = Self::from_bit(12);
    /// Of words that begin another matter.
    pub(super) const ADD: Self = Self::from_bit(17);

    const fn from_bit(bit: u32) -> Self {
        Self {
            anywhere: Roles(1 << bit),
            first: Roles(1 << (bit + 1)),
            last: Roles(1 << (bit + 2)),
            nothing: Roles(1 << (bit + 3)),
        }
    }

    pub(super) const fn all(self) -> Roles {
        Roles(self.anywhere.0 | self.first.0 | self.last.0 | self.nothing.0)
    }
}

/// What waits for a term.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TermIndex {
    pub rules: Run,
    pub derived: Run,
    /// Whether it is a concept, and so says what a word means.
    pub is_concept: bool,
}

/// What is found by looking closer after a word has been seen.
#[derive(Debug)]
pub(super) struct Derived {
    pub kind: DerivedKind,
    /// The terms that it means.
    pub feeds: Vec<TermId>,
}

#[derive(Debug)]
pub(super) enum DerivedKind {
    /// These, one after the other, not far apart.
    Gap(Vec<TermId>),
    /// A regular expression.
    Pattern(Pattern),
}

/// Whose rule it is: the intents first, then what is off topic, then the circumstances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OwnerId(pub u32);

/// What a message may turn out to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// An intent, by its number.
    Intent(usize),
    /// Something off topic.
    OffTopic(usize),
    /// A circumstance, told beside what is asked.
    Circumstance(usize),
}

/// Which intents win over one when they match too.
#[derive(Debug)]
pub(super) struct Yields {
    /// Any other.
    pub to_all: bool,
    /// These, wherever in the message they match.
    pub to: Vec<OwnerId>,
    /// These, when they match in the same clause.
    pub to_near: Vec<OwnerId>,
    /// It does not yield to these where it is told and they are asked for.
    pub told_beside: Vec<OwnerId>,
}

/// A rule.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CompiledRule {
    pub owner: OwnerId,
    pub at: Place,
    pub weight: u8,
    pub priority: i16,
    pub scope: Scope,
    pub whole: bool,
    /// The message has at most so many words.
    pub at_most_words: Option<u8>,
    /// At most so many units between neighbours of [`Group::Near`].
    pub within: u8,
    /// At most so many units between a word that was found and one of [`Group::NoneNear`]; none is as far as the clause goes.
    pub none_within: Option<u8>,
    /// Where the terms of each group end, counted from `first_term`.
    pub ends: [u16; Group::LAYOUT.len()],
    pub first_term: u32,
}

/// The keys of a rule that name words. Those whose every term has to be there come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    All,
    Asserted,
    Denied,
    Near,
    Order,
    Any,
    None,
    NoneNear,
    Aside,
}

impl Group {
    /// In the order in which a rule's terms are laid out.
    pub(super) const LAYOUT: [Self; 9] = [
        Self::All,
        Self::Asserted,
        Self::Denied,
        Self::Near,
        Self::Order,
        Self::Any,
        Self::None,
        Self::NoneNear,
        Self::Aside,
    ];
}

impl Program {
    /// What the rules of an owner find.
    pub(super) fn holds(&self, OwnerId(owner): OwnerId) -> Holds {
        let owner = owner as usize;
        let (intents, off_topic) = (self.yields.len(), self.off_topic);
        if owner < intents {
            Holds::Intent(owner)
        } else if owner < intents + off_topic {
            Holds::OffTopic(owner - intents)
        } else {
            Holds::Circumstance(owner - intents - off_topic)
        }
    }

    /// The terms that a rule names under one key.
    pub(super) fn terms_of(&self, rule: &CompiledRule, group: Group) -> &[TermId] {
        let nth = group as usize;
        let start = if nth == 0 { 0 } else { rule.ends[nth - 1] };
        let first = rule.first_term as usize;
        &self.rule_terms[first + start as usize..first + rule.ends[nth] as usize]
    }

    /// The terms of a rule every one of which has to be there.
    pub(super) fn required(&self, rule: &CompiledRule) -> &[TermId] {
        let first = rule.first_term as usize;
        &self.rule_terms[first..first + rule.ends[Group::Order as usize] as usize]
    }
}

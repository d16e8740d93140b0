//! The rule folder as values: what `intents/*.toml` says once it has been read and found correct.
//!
//! The matcher is built from a [`Book`], replies are rendered from it. It knows nothing about TOML or automata.

mod language;
mod phrases;

use std::collections::BTreeMap;
use std::ops::Range;

pub use language::{Act, ClauseWords, LanguageWords, Signal, Spelling};
pub use phrases::Phrases;

pub use crate::engine::rules::place::{Located, Place, SourceFile};

use crate::domain::canned::Canned;
use crate::domain::guide::GuideTopic;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::domain::language::Language;
use crate::domain::policy::Policies;
use crate::domain::proof::ProofLevel;
use crate::domain::wording::Wording;
use crate::engine::rules::place::part_of;
use crate::engine::say::Say;

/// All rule files of a folder, read and found correct.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// The files, in the order of their names. A [`Place`] points into this list.
    pub files: Vec<SourceFile>,
    /// Word lists by name.
    pub concepts: BTreeMap<String, Concept>,
    /// The intents, in the order of files and of places in them.
    pub intents: Vec<Intent>,
    /// What is not our business.
    pub off_topic: Vec<OffTopic>,
    /// What messages tell beside what they ask.
    pub circumstances: Vec<Circumstance>,
    /// Whole sentences by what they mean: `phrases_*.toml`.
    pub phrases: Vec<Phrases>,
    /// Negation, moods, acts: `words.toml`.
    pub language: LanguageWords,
    /// The desk's own sentences.
    pub says: BTreeMap<Say, Sentence>,
    /// The words by which somebody asks for one piece of the refund guide.
    pub guide: BTreeMap<GuideTopic, Vec<String>>,
    /// What merchants promise about refunds: `policies/*.toml`.
    pub policies: Policies,
    /// The answers that agents have ready: `canned.toml`.
    pub canned: Vec<Canned>,
    /// What the widget says by itself, and under `inbox.` what the inbox does.
    pub widget: Wording,
}

impl Book {
    /// The place of a part of a text that stands in a file of this book.
    #[must_use]
    pub fn part(&self, text: &Located<String>, part: Range<usize>) -> Place {
        match self.files.get(usize::from(text.at.file)) {
            Some(file) => part_of(&file.text, text, part),
            None => text.at,
        }
    }
}

/// A word, a concept, or several with gaps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// A word or phrase as written: `refund`, `cancel*`, `money back`, or a Chinese word.
    Word(String),
    /// `@name`.
    Concept(String),
    /// `a ... b ... c`: in this order, in one sentence, with at most 12 Han characters or 6 words between neighbours.
    Gap(Vec<Term>),
    /// `<question>`, `<order>`: what is found in a text and is no word.
    Feature(Feature),
}

/// What a text has beside words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Feature {
    /// A clause that asks.
    Question,
    /// A slot that was found.
    Slot(SlotKind),
}

impl Feature {
    /// As people write them in rules.
    pub const NAMES: [(&str, Self); 6] = [
        ("<question>", Self::Question),
        ("<order>", Self::Slot(SlotKind::Order)),
        ("<amount>", Self::Slot(SlotKind::Amount)),
        ("<date>", Self::Slot(SlotKind::Date)),
        ("<email>", Self::Slot(SlotKind::Email)),
        ("<phone>", Self::Slot(SlotKind::Phone)),
    ];

    /// As people write it in rules.
    #[must_use]
    pub fn name(self) -> &'static str {
        let named = Self::NAMES.iter().find(|(_, feature)| *feature == self);
        named.map_or("", |(name, _)| name)
    }
}

/// A named word list.
#[derive(Clone, Debug, Hash)]
pub struct Concept {
    /// Its words; a concept among them stands for all of its words.
    pub words: Vec<Located<Term>>,
    /// Its patterns.
    pub patterns: Vec<Pattern>,
    /// Where its name stands.
    pub at: Place,
}

/// A regular expression that is tried only when a literal that it needs has been seen.
#[derive(Clone, Debug, Hash)]
pub struct Pattern {
    /// The expression, over normalised text (lower case, half width, simplified).
    pub regex: Located<String>,
    /// The literals of which every match contains one.
    pub needs: Vec<String>,
}

/// One intent.
#[derive(Clone, Debug, Hash)]
pub struct Intent {
    /// Its identifier, a contract with reports and other programs.
    pub id: Located<IntentId>,
    /// What it is, for people who write rules.
    pub about: String,
    /// What the desk does.
    pub action: Action,
    /// What the customer must have shown before the reply may be said.
    pub proof: ProofLevel,
    /// What must be known first.
    pub slots: Vec<SlotKind>,
    /// Which intents win over this one when they match too.
    pub yields_to: Yields,
    /// Which intents win over this one when they match in the same clause.
    pub yields_to_near: Vec<IntentId>,
    /// Where one of these is asked for and this is only told, this counts as well.
    pub told_beside: Vec<IntentId>,
    /// When it matches.
    pub rules: Vec<Rule>,
    /// What it is called on a button, per language: "Where is my refund?".
    pub label: BTreeMap<Language, String>,
    /// What is said.
    pub reply: Reply,
    /// Its own tests.
    pub examples: Examples,
}

/// What the desk does about an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Says the reply.
    Answer,
    /// Explains the order's state.
    ShowOrder,
    /// Explains the refund's state.
    ShowRefund,
    /// Collects a refund application.
    StartRefund,
    /// Says why a refund or an order was refused and what to do.
    ExplainRejection,
    /// Calls a refund application off.
    WithdrawRefund,
    /// Asks for an order to be cancelled.
    CancelOrder,
    /// Asks for details of an order to be changed.
    ChangeOrder,
    /// Explains how to pay again.
    PayAgain,
    /// Takes up trouble with a delivery.
    ReportDelivery,
    /// Hands over to a person.
    Handoff(HandoffReason),
    /// Greets and says what the desk can do.
    Greet,
    /// Accepts thanks.
    Thank,
    /// Says goodbye.
    Close,
    /// Calms and asks what happened.
    Soothe,
}

/// What a rule may ask to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SlotKind {
    /// An order number.
    Order,
    /// An amount of money.
    Amount,
    /// A date.
    Date,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
}

/// Which other intents win over one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Yields {
    /// None.
    #[default]
    ToNone,
    /// Any other.
    ToAll,
    /// These.
    To(Vec<IntentId>),
}

/// One rule of an intent: all that it names must hold.
#[derive(Clone, Debug, Hash)]
pub struct Rule {
    /// Where it stands; its line is what an explanation names.
    pub at: Place,
    /// Each is there.
    pub all: Vec<Located<Term>>,
    /// At least one is there; empty asks for nothing.
    pub any: Vec<Located<Term>>,
    /// None is there.
    pub none: Vec<Located<Term>>,
    /// Words that spoil what is found near them.
    pub none_near: Option<NoneNear>,
    /// Each is there and not negated.
    pub asserted: Vec<Located<Term>>,
    /// Each is there and negated.
    pub denied: Vec<Located<Term>>,
    /// Each is there, close together, in any order.
    pub near: Option<Near>,
    /// Each is there, in this order.
    pub order: Vec<Located<Term>>,
    /// Nothing else is in the message but fillers and punctuation.
    pub whole: bool,
    /// What else may be in the message when `whole` is asked for.
    pub aside: Vec<Located<Term>>,
    /// The message has at most so many words; two Chinese characters are one.
    pub at_most_words: Option<u8>,
    /// How sure the rule is, 1 to 100.
    pub weight: u8,
    /// Decides between rules of the same score.
    pub priority: i16,
    /// How far apart its words may stand.
    pub scope: Scope,
}

/// Words that must stand close together.
#[derive(Clone, Debug, Hash)]
pub struct Near {
    /// The words.
    pub words: Vec<Located<Term>>,
    /// At most so many Han characters or Latin words between neighbours.
    pub within: u8,
}

/// Words that must not stand near what a rule finds: what they stand near does not count for it.
#[derive(Clone, Debug, Hash)]
pub struct NoneNear {
    /// The words.
    pub words: Vec<Located<Term>>,
    /// At most so many Han characters or Latin words between; none is as far as the clause goes.
    pub within: Option<u8>,
}

/// The part of a message in which all that a rule asks for must stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Up to a comma or a break word.
    Clause,
    /// Up to a full stop, a question or exclamation mark, or a line break.
    #[default]
    Sentence,
    /// Anywhere.
    Message,
}

/// What is not our business. When it scores at least as much as the best intent, the message is nothing at all.
#[derive(Clone, Debug, Hash)]
pub struct OffTopic {
    /// Its name, for explanations.
    pub name: Located<String>,
    /// It is news that all is well, which wants a kind word.
    pub settled: bool,
    /// When it matches.
    pub rules: Vec<Rule>,
    /// Its own tests; `matching` are messages that must come to nothing.
    pub examples: Examples,
}

/// What a message tells beside what it asks: that something arrived broken, that somebody else was in the account.
#[derive(Clone, Debug, Hash)]
pub struct Circumstance {
    /// Its name, by which replies and the dialogue know it.
    pub name: Located<IntentId>,
    /// When it is told.
    pub rules: Vec<Rule>,
    /// Its own tests.
    pub examples: Examples,
}

/// Examples that are a file's own tests.
#[derive(Clone, Debug, Default, Hash)]
pub struct Examples {
    /// Must be acted on.
    pub matching: Vec<Located<String>>,
    /// Must not be acted on.
    pub not: Vec<Located<String>>,
}

/// What is said, per mood and language. Both moods may be empty for intents that never speak for themselves.
#[derive(Clone, Debug, Default, Hash)]
pub struct Reply {
    /// To anybody.
    pub calm: BTreeMap<Language, Located<String>>,
    /// To somebody upset; empty means: soothe first, then the calm one.
    pub upset: BTreeMap<Language, Located<String>>,
    /// Instead of these, to somebody who told a circumstance.
    pub when: Vec<(Located<IntentId>, Reply)>,
    /// Intents whose replies say no more than this one: asked for together, only this one is said.
    pub covers: Vec<IntentId>,
}

impl Reply {
    /// All texts of it, whoever they are said to.
    pub fn texts(&self) -> impl Iterator<Item = &Located<String>> {
        let when = self.when.iter().map(|(_, reply)| reply);
        [self]
            .into_iter()
            .chain(when)
            .flat_map(|reply| reply.calm.values().chain(reply.upset.values()))
    }
}

/// One of the desk's own sentences.
#[derive(Clone, Debug, Hash)]
pub struct Sentence {
    /// Where its name stands.
    pub at: Place,
    /// The level that the placeholders in it may need.
    pub proof: ProofLevel,
    /// The text per language.
    pub text: BTreeMap<Language, Located<String>>,
}

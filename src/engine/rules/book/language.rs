//! What `words.toml` says about the language itself.

use std::collections::BTreeMap;

use super::{Located, Term};

/// The language itself: `words.toml`.
#[derive(Clone, Debug, Default, Hash)]
pub struct LanguageWords {
    /// Words that turn round what follows.
    pub negation: Vec<Located<Term>>,
    /// How far negation reaches, in Han characters or Latin words.
    pub negation_reach: u8,
    /// Look like negation and are none.
    pub not_negation: Vec<Located<Term>>,
    /// End a clause, as a comma does.
    pub breaks: Vec<Located<Term>>,
    /// What makes a question of a clause.
    pub questions: ClauseWords,
    /// What makes a wish, a request or a demand of a clause.
    pub asks: ClauseWords,
    /// What says that another matter begins.
    pub adds: ClauseWords,
    /// Say nothing.
    pub fillers: Vec<Located<Term>>,
    /// Hide the shorter words inside them.
    pub masks: Vec<Located<Term>>,
    /// Never taken for a typing mistake.
    pub real_words: Vec<String>,
    /// How people write words that mean others: `wher`, `u`, `pls`.
    pub spellings: Vec<Spelling>,
    /// Stand between two requests of one sentence: `and`, `also`.
    pub joins: Vec<Located<String>>,
    /// Promise what a person has to decide; no reply may say them.
    pub promises: Vec<Located<String>>,
    /// Words that show a mood or a threat.
    pub signals: BTreeMap<Signal, Vec<Located<Term>>>,
    /// Words that, as the whole message, steer the dialogue.
    pub acts: BTreeMap<Act, Vec<Located<Term>>>,
}

/// Words that make something of the clause in which they stand: `[questions]`, `[asks]`, `[adds]`.
#[derive(Clone, Debug, Default, Hash)]
pub struct ClauseWords {
    /// Do so wherever they stand.
    pub words: Vec<Located<Term>>,
    /// Do so at the beginning of a clause.
    pub begins: Vec<Located<Term>>,
    /// Do so at the end of a clause.
    pub ends: Vec<Located<Term>>,
    /// Look as if they did and do not.
    pub nothing: Vec<Located<Term>>,
}

impl ClauseWords {
    /// All four lists.
    #[must_use]
    pub fn lists(&self) -> [&Vec<Located<Term>>; 4] {
        [&self.words, &self.begins, &self.ends, &self.nothing]
    }

    /// Takes in what another file says.
    pub fn extend(&mut self, more: Self) {
        self.words.extend(more.words);
        self.begins.extend(more.begins);
        self.ends.extend(more.ends);
        self.nothing.extend(more.nothing);
    }
}

/// A way of writing a word, and the words that are meant by it.
#[derive(Clone, Debug, Hash)]
pub struct Spelling {
    /// One word of Latin letters and digits.
    pub typed: Located<String>,
    /// One word or several.
    pub meant: Located<String>,
}

/// What a message gives away beside its matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Signal {
    /// Anger.
    Angry,
    /// Worry or distress.
    Worried,
    /// A legal threat, the press, an authority, or a threat against somebody.
    Legal,
    /// Somebody may harm themselves.
    Crisis,
}

/// What a message does in a dialogue, whatever its matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// Agrees.
    Yes,
    /// Declines.
    No,
    /// Stops the matter at hand.
    Cancel,
    /// Starts from the beginning.
    Restart,
    /// Asks for the last reply again.
    Repeat,
    /// Corrects what was said before: "no, A1043".
    Correct,
    /// Takes up the matter that was left.
    Resume,
    /// Accepts what was offered, which is more than to acknowledge it: "yes please".
    Want,
    /// Asks for a moment: "hold on".
    Wait,
    /// Says no more than that it was heard: "I see".
    Noted,
    /// Asks how the matter at hand goes on: "and now?".
    FollowUp,
    /// Asks why something is as it was just said to be: "why was it rejected?".
    Why,
    /// Means every one of those that were offered: "both".
    All,
    /// Asks who speaks: "are you a robot?".
    Who,
    /// Asks when people work.
    Hours,
    /// Asks for another language.
    Languages,
}

impl Signal {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Angry, Self::Worried, Self::Legal, Self::Crisis];

    /// What the rule files call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Angry => "angry",
            Self::Worried => "worried",
            Self::Legal => "legal",
            Self::Crisis => "crisis",
        }
    }
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Yes,
        Self::No,
        Self::Cancel,
        Self::Restart,
        Self::Repeat,
        Self::Correct,
        Self::Resume,
        Self::Want,
        Self::Wait,
        Self::Noted,
        Self::FollowUp,
        Self::Why,
        Self::All,
        Self::Who,
        Self::Hours,
        Self::Languages,
    ];

    /// What the rule files call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Cancel => "cancel",
            Self::Restart => "restart",
            Self::Repeat => "repeat",
            Self::Correct => "correct",
            Self::Resume => "resume",
            Self::Want => "want",
            Self::Wait => "wait",
            Self::Noted => "noted",
            Self::FollowUp => "follow_up",
            Self::Why => "why",
            Self::All => "all",
            Self::Who => "who",
            Self::Hours => "hours",
            Self::Languages => "languages",
        }
    }
}

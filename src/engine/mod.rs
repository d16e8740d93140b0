//! Text in, decisions out: rule files, the matcher, slots, the dialogue, replies.
//!
//! Pure, synchronous, and after loading infallible. Nothing here does I/O (the bytes of the rule folder come from outside), reads a
//! clock, or knows about stores and channels.

mod brief_words;
pub mod dialogue;
pub mod guide;
pub mod likeness;
pub mod matcher;
pub mod reading;
pub mod replies;
pub mod rules;
pub mod say;
mod shop_words;
pub mod slots;
pub mod text;

use std::collections::BTreeMap;

pub use brief_words::{brief_words, promised_in_words};

use crate::domain::canned::Canned;
use crate::domain::ids::IntentId;
use crate::domain::policy::Policies;
use crate::domain::proof::ProofLevel;
use crate::domain::wording::{Texts, Wording};
use likeness::Likeness;
use matcher::Matcher;
use replies::Replies;
use rules::book::{Action, Book, SlotKind, SourceFile};
use rules::changes::Counts;
use rules::policy;

/// The rules in force: the automaton made from the book, its templates, and the little of it that the desk looks up. The book itself
/// is not kept: its words and examples are megabytes that nobody asks for while messages are read.
#[derive(Debug)]
pub struct Rules {
    /// Text in, reading out.
    pub matcher: Matcher,
    /// What is said.
    pub replies: Replies,
    /// What merchants promise about refunds.
    pub policies: Policies,
    /// The answers that agents have ready.
    pub canned: Vec<Canned>,
    /// How much there was in the book.
    pub counts: Counts,
    policy_files: Vec<SourceFile>,
    widget: Wording,
    duties: BTreeMap<IntentId, Duty>,
}

/// What the desk does about an intent, and what must be known first.
#[derive(Clone, Debug)]
pub struct Duty {
    /// What it does.
    pub action: Action,
    /// What the customer must have shown before the reply may be said.
    pub proof: ProofLevel,
    /// What must be known first.
    pub slots: Vec<SlotKind>,
    /// What the intent is called on a button.
    label: Texts,
}

impl Rules {
    /// Puts rules into force.
    #[must_use]
    pub fn new(book: &Book, replies: Replies) -> Self {
        Self::with(book, replies, None)
    }

    /// Puts rules into force, with what was learned from the same ones before if it was kept.
    #[must_use]
    pub fn with(book: &Book, replies: Replies, learned: Option<Likeness>) -> Self {
        let duties = book.intents.iter().map(|intent| {
            let duty = Duty {
                action: intent.action,
                proof: intent.proof,
                slots: intent.slots.clone(),
                label: intent.label.clone(),
            };
            (intent.id.value.clone(), duty)
        });
        let policy_files = (book.files.iter()).filter(|file| policy::is_policy(&file.name));
        Self {
            matcher: Matcher::build_with(book, learned),
            replies,
            policies: book.policies.clone(),
            canned: book.canned.clone(),
            counts: book.counts(),
            policy_files: policy_files.cloned().collect(),
            widget: book.widget.clone(),
            duties: duties.collect(),
        }
    }

    /// The widget's own words, and what each matter is called on its button.
    #[must_use]
    pub fn widget_words(&self) -> (Wording, Wording) {
        let duties = self.duties.iter();
        let topics = duties.map(|(id, duty)| (id.to_string(), duty.label.clone()));
        (self.widget.clone(), topics.collect())
    }

    /// What is done about the intent with this id.
    #[must_use]
    pub fn intent(&self, id: &IntentId) -> Option<&Duty> {
        self.duties.get(id)
    }

    /// A policy's file as it was written.
    #[must_use]
    pub fn policy_file(&self, name: &str) -> Option<&SourceFile> {
        self.policy_files.iter().find(|file| &*file.name == name)
    }
}

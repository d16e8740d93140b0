//! What a message tells beside what it asks: read by a matcher of its own, so that it neither weighs against intents nor they
//! against it.

use std::collections::BTreeMap;

use crate::domain::ids::IntentId;
use crate::domain::proof::ProofLevel;
use crate::engine::matcher::Matcher;
use crate::engine::rules::book::{Action, Book, Intent, Reply, Yields};

/// From this score on, a circumstance counts as told.
const TOLD_FROM: u8 = 50;

/// The circumstances of a rule folder, ready to be looked for.
#[derive(Debug)]
pub struct Circumstances(Matcher);

impl Circumstances {
    /// Builds the matcher for those of a checked book.
    #[must_use]
    pub fn build(book: &Book) -> Self {
        Self(Matcher::build(&as_intents(book)))
    }

    /// The circumstances that a text tells, the surest first.
    #[must_use]
    pub fn told(&self, text: &str) -> Vec<IntentId> {
        self.0.all_in(text, TOLD_FROM)
    }
}

/// The circumstances as a book of their own, in which each is an intent.
fn as_intents(book: &Book) -> Book {
    let intents = book.circumstances.iter().map(|it| Intent {
        id: it.name.clone(),
        about: String::new(),
        action: Action::Answer,
        proof: ProofLevel::default(),
        slots: Vec::new(),
        yields_to: Yields::ToNone,
        yields_to_near: Vec::new(),
        told_beside: Vec::new(),
        rules: it.rules.clone(),
        label: BTreeMap::new(),
        reply: Reply::default(),
        examples: it.examples.clone(),
    });
    Book {
        files: book.files.clone(),
        concepts: book.concepts.clone(),
        intents: intents.collect(),
        language: book.language.clone(),
        ..Book::default()
    }
}

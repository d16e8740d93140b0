//! Text in, decisions out: rule files, the matcher, slots, the dialogue, replies.
//!
//! Pure, synchronous, and after loading infallible. Nothing here does I/O (the bytes of the rule folder come from outside), reads a
//! clock, or knows about stores and channels.

pub mod dialogue;
pub mod guide;
pub mod likeness;
pub mod matcher;
pub mod reading;
pub mod replies;
pub mod rules;
pub mod say;
pub mod slots;
pub mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::ids::IntentId;
use crate::domain::wording::Wording;
use matcher::Matcher;
use replies::Replies;
use rules::book::{Book, Intent};

/// The rules in force: the book, the automaton made from it, and its templates.
#[derive(Debug)]
pub struct Rules {
    /// What the files say.
    pub book: Arc<Book>,
    /// Text in, reading out.
    pub matcher: Matcher,
    /// What is said.
    pub replies: Replies,
    by_id: BTreeMap<IntentId, usize>,
}

impl Rules {
    /// Puts rules into force.
    #[must_use]
    pub fn new(book: impl Into<Arc<Book>>, replies: Replies) -> Self {
        let book = book.into();
        let matcher = Matcher::build(&book);
        let ids = book.intents.iter().map(|intent| intent.id.value.clone());
        let by_id = ids.enumerate().map(|(index, id)| (id, index)).collect();
        Self {
            book,
            matcher,
            replies,
            by_id,
        }
    }

    /// The widget's own words, and what each matter is called on its button.
    #[must_use]
    pub fn widget_words(&self) -> (Wording, Wording) {
        let intents = self.book.intents.iter();
        let topics = intents.map(|intent| (intent.id.value.to_string(), intent.label.clone()));
        (self.book.widget.clone(), topics.collect())
    }

    /// The intent with this id.
    #[must_use]
    pub fn intent(&self, id: &IntentId) -> Option<&Intent> {
        self.by_id
            .get(id)
            .and_then(|index| self.book.intents.get(*index))
    }
}

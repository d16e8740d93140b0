//! Text in, decisions out: rule files, the matcher, slots, the dialogue, replies.
//!
//! Pure, synchronous, and after loading infallible. Nothing here does I/O (the bytes of the rule folder come from outside), reads a
//! clock, or knows about stores and channels.

pub mod circumstances;
pub mod dialogue;
pub mod guide;
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
use circumstances::Circumstances;
use dialogue::Joins;
use guide::GuideWords;
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
    /// Text in, the circumstances out that it tells.
    circumstances: Circumstances,
    /// What joins two requests in a message.
    joins: Joins,
    /// What asks for a piece of the refund guide.
    guide_words: GuideWords,
    by_id: BTreeMap<IntentId, usize>,
}

impl Rules {
    /// Puts rules into force.
    #[must_use]
    pub fn new(book: impl Into<Arc<Book>>, replies: Replies) -> Self {
        let book = book.into();
        let matcher = Matcher::build(&book);
        let circumstances = Circumstances::build(&book);
        let ids = book.intents.iter().map(|intent| intent.id.value.clone());
        let by_id = ids.enumerate().map(|(index, id)| (id, index)).collect();
        let joins = book.language.joins.iter().map(|join| join.value.as_str());
        Self {
            joins: Joins::new(joins),
            guide_words: GuideWords::new(&book.guide),
            book,
            matcher,
            replies,
            circumstances,
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

    /// The circumstances that a text tells beside what it asks, the surest first.
    #[must_use]
    pub fn told(&self, text: &str) -> Vec<IntentId> {
        self.circumstances.told(text)
    }

    /// The intent with this id.
    #[must_use]
    pub fn intent(&self, id: &IntentId) -> Option<&Intent> {
        self.by_id
            .get(id)
            .and_then(|index| self.book.intents.get(*index))
    }
}

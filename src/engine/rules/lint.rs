//! What is allowed and probably not meant: rules that never decide, ties, words that are found everywhere, promises in replies.
//!
//! Lints cost more than loading and say nothing about a message, so that only `frontdesk check` runs them.

mod alone;
mod examples;
mod impossible;
mod meaning;
mod narrow;
mod phrases;
mod requirements;
mod shadow;
mod texts;
mod tie;
mod words;

use crate::engine::rules::book::{Book, Intent, Rule, Yields};
use crate::engine::rules::diagnostic::Diagnostic;
use crate::engine::rules::lint::meaning::Meanings;
use crate::engine::rules::lint::requirements::Requirements;

/// From here on the desk acts.
const ACTS_FROM: u8 = 50;
/// From here on it asks.
const ASKS_FROM: u8 = 30;
/// What further rules of the same intent can add.
const BONUS: u8 = 6;
/// Two scores that are no further apart are a tie.
const TIE: u8 = 5;

/// Looks for all of it in a book without errors.
#[must_use]
pub fn lint(book: &Book) -> Vec<Diagnostic> {
    let mut meanings = Meanings::new(book);
    let rules = known_rules(book, &mut meanings);
    let mut found = Vec::new();
    found.extend(examples::lint(book));
    found.extend(phrases::lint(book));
    found.extend(words::lint(book));
    found.extend(texts::lint(book));
    found.extend(impossible::lint(book, &rules, &meanings));
    found.extend(narrow::lint(&rules, &meanings));
    found.extend(alone::lint(&rules, &meanings));
    found.extend(tie::lint(&rules, &meanings));
    found.extend(shadow::lint(book, &rules));
    found
}

/// A rule, whose it is, and what it asks for.
struct KnownRule<'b> {
    /// The intent; none for what is off topic.
    intent: Option<&'b Intent>,
    rule: &'b Rule,
    asks: Requirements,
}

fn known_rules<'b>(book: &'b Book, meanings: &mut Meanings<'b>) -> Vec<KnownRule<'b>> {
    let of_intents = book
        .intents
        .iter()
        .flat_map(|intent| intent.rules.iter().map(move |rule| (Some(intent), rule)));
    let off_topic = book
        .off_topic
        .iter()
        .flat_map(|matter| matter.rules.iter().map(|rule| (None, rule)));
    of_intents
        .chain(off_topic)
        .map(|(intent, rule)| KnownRule {
            intent,
            rule,
            asks: Requirements::new(rule, meanings),
        })
        .collect()
}

/// Whether one intent gives way to another that matches by the same words.
fn yields_on_same_words(intent: &Intent, other: &Intent) -> bool {
    yields(intent, other) || intent.yields_to_near.contains(&other.id.value)
}

/// Whether one intent gives way to another wherever in the message that matches.
fn yields(intent: &Intent, other: &Intent) -> bool {
    match &intent.yields_to {
        Yields::ToNone => false,
        Yields::ToAll => other.yields_to != Yields::ToAll,
        Yields::To(ids) => ids.contains(&other.id.value),
    }
}

//! In which language an answer is given. It must not know what the answer is.

use super::circumstances::{ASKS_FOR_YES, SAYS_NOTHING};
use super::facts::Facts;
use super::turn::Heard;
use crate::domain::conversation::Conversation;
use crate::domain::language::Language;
use crate::domain::order::Order;
use crate::engine::rules::book::Act;

/// The circumstance of nothing but the name of a way to pay, which is written alike in all languages.
const MEANS_ONLY: &str = "names_means_only";

/// The language of the answer: the message's own, or the conversation's where the message does not show one. Chinese that could be
/// either script stays in the script spoken so far, else in the one that the customer is known to read, else in the site's. "OK" is said
/// in all languages, and what goods are called says nothing of whoever names them.
pub(super) fn language(heard: Heard<'_>, conversation: &Conversation, facts: &Facts) -> Language {
    let reading = heard.reading;
    let memory = &conversation.memory;
    let either_script =
        reading.language_guessed && reading.language.is_some_and(Language::is_chinese);
    let theirs = || {
        let theirs = memory.proven.keys().chain(&facts.own_orders);
        theirs.filter_map(|id| facts.orders.get(id))
    };
    let known = [memory.script]
        .into_iter()
        .chain(theirs().map(|order| order.customer.language))
        .chain([Some(conversation.language)])
        .flatten()
        .find(|language| language.is_chinese());
    match reading.language {
        Some(_) if !heard.has_words() || is_said_anywhere(heard) => conversation.language,
        Some(_) if memory.greeted && theirs().any(|order| names_goods(heard, order)) => {
            conversation.language
        }
        Some(shown) if either_script => known.unwrap_or(shown),
        Some(shown) => shown,
        None => conversation.language,
    }
}

/// Whether the message is nothing but what something in the order is called.
fn names_goods(heard: Heard<'_>, order: &Order) -> bool {
    let said = heard.text.trim().to_lowercase();
    let mut items = order.items.iter();
    items.any(|item| item.to_lowercase() == said)
}

/// Whether the message is one Latin word that no more than agrees, declines or fills a pause: people write it whatever they speak. "Sorry?"
/// and a language's own name ask for something, in the language that they are in.
fn is_said_anywhere(heard: Heard<'_>) -> bool {
    let reading = heard.reading;
    let mut words = heard.text.split_whitespace();
    let one = words.next().is_some_and(|word| word.is_ascii()) && words.next().is_none();
    let answers = |act: &Act| matches!(act, Act::Yes | Act::No | Act::Want | Act::Noted);
    let asks = reading.tells(ASKS_FOR_YES);
    let says = !reading.acts.is_empty() || reading.tells(SAYS_NOTHING) || asks;
    reading.tells(MEANS_ONLY) || one && says && reading.acts.iter().all(answers)
}

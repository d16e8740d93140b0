//! Which of an order's items a message names: by the words of their names, each as far as it tells them apart.

use std::collections::BTreeSet;

use super::Rules;
use super::alone::stands_alone;
use crate::engine::text::{Normalised, Normaliser, is_han};

/// Words of names that name nothing.
const LITTLE: [&str; 14] = [
    "the", "and", "for", "with", "from", "set", "pack", "pair", "size", "two", "one", "all", "new",
    "not",
];

/// Stands behind the last character of a name where that alone names the thing.
const SUFFIX: char = '\u{5b50}';

/// The items that a message names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// These, in the order of the order.
    pub(super) items: Vec<String>,
    /// One of these, without a word that says which.
    pub(super) unclear: Vec<String>,
}

impl Named {
    /// Whether none is named.
    pub(super) const fn is_empty(&self) -> bool {
        self.items.is_empty() && self.unclear.is_empty()
    }
}

/// A text in the form in which it is compared.
struct Folded {
    text: String,
    /// Its Latin words, each as typed and without the `s` of a plural.
    words: BTreeSet<String>,
    singular: BTreeSet<String>,
}

impl Folded {
    fn of(text: &str) -> Self {
        let mut normal = Normalised::default();
        Normaliser::default().normalise(text, &mut normal);
        let text = normal.text().to_owned();
        let latin = |c: char| c.is_ascii_alphanumeric();
        let words: BTreeSet<String> = text
            .split(|c: char| !latin(c))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let singular = words.iter().map(|word| without_s(word)).collect();
        Self {
            text,
            words,
            singular,
        }
    }

    fn has(&self, word: &str) -> bool {
        if word.chars().all(is_han) {
            self.text.contains(word)
        } else {
            self.singular.contains(word)
        }
    }

    /// Whether a word stands there as a plural only.
    fn has_plural(&self, word: &str) -> bool {
        word.is_ascii() && !self.words.contains(word)
    }
}

fn without_s(word: &str) -> String {
    word.trim_end_matches('s').to_owned()
}

/// By which an item may be called: the words of its name, and in Chinese every two characters of it. `short`: the last character alone
/// will do, too, because the message is about nothing but what is wanted back.
fn words_of(item: &str, short: bool) -> BTreeSet<String> {
    let folded = Folded::of(item);
    let telling = |word: &&String| {
        word.len() >= 3
            && word.bytes().any(|byte| byte.is_ascii_alphabetic())
            && !LITTLE.contains(&word.as_str())
    };
    let mut words: BTreeSet<String> = folded.singular.iter().filter(telling).cloned().collect();
    for run in folded.text.split(|c: char| !is_han(c)) {
        let chars: Vec<char> = run.chars().collect();
        words.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
        words.extend(chars.last().filter(|_| short).map(ToString::to_string));
        // What is called by its last character alone takes this one behind it.
        words.extend(chars.last().map(|last| format!("{last}{SUFFIX}")));
    }
    words
}

/// The last character of a name, which is the thing itself.
fn last_character(item: &str) -> Option<String> {
    let folded = Folded::of(item);
    let last = folded
        .text
        .split(|c: char| !is_han(c))
        .rfind(|run| !run.is_empty())?;
    last.chars().last().map(String::from)
}

/// The items that a text names.
pub(super) fn named(rules: &Rules, text: &str, items: &[String], short: bool) -> Named {
    let text = Folded::of(text);
    let mut found: Vec<BTreeSet<String>> = items
        .iter()
        .map(|item| {
            let words = words_of(item, short).into_iter();
            words.filter(|word| text.has(word)).collect()
        })
        .collect();
    let others = found.iter().any(|words| !words.is_empty());
    for (item, words) in items.iter().zip(&mut found) {
        let last = last_character(item).filter(|_| !short && words.is_empty());
        words.extend(last.filter(|last| stands_alone(rules, &text.text, last, others)));
    }
    let words: BTreeSet<&String> = found.iter().flatten().collect();
    let (mut named, mut unclear) = (BTreeSet::new(), BTreeSet::new());
    for word in words {
        let having = || (0..).zip(&found).filter(|(_, words)| words.contains(word));
        let best = having().map(|(_, words)| words.len()).max();
        let best: Vec<usize> = having()
            .filter(|(_, words)| Some(words.len()) == best)
            .map(|(at, _)| at)
            .collect();
        let names: BTreeSet<&String> = best.iter().filter_map(|at| items.get(*at)).collect();
        match best.as_slice() {
            _ if text.has_plural(word) => named.extend(best),
            [first, ..] if names.len() == 1 => {
                named.insert(*first);
            }
            _ => unclear.extend(best),
        }
    }
    let all_of = |set: &BTreeSet<usize>| {
        set.iter()
            .filter_map(|at| items.get(*at))
            .cloned()
            .collect()
    };
    // A word that several items share is clear where another word says which of them.
    if unclear.iter().any(|at| named.contains(at)) {
        unclear.clear();
    }
    Named {
        items: all_of(&named),
        unclear: all_of(&unclear),
    }
}

#[cfg(test)]
mod tests;

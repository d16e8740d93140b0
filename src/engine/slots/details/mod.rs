//! The details of an order in a text: which of them it names and what stands beside their names, the parts of an address, what is put in
//! the place of what, how a name is spelt.
//!
//! The words are data (`words.txt`). Knows nothing about rules and intents, nor of what an order has.

mod address;
mod han_parts;
mod latin_parts;
mod named;
mod part;
mod spelt;
mod swap;
mod words;

pub use address::{Hint, Part, Place, amend, append_town, is_town, place, stands_alone};
pub use named::{Beside, Named, bare, beside, name_in, named};
pub use spelt::{Spelt, spelt};
pub use swap::{Swap, swap, with_last_digits};

use super::lexicon::Words;
use super::plain::Plain;
use crate::engine::text::is_han;
use words::WORDS;

/// A text with its folded characters.
struct Spoken<'t> {
    text: &'t str,
    plain: Plain,
}

impl<'t> Spoken<'t> {
    fn new(text: &'t str) -> Self {
        let mut plain = Plain::default();
        plain.take(text);
        Self { text, plain }
    }

    fn len(&self) -> usize {
        self.plain.len()
    }

    /// The text as it was written between two places.
    fn slice(&self, from: usize, to: usize) -> &'t str {
        if from >= to || to > self.len() {
            return "";
        }
        let (start, end) = self.plain.bytes(from, to);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Where what introduces a value may end, the shortest introduction first: "sorry, it's flat 8" from each of its three places.
    fn leads(&self, from: usize, to: usize) -> Vec<usize> {
        let mut at = self.skip_signs(from, to);
        let mut starts = vec![at];
        while let Some((end, ())) = self.plain.word_at(at, &WORDS.lead) {
            let apart = is_han(self.plain.before(end))
                || !(end < to && self.plain.at(end).is_ascii_alphanumeric());
            if !apart || end > to {
                break;
            }
            at = self.skip_signs(end, to);
            starts.push(at);
        }
        starts
    }

    fn skip_signs(&self, from: usize, to: usize) -> usize {
        let sign = |at: &usize| !self.plain.at(*at).is_alphanumeric() && self.plain.at(*at) != '+';
        (from..to).find(|at| !sign(at)).unwrap_or(to)
    }

    /// Where a range ends without the words of a list and the signs at its end.
    fn without_last(&self, from: usize, to: usize, words: &Words<()>) -> usize {
        let mut end = to;
        loop {
            while end > from && !self.plain.before(end).is_alphanumeric() {
                end -= 1;
            }
            match self.plain.word_before(end, words) {
                Some(start) if start > from => end = start,
                _ => return end,
            }
        }
    }

    /// The words of a list in a range, the first first: where each starts and ends.
    fn found<T>(&self, from: usize, to: usize, words: &Words<T>) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut at = from;
        while at < to {
            match self.word_apart(at, words).filter(|(end, _)| *end <= to) {
                Some((end, _)) => {
                    found.push((at, end));
                    at = end;
                }
                None => at += 1,
            }
        }
        found
    }

    /// The word of a list that starts here, inside no other Latin word.
    fn word_apart<'w, T>(&self, at: usize, words: &'w Words<T>) -> Option<(usize, &'w T)> {
        let found = self.plain.word_at(at, words)?;
        let first = self.plain.at(at);
        let apart = is_han(first) || !self.plain.before(at).is_ascii_alphanumeric();
        apart.then_some(found)
    }

    fn has_han(&self, from: usize, to: usize) -> bool {
        (from..to).any(|at| is_han(self.plain.at(at)))
    }
}

/// What ends a clause in either writing, after folding.
fn ends_clause(c: char) -> bool {
    matches!(
        c,
        ',' | ';' | '?' | '!' | '\n' | '\u{3001}' | '\u{3002}' | '\u{ff0e}'
    )
}

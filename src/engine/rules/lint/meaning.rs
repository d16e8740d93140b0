//! A term as the set of things any of which it finds, so that terms can be compared whatever concepts they go through.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::rules::book::{Book, Term};
use crate::engine::text::{Normaliser, is_han};

/// The words, gaps and patterns that a term stands for, by number. Any of them is enough.
pub type Meaning = BTreeSet<u32>;

/// Numbers for all words, gaps and patterns of a book.
pub struct Meanings<'b> {
    book: &'b Book,
    numbers: BTreeMap<String, u32>,
    texts: Vec<String>,
    concepts: BTreeMap<&'b str, Meaning>,
}

impl<'b> Meanings<'b> {
    /// No numbers yet.
    pub fn new(book: &'b Book) -> Self {
        Self {
            book,
            numbers: BTreeMap::new(),
            texts: Vec::new(),
            concepts: BTreeMap::new(),
        }
    }

    /// What a term stands for. Concepts do not go in a circle in a book without errors.
    pub fn of(&mut self, term: &Term) -> Meaning {
        match term {
            Term::Word(word) => Meaning::from([self.number(fold(word))]),
            Term::Gap(_) | Term::Feature(_) => Meaning::from([self.number(gap_text(term))]),
            Term::Concept(name) => self.of_concept(name),
        }
    }

    fn of_concept(&mut self, name: &str) -> Meaning {
        if let Some(meaning) = self.concepts.get(name) {
            return meaning.clone();
        }
        let book = self.book;
        let Some((name, concept)) = book.concepts.get_key_value(name) else {
            return Meaning::new();
        };
        let mut meaning = Meaning::new();
        for word in &concept.words {
            meaning.extend(self.of(&word.value));
        }
        for pattern in &concept.patterns {
            meaning.insert(self.number(format!("/{}/", pattern.regex.value)));
        }
        self.concepts.insert(name, meaning.clone());
        meaning
    }

    fn number(&mut self, text: String) -> u32 {
        if let Some(number) = self.numbers.get(&text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }

    /// The word, gap or pattern with a number.
    pub fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", String::as_str)
    }
}

fn gap_text(term: &Term) -> String {
    match term {
        Term::Word(word) => fold(word),
        Term::Concept(name) => format!("@{name}"),
        Term::Feature(feature) => feature.name().to_owned(),
        Term::Gap(parts) => parts.iter().map(gap_text).collect::<Vec<_>>().join(" ... "),
    }
}

/// A word or sentence as it is compared: case, width, script, hyphens and apostrophes make no difference. A `*` at the end stays.
pub fn fold(text: &str) -> String {
    let text = text.trim();
    let star = if text.ends_with('*') { "*" } else { "" };
    let word = Normaliser::default().word(text.trim_end_matches('*'));
    format!("{}{star}", word.trim())
}

/// Whether a text that has `outer` in it always has `inner` in it: Chinese characters anywhere, Latin words whole.
pub fn contains(outer: &str, inner: &str) -> bool {
    let outer = outer.strip_suffix('*').unwrap_or(outer);
    outer.match_indices(inner).any(|(at, _)| {
        let before = outer.get(..at).and_then(|text| text.chars().next_back());
        let after = outer
            .get(at + inner.len()..)
            .and_then(|text| text.chars().next());
        !(goes_on(before, inner.chars().next()) || goes_on(inner.chars().next_back(), after))
    })
}

/// Whether two neighbours are part of one Latin word.
fn goes_on(left: Option<char>, right: Option<char>) -> bool {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
    latin(left) && latin(right)
}

#[cfg(test)]
mod tests {
    use super::{contains, fold};

    #[test]
    fn words_that_are_read_alike_fold_alike() {
        for (one, other) in [
            ("Don't", "dont"),
            ("money-back", "money  back"),
            ("\u{ff32}efund", "refund"),
        ] {
            assert_eq!(fold(one), fold(other));
        }
    }

    #[test]
    fn chinese_is_found_inside_and_latin_only_whole() {
        let table = [
            ("\u{9000}\u{6b3e}\u{8fdb}\u{5ea6}", "\u{9000}\u{6b3e}", true),
            ("refund status", "refund", true),
            ("refunded", "refund", false),
            ("prefund refund", "refund", true),
            ("\u{67e5}refund", "refund", true),
        ];
        for (outer, inner, expected) in table {
            assert_eq!(contains(outer, inner), expected, "{outer} / {inner}");
        }
    }
}

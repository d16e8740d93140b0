//! Which details of an order a text names, and the texts beside their names that may be their values.

use super::address::Hint;
use super::words::{Noun, WORDS};
use super::{Spoken, ends_clause};
use crate::domain::correction::Detail;
use crate::engine::text::is_han;

/// A name in Chinese characters has so many.
const HAN_NAME: std::ops::RangeInclusive<usize> = 2..=4;
/// A name in Latin letters has at most so many words.
const LATIN_NAME: usize = 5;
/// Words of names that are written small.
const SMALL: [&str; 14] = [
    "de", "da", "di", "del", "der", "den", "van", "von", "la", "le", "bin", "al", "el", "y",
];

/// A detail that a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// Which.
    pub detail: Detail,
    /// The part of an address that is called by its name.
    pub hint: Option<Hint>,
    from: usize,
    to: usize,
    /// Where the name starts, in bytes.
    pub start: usize,
}

/// A text that may be a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beside<'t> {
    /// What it says.
    pub text: &'t str,
    /// A sign or a word stands before it that introduces a value.
    pub introduced: bool,
    /// How likely the place is where it begins, the likeliest first: behind the last word that says into what, then in their order; of
    /// those from one place, the one with less before it.
    pub rank: (u8, usize, usize),
}

impl<'t> Beside<'t> {
    /// A text with nothing before it.
    #[must_use]
    pub const fn alone(text: &'t str) -> Self {
        Self {
            text,
            introduced: false,
            rank: (1, 0, 0),
        }
    }
}

/// So many names of details, and places where a value may begin, are looked at.
const MOST: usize = 12;

/// The details that a text names, in its order.
#[must_use]
pub fn named(text: &str) -> Vec<Named> {
    let spoken = Spoken::new(text);
    let mut named: Vec<Named> = Vec::new();
    for (from, to) in spoken
        .found(0, spoken.len(), &WORDS.nouns)
        .into_iter()
        .take(MOST)
    {
        let noun = spoken.plain.word_at(from, &WORDS.nouns).map(|it| *it.1);
        let (detail, hint) = match noun {
            Some(Noun::Whole(detail)) => (detail, None),
            Some(Noun::Postcode) => (Detail::Address, Some(Hint::Postcode)),
            Some(Noun::House) => (Detail::Address, Some(Hint::House)),
            Some(Noun::Unit) => (Detail::Address, Some(Hint::Unit)),
            Some(Noun::Other) | None => continue,
        };
        // "The recipient's phone": the phone.
        let owner = |before: &Named| {
            let between = spoken.slice(before.to, from).trim();
            before.detail == Detail::Recipient
                && (between.is_empty() && before.to == from
                    || between == "'s"
                    || between == "\u{2019}s"
                    || spoken.plain.word_at(before.to, &WORDS.of_sign) == Some((from, &())))
        };
        if named.last().is_some_and(owner) {
            named.pop();
        }
        let start = spoken.plain.bytes(from, to).0;
        named.push(Named {
            detail,
            hint,
            from,
            to,
            start,
        });
    }
    named
}

/// What stands beside the name of a detail and may be its value, the likeliest first: what follows up to the next name, from each place
/// where a value may begin; else what is put "as the name".
#[must_use]
pub fn beside<'t>(text: &'t str, named: &[Named], nth: usize) -> Vec<Beside<'t>> {
    let spoken = Spoken::new(text);
    let Some(noun) = named.get(nth) else {
        return Vec::new();
    };
    let end = match named.get(nth + 1) {
        Some(next) => spoken.without_last(noun.to, next.from, &WORDS.join),
        None => spoken.len(),
    };
    let mut found = values(&spoken, noun.to, end);
    let before = nth.checked_sub(1).and_then(|it| named.get(it));
    let before = before.map_or(0, |it| it.to);
    if let Some(end) = spoken
        .plain
        .word_before(noun.from.saturating_sub(1), &WORDS.said_as)
    {
        let cut = (before..end).rfind(|at| ends_clause(spoken.plain.at(*at)));
        found.extend(values(&spoken, cut.map_or(before, |it| it + 1), end));
    }
    found
}

/// What may be a value before the first name of a detail, or in a text without any.
#[must_use]
pub fn bare<'t>(text: &'t str, named: &[Named]) -> Vec<Beside<'t>> {
    let spoken = Spoken::new(text);
    let end = match named.first() {
        Some(next) => spoken.without_last(0, next.from, &WORDS.join),
        None => spoken.len(),
    };
    values(&spoken, 0, end)
}

/// Whatever of a range may be a value, from each place where one may begin.
fn values<'t>(spoken: &Spoken<'t>, from: usize, to: usize) -> Vec<Beside<'t>> {
    let end = spoken.without_last(from, to, &WORDS.tail);
    let mut starts: Vec<(usize, bool, bool)> = vec![(from, false, false)];
    for at in from..end {
        let c = spoken.plain.at(at);
        let space = c == ' ' && is_han(spoken.plain.at(at + 1));
        let stop = c == '.' && spoken.plain.at(at + 1) == ' ';
        if ends_clause(c) || c == ':' || space || stop {
            starts.push((at + 1, at == from, false));
        }
    }
    let changes = spoken.found(from, end, &WORDS.change);
    starts.extend(changes.into_iter().map(|(_, end)| (end, true, true)));
    starts.sort_by_key(|it| (it.0, !it.1));
    starts.dedup_by_key(|it| it.0);
    starts.truncate(MOST);
    let mut found: Vec<Beside<'t>> = Vec::new();
    for (start, introduced, into) in starts {
        let leads = spoken.leads(start, end);
        let place = if into { end - start.min(end) } else { start };
        for (nth, at) in leads.iter().copied().enumerate() {
            let text = spoken.slice(at, end);
            let parted = nth == 0 && at > start && start == from;
            if !text.is_empty() && found.iter().all(|it| it.text != text) {
                found.push(Beside {
                    text,
                    introduced: introduced || nth > 0 || parted,
                    rank: (u8::from(!into), place, leads.len() - nth),
                });
            }
        }
    }
    found
}

/// The name with which a text begins, if it is one: written as names are. Where a word introduces it, any few characters are one.
#[must_use]
pub fn name_in(beside: Beside<'_>) -> Option<&str> {
    // "No, it is so-and-so."
    let is = beside.text.strip_prefix('\u{662f}');
    let spoken = Spoken::new(is.filter(|rest| !rest.is_empty()).unwrap_or(beside.text));
    let plain = &spoken.plain;
    let end = (0..spoken.len()).find(|at| {
        let c = plain.at(*at);
        let space = c == ' ' && (is_han(plain.at(at + 1)) || is_han(plain.before(*at)));
        ends_clause(c) || matches!(c, '(' | '.' | ':') || space
    });
    let end = spoken.without_last(0, end.unwrap_or(spoken.len()), &WORDS.tail);
    let name = spoken.slice(0, end);
    let fits = match spoken.has_han(0, end) {
        true => {
            let all = (0..end).all(|at| is_han(plain.at(at)) || plain.at(at) == '\u{b7}');
            let surname = plain.word_at(0, &WORDS.surnames).is_some();
            all && HAN_NAME.contains(&end) && (surname || beside.introduced)
        }
        false => is_latin_name(name),
    };
    fits.then_some(name)
}

fn is_latin_name(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let capital = |word: &&str| word.starts_with(char::is_uppercase);
    let letters = |word: &&str| {
        word.chars()
            .all(|c| c.is_alphabetic() || matches!(c, '\'' | '-' | '.' | '\u{2019}'))
    };
    (1..=LATIN_NAME).contains(&words.len())
        && words.first().is_some_and(capital)
        && words.last().is_some_and(capital)
        && words.iter().all(letters)
        && words
            .iter()
            .all(|word| capital(word) || SMALL.contains(word))
}

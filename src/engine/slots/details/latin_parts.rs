//! The parts of an address in English: the flat, the number of the house, the street, the postcode.

use super::part::{Found, Kind};
use super::words::WORDS;
use super::{Spoken, ends_clause};
use crate::engine::slots::lexicon::Words;

pub(super) fn latin_parts(spoken: &Spoken<'_>) -> Vec<Found> {
    let words = latin_words(spoken);
    let mut found: Vec<Found> = Vec::new();
    let mut street: Option<usize> = None;
    let mut at = 0;
    while let Some((from, to)) = words.get(at).copied() {
        let breaks = at > 0 && (words[at - 1].1..from).any(|it| ends_clause(spoken.plain.at(it)));
        if breaks {
            street = None;
        }
        let next = words.get(at + 1).copied();
        let (kind, from, end, taken) = latin_part(spoken, (from, to), next, at);
        match kind {
            Some(kind) => {
                found.push(Found {
                    kind,
                    from,
                    to: end,
                });
                street = None;
            }
            None => {
                let is_street = spoken.plain.word_at(from, &WORDS.streets);
                let is_street = is_street.is_some_and(|(word, ())| word == to);
                let after = next.is_some_and(|(next, end)| {
                    let word = spoken.plain.word_at(next, &WORDS.streets);
                    let joined = !(to..next).any(|it| ends_clause(spoken.plain.at(it)));
                    joined && word.is_some_and(|(word, ())| word == end)
                });
                match street {
                    Some(start) if is_street && !after => {
                        let kind = Kind::Street;
                        found.push(Found {
                            kind,
                            from: start,
                            to,
                        });
                        street = None;
                    }
                    Some(_) => {}
                    None => street = Some(from),
                }
            }
        }
        at += taken;
    }
    found
}

/// The postcode, flat or number of a house that a word begins, where it starts and ends, and how many words it takes.
fn latin_part(
    spoken: &Spoken<'_>,
    (from, to): (usize, usize),
    next: Option<(usize, usize)>,
    at: usize,
) -> (Option<Kind>, usize, usize, usize) {
    let word = spoken.plain.text(from, to);
    let following = next.map(|(from, to)| spoken.plain.text(from, to));
    let is_word = |words: &Words<()>| words.has(&word);
    let numbered = |it: &str| it.chars().any(|c| c.is_ascii_digit());
    if let (Some(behind), Some((_, end))) = (&following, next) {
        if is_outward(&word) && is_inward(behind) {
            return (Some(Kind::Postcode), from, end, 2);
        }
        let short = behind.len() <= 4 && (numbered(behind) || behind.len() == 1);
        if is_word(&WORDS.units) && short && !is_house(&word) {
            return (Some(Kind::Unit), from, end, 2);
        }
        if is_word(&WORDS.house) && is_house(behind) {
            return (Some(Kind::House), end - behind.chars().count(), end, 2);
        }
    }
    let joined = word.len() >= 5 && word.is_ascii() && {
        let (outward, inward) = word.split_at(word.len() - 3);
        is_outward(outward) && is_inward(inward)
    };
    let zip = word.split('-').next().is_some_and(|it| it.len() == 5) && at > 0;
    let zip = zip && word.chars().all(|c| c.is_ascii_digit() || c == '-');
    match () {
        () if joined || zip => (Some(Kind::Postcode), from, to, 1),
        () if is_house(&word) => (Some(Kind::House), from, to, 1),
        () => (None, from, to, 1),
    }
}

/// Runs of letters, digits and the signs within words.
fn latin_words(spoken: &Spoken<'_>) -> Vec<(usize, usize)> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '-' | '/');
    let mut words = Vec::new();
    let mut at = 0;
    while at < spoken.len() {
        let end = spoken.plain.run(at, is_part);
        if end > at {
            words.push((at, end));
        }
        at = end.max(at + 1);
    }
    words
}

/// So many characters of "number", "no" and the like stand beside a number.
pub(super) fn house_words(spoken: &Spoken<'_>) -> usize {
    let words = latin_words(spoken);
    let pairs = words.windows(2).filter(|pair| {
        let text = |it: (usize, usize)| spoken.plain.text(it.0, it.1);
        WORDS.house.has(&text(pair[0])) && is_house(&text(pair[1]))
    });
    pairs.map(|pair| pair[0].1 - pair[0].0).sum()
}

/// "14", "14b", "12-14".
fn is_house(word: &str) -> bool {
    let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let letters = word.len() - number.len();
    let digits = |it: &str| (1..=5).contains(&it.len()) && it.chars().all(|c| c.is_ascii_digit());
    letters <= 1 && number.split('-').all(digits)
}

/// The first half of a British postcode: "LS1", "SW1A".
fn is_outward(word: &str) -> bool {
    let letters = word.chars().take_while(char::is_ascii_alphabetic).count();
    let rest: Vec<char> = word.chars().skip(letters).collect();
    let digit = |at: usize| rest.get(at).is_some_and(char::is_ascii_digit);
    (1..=2).contains(&letters) && (1..=2).contains(&rest.len()) && digit(0)
}

/// The second half: "4AB".
fn is_inward(word: &str) -> bool {
    let chars: Vec<char> = word.chars().collect();
    matches!(chars.as_slice(), [digit, one, two]
        if digit.is_ascii_digit() && one.is_ascii_alphabetic() && two.is_ascii_alphabetic())
}

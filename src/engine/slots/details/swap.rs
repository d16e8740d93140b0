//! What is put in the place of what in a value that waits: "Park Road, not Park Lane", "457 at the end".

use super::words::WORDS;
use super::{Spoken, ends_clause};
use crate::engine::text::is_han;

/// A piece that is swapped has at most so many characters.
const PIECE: usize = 40;
/// So many places are looked at where what is right may start.
const STARTS: usize = 6;
/// So many digits at most are called the last ones.
const LAST: usize = 6;

/// What a text puts in the place of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Swap {
    /// The value with the one piece in the place of the other.
    Done(String),
    /// What is right; what is wrong is not in the value, or in it twice.
    Unclear(String),
}

/// What a text makes of a value by saying what is right and what is wrong in it. None: it says no such thing.
#[must_use]
pub fn swap(text: &str, value: &str) -> Option<Swap> {
    let spoken = Spoken::new(text);
    let pairs = pairs(&spoken);
    let done = pairs
        .iter()
        .find_map(|it| Some(Swap::Done(replaced(value, it.wrong, it.right)?)));
    let numbered = |it: &str| it.chars().any(|c| c.is_ascii_digit());
    let denied = |it: &&Pair<'_>| it.denied && numbered(it.wrong) && numbered(it.right);
    let unclear = || {
        let pair = pairs.iter().find(denied)?;
        Some(Swap::Unclear(pair.right.to_owned()))
    };
    done.or_else(unclear)
}

/// What may be wrong and what right.
struct Pair<'t> {
    wrong: &'t str,
    right: &'t str,
    /// A word says that it is wrong.
    denied: bool,
}

/// What may be wrong and what right, in every way in which the text can be read so.
fn pairs<'t>(spoken: &Spoken<'t>) -> Vec<Pair<'t>> {
    let len = spoken.len();
    let mut pairs = Vec::new();
    let mut add = |wrong: (usize, usize), right: (usize, usize), denied: bool| {
        for wrong in ends_of(spoken, wrong) {
            // Without all that introduces it, where that can be.
            let rights = ends_of(spoken, right).into_iter().rev();
            pairs.extend(rights.filter(|it| is_alike(wrong, it)).map(|right| Pair {
                wrong,
                right,
                denied,
            }));
        }
    };
    for (at, end) in spoken.found(0, len, &WORDS.not) {
        // "Not X but Y", "not X, Y".
        for (but, behind) in spoken.found(end, len, &WORDS.but) {
            add((end, but), (behind, len), true);
        }
        if let Some(cut) = (end..len).find(|it| ends_clause(spoken.plain.at(*it))) {
            add((end, cut), (cut + 1, len), true);
        }
        // "Y, not X".
        let behind = (end..len).find(|it| ends_clause(spoken.plain.at(*it)));
        for start in starts_before(spoken, at) {
            add((end, behind.unwrap_or(len)), (start, at), true);
        }
    }
    for (at, end) in spoken.found(0, len, &WORDS.change) {
        add((clause_start(spoken, at), at), (end, len), false);
    }
    pairs
}

/// Where the clause starts that ends at a place.
fn clause_start(spoken: &Spoken<'_>, at: usize) -> usize {
    let end = (0..at).rfind(|it| spoken.plain.at(*it).is_alphanumeric());
    let end = end.unwrap_or(0);
    let cut = (0..end).rfind(|it| ends_clause(spoken.plain.at(*it)));
    cut.map_or(0, |it| it + 1)
}

/// Where what is right may start in the clause before a place, the nearest first: in Chinese what was said before it stands apart by a
/// space ("wait wrong it is 6 not 5").
fn starts_before(spoken: &Spoken<'_>, at: usize) -> Vec<usize> {
    let from = clause_start(spoken, at);
    let apart = |it: &usize| spoken.plain.at(*it) == ' ' && beside_han(spoken, *it);
    let spaces = (from..at).rev().filter(apart).map(|it| it + 1);
    let mut starts: Vec<usize> = spaces.take(STARTS).collect();
    starts.push(from);
    starts
}

fn beside_han(spoken: &Spoken<'_>, at: usize) -> bool {
    is_han(spoken.plain.at(at + 1)) || is_han(spoken.plain.before(at))
}

/// Whether one piece may stand in the place of the other: digits for digits, words for words.
fn is_alike(wrong: &str, right: &str) -> bool {
    let has_digit = |it: &str| it.chars().any(|c| c.is_ascii_digit());
    let all_digits = |it: &str| it.chars().all(|c| c.is_ascii_digit());
    has_digit(wrong) == has_digit(right) && (!all_digits(wrong) || all_digits(right))
}

/// A range with less and less of what introduces it, and without what politeness puts behind.
fn ends_of<'t>(spoken: &Spoken<'t>, (from, to): (usize, usize)) -> Vec<&'t str> {
    let starts = spoken.leads(from, to).into_iter();
    let texts = starts.map(|start| {
        let ends = |at: &usize| {
            let c = spoken.plain.at(*at);
            ends_clause(c) || c == ' ' && is_han(spoken.plain.at(at + 1))
        };
        let end = (start..to).find(ends).unwrap_or(to);
        let end = spoken.without_last(start, end, &WORDS.tail);
        spoken.slice(start, end).trim()
    });
    let fits = |it: &&str| !it.is_empty() && it.chars().count() <= PIECE;
    texts.filter(fits).collect()
}

/// A value with one piece in the place of another that it has once, whole.
fn replaced(value: &str, wrong: &str, right: &str) -> Option<String> {
    let (whole, piece) = (Spoken::new(value), Spoken::new(wrong));
    let (length, folded) = (piece.len(), piece.plain.text(0, piece.len()));
    if length == 0 || length > whole.len() || wrong == right {
        return None;
    }
    let edge = |one: char, other: char| {
        let joined = |is: fn(&char) -> bool| is(&one) && is(&other);
        joined(char::is_ascii_digit) || joined(char::is_ascii_alphabetic)
    };
    let stands = |at: &usize| {
        let plain = &whole.plain;
        plain.text(*at, at + length) == folded
            && !edge(plain.before(*at), plain.at(*at))
            && !edge(plain.before(at + length), plain.at(at + length))
    };
    if let Some(kept) = value
        .strip_suffix(wrong)
        .filter(|_| is_number(value, right))
    {
        return Some(format!("{kept}{right}"));
    }
    let found: Vec<usize> = (0..=whole.len() - length).filter(stands).collect();
    let [at] = found.as_slice() else {
        return None;
    };
    let (start, end) = whole.plain.bytes(*at, at + length);
    Some(format!(
        "{}{right}{}",
        value.get(..start)?,
        value.get(end..)?
    ))
}

/// Whether digits are put in the place of digits.
fn is_number(value: &str, right: &str) -> bool {
    let digits = |it: &str| it.chars().all(|c| c.is_ascii_digit() || c == '+');
    digits(value) && digits(right)
}

/// A phone number whose last digits a text puts right. None: it does not say so of any.
#[must_use]
pub fn with_last_digits(text: &str, value: &str) -> Option<String> {
    let spoken = Spoken::new(text);
    if spoken.found(0, spoken.len(), &WORDS.last).is_empty() {
        return None;
    }
    let mut runs = Vec::new();
    let mut at = 0;
    while at < spoken.len() {
        let end = spoken.plain.run(at, |c| c.is_ascii_digit());
        let next = spoken.skip_signs(end, spoken.len());
        // "The last 3 digits": the number says how many.
        let counts = spoken.plain.word_at(next, &WORDS.digits).is_some();
        if end > at && !counts {
            runs.push(spoken.plain.text(at, end));
        }
        at = end.max(at + 1);
    }
    let [digits] = runs.as_slice() else {
        return None;
    };
    let kept = value.len().checked_sub(digits.len())?;
    let fits = digits.len() <= LAST && value.is_ascii() && kept > 0;
    fits.then(|| format!("{}{digits}", value.get(..kept).unwrap_or_default()))
}

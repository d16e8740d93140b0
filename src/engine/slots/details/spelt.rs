//! How a name is spelt, said of a name that waits: by the signs of a character, by a word that it stands in, letter by letter.

use super::words::WORDS;
use super::{Spoken, ends_clause};
use crate::engine::text::{is_han, simplify_char};

/// A word that a character is shown in has at most so many.
const WORD: usize = 5;
/// So few letters are no spelling.
const LETTERS: usize = 2;

/// What a text says of how a name is spelt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spelt {
    /// As it stands.
    AsItIs,
    /// As this.
    Other(String),
    /// Some other way, which is not plain.
    Unclear,
}

/// What a text says of how a name is spelt. None: it is about something else, or another name.
#[must_use]
pub fn spelt(text: &str, name: &str) -> Option<Spelt> {
    let spoken = Spoken::new(text);
    if spoken.has_han(0, spoken.len()) {
        return in_characters(&spoken, name);
    }
    in_letters(text, name)
}

fn in_characters(spoken: &Spoken<'_>, name: &str) -> Option<Spelt> {
    let mut from = 0;
    let mut said: Option<Spelt> = None;
    for at in 0..=spoken.len() {
        let c = spoken.plain.at(at);
        if at < spoken.len() && !(ends_clause(c) || c == ' ') {
            continue;
        }
        if at > from {
            let found = of_piece(spoken, from, at, name)?;
            said = Some(match said {
                Some(Spelt::Unclear) => Spelt::Unclear,
                Some(Spelt::Other(name)) if found == Spelt::AsItIs => Spelt::Other(name),
                _ => found,
            });
        }
        from = at + 1;
    }
    said
}

/// What one clause says: the signs of a surname, a word with the character, or the sign that it has.
fn of_piece(spoken: &Spoken<'_>, from: usize, to: usize, name: &str) -> Option<Spelt> {
    let plain = &spoken.plain;
    let to = spoken.without_last(from, to, &WORDS.tail);
    let in_name = |c: char| name.chars().any(|it| simplify_char(it) == c);
    for start in spoken.leads(from, to) {
        if let Some((end, c)) = plain.word_at(start, &WORDS.spelt).filter(|it| it.0 == to) {
            let same = in_name(*c);
            return Some(match same {
                true => Spelt::AsItIs,
                false => with_surname(name, spoken.slice(end - 1, end)),
            });
        }
    }
    let last = plain.before(to);
    let of = to
        .checked_sub(1)
        .and_then(|at| plain.word_before(at, &WORDS.of_sign));
    if let Some(of) = of.filter(|it| *it > from && is_han(last)) {
        let before: Vec<char> = (from..of).map(|at| plain.at(at)).collect();
        let radical = (from..=of).any(|at| plain.word_before(at, &WORDS.radical).is_some());
        // "The construction's con": the word that it stands in has it.
        let shown = before.contains(&last);
        let fits = before.iter().all(|c| is_han(*c)) && before.len() <= WORD + 1;
        if fits && (radical || shown) {
            return Some(if in_name(last) {
                Spelt::AsItIs
            } else {
                Spelt::Unclear
            });
        }
    }
    let radical = (from..=to).any(|at| plain.word_before(at, &WORDS.radical).is_some());
    radical.then_some(Spelt::AsItIs)
}

/// A name with another surname of one character.
fn with_surname(name: &str, surname: &str) -> Spelt {
    let rest: String = name.chars().skip(1).collect();
    match rest.chars().count() {
        1 | 2 => Spelt::Other(format!("{surname}{rest}")),
        _ => Spelt::Unclear,
    }
}

/// "H-O-L-T", "Ann with an e", "Will with two l's".
fn in_letters(text: &str, name: &str) -> Option<Spelt> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let of_name = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphabetic());
        let mut parts = name.split_whitespace();
        parts.any(|part| part.eq_ignore_ascii_case(word))
    };
    let with = words
        .windows(2)
        .any(|it| of_name(it[0]) && it[1].eq_ignore_ascii_case("with"));
    let Some(letters) = words.iter().find_map(|word| letters(word)) else {
        return with.then_some(Spelt::Unclear);
    };
    if of_name(&letters) {
        return Some(Spelt::AsItIs);
    }
    // The word of the name that begins and ends nearly so.
    let near = |part: &&str| {
        let first = |it: &str| it.chars().next().map(|c| c.to_ascii_lowercase());
        first(part) == first(&letters) && part.len().abs_diff(letters.len()) <= 2
    };
    let mut parts: Vec<&str> = name.split_whitespace().filter(near).collect();
    let part = parts.pop().filter(|_| parts.is_empty());
    let mut small = letters.to_lowercase();
    let capital = small.remove(0).to_ascii_uppercase();
    Some(match part {
        Some(part) => Spelt::Other(name.replacen(part, &format!("{capital}{small}"), 1)),
        None => Spelt::Unclear,
    })
}

/// The letters of a word that is spelt: "H-O-L-T".
fn letters(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphabetic());
    let parts: Vec<&str> = word.split(['-', '.']).collect();
    let single = |part: &&str| part.len() == 1 && part.is_ascii();
    (parts.len() > LETTERS && parts.iter().all(single)).then(|| parts.concat())
}

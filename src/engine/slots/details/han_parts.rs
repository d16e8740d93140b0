//! The parts of an address in Chinese, from the province down to the room.

use super::Spoken;
use super::part::{Found, Kind, NUMBERED, ROAD, ROOM, is_no_place};
use super::words::WORDS;
use crate::engine::slots::lexicon::LEXICON;
use crate::engine::text::is_han;

/// A name in an address has at most so many characters before the word that says what it is.
const NAME: usize = 10;

/// From the province down to the room: names and numbers, each with the word that says what it is.
pub(super) fn han_parts(spoken: &Spoken<'_>) -> Vec<Found> {
    let plain = &spoken.plain;
    let mut found: Vec<Found> = Vec::new();
    let mut from = spoken.skip_signs(0, spoken.len());
    let digits = plain.run(from, |c| c.is_ascii_digit());
    if (3..=6).contains(&(digits - from)) && matches!(plain.at(digits), ' ') {
        found.push(Found {
            kind: Kind::Postcode,
            from,
            to: digits,
        });
        from = spoken.skip_signs(digits, spoken.len());
    }
    let mut at = from;
    while at < spoken.len() {
        if !plain.at(at).is_alphanumeric() && plain.at(at) != '-' {
            room(spoken, &mut found, from, at);
            from = spoken.skip_signs(at, spoken.len());
            at = from;
            continue;
        }
        // "12A": the letter is the number's.
        let level = plain.word_at(at, &WORDS.levels);
        match level.filter(|(_, level)| fits(spoken, from, at, **level)) {
            Some((end, level)) => {
                let end = of_number(spoken, end, *level);
                let kind = Kind::Level(*level);
                found.push(Found {
                    kind,
                    from,
                    to: end,
                });
                from = end;
                at = end;
            }
            None => at += 1,
        }
    }
    room(spoken, &mut found, from, spoken.len());
    found
}

/// Whether what stands before a word is a name or a number of its kind.
fn fits(spoken: &Spoken<'_>, from: usize, at: usize, level: u8) -> bool {
    let chars = (from..at).map(|it| spoken.plain.at(it));
    let numeral = |c: char| c.is_ascii_alphanumeric() || c == '-' || is_numeral(c);
    match level {
        _ if at == from || at - from > NAME => false,
        NUMBERED.. => chars.clone().all(|c| numeral(c) || is_of(c)),
        _ => {
            let named = chars.clone().any(is_han);
            let lane = (ROAD + 1..NUMBERED).contains(&level);
            (named || lane) && !(from..at).any(|it| is_no_place(spoken, it))
        }
    }
}

/// "5-2", with the sign that Taiwan writes.
fn is_of(c: char) -> bool {
    WORDS.of_sign.has(&c.to_string())
}

fn is_numeral(c: char) -> bool {
    LEXICON.numerals.has(&c.to_string()) || LEXICON.multipliers.has(&c.to_string())
}

/// The end of a number with what is counted on behind it: the second of the fifth floor.
fn of_number(spoken: &Spoken<'_>, end: usize, level: u8) -> usize {
    let plain = &spoken.plain;
    if level < NUMBERED || !is_of(plain.at(end)) && plain.at(end) != '-' {
        return end;
    }
    let behind = plain.run(end + 1, |c| c.is_ascii_digit() || is_numeral(c));
    // "8 of 3 rooms": the number belongs to the next word.
    let next = plain.word_at(behind, &WORDS.levels).is_some();
    if behind == end + 1 || next {
        end
    } else {
        behind
    }
}

/// The number at the end of a piece, which says the room by itself.
fn room(spoken: &Spoken<'_>, found: &mut Vec<Found>, from: usize, to: usize) {
    let digits = (from..to).all(|at| {
        let c = spoken.plain.at(at);
        c.is_ascii_alphanumeric() || c == '-'
    });
    let numbered = (from..to).any(|at| spoken.plain.at(at).is_ascii_digit());
    if digits && numbered && to - from <= 6 {
        let kind = Kind::Level(ROOM);
        found.push(Found { kind, from, to });
    }
}

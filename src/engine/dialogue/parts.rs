//! A message in parts that each ask for something by themselves, cut where a word stands that joins two requests, or a clause ends.

use super::Rules;
use super::circumstances::{ASKS_ASIDE, QUESTION};
use super::request::asks_where;
use super::turn::Heard;
use crate::engine::reading::{Decision, Reading};
use crate::engine::text::is_han;

/// A longer message tells a story; its parts are no requests.
pub(super) const LONGEST: usize = 400;
/// So many parts are looked at.
const MOST: usize = 4;

/// Where a message is cut.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// At joining words only.
    Joins,
    /// Also where a clause or a sentence ends.
    Clauses,
    /// Between orders, where the words of each stand on the same side of its number.
    Orders,
}

/// What ends a clause in either writing.
pub(super) const ENDS: [char; 12] = [
    ',', ';', '?', '!', '\n', '\u{3001}', '\u{3002}', '\u{ff0c}', '\u{ff1b}', '\u{ff1f}',
    '\u{ff01}', '\u{ff0e}',
];

/// Ends a sentence, where a point within a number or an address does not.
const STOP: &str = ". ";

/// What each part is read as; none if the message is one piece, or a part of it asks for nothing.
pub(super) fn parts(rules: &Rules, heard: Heard<'_>, cut: Cut) -> Vec<Reading> {
    let text = heard.text;
    if text.len() > LONGEST {
        return Vec::new();
    }
    let pieces = pieces(rules, heard, cut);
    // What is one piece has been read already.
    if pieces.len() < 2 {
        return Vec::new();
    }
    let mut parts: Vec<(usize, usize, Reading)> = Vec::new();
    for (start, end) in pieces {
        let reading = read(rules, &text[start..end]);
        match parts.last_mut() {
            // A piece that asks for nothing goes on with the one before it: "A1001 and A1002".
            Some(before) if !asks(&reading) => {
                before.1 = end;
                before.2 = read(rules, &text[before.0..end]);
            }
            _ => parts.push((start, end, reading)),
        }
    }
    let all_ask = parts.iter().all(|(_, _, reading)| asks(reading));
    let in_parts = (2..=MOST).contains(&parts.len()) && all_ask;
    let parts = parts.into_iter().filter(|_| in_parts);
    parts.map(|(_, _, reading)| reading).collect()
}

/// Whether a part asks for something by itself.
fn asks(part: &Reading) -> bool {
    part.decision == Decision::Answer || asks_where(part)
}

/// What a part asks for; where the order number stands in the way of a rule for whole messages, what its other words ask for.
fn read(rules: &Rules, part: &str) -> Reading {
    let reading = rules.matcher.read(part);
    if reading.decision == Decision::Answer || reading.slots.orders.is_empty() {
        return reading;
    }
    let heard = Heard {
        text: part,
        reading: &reading,
        choice: None,
    };
    let bare = rules.matcher.read(&heard.bare());
    Reading {
        decision: bare.decision,
        intents: bare.intents,
        ..reading
    }
}

/// A value up to where another matter begins behind it: "5 High Street, and when does it ship?"
pub(super) fn before_next_matter<'t>(rules: &Rules, value: &'t str) -> &'t str {
    if value.len() > LONGEST {
        return value;
    }
    let reading = rules.matcher.read(value);
    let heard = Heard {
        text: value,
        reading: &reading,
        choice: None,
    };
    let is_next = |text: &str| {
        let reading = rules.matcher.read(text);
        asks(&reading) && !reading.by_likeness
            || reading.tells(QUESTION)
            || reading.tells(ASKS_ASIDE)
    };
    let mut end = 0;
    for (from, to) in pieces(rules, heard, Cut::Clauses) {
        for (start, text) in between_spaces(value, from, to) {
            if end > 0 && is_next(text) {
                return value.get(..end).unwrap_or(value);
            }
            end = start + text.trim_end().len();
        }
    }
    value
}

/// A piece of a text between the spaces of Chinese, which end a clause there, and where each part starts.
fn between_spaces(text: &str, from: usize, to: usize) -> Vec<(usize, &str)> {
    let piece = text.get(from..to).unwrap_or_default();
    let mut parts: Vec<(usize, &str)> = Vec::new();
    let mut at = from;
    for part in piece.split_inclusive(char::is_whitespace) {
        match parts.last_mut() {
            // Words of other scripts go on behind a space.
            Some((start, before)) if !part.starts_with(is_han) => {
                *before = text.get(*start..at + part.len()).unwrap_or(*before);
            }
            _ => parts.push((at, part)),
        }
        at += part.len();
    }
    parts.retain(|(_, part)| !part.trim().is_empty());
    parts
}

/// The text between the cuts, as ranges.
pub(super) fn pieces(rules: &Rules, heard: Heard<'_>, cut: Cut) -> Vec<(usize, usize)> {
    let text = heard.text;
    let ends = text
        .match_indices(ENDS)
        .chain(text.match_indices(STOP))
        .filter(|_| cut == Cut::Clauses)
        .map(|(at, end)| (at, at + end.len()));
    let orders = match cut {
        Cut::Orders => between_orders(rules, heard),
        Cut::Joins | Cut::Clauses => Vec::new(),
    };
    let joins = heard
        .reading
        .joins
        .iter()
        .map(|join| (join.start, join.end));
    let mut cuts: Vec<(usize, usize)> = ends.chain(orders).chain(joins).collect();
    cuts.sort_unstable();
    let mut pieces = Vec::new();
    let mut start = 0;
    for (from, to) in cuts {
        if from >= start {
            pieces.push((start, from));
            start = to;
        }
    }
    pieces.push((start, text.len()));
    pieces.retain(|(start, end)| !text[*start..*end].trim().is_empty());
    pieces
}

/// "A1001 invoice A1002 cancel", "cancel A1001 invoice A1002": where one order's words end and those of the next begin. None where words
/// stand on both sides, so that they may belong to either.
fn between_orders(rules: &Rules, heard: Heard<'_>) -> Vec<(usize, usize)> {
    let orders = &heard.reading.slots.orders;
    let (Some(first), Some(last)) = (orders.first(), orders.last()) else {
        return Vec::new();
    };
    let says = |part: Option<&str>| asks(&rules.matcher.read(part.unwrap_or_default()));
    let before = says(heard.text.get(..first.start));
    let behind = says(heard.text.get(last.end..));
    let at = |place: usize| (place, place);
    match (before, behind) {
        (false, true) => orders.iter().skip(1).map(|it| at(it.start)).collect(),
        (true, false) => orders.iter().rev().skip(1).map(|it| at(it.end)).collect(),
        _ => Vec::new(),
    }
}

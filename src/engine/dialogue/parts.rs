//! A message in parts that each ask for something by themselves, cut where a word stands that joins two requests, or a clause ends.

use super::Rules;
use super::turn::Heard;
use crate::engine::reading::{Decision, Reading};

/// A longer message tells a story; its parts are no requests.
const LONGEST: usize = 400;
/// So many parts are looked at.
const MOST: usize = 4;

/// Where a message is cut.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// At joining words only.
    Joins,
    /// Also where a clause or a sentence ends.
    Clauses,
}

/// What ends a clause in either writing.
const ENDS: [char; 12] = [
    ',', ';', '?', '!', '\n', '\u{3001}', '\u{3002}', '\u{ff0c}', '\u{ff1b}', '\u{ff1f}',
    '\u{ff01}', '\u{ff0e}',
];

/// The parts and their readings; none if the message is one piece, or a part of it asks for nothing.
pub(super) fn parts<'t>(rules: &Rules, text: &'t str, cut: Cut) -> Vec<(&'t str, Reading)> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let mut parts: Vec<(usize, usize, Reading)> = Vec::new();
    for (start, end) in pieces(rules, text, cut) {
        let reading = read(rules, &text[start..end]);
        match parts.last_mut() {
            // A piece that asks for nothing goes on with the one before it: "A1001 and A1002".
            Some(before) if reading.decision != Decision::Answer => {
                before.1 = end;
                before.2 = read(rules, &text[before.0..end]);
            }
            _ => parts.push((start, end, reading)),
        }
    }
    let asks = |part: &(usize, usize, Reading)| part.2.decision == Decision::Answer;
    let in_parts = (2..=MOST).contains(&parts.len()) && parts.iter().all(asks);
    let parts = parts.into_iter().filter(|_| in_parts);
    parts
        .map(|(start, end, reading)| (&text[start..end], reading))
        .collect()
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

/// The text between the cuts, as ranges.
fn pieces(rules: &Rules, text: &str, cut: Cut) -> Vec<(usize, usize)> {
    let lower = text.to_ascii_lowercase();
    let ends = text.match_indices(ENDS).filter(|_| cut == Cut::Clauses);
    let mut cuts: Vec<(usize, usize)> = ends.map(|(at, end)| (at, at + end.len())).collect();
    for join in &rules.book.language.joins {
        let found = lower.match_indices(join.value.as_str());
        let whole = found.filter(|(at, word)| is_whole(&lower, *at, word));
        cuts.extend(whole.map(|(at, word)| (at, at + word.len())));
    }
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

/// A Latin word is found only where it is not a part of another one.
fn is_whole(text: &str, at: usize, word: &str) -> bool {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inside = word.starts_with(|c: char| c.is_ascii_alphanumeric());
    !inside
        || !(latin(text[..at].chars().next_back()) || latin(text[at + word.len()..].chars().next()))
}

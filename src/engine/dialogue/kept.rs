//! Which items of an order a message wants back and which it leaves: "the mug is fine, the kettle is broken", "all but the mug".

use std::collections::BTreeSet;

use super::Rules;
use super::circumstances::{ALL_BUT, KEPT, NOT_THIS, THIS_TOO};
use super::items::{Named, named};
use super::parts::{ENDS, LONGEST};
use crate::domain::ids::IntentId;
use crate::engine::reading::Reading;

/// What a message says of the items.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sides {
    /// What is wanted back.
    pub(super) wanted: Named,
    /// What is not.
    pub(super) kept: Vec<String>,
    /// Several are named in one breath, and one of them is kept: it is not clear which.
    pub(super) mixed: bool,
}

/// How a part of a message stands to the items that it names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Wants,
    /// And so are those that are named after it.
    Keeps,
    /// This one alone, and what is joined to it.
    NotThis,
}

/// A part of a message, and whether a joining word stands before it.
#[derive(Clone, Copy)]
struct Piece<'t> {
    start: usize,
    text: &'t str,
    joined: bool,
}

/// Looks at the parts of a message one by one. None: nothing is said to be kept.
pub(super) fn sides(rules: &Rules, text: &str, items: &[String], short: bool) -> Option<Sides> {
    // A longer message tells a story, and would be read piece by piece for too long.
    if text.len() > LONGEST {
        return None;
    }
    let whole = rules.matcher.read(text);
    let marks = [ALL_BUT, KEPT, NOT_THIS];
    if !marks.iter().any(|mark| whole.tells(mark)) {
        return None;
    }
    let names = |piece: &str| named(rules, piece, items, short);
    let has_item = |piece: &str| !names(piece).is_empty();
    let pieces = pieces(rules, text, &has_item);
    let (mut wanted, mut kept) = (BTreeSet::new(), BTreeSet::new());
    let mut sides = Sides::default();
    for (piece, side) in pieces.iter().zip(stands(rules, &pieces, &has_item)) {
        let found = names(piece.text);
        match side {
            Side::Wants => {
                sides.wanted.unclear.extend(found.unclear);
                wanted.extend(found.items);
            }
            Side::NotThis if found.items.len() > 1 => sides.mixed = true,
            Side::Keeps | Side::NotThis => kept.extend(found.items),
        }
    }
    let in_order = |set: &BTreeSet<String>| {
        let all = items.iter().filter(|item| set.contains(*item));
        all.cloned().collect()
    };
    wanted.retain(|item| !kept.contains(item));
    sides.wanted.items = in_order(&wanted);
    sides.kept = in_order(&kept);
    (sides.mixed || !sides.kept.is_empty()).then_some(sides)
}

/// How each part stands to its items: by its own words, or by those of the parts that it is joined to.
fn stands(rules: &Rules, pieces: &[Piece<'_>], has_item: &dyn Fn(&str) -> bool) -> Vec<Side> {
    let mut stands: Vec<Side> = Vec::new();
    let mut own = Vec::new();
    for piece in pieces {
        let marked = side(rules, piece.text);
        let before = stands.last().copied().unwrap_or(Side::Wants);
        stands.push(match (marked, before) {
            (Some(side), _) => side,
            (None, Side::Keeps) => Side::Keeps,
            (None, Side::NotThis) if piece.joined => Side::NotThis,
            (None, _) => Side::Wants,
        });
        // "The kettle and the mug are fine" says so of both.
        let behind = marked == Some(Side::NotThis) && !is_marked_before(rules, piece, has_item);
        if behind && piece.joined && own.last() == Some(&None) {
            let last = own.len() - 1;
            stands[last] = Side::NotThis;
        }
        own.push(marked);
    }
    stands
}

/// Whether the words that leave an item stand before it: "not the mug".
fn is_marked_before(rules: &Rules, piece: &Piece<'_>, has_item: &dyn Fn(&str) -> bool) -> bool {
    let ends = piece.text.char_indices().map(|(at, c)| at + c.len_utf8());
    let mut upto = ends.filter_map(|end| piece.text.get(..end));
    let item = upto.find(|text| has_item(text)).unwrap_or(piece.text);
    rules.matcher.read(item).tells(NOT_THIS)
}

/// What a part says of its items. None: nothing, so that it goes on with what was before.
fn side(rules: &Rules, piece: &str) -> Option<Side> {
    let reading = rules.matcher.read(piece);
    match () {
        () if reading.tells(KEPT) || reading.tells(ALL_BUT) => Some(Side::Keeps),
        () if reading.tells(NOT_THIS) => Some(Side::NotThis),
        () if wants(&reading) => Some(Side::Wants),
        () => None,
    }
}

/// Whether a part says by itself that something is wanted back, or why.
fn wants(reading: &Reading) -> bool {
    let joins = |told: &IntentId| told.as_str() == THIS_TOO;
    !reading.intents.is_empty() || !reading.told.iter().all(joins)
}

/// The parts of a message between its clauses and joining words, each with an item in it: what names none goes with what follows, and
/// at the end with what was before.
fn pieces<'t>(rules: &Rules, text: &'t str, has_item: &dyn Fn(&str) -> bool) -> Vec<Piece<'t>> {
    let reading = rules.matcher.read(text);
    let ends = text
        .match_indices(ENDS)
        .map(|(at, end)| (at + end.len(), false));
    let joins = reading.joins.iter().map(|join| (join.start, true));
    let breaks = reading.breaks.iter().map(|at| (*at, false));
    let mut cuts: Vec<(usize, bool)> = ends.chain(joins).chain(breaks).collect();
    cuts.sort_unstable();
    cuts.push((text.len(), false));
    let mut pieces: Vec<Piece<'t>> = Vec::new();
    let (mut start, mut joined) = (0, false);
    for (end, joins_next) in cuts {
        let piece = text.get(start..end).unwrap_or_default();
        if has_item(piece) {
            pieces.push(Piece {
                start,
                text: piece,
                joined,
            });
            (start, joined) = (end, joins_next);
        }
    }
    // "The mug, that one is fine".
    if let Some(last) = pieces.last_mut() {
        last.text = text.get(last.start..).unwrap_or(last.text);
    }
    pieces
}

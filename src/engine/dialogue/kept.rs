//! Which items of an order a message wants back and which it leaves: "the mug is fine, the kettle is broken", "all but the mug".

use std::collections::BTreeSet;

use super::Rules;
use super::beside::{PLACES, cuts};
use super::circumstances::{ADDS_DETAIL, ALL_BUT, KEPT, NOT_THIS, THIS_TOO};
use super::items::{Named, named, without_items};
use super::mentioned::{is_fault, is_only_beside, states, wishes};
use super::parts::LONGEST;
use crate::domain::ids::IntentId;
use crate::engine::reading::Reading;

/// The circumstance of somebody who finds nothing wrong with all but what is named.
pub(super) const REST_IS_FINE: &str = "rest_is_fine";

/// The circumstance of words that say of goods that they are fine, and nothing else.
const GOODS_FINE: &str = "goods_fine";
/// A part of at most so many characters says no more than that.
const FINE: usize = 40;

/// What a message says of the items.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sides {
    /// What is wanted back.
    pub(super) wanted: Named,
    /// What is not.
    pub(super) kept: Vec<String>,
    /// Several are named in one breath, and one of them is kept: it is not clear which.
    pub(super) mixed: bool,
    /// Something is told of items, and nowhere what is wanted of which.
    pub(super) vague: bool,
}

/// How a part of a message stands to the items that it names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Wants,
    /// And so are those that are named after it.
    Keeps,
    /// This one alone, and what is joined to it.
    NotThis,
    /// It only tells something of it, and so of what is joined to it.
    Mentions,
}

/// A part of a message, and whether a joining word stands before it.
#[derive(Clone, Copy)]
pub(super) struct Piece<'t> {
    start: usize,
    pub(super) text: &'t str,
    pub(super) joined: bool,
    /// What is wrong stands in a clause behind, without a name.
    told_behind: bool,
}

/// Looks at the parts of a message one by one. None: all that is named is wanted.
pub(super) fn sides(rules: &Rules, text: &str, items: &[String], short: bool) -> Option<Sides> {
    // A longer message tells a story, and would be read piece by piece for too long.
    if text.len() > LONGEST {
        return None;
    }
    let whole = rules.matcher.read(text);
    let marks = [ALL_BUT, KEPT, NOT_THIS];
    let names = |piece: &str| named(rules, piece, items, short);
    let all = names(text);
    let fine = || has_fine(rules, text, items) && !all.is_empty();
    let is_marked = marks.iter().any(|mark| whole.tells(mark)) || fine();
    if !is_marked && all.items.len() + all.unclear.len() < 2 {
        return None;
    }
    let has_item = |piece: &str| !names(piece).is_empty();
    let pieces = pieces(rules, text, &has_item);
    let own: Vec<Option<Side>> = pieces
        .iter()
        .map(|it| side(rules, it.text, items))
        .collect();
    let wish = pieces.iter().any(|it| wishes(rules, it.text));
    let mut sides = Sides {
        vague: !wish && own.contains(&Some(Side::Mentions)),
        ..Sides::default()
    };
    let (mut wanted, mut kept, mut mentioned) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (piece, side) in pieces
        .iter()
        .zip(stands(rules, &pieces, own, wish, &has_item))
    {
        let mut found = names(piece.text);
        let beside = |item: &&String| is_only_beside(rules, piece.text, item, &found.items);
        let aside: BTreeSet<String> = found.items.iter().filter(beside).cloned().collect();
        match side {
            Side::Wants => {
                found.items.retain(|item| !aside.contains(item));
                mentioned.extend(aside);
                sides.wanted.unclear.extend(found.unclear);
                wanted.extend(found.items);
            }
            Side::Mentions => mentioned.extend(found.items),
            Side::NotThis if found.items.len() > 1 => {
                let meant = behind_denied(rules, piece.text, &has_item);
                let meant = meant.map(|rest| names(rest).items).unwrap_or_default();
                sides.mixed |= meant.is_empty();
                let others = |it: &String| !meant.is_empty() && !meant.contains(it);
                kept.extend(found.items.into_iter().filter(others));
                wanted.extend(meant);
            }
            Side::Keeps | Side::NotThis => kept.extend(found.items),
        }
    }
    sides.mixed |= wish && may_be_either(rules, &pieces, items);
    wanted.retain(|item| !kept.contains(item));
    mentioned.retain(|item| !wanted.contains(item) && !kept.contains(item));
    sides.wanted.items = in_order(items, &wanted);
    sides.kept = in_order(items, &kept);
    let leaves = !mentioned.is_empty() && !sides.wanted.is_empty();
    (sides.mixed || sides.vague || leaves || !sides.kept.is_empty()).then_some(sides)
}

/// Of the items those in a set, in the order of the order.
fn in_order(items: &[String], set: &BTreeSet<String>) -> Vec<String> {
    let all = items.iter().filter(|item| set.contains(*item));
    all.cloned().collect()
}

/// Whether what is wrong is told behind two items that are joined, and may be said of either: "I bought the kettle and the mug, it leaks".
fn may_be_either(rules: &Rules, pieces: &[Piece<'_>], items: &[String]) -> bool {
    pieces.windows(2).any(|two| match two {
        [one, other] => other.told_behind && other.joined && states(rules, one.text, items),
        _ => false,
    })
}

/// How each part stands to its items: by its own words, or by those of the parts that it is joined to. `wish`: what is wanted is said of
/// some of them, so that what is only told of others is no wish.
fn stands(
    rules: &Rules,
    pieces: &[Piece<'_>],
    own: Vec<Option<Side>>,
    wish: bool,
    has_item: &dyn Fn(&str) -> bool,
) -> Vec<Side> {
    let mut stands: Vec<Side> = Vec::new();
    let mut last_own = None;
    for (piece, own) in pieces.iter().zip(own) {
        let marked = own.filter(|side| wish || *side != Side::Mentions);
        let before = stands.last().copied().unwrap_or(Side::Wants);
        stands.push(match (marked, before) {
            (Some(side), _) => side,
            (None, Side::Keeps) => Side::Keeps,
            (None, Side::NotThis | Side::Mentions) if piece.joined => before,
            (None, _) => Side::Wants,
        });
        // "The kettle and the mug are fine" says so of both.
        let behind = match marked {
            Some(Side::NotThis) => !is_marked_before(rules, piece, has_item),
            Some(Side::Mentions) => true,
            _ => false,
        };
        if behind && piece.joined && last_own == Some(None) {
            let last = stands.len() - 2;
            stands[last] = marked.unwrap_or(Side::Wants);
        }
        last_own = Some(marked);
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

/// What stands behind an item that is not meant, and tells by itself what is wrong with another: "not the kettle the mug is cracked".
fn behind_denied<'t>(
    rules: &Rules,
    piece: &'t str,
    has_item: &dyn Fn(&str) -> bool,
) -> Option<&'t str> {
    let mut ends = piece.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.find(|end| piece.get(..*end).is_some_and(has_item))?;
    let (first, rest) = piece.split_at_checked(end)?;
    let denies = |part: &str| rules.matcher.read(part).tells(NOT_THIS);
    let tells = is_fault(rules, rest) || wishes(rules, rest);
    (denies(first) && tells && !denies(rest) && has_item(rest)).then_some(rest)
}

/// What a part says of its items. None: nothing, so that it goes on with what was before.
fn side(rules: &Rules, piece: &str, items: &[String]) -> Option<Side> {
    let reading = rules.matcher.read(piece);
    match () {
        // "Everything came fine except the teapot": that is the one.
        () if reading.tells(REST_IS_FINE)
            && (reading.tells(ALL_BUT) || is_set_against(rules, &reading, piece, items)) =>
        {
            Some(Side::Wants)
        }
        () if reading.tells(KEPT) || reading.tells(ALL_BUT) => Some(Side::Keeps),
        () if reading.tells(NOT_THIS) || is_fine(rules, piece, items) => Some(Side::NotThis),
        () if wishes(rules, piece) => Some(Side::Wants),
        () if states(rules, piece, items) => Some(Side::Mentions),
        () if wants(&reading) => Some(Side::Wants),
        () => None,
    }
}

/// Whether an item is named only behind a word that sets it against the rest: "everything is fine but the hat came late".
fn is_set_against(rules: &Rules, reading: &Reading, piece: &str, items: &[String]) -> bool {
    let names =
        |part: Option<&str>| !named(rules, part.unwrap_or_default(), items, true).is_empty();
    reading
        .breaks
        .iter()
        .any(|at| !names(piece.get(..*at)) && names(piece.get(*at..)))
}

/// Whether all that a part says of an item is that it is fine: "bowl ok", without a verb.
fn is_fine(rules: &Rules, piece: &str, items: &[String]) -> bool {
    let short = piece.chars().count() <= FINE;
    short
        && rules
            .matcher
            .read(&without_items(piece, items))
            .tells(GOODS_FINE)
}

fn has_fine(rules: &Rules, text: &str, items: &[String]) -> bool {
    let mut start = 0;
    cuts(rules, text).into_iter().take(PLACES).any(|(end, _)| {
        let piece = text.get(start..end).unwrap_or_default();
        start = end;
        is_fine(rules, piece, items)
    })
}

/// Whether a part says by itself that something is wanted back, or why.
fn wants(reading: &Reading) -> bool {
    let joins = |told: &IntentId| [THIS_TOO, ADDS_DETAIL].contains(&told.as_str());
    !reading.intents.is_empty() || !reading.told.iter().all(joins)
}

/// The parts of a message between its clauses and joining words, each with an item in it. What names none goes with what follows, and at
/// the end with what was before; so does what is wrong with what was named just now, while a wish by itself goes with none of them.
pub(super) fn pieces<'t>(
    rules: &Rules,
    text: &'t str,
    has_item: &dyn Fn(&str) -> bool,
) -> Vec<Piece<'t>> {
    let mut pieces: Vec<Piece<'t>> = Vec::new();
    let (mut start, mut joined) = (0, false);
    for (end, joins_next) in cuts(rules, text) {
        let piece = text.get(start..end).unwrap_or_default();
        match pieces.last_mut() {
            _ if has_item(piece) => pieces.push(Piece {
                start,
                text: piece,
                joined,
                told_behind: false,
            }),
            Some(last) if is_fault(rules, piece) => {
                last.text = text.get(last.start..end).unwrap_or(last.text);
                last.told_behind = true;
            }
            Some(_) if wishes(rules, piece) => {}
            _ => continue,
        }
        (start, joined) = (end, joins_next);
    }
    // "The mug, that one is fine".
    if let Some(last) = pieces.last_mut().filter(|_| start < text.len()) {
        last.text = text.get(last.start..).unwrap_or(last.text);
    }
    pieces
}

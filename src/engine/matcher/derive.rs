//! Gaps and patterns: looked for only after a word that they need has been seen.

use smallvec::{SmallVec, smallvec};

use super::program::{DerivedKind, TermId};
use super::sightings::{Sighting, Sightings};
use super::traces::Traces;
use crate::engine::text::{Normalised, Span};

/// The room between neighbours of a gap: 12 Chinese characters, or 6 words of two each.
const ROOM: u32 = 12;

/// The words that a place is made of.
pub(super) type Words = SmallVec<[Span; 4]>;

/// Finds all places of a gap or a pattern. `found` is called with the whole range and the words that it is made of.
pub(super) fn find(
    kind: &DerivedKind,
    seen: &Sightings,
    text: &Normalised,
    traces: &mut Traces,
    found: &mut Vec<(Span, Words)>,
) {
    match kind {
        DerivedKind::Gap(parts) => gaps(parts, seen, text, found),
        DerivedKind::Pattern(pattern) => {
            found.extend(
                pattern
                    .find(text, traces)
                    .map(|span| (span, smallvec![span])),
            );
        }
    }
}

fn gaps(parts: &[TermId], seen: &Sightings, text: &Normalised, found: &mut Vec<(Span, Words)>) {
    let Some((first, rest)) = parts.split_first() else {
        return;
    };
    if !rest.iter().all(|part| seen.has(*part)) {
        return;
    }
    for start in seen.of(*first) {
        let mut words = words_of(seen, start);
        if let Some(end) = follow(start, rest, seen, text, &mut words) {
            let span = Span {
                start: start.span.start,
                end,
            };
            found.push((span, words));
        }
    }
}

/// Goes on from one part of a gap to the next ones; says where the last one ends.
fn follow(
    from: &Sighting,
    rest: &[TermId],
    seen: &Sightings,
    text: &Normalised,
    words: &mut Words,
) -> Option<u32> {
    let Some((next, rest)) = rest.split_first() else {
        return Some(from.span.end);
    };
    for sighting in seen.of(*next) {
        if sighting.sentence == from.sentence && is_near(from.span, sighting.span, text) {
            let kept = words.len();
            words.extend(words_of(seen, sighting));
            if let Some(end) = follow(sighting, rest, seen, text, words) {
                return Some(end);
            }
            words.truncate(kept);
        }
    }
    None
}

fn words_of(seen: &Sightings, sighting: &Sighting) -> Words {
    match seen.parts(sighting) {
        [] => smallvec![sighting.span],
        parts => SmallVec::from_slice(parts),
    }
}

/// Whether `second` comes after `first` with little enough between them.
fn is_near(first: Span, second: Span, text: &Normalised) -> bool {
    if second.start < first.end {
        return false;
    }
    let between = Span {
        start: first.end,
        end: second.start,
    };
    // no unit is shorter than a character: what is far apart need not be measured, or long sentences would be over and over
    let units = text.unit_at(between.end) - text.unit_at(between.start);
    units <= ROOM && text.length(between) <= ROOM
}

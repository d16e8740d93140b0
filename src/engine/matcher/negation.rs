//! Negation: which words of a message are turned round by a "not" in front of them.

use super::evidence::Evidence;
use crate::engine::text::{Normalised, Span};

/// One word of negation in a message.
#[derive(Clone, Copy, Debug)]
struct Negation {
    key: u32,
    span: Span,
    clause: u32,
    /// The number of its last unit.
    unit: u32,
}

/// The negations of a message, in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Negations {
    list: Vec<Negation>,
    /// Where something begins that is not negated any more.
    ends: Vec<u32>,
    reach: u32,
}

impl Negations {
    /// Starts a message.
    pub(super) fn begin(&mut self, reach: u32) {
        self.list.clear();
        self.ends.clear();
        self.reach = reach;
    }

    /// Ends the reach of those before a place: what begins there is a question of its own.
    pub(super) fn end_at(&mut self, place: u32) {
        self.ends.push(place);
    }

    /// Whether the reach of a negation has ended before a word.
    fn has_ended(&self, negation: Span, word: Span) -> bool {
        let next = self.ends.partition_point(|end| *end < negation.end);
        self.ends.get(next).is_some_and(|end| *end <= word.start)
    }

    /// Adds one. The longer of two that overlap counts; the same word twice in a row counts once.
    pub(super) fn add(&mut self, key: u32, span: Span, text: &Normalised) {
        if self.list.last().is_some_and(|last| last.span.hides(span)) {
            return;
        }
        while self.list.last().is_some_and(|last| {
            span.hides(last.span) || (last.key == key && span.start <= last.span.end + 1)
        }) {
            self.list.pop();
        }
        self.list.push(Negation {
            key,
            span,
            clause: text.clause_at(span.start),
            unit: text.unit_at(span.end).saturating_sub(1),
        });
    }

    /// Where they stand.
    pub(super) fn iter(&self) -> impl Iterator<Item = Span> {
        self.list.iter().map(|negation| negation.span)
    }

    /// Whether a range is negated: by an odd number of negations before it in its clause, not farther than they reach, with
    /// no question between. A negation that is part of a taken word has said what it had to say there, unless that word goes on into
    /// the range.
    pub(super) fn reach(&self, span: Span, text: &Normalised, taken: &[Evidence]) -> bool {
        if self.list.is_empty() {
            return false;
        }
        let before = self
            .list
            .partition_point(|negation| negation.span.start < span.start);
        let clause = text.clause_at(span.start);
        let unit = text.unit_at(span.start);
        let reaching = self.list[..before]
            .iter()
            .rev()
            .take_while(|negation| unit.saturating_sub(negation.unit) <= self.reach)
            .filter(|negation| negation.clause == clause && !self.has_ended(negation.span, span))
            .filter(|negation| {
                let has_spoken = |taken: &Evidence| {
                    taken.span.hides(negation.span) && !taken.span.overlaps(span)
                };
                !taken.iter().any(has_spoken)
            });
        reaching.count() % 2 == 1
    }
}

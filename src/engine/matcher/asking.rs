//! Which clauses of a message ask for something.

use super::clauses::{Clauses, Place};
use super::program::ClauseRoles;
use crate::engine::text::{Normalised, Span};

/// The clauses that ask, as bits; those of a long message from the 64th on are one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asking(u64);

impl Asking {
    /// Which clauses ask a question, wish, request or demand. `places` is room to work in.
    pub(super) fn of(clauses: &Clauses<'_>, places: &mut Vec<Place>) -> Self {
        places.clear();
        clauses.questions(places);
        clauses.made_by(ClauseRoles::ASK, places);
        let bits = places.iter().map(|(_, of)| bit(*of, clauses.text));
        Self(bits.fold(0, |all, bit| all | bit))
    }

    /// Whether any of these clauses, as bits, asks.
    pub(super) const fn has_any(self, clauses: u64) -> bool {
        self.0 & clauses != 0
    }

    /// Whether more than one clause asks.
    pub(super) const fn is_several(self) -> bool {
        self.0.count_ones() > 1
    }

    /// What asks, in the order of the text: neighbouring clauses are one.
    pub(super) fn spans(self, text: &Normalised) -> Vec<Span> {
        let asks = |clause: &Span| self.0 & bit(clause.start, text) != 0;
        let mut spans: Vec<Span> = text.clauses().filter(asks).collect();
        spans.dedup_by(|next, span| {
            let goes_on = span.end == next.start;
            span.end = if goes_on { next.end } else { span.end };
            goes_on
        });
        spans
    }
}

/// The clause of a place, as a bit.
pub(super) fn bit(at: u32, text: &Normalised) -> u64 {
    1 << text.clause_at(at).min(63)
}

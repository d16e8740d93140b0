//! What the clauses of a message do: some ask, the others tell what happened.
//!
//! Whoever tells a story names many matters on the way to the one that they want something about: "the parcel came broken, the
//! courier was rude, I just want my money back". So what was asked for goes before what was only told, however sure the rules are of
//! the latter. A wish that says nothing of its matter ("can you help me?") has no rule that holds; then the tale speaks for it.

use smallvec::SmallVec;

use super::decide::{Choice, Found, Verdict};
use super::features::{Clauses, Place};
use super::program::ClauseRoles;
use crate::engine::text::{Normalised, Span};

/// From this score on, a choice is sure enough to stand against another one that speaks of something else and scores more.
pub(super) const SURE_FROM: u8 = 64;

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

    /// Whether a choice was made, at least in part, by words of a clause that asks.
    fn has(self, choice: &Choice, found: &Found<'_>) -> bool {
        self.0 & choice.clauses(found) != 0
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

impl Verdict {
    /// Drops what was only told, where something else was asked for. What is asked for yields to what is told where the rule files
    /// say that the one yields to the other: whoever wants the money back that has been on its way for weeks asks where it is.
    pub(super) fn let_tales_yield(&mut self, found: &Found<'_>) {
        self.asking = found.asking;
        let relations = |it: &Choice| &found.program.yields[it.owner.0 as usize];
        let is_asked = |it: &Choice| found.asking.has(it, found);
        let asked: SmallVec<[Choice; 8]> = (self.ranked.iter().copied())
            .filter(|it| !relations(it).to_all && is_asked(it))
            .collect();
        let wins = |it: &Choice, told: &Choice| {
            it.score >= told.score.min(SURE_FROM)
                && !relations(it).to.contains(&told.owner)
                && !relations(told).told_beside.contains(&it.owner)
        };
        let told = &mut self.told;
        self.ranked.retain(|it| {
            let counts = is_asked(it) || !asked.iter().any(|asked| wins(asked, it));
            told.extend((!counts).then_some(*it));
            counts
        });
    }
}

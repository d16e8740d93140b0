//! How much of a message says that an intent matched: what decides between two that score alike.

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::evidence::Evidence;
use super::program::{CompiledRule, Group, Program};
use crate::engine::text::{Normalised, Span};

/// So much longer, in Chinese characters, is clearly longer; a word of another script counts as two.
const CLEARLY: u32 = 2;

/// What an intent found, and how closely it looked at it.
pub(super) struct Detail<'a> {
    text: &'a Normalised,
    /// The words of the message, joined where they overlap.
    found: SmallVec<[Span; 8]>,
    /// Their order or their nearness was asked for.
    is_arranged: bool,
}

impl<'a> Detail<'a> {
    /// Of a rule that holds, by what says so.
    pub(super) fn of(
        rule: &CompiledRule,
        evidence: &[Evidence],
        program: &Program,
        text: &'a Normalised,
    ) -> Self {
        let words = evidence.iter().filter(|it| it.is_word);
        let mut spans: SmallVec<[Span; 8]> = words.map(|it| it.span).collect();
        spans.sort_unstable();
        spans.dedup_by(|next, span| {
            let goes_on = next.start <= span.end;
            span.end = span.end.max(if goes_on { next.end } else { 0 });
            goes_on
        });
        let asks = |group| !program.terms_of(rule, group).is_empty();
        Self {
            text,
            found: spans,
            is_arranged: asks(Group::Near) || asks(Group::Order),
        }
    }

    /// Which of two says clearly more; equal where that is not clear.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        if self.is_clearly_more(other) {
            Ordering::Greater
        } else if other.is_clearly_more(self) {
            Ordering::Less
        } else {
            Ordering::Equal
        }
    }

    fn is_clearly_more(&self, other: &Self) -> bool {
        let is_same = self.found == other.found;
        is_same && self.is_arranged && !other.is_arranged
            || self.covers(other) && self.length() >= other.length() + CLEARLY
    }

    /// Whether all that the other one found is part of this.
    fn covers(&self, other: &Self) -> bool {
        (other.found.iter()).all(|word| {
            let mut own = self.found.iter();
            own.any(|it| it.hides(*word) || it == word)
        })
    }

    /// In Chinese characters, with two for a word of another script.
    fn length(&self) -> u32 {
        self.found.iter().map(|span| self.text.length(*span)).sum()
    }
}

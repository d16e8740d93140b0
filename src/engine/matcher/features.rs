//! What is found in a text and is no word: clauses that ask, and the slots.

use smallvec::SmallVec;

use super::Matcher;
use super::program::{ClauseRoles, Program, TermId};
use super::scan::{Hits, is_hidden};
use super::scratch::{Scratch, Waiting};
use super::sightings::Sightings;
use crate::engine::rules::book::{Feature, SlotKind};
use crate::engine::slots::{Slot, Slots};
use crate::engine::text::{Normalised, Span};

impl Matcher {
    /// Notes the features that rules ask for.
    pub(super) fn sight_features(&self, scratch: &mut Scratch) {
        let Scratch {
            text,
            hits,
            seen,
            slots,
            waiting,
            features: found,
            ..
        } = scratch;
        for (feature, term) in &self.program.features {
            found.clear();
            match feature {
                Feature::Question => Clauses {
                    program: &self.program,
                    hits,
                    seen,
                    text,
                }
                .questions(found),
                Feature::Slot(kind) => places(slots, *kind, text, found),
            }
            let mut noted = Noted {
                program: &self.program,
                seen: &mut *seen,
                waiting: &mut *waiting,
                text,
            };
            found.iter().for_each(|it| noted.note(*term, *it));
        }
    }
}

/// A feature: where it stands, and a place in the clause that it belongs to.
pub(super) type Place = (Span, u32);

struct Noted<'a> {
    program: &'a Program,
    seen: &'a mut Sightings,
    waiting: &'a mut Waiting,
    text: &'a Normalised,
}

impl Noted<'_> {
    fn note(&mut self, term: TermId, (span, of): Place) {
        let place = self.seen.feature_place(span, of, self.text);
        if self.seen.add(term, place) {
            self.waiting.wake(term, self.program);
        }
    }
}

/// Where the slots of a kind stand, in the order of the text.
fn places(slots: &Slots, kind: SlotKind, text: &Normalised, found: &mut Vec<Place>) {
    match kind {
        SlotKind::Order => push_all(&slots.orders, text, found),
        SlotKind::Amount => push_all(&slots.amounts, text, found),
        SlotKind::Date => push_all(&slots.dates, text, found),
        SlotKind::Phone => push_all(&slots.phones, text, found),
        SlotKind::Email => push_all(&slots.emails, text, found),
    }
}

fn push_all<T>(slots: &[Slot<T>], text: &Normalised, found: &mut Vec<Place>) {
    let spans = slots.iter().filter_map(|slot| {
        text.normal(Span {
            start: slot.start as u32,
            end: slot.end as u32,
        })
    });
    found.extend(spans.map(|span| (span, span.start)));
}

/// The clauses of a message, to be asked what they do.
pub(super) struct Clauses<'a> {
    pub program: &'a Program,
    pub hits: &'a Hits,
    pub seen: &'a Sightings,
    pub text: &'a Normalised,
}

impl Clauses<'_> {
    /// What makes questions: a mark behind a clause, a word at its beginning or its end, or one anywhere in it.
    pub(super) fn questions(&self, found: &mut Vec<Place>) {
        marks(self.text, found);
        self.made_by(ClauseRoles::QUESTION, found);
        found.sort_unstable();
    }

    /// The words of a list that make something of the clause in which they stand.
    pub(super) fn made_by(&self, roles: ClauseRoles, found: &mut Vec<Place>) {
        if !self.hits.has_role(roles.all()) {
            return;
        }
        let nothing = self.hits.with_role(self.program, roles.nothing);
        let nothing: SmallVec<[Span; 8]> = nothing.map(|hit| hit.span).collect();
        let nothing = |span: Span| is_hidden(&nothing, span) || nothing.contains(&span);
        for hit in self.hits.with_role(self.program, roles.all()) {
            let has = self.program.keys[hit.key as usize].roles;
            let does = has.has(roles.anywhere)
                || has.has(roles.first) && is_first(hit.span, self.text)
                || has.has(roles.last) && is_last(hit.span, self.program, self.seen, self.text);
            if does && !nothing(hit.span) {
                found.push((hit.span, hit.span.start));
            }
        }
    }
}

/// Question marks; of several in a row the first. One belongs to the clause of the word before it.
fn marks(text: &Normalised, found: &mut Vec<Place>) {
    let mut last = None;
    for (at, _) in text.text().match_indices('?') {
        let at = at as u32;
        let before = text.units()[..text.unit_at(at) as usize].last();
        if let Some(before) = before
            && last != Some(before)
        {
            let span = Span {
                start: at,
                end: at + 1,
            };
            found.push((span, *before));
            last = Some(before);
        }
    }
}

/// Whether no word stands before a range in its clause.
fn is_first(span: Span, text: &Normalised) -> bool {
    let nth = text.unit_at(span.start) as usize;
    let before = text.units()[..nth].last();
    before.is_none_or(|before| text.clause_at(*before) != text.clause_at(span.start))
}

/// Whether nothing but fillers stands behind a range in its clause.
fn is_last(span: Span, program: &Program, seen: &Sightings, text: &Normalised) -> bool {
    let clause = text.clause_at(span.start);
    let mut end = span.end;
    loop {
        let next = text.units().get(text.unit_at(end) as usize);
        let Some(next) = next.filter(|next| text.clause_at(**next) == clause) else {
            return true;
        };
        let mut fillers = program.fillers.iter().flat_map(|term| seen.of(*term));
        match fillers.find(|it| it.span.start == *next) {
            Some(filler) => end = filler.span.end,
            None => return false,
        }
    }
}

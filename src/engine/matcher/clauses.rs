//! The words and marks that say what a clause of a message does: ask, wish, demand.

use smallvec::SmallVec;

use super::program::{ClauseRoles, Program, Roles};
use super::scan::{Hits, is_hidden};
use super::sightings::Sightings;
use crate::engine::text::{Normalised, Span};

/// A feature: where it stands, and a place in the clause that it belongs to.
pub(super) type Place = (Span, u32);

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
        let joins = self
            .hits
            .with_role(self.program, Roles::JOIN.or(Roles::BREAK));
        let joins: SmallVec<[Span; 4]> = joins.map(|hit| hit.span).collect();
        for hit in self.hits.with_role(self.program, roles.all()) {
            let has = self.program.keys[hit.key as usize].roles;
            let does = has.has(roles.anywhere)
                || has.has(roles.first) && is_first(hit.span, &joins, self.text)
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

/// Whether no word stands before a range in its clause, or none but one that joins it to another.
fn is_first(span: Span, joins: &[Span], text: &Normalised) -> bool {
    let clause = text.clause_at(span.start);
    let nth = text.unit_at(span.start) as usize;
    let mut before = text.units()[..nth].iter().rev();
    before
        .find(|before| {
            !joins
                .iter()
                .any(|join| join.start <= **before && **before < join.end)
        })
        .is_none_or(|before| text.clause_at(*before) != clause)
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

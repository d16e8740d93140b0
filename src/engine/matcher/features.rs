//! What is found in a text and is no word: questions, and the slots.

use super::Matcher;
use super::clauses::{Clauses, Place};
use super::program::{Program, TermId};
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

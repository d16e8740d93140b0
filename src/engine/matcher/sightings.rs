//! Where in a message the terms of the rules have been seen.
//!
//! A list that every message starts afresh without clearing anything: what an earlier message left behind has an older stamp.

use std::cell::Cell;

use super::program::TermId;
use crate::engine::rules::book::Scope;
use crate::engine::text::{Normalised, Span};

/// A term is remembered at so many places. What repeats a word more often says nothing new, and evaluation stays linear.
const MOST: u32 = 128;

/// One place where a term has been seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sighting {
    pub span: Span,
    /// Sentence and clause, counted up to 63; the rest of a longer message is one.
    pub sentence: u8,
    pub clause: u8,
    /// Whether it is something that the customer said, and not the way in which or the number with which it was said.
    pub is_word: bool,
    parts: (u32, u32),
    next: u32,
}

impl Sighting {
    /// Whether it stands in a unit of a scope.
    pub(super) fn is_in(&self, scope: Scope, unit: u32) -> bool {
        match scope {
            Scope::Clause => u32::from(self.clause) == unit,
            Scope::Sentence => u32::from(self.sentence) == unit,
            Scope::Message => true,
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Head {
    stamp: u32,
    first: u32,
    last: u32,
    count: u32,
    sentences: u64,
    clauses: u64,
}

/// All sightings in one message.
#[derive(Debug, Default)]
pub(super) struct Sightings {
    stamp: u32,
    heads: Vec<Head>,
    list: Vec<Sighting>,
    parts: Vec<Span>,
    /// How often one was looked at.
    looked: Cell<u64>,
}

const END: u32 = u32::MAX;

impl Sightings {
    /// Starts a message.
    pub(super) fn begin(&mut self, terms: usize) {
        if self.heads.len() < terms || self.stamp == u32::MAX {
            self.heads.clear();
            self.heads.resize(terms, Head::default());
            self.stamp = 0;
        }
        self.stamp += 1;
        self.list.clear();
        self.parts.clear();
    }

    /// A place in a message, with the parts that it is made of when it is not one word.
    pub(super) fn place(&mut self, span: Span, parts: &[Span], text: &Normalised) -> Sighting {
        let from = self.parts.len() as u32;
        self.parts.extend_from_slice(parts);
        Sighting {
            span,
            sentence: text.sentence_at(span.start).min(63) as u8,
            clause: text.clause_at(span.start).min(63) as u8,
            is_word: true,
            parts: (from, self.parts.len() as u32),
            next: END,
        }
    }

    /// The place of what is no word. It belongs to the sentence and the clause that `of` stands in.
    pub(super) fn feature_place(&self, span: Span, of: u32, text: &Normalised) -> Sighting {
        let none = self.parts.len() as u32;
        Sighting {
            span,
            sentence: text.sentence_at(of).min(63) as u8,
            clause: text.clause_at(of).min(63) as u8,
            is_word: false,
            parts: (none, none),
            next: END,
        }
    }

    /// Remembers a term at a place. Says whether the message had not had it before.
    pub(super) fn add(&mut self, term: TermId, sighting: Sighting) -> bool {
        let head = &mut self.heads[term.0 as usize];
        let first = head.stamp != self.stamp;
        if first {
            *head = Head {
                stamp: self.stamp,
                first: END,
                last: END,
                ..Head::default()
            };
        }
        if head.count == MOST {
            return false;
        }
        let place = self.list.len() as u32;
        head.count += 1;
        head.sentences |= 1 << sighting.sentence;
        head.clauses |= 1 << sighting.clause;
        let before = std::mem::replace(&mut head.last, place);
        match self.list.get_mut(before as usize) {
            Some(before) => before.next = place,
            None => head.first = place,
        }
        self.list.push(sighting);
        first
    }

    fn head(&self, term: TermId) -> Option<&Head> {
        self.heads
            .get(term.0 as usize)
            .filter(|head| head.stamp == self.stamp)
    }

    /// Whether a term has been seen.
    pub(super) fn has(&self, term: TermId) -> bool {
        self.head(term).is_some()
    }

    /// Where a term has been seen: in the order of the text for words, gaps and patterns after them.
    pub(super) fn of(&self, term: TermId) -> impl Iterator<Item = &Sighting> {
        let mut next = self.head(term).map_or(END, |head| head.first);
        std::iter::from_fn(move || {
            let sighting = self.list.get(next as usize)?;
            next = sighting.next;
            self.look();
            Some(sighting)
        })
    }

    /// Counts a look at one.
    pub(super) fn look(&self) {
        self.looked.set(self.looked.get().saturating_add(1));
    }

    /// How often one was looked at, in all messages so far.
    pub(super) fn looked(&self) -> u64 {
        self.looked.get()
    }

    /// The sentences or clauses that have a term, as bits.
    pub(super) fn units(&self, term: TermId, scope: Scope) -> u64 {
        let Some(head) = self.head(term) else {
            return 0;
        };
        match scope {
            Scope::Clause => head.clauses,
            Scope::Sentence => head.sentences,
            Scope::Message => 1,
        }
    }

    /// The words that a sighting is made of.
    pub(super) fn parts(&self, sighting: &Sighting) -> &[Span] {
        &self.parts[sighting.parts.0 as usize..sighting.parts.1 as usize]
    }
}

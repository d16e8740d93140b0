//! The one pass of the automaton over a message, and what becomes of its hits: masks hide, break words break, negations are
//! set aside, the rest are sightings.

use aho_corasick::Anchored;
use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::NFA;

use super::negation::Negations;
use super::program::{Key, Program, Roles};
use crate::engine::text::{Normalised, Span};

/// A string of the rules in a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub key: u32,
    pub span: Span,
    /// Inside a longer word that means something else.
    pub hidden: bool,
}

/// What one pass found.
#[derive(Debug, Default)]
pub(super) struct Hits {
    pub list: Vec<Hit>,
    /// What any of them does beside meaning a term.
    roles: Roles,
    masks: Vec<Span>,
    no_negation: Vec<Span>,
}

impl Hits {
    /// Runs the automaton over a text.
    pub(super) fn scan(&mut self, automaton: &NFA, program: &Program, text: &str) {
        self.list.clear();
        self.roles = Roles::default();
        let Ok(mut state) = automaton.start_state(Anchored::No) else {
            return;
        };
        for (at, byte) in text.bytes().enumerate() {
            state = automaton.next_state(Anchored::No, state, byte);
            if automaton.is_special(state) && automaton.is_match(state) {
                for nth in 0..automaton.match_len(state) {
                    let number = automaton.match_pattern(state, nth).as_usize();
                    self.hit(program, text.as_bytes(), number, at + 1);
                }
            }
        }
    }

    fn hit(&mut self, program: &Program, bytes: &[u8], number: usize, end: usize) {
        let key = &program.keys[number];
        if let Some(span) = standing(key, bytes, end) {
            self.roles.add(key.roles);
            self.list.push(Hit {
                key: number as u32,
                span,
                hidden: false,
            });
        }
    }

    /// Hides what stands inside a mask.
    pub(super) fn hide(&mut self, program: &Program) {
        if !self.roles.has(Roles::MASK) {
            return;
        }
        collect(&mut self.masks, &self.list, program, Roles::MASK);
        for hit in &mut self.list {
            hit.hidden = is_hidden(&self.masks, hit.span);
        }
    }

    /// Ends clauses at break words.
    pub(super) fn break_clauses(&self, program: &Program, text: &mut Normalised) {
        if self.roles.has(Roles::BREAK) {
            self.with_role(program, Roles::BREAK)
                .for_each(|hit| text.break_clause(hit.span.start));
        }
    }

    /// Sets the negations aside.
    pub(super) fn negate(&mut self, program: &Program, text: &Normalised, out: &mut Negations) {
        out.begin(program.negation_reach);
        if !self.roles.has(Roles::NEGATION) {
            return;
        }
        collect(
            &mut self.no_negation,
            &self.list,
            program,
            Roles::NO_NEGATION,
        );
        for hit in self.with_role(program, Roles::NEGATION) {
            if !is_hidden(&self.no_negation, hit.span) && !self.no_negation.contains(&hit.span) {
                out.add(hit.key, hit.span, text);
            }
        }
    }

    fn with_role(&self, program: &Program, role: Roles) -> impl Iterator<Item = &Hit> {
        self.list
            .iter()
            .filter(move |hit| !hit.hidden && program.keys[hit.key as usize].roles.has(role))
    }
}

/// The range of a hit, when it stands as its key asks: a Latin word does not match inside another.
fn standing(key: &Key, bytes: &[u8], end: usize) -> Option<Span> {
    let start = end - key.length as usize;
    let is_word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    if key.roles.has(Roles::STARTS_WORD) && start > 0 && is_word(start - 1) {
        return None;
    }
    if key.roles.has(Roles::ENDS_WORD) && is_word(end) {
        return None;
    }
    let mut end = end;
    while key.roles.has(Roles::PREFIX) && is_word(end) {
        end += 1;
    }
    Some(Span {
        start: start as u32,
        end: end as u32,
    })
}

fn collect(spans: &mut Vec<Span>, hits: &[Hit], program: &Program, role: Roles) {
    spans.clear();
    let with_role = hits
        .iter()
        .filter(|hit| program.keys[hit.key as usize].roles.has(role));
    spans.extend(with_role.map(|hit| hit.span));
}

/// Whether a range stands inside one of the longer ones. Both come in the order of their ends, give or take a word's tail.
fn is_hidden(spans: &[Span], inner: Span) -> bool {
    let first = spans.partition_point(|span| span.end < inner.end);
    spans[first..]
        .iter()
        .take_while(|span| span.end < inner.end + 256)
        .any(|span| span.hides(inner))
}

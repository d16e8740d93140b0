//! The one pass of the automaton over a message, and what becomes of its hits: masks hide, break words break, negations are
//! set aside, the rest are sightings. Words that nothing knows are noted on the way.

use aho_corasick::Anchored;
use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::nfa::contiguous::NFA;

use super::negation::Negations;
use super::program::{Key, Program, Roles};
use super::typos;
use crate::engine::text::{Normalised, Span};

/// Words of rules are shorter than this.
const LONGEST: u32 = 512;

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
    /// By where they start.
    pub list: Vec<Hit>,
    /// Latin words of some length that no rule knows.
    pub unknown: Vec<Span>,
    /// What any of the hits does beside meaning a term.
    roles: Roles,
    masks: Vec<Span>,
    no_negation: Vec<Span>,
}

impl Hits {
    /// Walks over a text and follows the automaton from each place where a string of the rules can start: at Chinese characters,
    /// at signs, and at the beginnings of Latin words. Nothing starts inside a Latin word, so what a plain search spends on
    /// falling back there is saved.
    pub(super) fn scan(&mut self, automaton: &NFA, program: &Program, text: &Normalised) {
        self.list.clear();
        self.unknown.clear();
        self.roles = Roles::default();
        let Ok(root) = automaton.start_state(Anchored::Yes) else {
            return;
        };
        let shortest = if text.is_stretched() {
            2
        } else {
            typos::SHORTEST
        };
        let bytes = text.text().as_bytes();
        let mut follow = Follow {
            automaton,
            program,
            bytes,
            root,
        };
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if byte.is_ascii_alphanumeric() {
                let end = word_end(bytes, at);
                let is_known = follow.from(at, end, self);
                if !is_known && end - at >= shortest {
                    self.unknown.push(span(at, end));
                }
                at = end;
            } else {
                if *byte != b' ' && !is_continuation(*byte) {
                    follow.from(at, at, self);
                }
                at += 1;
            }
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

/// The automaton over a text.
struct Follow<'a> {
    automaton: &'a NFA,
    program: &'a Program,
    bytes: &'a [u8],
    root: StateID,
}

impl Follow<'_> {
    /// Finds the strings that start at a place. Says whether one of them knows the Latin word that ends at `word_end`.
    fn from(&mut self, start: usize, word_end: usize, hits: &mut Hits) -> bool {
        let mut state = self.root;
        let mut is_known = false;
        for (end, byte) in (start + 1..).zip(&self.bytes[start..]) {
            state = self.automaton.next_state(Anchored::Yes, state, *byte);
            if self.automaton.is_special(state) {
                if self.automaton.is_dead(state) {
                    break;
                }
                if self.automaton.is_match(state) {
                    is_known |= self.take(state, start, end, word_end, hits);
                }
            }
        }
        is_known
    }

    fn take(
        &self,
        state: StateID,
        start: usize,
        end: usize,
        word_end: usize,
        hits: &mut Hits,
    ) -> bool {
        let mut is_known = false;
        for nth in 0..self.automaton.match_len(state) {
            let number = self.automaton.match_pattern(state, nth).as_usize();
            let key = &self.program.keys[number];
            // a state also lists the shorter strings that end there
            if key.length as usize != end - start {
                continue;
            }
            if let Some(end) = standing(key, self.bytes, end) {
                is_known |= end == word_end;
                hits.roles.add(key.roles);
                if key.is_wanted() {
                    hits.list.push(Hit {
                        key: number as u32,
                        span: span(start, end),
                        hidden: false,
                    });
                }
            }
        }
        is_known
    }
}

/// Where a hit ends, when it ends as its key asks: not inside a Latin word, or with the word that it begins.
fn standing(key: &Key, bytes: &[u8], end: usize) -> Option<usize> {
    if key.roles.has(Roles::PREFIX) {
        return Some(word_end(bytes, end));
    }
    let is_cut = bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    (!is_cut || !key.roles.has(Roles::ENDS_WORD)).then_some(end)
}

fn word_end(bytes: &[u8], from: usize) -> usize {
    let mut end = from;
    while bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
        end += 1;
    }
    end
}

/// Whether a byte is inside a character.
fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

fn span(start: usize, end: usize) -> Span {
    Span {
        start: start as u32,
        end: end as u32,
    }
}

fn collect(spans: &mut Vec<Span>, hits: &[Hit], program: &Program, role: Roles) {
    spans.clear();
    let with_role = hits
        .iter()
        .filter(|hit| program.keys[hit.key as usize].roles.has(role));
    spans.extend(with_role.map(|hit| hit.span));
}

/// Whether a range stands inside one of the longer ones, which come in the order of their starts.
fn is_hidden(spans: &[Span], inner: Span) -> bool {
    let before = spans.partition_point(|span| span.start <= inner.start);
    spans[..before]
        .iter()
        .rev()
        .take_while(|span| span.start + LONGEST > inner.start)
        .any(|span| span.hides(inner))
}

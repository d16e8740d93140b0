//! The one pass of the automaton over a message, and what becomes of its hits: masks hide, break words break, negations are
//! set aside, the rest are sightings. Words that nothing knows are noted on the way.

use smallvec::SmallVec;

use super::familiar;
use super::hit::{Hit, LONGEST, Unknown};
use super::inflection;
use super::mask::{self, Mask};
use super::negation::Negations;
use super::program::{ClauseRoles, Program, Roles};
use super::trie::Trie;
use crate::engine::text::{Normalised, Span, Token, is_han, tokenise};

/// What one pass found.
#[derive(Debug, Default)]
pub(super) struct Hits {
    /// By where they start.
    pub list: Vec<Hit>,
    /// Latin words of some length that no rule knows.
    pub unknown: Vec<Unknown>,
    /// What any of the hits does beside meaning a term.
    roles: Roles,
    /// The text as tokens.
    pub tokens: Vec<Token>,
    masks: Vec<Mask>,
    no_negation: Vec<Span>,
}

impl Hits {
    /// Walks over a text and follows the trie from each of its tokens.
    pub(super) fn scan(&mut self, trie: &Trie, program: &Program, text: &Normalised) {
        self.list.clear();
        self.unknown.clear();
        self.tokens.clear();
        self.roles = Roles::default();
        let Self {
            list,
            unknown,
            tokens,
            roles,
            ..
        } = self;
        let shortest = if text.is_stretched() {
            2
        } else {
            familiar::SHORTEST
        };
        tokenise(text.text(), tokens);
        for (nth, token) in tokens.iter().enumerate() {
            let length = token.span.end - token.span.start;
            let mut is_known = !token.is_word() || length < shortest as u32;
            let mut is_spelling = false;
            let mut right = 1;
            let mut spelling = Span::default();
            trie.follow(&tokens[nth..], text.text(), |found| {
                let key = &program.keys[found.key as usize];
                if !is_known && found.tokens == 1 {
                    is_known = found.spelt == length
                        || inflection::is_one(text.text(), token.span, found.spelt);
                    right = found.spelt.max(right);
                }
                if key.roles.has(Roles::SPELLING) {
                    is_spelling = true;
                    spelling = found.span;
                }
                roles.add(key.roles);
                if key.is_wanted() {
                    list.push(Hit {
                        key: found.key,
                        span: found.span,
                        hidden: false,
                    });
                }
            });
            let is_apart = |last: &Unknown| last.span.end <= spelling.start;
            if is_spelling && !token.is_word() {
                if unknown.last().is_none_or(is_apart) {
                    unknown.push(Unknown {
                        span: spelling,
                        right,
                    });
                }
            } else if is_spelling || !is_known {
                unknown.push(Unknown {
                    span: token.span,
                    right,
                });
            }
        }
    }

    /// Leaves alone what a mask says is no spelling.
    pub(super) fn spare_masked(&mut self, program: &Program) {
        if self.unknown.is_empty() || !self.roles.has(Roles::MASK) {
            return;
        }
        let masks =
            (self.list.iter()).filter(|hit| program.keys[hit.key as usize].roles.has(Roles::MASK));
        let masks: SmallVec<[Span; 8]> = masks.map(|hit| hit.span).collect();
        self.unknown.retain(|it| !is_hidden(&masks, it.span));
    }

    /// Hides what stands inside a mask, and what ends inside one.
    pub(super) fn hide(&mut self, program: &Program, text: &Normalised) {
        if !self.roles.has(Roles::MASK) {
            return;
        }
        mask::collect(&mut self.masks, &self.list, program, text);
        for hit in &mut self.list {
            hit.hidden = mask::hides(&self.masks, hit.span);
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
        for hit in self.with_role(program, ClauseRoles::QUESTION.anywhere) {
            let looks_negated = self.no_negation.contains(&hit.span);
            if looks_negated || !text.text()[hit.span.start as usize..].starts_with(is_han) {
                out.end_at(hit.span.start);
            }
        }
        for hit in self.with_role(program, Roles::NEGATION) {
            if !is_hidden(&self.no_negation, hit.span) && !self.no_negation.contains(&hit.span) {
                out.add(hit.key, hit.span, text);
            }
        }
    }

    /// Whether any hit does one of these.
    pub(super) fn has_role(&self, role: Roles) -> bool {
        self.roles.has(role)
    }

    pub(super) fn with_role(&self, program: &Program, role: Roles) -> impl Iterator<Item = &Hit> {
        self.list
            .iter()
            .filter(move |hit| !hit.hidden && program.keys[hit.key as usize].roles.has(role))
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
pub(super) fn is_hidden(spans: &[Span], inner: Span) -> bool {
    let before = spans.partition_point(|span| span.start <= inner.start);
    spans[..before]
        .iter()
        .rev()
        .take_while(|span| span.start + LONGEST > inner.start)
        .any(|span| span.hides(inner))
}

//! Room to read a message in, used again for the next one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::clauses::Place;
use super::decide::{Choice, Verdict};
use super::derive::Words;
use super::evidence::Evidence;
use super::negation::Negations;
use super::program::{CompiledRule, DerivedId, OwnerId, Program, RuleId, TermId};
use super::scan::Hits;
use super::sightings::Sightings;
use super::traces::Traces;
use crate::engine::likeness::{Alike, Said};
use crate::engine::slots::{Scanner, Slots};
use crate::engine::text::{Normalised, Span, Token};

/// Room to read a message in. Its buffers grow to what messages need and then stay; one serves any matcher.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) text: Normalised,
    pub(super) hits: Hits,
    pub(super) negations: Negations,
    pub(super) seen: Sightings,
    pub(super) waiting: Waiting,
    pub(super) traces: Traces,
    pub(super) found: Vec<(Span, Words)>,
    pub(super) features: Vec<Place>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) standings: Standings,
    pub(super) verdict: Verdict,
    pub(super) alike: Alike,
    pub(super) apart: Alike,
    /// Some clauses of the text.
    pub(super) clauses: Vec<Token>,
    /// What words of the text, or of those clauses, mean.
    pub(super) meanings: Vec<(u32, Span)>,
    pub(super) scanner: Scanner,
    pub(super) slots: Slots,
}

impl Scratch {
    /// How many steps were taken that could grow faster than a message: how often it was looked where a word stands, in all messages so
    /// far, and what the last one was taken apart into. Unlike time it is the same on every machine.
    #[must_use]
    pub fn steps(&self) -> u64 {
        let parts = self.hits.list.len() + self.hits.tokens.len();
        self.seen.looked().saturating_add(parts as u64)
    }

    /// Takes the tokens of some clauses.
    pub(super) fn take_clauses(&mut self, is_wanted: impl Fn(u32) -> bool) {
        let Self {
            text,
            hits,
            clauses,
            ..
        } = self;
        clauses.clear();
        let all = hits.tokens.iter();
        clauses.extend(all.filter(|it| is_wanted(text.clause_at(it.span.start))));
    }

    /// Takes what the words of some clauses mean.
    pub(super) fn take_meanings(&mut self, program: &Program, is_wanted: impl Fn(u32) -> bool) {
        let Self {
            text,
            hits,
            meanings,
            ..
        } = self;
        meanings.clear();
        let known = hits.list.iter().filter(|hit| !hit.hidden);
        for hit in known.filter(|hit| is_wanted(text.clause_at(hit.span.start))) {
            let terms = program.keys[hit.key as usize].terms.of(&program.key_terms);
            let is_concept = |term: &&TermId| program.terms[term.0 as usize].is_concept;
            meanings.extend((terms.iter().filter(is_concept)).map(|term| (term.0, hit.span)));
        }
    }

    /// The text as it is compared with others, after what it means was taken.
    pub(super) fn said(&self) -> Said<'_> {
        Said {
            text: self.text.text(),
            tokens: &self.hits.tokens,
            meanings: &self.meanings,
        }
    }
}

/// Rules, gaps and patterns whose word has been seen and that have not been looked at yet.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    pub rules: Vec<RuleId>,
    derived: BinaryHeap<Reverse<DerivedId>>,
    stamp: u32,
    rule_stamps: Vec<u32>,
    derived_stamps: Vec<u32>,
}

impl Waiting {
    pub(super) fn begin(&mut self, program: &Program) {
        let known = (self.rule_stamps.len(), self.derived_stamps.len());
        if known.0 < program.rules.len()
            || known.1 < program.derived.len()
            || self.stamp == u32::MAX
        {
            self.rule_stamps = vec![0; program.rules.len()];
            self.derived_stamps = vec![0; program.derived.len()];
            self.stamp = 0;
        }
        self.stamp += 1;
        self.rules.clear();
        self.derived.clear();
    }

    /// Takes up what waits for a term.
    pub(super) fn wake(&mut self, term: TermId, program: &Program) {
        let index = program.terms[term.0 as usize];
        for rule in index.rules.of(&program.waiting_rules) {
            let stamp = &mut self.rule_stamps[rule.0 as usize];
            if std::mem::replace(stamp, self.stamp) != self.stamp {
                self.rules.push(*rule);
            }
        }
        for derived in index.derived.of(&program.waiting_derived) {
            let stamp = &mut self.derived_stamps[derived.0 as usize];
            if std::mem::replace(stamp, self.stamp) != self.stamp {
                self.derived.push(Reverse(*derived));
            }
        }
    }

    /// The next gap or pattern; one that needs another comes after it.
    pub(super) fn next_derived(&mut self) -> Option<DerivedId> {
        self.derived.pop().map(|Reverse(derived)| derived)
    }
}

/// The best rule of an intent so far, and how many hold.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    stamp: u32,
    pub rule: RuleId,
    pub weight: u8,
    pub priority: i16,
    pub rules: u8,
    pub evidence: (u32, u32),
}

impl Standing {
    /// Of a rule that holds, by a run of the evidence.
    pub(super) fn new(id: RuleId, rule: &CompiledRule, evidence: (u32, u32)) -> Self {
        Self {
            stamp: 0,
            rule: id,
            weight: rule.weight,
            priority: rule.priority,
            rules: 1,
            evidence,
        }
    }

    /// What it says for whoever owns the rule.
    pub(super) fn choice(&self, owner: OwnerId) -> Choice {
        Choice {
            owner,
            rule: self.rule,
            score: self.score(),
            priority: self.priority,
            evidence: self.evidence,
        }
    }

    /// The weight of the best rule, and a little more for each further one.
    pub(super) fn score(&self) -> u8 {
        let further = (self.rules - 1).min(3);
        self.weight.saturating_add(2 * further)
    }
}

/// How the intents stand in one message.
#[derive(Debug, Default)]
pub(super) struct Standings {
    stamp: u32,
    list: Vec<Standing>,
    touched: Vec<OwnerId>,
}

impl Standings {
    pub(super) fn begin(&mut self) {
        if self.stamp == u32::MAX {
            self.list.clear();
            self.stamp = 0;
        }
        self.stamp += 1;
        self.touched.clear();
    }

    /// Counts a rule that holds.
    pub(super) fn add(&mut self, owner: OwnerId, standing: Standing) {
        let place = owner.0 as usize;
        if self.list.len() <= place {
            self.list.resize(place + 1, Standing::default());
        }
        let best = &mut self.list[place];
        if best.stamp != self.stamp {
            self.touched.push(owner);
            *best = Standing {
                stamp: self.stamp,
                rules: 1,
                ..standing
            };
            return;
        }
        let rules = best.rules.saturating_add(1);
        if (standing.weight, standing.priority, best.rule)
            > (best.weight, best.priority, standing.rule)
        {
            *best = standing;
            best.stamp = self.stamp;
        }
        best.rules = rules;
    }

    /// The intents that have a rule that holds.
    pub(super) fn iter(&self) -> impl Iterator<Item = (OwnerId, &Standing)> {
        self.touched
            .iter()
            .map(|owner| (*owner, &self.list[owner.0 as usize]))
    }
}

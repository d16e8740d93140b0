//! From scores to a decision: who yields, who ties, what to act on and what to ask about.

use std::cmp::Ordering;

use super::asking::{Asking, bit};
use super::detail::Detail;
use super::evidence::Evidence;
use super::program::{ACT_FROM, ASK_FROM, Holds, OwnerId, Program, RuleId, TIE_MARGIN};
use crate::engine::reading::Decision;
use crate::engine::text::Normalised;

/// From this score on, a choice is sure enough to stand against another one that speaks of something else and scores more.
pub(super) const SURE_FROM: u8 = 64;
/// At most so many choices are offered.
const OFFERED: usize = 3;

/// An intent, or something off topic, that matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub owner: OwnerId,
    pub rule: RuleId,
    pub score: u8,
    pub priority: i16,
    /// A run in the list of evidence.
    pub evidence: (u32, u32),
}

impl Choice {
    fn evidence<'a>(&self, found: &Found<'a>) -> &'a [Evidence] {
        &found.evidence[self.evidence.0 as usize..self.evidence.1 as usize]
    }

    /// The clauses in which it stands, as bits; those of a long message from the 64th on are one.
    pub(super) fn clauses(&self, found: &Found<'_>) -> u64 {
        let clause = |it: &Evidence| bit(it.span.start, found.text);
        let evidence = self.evidence(found).iter();
        evidence.map(clause).fold(0, |all, bit: u64| all | bit)
    }

    fn detail<'a>(&self, found: &Found<'a>) -> Detail<'a> {
        let rule = &found.program.rules[self.rule.0 as usize];
        Detail::of(rule, self.evidence(found), found.program, found.text)
    }

    /// Whether two say what they say by the same words. What is no word counts where one of them has nothing else.
    fn shares_words(&self, other: &Self, found: &Found<'_>) -> bool {
        let (own, others) = (self.evidence(found), other.evidence(found));
        let have_words = own.iter().any(|it| it.is_word) && others.iter().any(|it| it.is_word);
        let counts = |it: &&Evidence| it.is_word || !have_words;
        own.iter().filter(counts).any(|it| {
            let mut others = others.iter().filter(counts);
            others.any(|other| it.span.overlaps(other.span))
        })
    }

    /// Which of two that share words is the better one; equal when neither score nor priority nor detail says so.
    fn compare(&self, other: &Self, found: &Found<'_>) -> Ordering {
        if self.score.abs_diff(other.score) > TIE_MARGIN {
            return self.score.cmp(&other.score);
        }
        (self.priority.cmp(&other.priority))
            .then_with(|| self.detail(found).compare(&other.detail(found)))
    }
}

/// What the choices were made by.
pub(super) struct Found<'a> {
    pub program: &'a Program,
    pub text: &'a Normalised,
    pub evidence: &'a [Evidence],
    /// The clauses that ask.
    pub asking: Asking,
}

/// What a message comes to.
#[derive(Debug)]
pub(super) struct Verdict {
    pub decision: Decision,
    /// What to act on or to offer, best first.
    pub chosen: Vec<Choice>,
    /// The best that matched and lost.
    pub runner_up: Option<Choice>,
    /// What made it none of our business.
    pub off_topic: Option<Choice>,
    /// The clauses that ask.
    pub asking: Asking,
    /// It is by likeness to phrases that this is answered, or asked about.
    pub by_likeness: bool,
    /// What was only told, where something else was asked for.
    pub told: Vec<Choice>,
    pub(super) ranked: Vec<Choice>,
    tied: Vec<(OwnerId, Choice)>,
}

impl Default for Verdict {
    fn default() -> Self {
        Self {
            decision: Decision::None,
            chosen: Vec::new(),
            runner_up: None,
            off_topic: None,
            asking: Asking::default(),
            by_likeness: false,
            told: Vec::new(),
            ranked: Vec::new(),
            tied: Vec::new(),
        }
    }
}

impl Verdict {
    /// Starts a message.
    pub(super) fn begin(&mut self) {
        self.decision = Decision::None;
        self.by_likeness = false;
        self.chosen.clear();
        self.told.clear();
        self.ranked.clear();
        self.tied.clear();
        self.runner_up = None;
        self.off_topic = None;
    }

    /// Takes part in the decision.
    pub(super) fn add(&mut self, choice: Choice, program: &Program) {
        match program.holds(choice.owner) {
            Holds::Intent(_) if choice.score >= ASK_FROM => self.ranked.push(choice),
            Holds::OffTopic(_) if self.off_topic.is_none_or(|best| best.score < choice.score) => {
                self.off_topic = Some(choice);
            }
            Holds::Intent(_) | Holds::OffTopic(_) | Holds::Circumstance(_) => {}
        }
    }

    /// Decides.
    pub(super) fn decide(&mut self, found: &Found<'_>) {
        self.ranked
            .sort_unstable_by_key(|it| (255 - it.score, -i32::from(it.priority), it.owner));
        let best = self.ranked.first().copied();
        self.let_tales_yield(found);
        self.yield_to_better(found);
        if self.is_off_topic(found) {
            self.runner_up = best;
            return;
        }
        self.choose(found);
        let chosen = &self.chosen;
        self.runner_up = (self.ranked.iter())
            .find(|it| !chosen.iter().any(|chosen| chosen.owner == it.owner))
            .copied()
            .or_else(|| best.filter(|it| !chosen.contains(it)));
    }

    /// Whether what is off topic leaves nothing of the message. It takes only what is no surer and speaks of the same: what stands
    /// in a clause of its words.
    fn is_off_topic(&mut self, found: &Found<'_>) -> bool {
        let Some(off_topic) = self.off_topic else {
            return false;
        };
        let clauses = off_topic.clauses(found);
        let is_taken = |it: &Choice| {
            it.score <= off_topic.score
                && (it.clauses(found) & clauses != 0 || it.shares_words(&off_topic, found))
        };
        let is_clear = |it: &Choice| it.score >= SURE_FROM && !is_taken(it);
        let stands = self.ranked.iter().any(is_clear);
        if stands {
            self.ranked.retain(|it| !is_taken(it));
            self.off_topic = None;
        }
        !stands
    }

    /// Drops every intent that yields to another that matched, from the least sure one up.
    fn yield_to_better(&mut self, found: &Found<'_>) {
        for nth in (0..self.ranked.len()).rev() {
            if self.is_beaten(nth, found) {
                self.ranked.remove(nth);
            }
        }
    }

    fn is_beaten(&self, nth: usize, found: &Found<'_>) -> bool {
        let it = &self.ranked[nth];
        let yields = &found.program.yields[it.owner.0 as usize];
        let mut others = self.ranked.iter();
        yields.to_all && self.is_not_alone(nth, found.program)
            || others.any(|other| {
                let is_near = || it.clauses(found) & other.clauses(found) != 0;
                other.score >= ACT_FROM.min(it.score)
                    && (yields.to.contains(&other.owner)
                        || yields.to_near.contains(&other.owner) && is_near())
            })
    }

    /// Whether an intent that yields to all others has met one: a better one, or one that does not yield to all.
    fn is_not_alone(&self, nth: usize, program: &Program) -> bool {
        let stands_alone = |owner: OwnerId| program.yields[owner.0 as usize].to_all;
        nth > 0
            || self.ranked.iter().any(|other| !stands_alone(other.owner))
            || self.off_topic.is_some_and(|it| it.score >= ASK_FROM)
    }

    fn choose(&mut self, found: &Found<'_>) {
        for it in &self.ranked {
            if it.score < ACT_FROM {
                break;
            }
            let mut chosen = self.chosen.iter_mut();
            match chosen.find(|rival| it.shares_words(rival, found)) {
                None => self.chosen.push(*it),
                Some(rival) => match it.compare(rival, found) {
                    Ordering::Greater => *rival = *it,
                    Ordering::Equal => self.tied.push((rival.owner, *it)),
                    Ordering::Less => {}
                },
            }
        }
        match self.chosen.first() {
            None => self.offer(),
            Some(best) if self.tied.iter().any(|(with, _)| *with == best.owner) => {
                let best = *best;
                self.decision = Decision::Clarify;
                self.chosen.truncate(1);
                let tied = self.tied.iter().filter(|(with, _)| *with == best.owner);
                self.chosen
                    .extend(tied.map(|(_, it)| *it).take(OFFERED - 1));
            }
            Some(_) => {
                self.decision = Decision::Answer;
                let tied = &self.tied;
                self.chosen
                    .retain(|it| !tied.iter().any(|(with, _)| *with == it.owner));
            }
        }
    }

    /// Nothing is sure: what is likely is offered.
    fn offer(&mut self) {
        self.chosen.extend(self.ranked.iter().take(OFFERED));
        if !self.chosen.is_empty() {
            self.decision = Decision::Clarify;
        }
    }
}

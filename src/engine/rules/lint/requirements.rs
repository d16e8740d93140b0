//! What a rule asks for, as meanings, and whether one rule matches wherever another does.

use crate::engine::rules::book::{Located, Rule, Scope, Term};
use crate::engine::rules::lint::meaning::{Meaning, Meanings};

/// What a rule asks for.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
pub struct Requirements {
    all: Vec<Meaning>,
    asserted: Vec<Meaning>,
    denied: Vec<Meaning>,
    near: Option<(Vec<Meaning>, u8)>,
    order: Vec<Meaning>,
    /// All alternatives together.
    pub any: Option<Meaning>,
    /// All that must not be there.
    pub none: Meaning,
    /// What must not stand near what is found, and how far that reaches.
    none_near: Option<(Meaning, Option<u8>)>,
    whole: bool,
    aside: Meaning,
    at_most_words: Option<u8>,
    scope: u8,
}

impl Requirements {
    /// What a rule asks for.
    pub fn new<'b>(rule: &'b Rule, meanings: &mut Meanings<'b>) -> Self {
        let mut list = |terms: &[Located<Term>]| -> Vec<Meaning> {
            terms.iter().map(|term| meanings.of(&term.value)).collect()
        };
        let mut all = list(&rule.all);
        let mut asserted = list(&rule.asserted);
        let mut denied = list(&rule.denied);
        for unordered in [&mut all, &mut asserted, &mut denied] {
            unordered.sort();
        }
        let near = rule
            .near
            .as_ref()
            .map(|near| (list(&near.words), near.within));
        let any = list(&rule.any);
        Self {
            all,
            asserted,
            denied,
            near,
            order: list(&rule.order),
            any: (!any.is_empty()).then(|| any.into_iter().flatten().collect()),
            none: list(&rule.none).into_iter().flatten().collect(),
            none_near: (rule.none_near.as_ref()).map(|near| {
                (
                    list(&near.words).into_iter().flatten().collect(),
                    near.within,
                )
            }),
            whole: rule.whole,
            aside: list(&rule.aside).into_iter().flatten().collect(),
            at_most_words: rule.at_most_words,
            scope: match rule.scope {
                Scope::Clause => 0,
                Scope::Sentence => 1,
                Scope::Message => 2,
            },
        }
    }

    /// Each thing that must be there; of each, any of its words is enough.
    pub fn wanted(&self) -> impl Iterator<Item = &Meaning> {
        let near = self.near.iter().flat_map(|(words, _)| words);
        (self.all.iter())
            .chain(&self.asserted)
            .chain(&self.denied)
            .chain(near)
            .chain(&self.order)
            .chain(&self.any)
    }

    /// The lists of which each thing has a place of its own.
    pub fn beside(&self) -> impl Iterator<Item = &[Meaning]> {
        let near = self.near.iter().map(|(words, _)| &words[..]);
        near.chain([&self.order[..]])
    }

    /// What must not be there in the place of what is asked for.
    pub fn forbidden(&self) -> impl Iterator<Item = u32> {
        let near = self.none_near.iter().flat_map(|(words, _)| words);
        self.none.iter().chain(near).copied()
    }

    /// The words any of which is enough by itself, beside what must not be there.
    pub fn alone(&self) -> Option<&Meaning> {
        if !self.denied.is_empty() || self.near.is_some() || !self.order.is_empty() {
            return None;
        }
        let mut wanted = self.wanted();
        let only = wanted.next()?;
        wanted.next().is_none().then_some(only)
    }

    /// Whether a rule that asks for `other` matches wherever one that asks for this does. Errs on the side of no.
    pub fn implies(&self, other: &Self) -> bool {
        let has = |wanted: &Meaning| self.wanted().any(|mine| mine.is_subset(wanted));
        other.all.iter().all(has)
            && other.any.iter().all(has)
            && each_in(&other.asserted, &self.asserted)
            && each_in(&other.denied, &self.denied)
            && self.implies_near(other)
            && (other.order.is_empty() || pairwise(&self.order, &other.order))
            && (!other.whole || self.whole && self.has_no_more_than(other))
            && (other.at_most_words)
                .is_none_or(|most| self.at_most_words.is_some_and(|own| own <= most))
            && other.scope >= self.scope
            && (other.none_near.is_none() || other.none_near == self.none_near)
            && (other.none.is_empty()
                || other.none.is_subset(&self.none) && other.scope == self.scope)
    }

    fn implies_near(&self, other: &Self) -> bool {
        match (&self.near, &other.near) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some((mine, within)), Some((theirs, at_most))) => {
                within <= at_most && pairwise(mine, theirs)
            }
        }
    }

    fn has_no_more_than(&self, other: &Self) -> bool {
        let theirs: Meaning = other.wanted().flatten().copied().collect();
        self.wanted().all(|mine| mine.is_subset(&theirs)) && self.aside.is_subset(&other.aside)
    }
}

/// Whether each of `theirs` is met by one of `mine`.
fn each_in(theirs: &[Meaning], mine: &[Meaning]) -> bool {
    theirs
        .iter()
        .all(|wanted| mine.iter().any(|have| have.is_subset(wanted)))
}

fn pairwise(mine: &[Meaning], theirs: &[Meaning]) -> bool {
    mine.len() == theirs.len() && mine.iter().zip(theirs).all(|(m, t)| m.is_subset(t))
}

//! One rule as numbers, and the words that it waits for.

use super::Compiler;
use crate::domain::ids::IntentId;
use crate::engine::matcher::program::{self, CompiledRule, Group, OwnerId, RuleId, TermId};
use crate::engine::rules::book::{Book, Located, Rule, Term, Yields};

impl Compiler<'_> {
    pub(super) fn rule(&mut self, owner: OwnerId, rule: &Rule) {
        let first_term = self.program.rule_terms.len() as u32;
        let mut ends = [0; Group::LAYOUT.len()];
        for (group, end) in Group::LAYOUT.into_iter().zip(&mut ends) {
            for term in written_terms(rule, group) {
                let term = self.term(&term.value);
                self.program.rule_terms.push(term);
            }
            *end = (self.program.rule_terms.len() as u32 - first_term) as u16;
        }
        let compiled = CompiledRule {
            owner,
            at: rule.at,
            weight: rule.weight,
            priority: rule.priority,
            scope: rule.scope,
            whole: rule.whole,
            at_most_words: rule.at_most_words,
            within: rule.near.as_ref().map_or(0, |near| near.within),
            none_within: rule.none_near.as_ref().and_then(|near| near.within),
            ends,
            first_term,
        };
        self.wait(&compiled);
        self.program.rules.push(compiled);
    }

    /// The lists of phrases, in the place of rules: what is read by them is shown where they stand.
    pub(super) fn phrases(&mut self) {
        for (owner, intent) in (0..).map(OwnerId).zip(&self.book.intents) {
            let mut lists = self.book.phrases.iter();
            let own = lists.find(|list| list.intent.as_ref() == Some(&intent.id.value));
            if let Some(list) = own {
                let id = RuleId(self.program.rules.len() as u32);
                self.program.phrases.push((owner, id));
                self.program.rules.push(CompiledRule {
                    owner,
                    at: list.at,
                    ..CompiledRule::default()
                });
            }
        }
    }

    /// A rule waits for the rarest word that it requires, or for each of a choice that is rarer still.
    fn wait(&mut self, rule: &CompiledRule) {
        let id = RuleId(self.program.rules.len() as u32);
        let cost = |term: &TermId| self.costs[term.0 as usize];
        let any = self.program.terms_of(rule, Group::Any);
        let required = (self.program.required(rule).iter()).min_by_key(|term| cost(term));
        let triggers: Vec<TermId> = match required {
            Some(term) if any.is_empty() || cost(term) <= any.iter().map(cost).sum() => vec![*term],
            _ => any.to_vec(),
        };
        for term in triggers {
            let rules = &mut self.waiting[term.0 as usize].rules;
            if rules.last() != Some(&id) {
                rules.push(id);
            }
        }
    }
}

/// The terms that a rule names under one key, as written.
fn written_terms(rule: &Rule, group: Group) -> &[Located<Term>] {
    match group {
        Group::All => &rule.all,
        Group::Any => &rule.any,
        Group::None => &rule.none,
        Group::Asserted => &rule.asserted,
        Group::Denied => &rule.denied,
        Group::Near => rule.near.as_ref().map_or(&[], |near| &near.words),
        Group::Order => &rule.order,
        Group::Aside => &rule.aside,
        Group::NoneNear => rule.none_near.as_ref().map_or(&[], |near| &near.words),
    }
}

/// Which intents win over each, by number.
pub(super) fn yields(book: &Book) -> Vec<program::Yields> {
    let number = |id: &IntentId| {
        let mut intents = book.intents.iter();
        let place = intents.position(|intent| intent.id.value == *id);
        place.map(|place| OwnerId(place as u32))
    };
    let numbers = |ids: &[IntentId]| ids.iter().filter_map(number).collect();
    let compiled = book.intents.iter().map(|intent| program::Yields {
        to_all: intent.yields_to == Yields::ToAll,
        to: match &intent.yields_to {
            Yields::To(ids) => numbers(ids),
            Yields::ToNone | Yields::ToAll => Vec::new(),
        },
        to_near: numbers(&intent.yields_to_near),
        told_beside: numbers(&intent.told_beside),
    });
    compiled.collect()
}

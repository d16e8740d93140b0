//! Two intents that answer the same words with the same weight, so that the desk always has to ask which.

use std::collections::BTreeMap;

use crate::engine::rules::book::{Intent, Place, Term};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::lint::meaning::{self, Meanings};
use crate::engine::rules::lint::requirements::Requirements;
use crate::engine::rules::lint::{ACTS_FROM, KnownRule, TIE, yields_on_same_words};
use crate::engine::rules::walk;

/// Looks for ties. Below the weight from which the desk acts, two intents with the same words are a question on purpose.
pub fn lint(rules: &[KnownRule<'_>], meanings: &Meanings<'_>) -> Vec<Diagnostic> {
    let mut ties = Ties::default();
    let mut by_word: BTreeMap<u32, Vec<&KnownRule<'_>>> = BTreeMap::new();
    let mut by_conditions: BTreeMap<Requirements, Vec<&KnownRule<'_>>> = BTreeMap::new();
    for rule in rules.iter().filter(|rule| rule.intent.is_some()) {
        match rule.asks.alone() {
            Some(words) => {
                for word in words.difference(&rule.asks.none) {
                    by_word.entry(*word).or_default().push(rule);
                }
            }
            None => by_conditions
                .entry(rule.asks.clone())
                .or_default()
                .push(rule),
        }
    }
    for (word, rules) in &by_word {
        ties.among(rules, meanings.text(*word));
    }
    for rules in by_conditions.values() {
        ties.among(rules, "");
    }
    ties.0.into_values().map(Tie::diagnostic).collect()
}

/// The ties found so far, by the pair of rules.
#[derive(Default)]
struct Ties<'b>(BTreeMap<(usize, usize), Tie<'b>>);

/// Two rules that tie, and the words on which they do.
struct Tie<'b> {
    one: &'b KnownRule<'b>,
    other: &'b KnownRule<'b>,
    words: Vec<String>,
}

impl<'b> Ties<'b> {
    /// Looks at rules that the same words make match.
    fn among(&mut self, rules: &[&'b KnownRule<'b>], word: &str) {
        let best = best_per_intent(rules);
        let top = best
            .iter()
            .map(|rule| rule.rule.weight)
            .max()
            .unwrap_or_default();
        let close: Vec<_> = best
            .iter()
            .filter(|rule| rule.rule.weight >= ACTS_FROM && top - rule.rule.weight <= TIE)
            .copied()
            .collect();
        let standing: Vec<_> = close
            .iter()
            .filter(|rule| !close.iter().any(|other| gives_way(rule, other)))
            .copied()
            .collect();
        for (nth, one) in standing.iter().enumerate() {
            for other in standing.iter().skip(nth + 1) {
                let key = (address(one), address(other));
                let tie = self.0.entry(key).or_insert_with(|| Tie {
                    one,
                    other,
                    words: Vec::new(),
                });
                tie.words.push(word.to_owned());
            }
        }
    }
}

/// The heaviest rule of each intent.
fn best_per_intent<'b>(rules: &[&'b KnownRule<'b>]) -> Vec<&'b KnownRule<'b>> {
    let mut best: Vec<&KnownRule<'_>> = Vec::new();
    for rule in rules {
        match best.iter_mut().find(|known| id(known) == id(rule)) {
            Some(known) if known.rule.weight < rule.rule.weight => *known = rule,
            Some(_) => {}
            None => best.push(rule),
        }
    }
    best
}

fn gives_way(rule: &KnownRule<'_>, other: &KnownRule<'_>) -> bool {
    match (rule.intent, other.intent) {
        (Some(one), Some(two)) => {
            id(rule) != id(other)
                && (yields_on_same_words(one, two) || rule.rule.priority < other.rule.priority)
        }
        _ => false,
    }
}

fn id<'b>(rule: &KnownRule<'b>) -> &'b str {
    rule.intent
        .map_or("", |intent: &'b Intent| intent.id.value.as_str())
}

/// A rule's place in the files, as a number to sort by.
fn address(rule: &KnownRule<'_>) -> usize {
    (usize::from(rule.rule.at.file) << 32) | rule.rule.at.start as usize
}

impl Tie<'_> {
    fn diagnostic(self) -> Diagnostic {
        let word = self.words.first().cloned().unwrap_or_default();
        let (here, there) = (place_of(self.other, &word), place_of(self.one, &word));
        let also = format!("also in `{}`", id(self.one));
        let diagnostic = Diagnostic::new(code::TIE, "two intents answer the same words")
            .at(here, "")
            .at(there, also)
            .note(format!(
                "`{}` weighs {} and `{}` weighs {}: within {TIE} points the desk asks which",
                id(self.other),
                self.other.rule.weight,
                id(self.one),
                self.one.rule.weight,
            ));
        let words: Vec<String> = (self.words.iter())
            .filter(|word| !word.is_empty())
            .take(5)
            .map(|word| format!("\"{word}\""))
            .collect();
        let noted = if words.is_empty() {
            diagnostic
        } else {
            diagnostic.note(format!("on {}", words.join(", ")))
        };
        noted.help("let one yield to the other (`yields_to`, `yields_to_near`), forbid a word (`none`), or move the weights apart")
    }
}

/// Where the word stands in the rule itself; the rule where it comes from a concept.
fn place_of(rule: &KnownRule<'_>, word: &str) -> Place {
    walk::wanted_terms(rule.rule)
        .find(|term| matches!(&term.value, Term::Word(own) if meaning::fold(own) == word))
        .map_or(rule.rule.at, |term| term.at)
}

//! Rules that never decide because another one always matches too and wins, and intents that are never acted on.

use std::collections::BTreeMap;

use crate::domain::ids::IntentId;
use crate::engine::rules::book::{Book, Intent, Rule};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::lint::{ASKS_FROM, BONUS, KnownRule, yields};

/// Rules of one owner beyond which they are not compared with each other: it would take longer than anybody waits.
const COMPARED: usize = 2_000;

/// Looks for rules and intents in the shadow.
pub fn lint(book: &Book, rules: &[KnownRule<'_>]) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = book.intents.iter().flat_map(never_acted_on).collect();
    let mut by_intent: BTreeMap<Option<&IntentId>, Vec<&KnownRule<'_>>> = BTreeMap::new();
    for rule in rules {
        let owner = rule.intent.map(|intent| &intent.id.value);
        by_intent.entry(owner).or_default().push(rule);
    }
    let off_topic = by_intent.get(&None).map_or(&[][..], Vec::as_slice);
    for intent in &book.intents {
        let Some(own) = by_intent.get(&Some(&intent.id.value)) else {
            continue;
        };
        let winners: Vec<&KnownRule<'_>> = book
            .intents
            .iter()
            .filter(|other| other.id.value != intent.id.value && yields(intent, other))
            .filter_map(|other| by_intent.get(&Some(&other.id.value)))
            .flatten()
            .copied()
            .collect();
        for (nth, rule) in own.iter().enumerate() {
            found.extend(
                behind_own(own, nth, rule)
                    .or_else(|| behind_winner(&winners, rule))
                    .or_else(|| behind_off_topic(off_topic, rule)),
            );
        }
    }
    found
}

/// The intent, where all its rules are too light; or those of its rules that are, beside better ones.
fn never_acted_on(intent: &Intent) -> Vec<Diagnostic> {
    let Some(best) = intent.rules.iter().map(|rule| rule.weight).max() else {
        return Vec::new();
    };
    if best.saturating_add(BONUS) < ASKS_FROM {
        let message = format!("intent `{}` is never acted on", intent.id.value);
        return vec![
            Diagnostic::new(code::UNREACHABLE_INTENT, message)
                .at(intent.id.at, format!("its best rule weighs {best}"))
                .help("from 50 the desk acts, from 30 it asks: raise a weight"),
        ];
    }
    let light = intent.rules.iter().filter(|rule| rule.weight < ASKS_FROM);
    light
        .map(|rule| {
            Diagnostic::new(
                code::UNREACHABLE_INTENT,
                "this rule by itself is never acted on",
            )
            .at(
                rule.at,
                format!("weighs {}: it only adds to another rule", rule.weight),
            )
            .help("from 50 the desk acts, from 30 it asks: raise the weight, or remove the rule")
        })
        .collect()
}

fn behind_own(own: &[&KnownRule<'_>], nth: usize, rule: &KnownRule<'_>) -> Option<Diagnostic> {
    if own.len() > COMPARED {
        return None;
    }
    let shadow = own.iter().enumerate().find(|(other, stronger)| {
        *other != nth
            && stronger.rule.weight >= rule.rule.weight
            && rule.asks.implies(&stronger.asks)
            // Of two rules that say the same, the later one is the spare one.
            && (*other < nth || !stronger.asks.implies(&rule.asks))
    });
    let (_, stronger) = shadow?;
    let why = "matches whenever that one does, and weighs as much or more";
    Some(never_decides(rule.rule, stronger.rule, why))
}

fn behind_winner(winners: &[&KnownRule<'_>], rule: &KnownRule<'_>) -> Option<Diagnostic> {
    let winner = winners
        .iter()
        .find(|winner| winner.rule.weight >= ASKS_FROM && rule.asks.implies(&winner.asks))?;
    let id = winner.intent.map_or("", |intent| intent.id.value.as_str());
    let why = format!("always matches too, and this intent yields to `{id}`");
    Some(never_decides(rule.rule, winner.rule, &why))
}

fn behind_off_topic(off_topic: &[&KnownRule<'_>], rule: &KnownRule<'_>) -> Option<Diagnostic> {
    let winner = off_topic
        .iter()
        .find(|winner| winner.rule.weight >= rule.rule.weight && rule.asks.implies(&winner.asks))?;
    let why = "always matches too, weighs as much or more, and is off topic";
    Some(never_decides(rule.rule, winner.rule, why))
}

fn never_decides(rule: &Rule, winner: &Rule, why: &str) -> Diagnostic {
    Diagnostic::new(code::SHADOWED_RULE, "this rule never decides anything")
        .at(rule.at, "")
        .at(winner.at, why)
        .help("remove one of them, ask for more in the other, or change a weight")
}

//! Rules that ask for more words than they allow a message to have.

use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::lint::KnownRule;
use crate::engine::rules::lint::meaning::{self, Meaning, Meanings};
use crate::engine::text::is_han;

/// Looks for rules whose `at_most_words` leaves no room for what they ask for.
pub fn lint(rules: &[KnownRule<'_>], meanings: &Meanings<'_>) -> Vec<Diagnostic> {
    let too_narrow = |rule: &&KnownRule<'_>| {
        let room = rule.rule.at_most_words.map(|most| 2 * usize::from(most));
        room.is_some_and(|room| needed(rule, meanings) > room)
    };
    let complaint = |rule: &KnownRule<'_>| {
        let most = rule.rule.at_most_words.unwrap_or_default();
        Diagnostic::new(code::NEVER_MATCHES, "this rule can never match")
            .at(
                rule.rule.at,
                format!("asks for more words than `at_most_words = {most}` allows"),
            )
            .help("raise `at_most_words`, or ask for less")
    };
    rules.iter().filter(too_narrow).map(complaint).collect()
}

/// The length of the shortest message that has all of it, in half words. Words of `near` and `order` stand beside one another, unless one
/// is inside the other.
fn needed(rule: &KnownRule<'_>, meanings: &Meanings<'_>) -> usize {
    let shortest = |wanted: &Meaning| {
        let words = wanted.iter().map(|number| meanings.text(*number));
        words
            .min_by_key(|word| length(word))
            .unwrap_or_default()
            .to_owned()
    };
    let one = rule.asks.wanted().map(|wanted| length(&shortest(wanted)));
    let beside = rule.asks.beside().map(|all| {
        let words: Vec<String> = all.iter().map(shortest).collect();
        let is_inside = |nth: usize, word: &str| {
            let mut others = words.iter().enumerate().filter(|(other, _)| *other != nth);
            others.any(|(other, outer)| {
                meaning::contains(outer, word) && (other < nth || outer != word)
            })
        };
        let apart = words.iter().enumerate();
        let apart = apart.filter(|(nth, word)| !is_inside(*nth, word));
        apart.map(|(_, word)| length(word)).sum()
    });
    one.chain(beside).max().unwrap_or_default()
}

/// The length of a word, in half words; of what is no word, none.
fn length(word: &str) -> usize {
    if word.starts_with(['<', '/']) {
        return 0;
    }
    let parts = word
        .split(" ... ")
        .filter(|part| !part.starts_with(['@', '<']));
    parts.map(length_of_part).sum()
}

fn length_of_part(part: &str) -> usize {
    let han = part.chars().filter(|c| is_han(*c)).count();
    let latin = part.split(|c: char| !c.is_alphanumeric() || is_han(c));
    han + 2 * latin.filter(|word| !word.is_empty()).count()
}

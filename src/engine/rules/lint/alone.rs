//! Words so short that they are found everywhere, and that are enough for a rule by themselves.

use crate::engine::rules::book::{Place, Rule, Term};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::lint::KnownRule;
use crate::engine::rules::lint::meaning::{self, Meanings};
use crate::engine::rules::walk;
use crate::engine::text::is_han;

/// Looks for greedy words. `whole = true` keeps a short word harmless: the message is nothing but that word.
pub fn lint(rules: &[KnownRule<'_>], meanings: &Meanings<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in rules.iter().filter(|rule| !rule.rule.whole) {
        for number in rule.asks.alone().into_iter().flatten() {
            let word = meanings.text(*number);
            if let Some(kind) = too_short(word) {
                found.push(
                    Diagnostic::new(
                        code::GREEDY_WORD,
                        format!("\"{word}\" alone is enough for this rule"),
                    )
                    .at(
                        place_of(rule.rule, word),
                        format!("{kind} is in many messages"),
                    )
                    .help(
                        "use a longer word, ask for a second one with `all`, or say `whole = true`",
                    ),
                );
            }
        }
    }
    found
}

fn too_short(word: &str) -> Option<&'static str> {
    if word.starts_with('<') {
        return Some("what is no word");
    }
    let bare = word.trim_end_matches('*');
    let mut chars = bare.chars();
    let first = chars.next()?;
    let more = chars.count();
    if is_han(first) {
        return (more == 0).then_some("one character");
    }
    (first.is_alphabetic() && more < 2 && bare.chars().all(char::is_alphabetic))
        .then_some("a word of one or two letters")
}

/// Where the word stands in the rule itself; the rule where it comes from a concept.
fn place_of(rule: &Rule, word: &str) -> Place {
    let own = walk::wanted_terms(rule)
        .find(|term| matches!(&term.value, Term::Word(own) if meaning::fold(own) == word));
    let first = walk::wanted_terms(rule).next();
    own.or(first).map_or(rule.at, |term| term.at)
}

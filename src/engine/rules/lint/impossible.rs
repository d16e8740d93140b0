//! Rules and words that can never match, because what they ask for is also what they forbid.

use crate::engine::rules::book::{Book, Located, Term};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::lint::KnownRule;
use crate::engine::rules::lint::meaning::{self, Meaning, Meanings};
use crate::engine::rules::walk;

/// Looks for what can never match.
pub fn lint(book: &Book, rules: &[KnownRule<'_>], meanings: &Meanings<'_>) -> Vec<Diagnostic> {
    let masks: Vec<String> = words(&book.language.masks).collect();
    let mut found = Vec::new();
    for rule in rules {
        let forbidden: Meaning = rule.asks.forbidden().collect();
        if forbidden.is_empty() {
            continue;
        }
        if rule
            .asks
            .wanted()
            .any(|wanted| wanted.is_subset(&forbidden))
        {
            let key = forbidding_key(rule);
            found.push(
                Diagnostic::new(code::NEVER_MATCHES, "this rule can never match")
                    .at(
                        rule.rule.at,
                        format!("{key} forbids what the rule asks for"),
                    )
                    .help(format!("take the word out of {key}, or the rule away")),
            );
            continue;
        }
        for term in walk::wanted_terms(rule.rule) {
            found.extend(forbidden_inside(term, rule, meanings, &masks));
        }
    }
    found
}

/// What a rule forbids by.
fn forbidding_key(rule: &KnownRule<'_>) -> &'static str {
    match (rule.asks.none.is_empty(), &rule.rule.none_near) {
        (true, _) => "`none_near`",
        (false, None) => "`none`",
        (false, Some(_)) => "`none` or `none_near`",
    }
}

/// A wanted word with a forbidden one inside it, unless it is a mask and so hides what is inside it.
fn forbidden_inside(
    term: &Located<Term>,
    rule: &KnownRule<'_>,
    meanings: &Meanings<'_>,
    masks: &[String],
) -> Option<Diagnostic> {
    let Term::Word(word) = &term.value else {
        return None;
    };
    let folded = meaning::fold(word);
    if masks.contains(&folded) {
        return None;
    }
    let forbidden = (rule.asks.forbidden())
        .map(|number| meanings.text(number))
        .find(|forbidden| meaning::contains(&folded, forbidden))?;
    Some(
        Diagnostic::new(
            code::NEVER_MATCHES,
            format!("\"{word}\" can never be found by this rule"),
        )
        .at(
            term.at,
            format!(
                "\"{forbidden}\" is in it, which {} forbids",
                forbidding_key(rule)
            ),
        )
        .help("take one of them out, or add the longer word to `masks` in words.toml"),
    )
}

fn words(terms: &[Located<Term>]) -> impl Iterator<Item = String> {
    terms.iter().filter_map(|term| match &term.value {
        Term::Word(word) => Some(meaning::fold(word)),
        _ => None,
    })
}

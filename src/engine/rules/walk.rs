//! Every word of a book, a rule, a term: for checks that look at all of them.

use crate::engine::rules::book::{Book, LanguageWords, Located, Rule, Term};

/// Every word of all files.
pub fn book_terms(book: &Book) -> impl Iterator<Item = &Located<Term>> {
    let concepts = book.concepts.values().flat_map(|concept| &concept.words);
    let intents = book.intents.iter().flat_map(|intent| &intent.rules);
    let off_topic = book.off_topic.iter().flat_map(|matter| &matter.rules);
    let circumstances = book.circumstances.iter().flat_map(|it| &it.rules);
    let rules = intents.chain(off_topic).chain(circumstances);
    concepts
        .chain(rules.flat_map(rule_terms))
        .chain(language_terms(&book.language))
}

/// Every word of a rule, those that must not be there among them.
pub fn rule_terms(rule: &Rule) -> impl Iterator<Item = &Located<Term>> {
    let none_near = rule.none_near.iter().flat_map(|near| &near.words);
    wanted_terms(rule)
        .chain(&rule.none)
        .chain(none_near)
        .chain(&rule.aside)
}

/// Every word of a rule that may make it match.
pub fn wanted_terms(rule: &Rule) -> impl Iterator<Item = &Located<Term>> {
    let near = rule.near.iter().flat_map(|near| &near.words);
    (rule.all.iter())
        .chain(&rule.any)
        .chain(&rule.asserted)
        .chain(&rule.denied)
        .chain(near)
        .chain(&rule.order)
}

/// Every word of the language that is looked for.
fn language_terms(language: &LanguageWords) -> impl Iterator<Item = &Located<Term>> {
    (language.negation.iter())
        .chain(&language.not_negation)
        .chain(language.questions.lists().into_iter().flatten())
        .chain(language.asks.lists().into_iter().flatten())
        .chain(language.adds.lists().into_iter().flatten())
        .chain(&language.breaks)
        .chain(&language.fillers)
        .chain(&language.masks)
        .chain(language.signals.values().flatten())
        .chain(language.acts.values().flatten())
}

/// The concepts that a term names.
pub fn concepts_in(term: &Term) -> Vec<&str> {
    match term {
        Term::Word(_) | Term::Feature(_) => Vec::new(),
        Term::Concept(name) => vec![name],
        Term::Gap(parts) => parts.iter().flat_map(concepts_in).collect(),
    }
}

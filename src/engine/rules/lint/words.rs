//! Lists: the same word twice, concepts that nothing uses.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::engine::rules::book::{Book, Located, Place, Term};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::lint::meaning::fold;
use crate::engine::rules::walk;

/// Looks at all lists of words.
pub fn lint(book: &Book) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for list in lists(book) {
        found.extend(duplicates(list));
    }
    found.extend(unused(book));
    found
}

fn lists(book: &Book) -> Vec<&[Located<Term>]> {
    let words = &book.language;
    let mut lists: Vec<&[Located<Term>]> = vec![
        &words.negation,
        &words.not_negation,
        &words.breaks,
        &words.fillers,
        &words.masks,
    ];
    lists.extend(words.questions.lists().map(Vec::as_slice));
    lists.extend(words.asks.lists().map(Vec::as_slice));
    lists.extend(words.adds.lists().map(Vec::as_slice));
    lists.extend(words.signals.values().map(Vec::as_slice));
    lists.extend(words.acts.values().map(Vec::as_slice));
    lists.extend(book.concepts.values().map(|c| c.words.as_slice()));
    let intents = book.intents.iter().flat_map(|intent| &intent.rules);
    let off_topic = book.off_topic.iter().flat_map(|matter| &matter.rules);
    let circumstances = book.circumstances.iter().flat_map(|it| &it.rules);
    for rule in intents.chain(off_topic).chain(circumstances) {
        lists.extend([
            rule.all.as_slice(),
            &rule.any,
            &rule.none,
            &rule.asserted,
            &rule.denied,
            &rule.aside,
        ]);
        lists.extend(rule.none_near.iter().map(|near| near.words.as_slice()));
    }
    lists
}

/// One diagnostic per list: who writes every word in two spellings does so throughout.
fn duplicates(list: &[Located<Term>]) -> Option<Diagnostic> {
    let mut seen: BTreeMap<String, Place> = BTreeMap::new();
    let mut again: Vec<(&Located<Term>, Place)> = Vec::new();
    for term in list {
        match seen.entry(key(&term.value)) {
            Entry::Vacant(first) => {
                first.insert(term.at);
            }
            Entry::Occupied(first) => again.push((term, *first.get())),
        }
    }
    let ((term, first), more) = again.split_first()?;
    let diagnostic = Diagnostic::new(code::DUPLICATE_WORD, "the same word twice in one list")
        .at(term.at, "again")
        .at(*first, "first here")
        .help("remove one; case, width, script, hyphens and apostrophes make no difference");
    if more.is_empty() {
        return Some(diagnostic);
    }
    let others: Vec<String> = (more.iter())
        .map(|(term, _)| format!("\"{}\" (line {})", written(&term.value), term.at.line))
        .collect();
    Some(diagnostic.note(format!("also twice: {}", others.join(", "))))
}

/// A term as it stands in a file.
fn written(term: &Term) -> String {
    match term {
        Term::Word(word) => word.clone(),
        Term::Concept(name) => format!("@{name}"),
        Term::Feature(feature) => feature.name().to_owned(),
        Term::Gap(parts) => parts.iter().map(written).collect::<Vec<_>>().join(" ... "),
    }
}

fn key(term: &Term) -> String {
    match term {
        Term::Word(word) => fold(word),
        Term::Concept(name) => format!("@{name}"),
        Term::Feature(feature) => feature.name().to_owned(),
        Term::Gap(parts) => parts.iter().map(key).collect::<Vec<_>>().join("..."),
    }
}

fn unused(book: &Book) -> Vec<Diagnostic> {
    let used: BTreeSet<&str> = walk::book_terms(book)
        .flat_map(|term| walk::concepts_in(&term.value))
        .collect();
    book.concepts
        .iter()
        .filter(|(name, _)| !used.contains(name.as_str()))
        .map(|(name, concept)| {
            Diagnostic::new(code::UNUSED_CONCEPT, format!("nothing uses `@{name}`"))
                .at(concept.at, "")
                .help("use it in a rule, or remove it")
        })
        .collect()
}

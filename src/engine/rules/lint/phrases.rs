//! Phrases: one in two lists, or a list too short to learn from.

use std::collections::BTreeMap;

use crate::engine::likeness::ENOUGH;
use crate::engine::rules::book::{Book, Phrases, Place};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::lint::meaning::fold;

/// Looks at all lists.
pub fn lint(book: &Book) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<String, (Place, &str)> = BTreeMap::new();
    for list in &book.phrases {
        let whose = name(list);
        for sentence in &list.sentences {
            let here = (sentence.at, whose);
            if let Some((first, of)) = seen.insert(fold(&sentence.value), here) {
                found.push(
                    Diagnostic::new(code::SHARED_EXAMPLE, "the same phrase twice")
                        .at(sentence.at, format!("of `{whose}`"))
                        .at(first, format!("of `{of}`"))
                        .help("decide what it means, and take the other one out"),
                );
            }
        }
    }
    found.extend(too_few(book));
    found
}

fn too_few(book: &Book) -> Vec<Diagnostic> {
    let mut known: BTreeMap<&str, (Place, usize)> = BTreeMap::new();
    for list in &book.phrases {
        let (_, number) = known.entry(name(list)).or_insert((list.at, 0));
        *number += list.sentences.len();
    }
    for intent in &book.intents {
        if let Some((_, number)) = known.get_mut(intent.id.value.as_str()) {
            *number += intent.examples.matching.len();
        }
    }
    let few = known
        .iter()
        .filter(|(_, (_, number))| *number < ENOUGH as usize);
    few.map(|(whose, (at, number))| {
        let message = format!("{number} phrases and examples are too few to know `{whose}` by");
        Diagnostic::new(code::NO_EXAMPLES, message)
            .at(*at, format!("{ENOUGH} are enough"))
            .help("until then its rules alone decide; write more, as different as customers write")
    })
    .collect()
}

fn name(list: &Phrases) -> &str {
    list.intent.as_ref().map_or("none", |id| id.as_str())
}

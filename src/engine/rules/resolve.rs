//! What only shows when all files are seen together: names that nothing defines, concepts in a circle.

use std::collections::BTreeSet;

use crate::engine::rules::book::{Book, Concept, Located};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::limits;
use crate::engine::rules::suggest;
use crate::engine::rules::walk;

/// The concepts that are named somewhere and defined nowhere.
pub fn unknown_concepts(book: &Book) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for term in walk::book_terms(book) {
        for name in walk::concepts_in(&term.value) {
            if !book.concepts.contains_key(name) {
                let names = book.concepts.keys().map(String::as_str);
                found.push(
                    Diagnostic::new(
                        code::UNKNOWN_CONCEPT,
                        format!("no concept is called `{name}`"),
                    )
                    .at(term.at, "not defined in any file")
                    .maybe_help(
                        suggest::nearest(name, names).map(|n| format!("did you mean `@{n}`?")),
                    ),
                );
            }
        }
        if found.len() >= limits::DIAGNOSTICS {
            break;
        }
    }
    found
}

/// The intents that are named in `yields_to`, `yields_to_near` or `told_beside` and defined nowhere.
pub fn unknown_intents(book: &Book, named: &[Located<String>]) -> Vec<Diagnostic> {
    let ids: BTreeSet<&str> = book.intents.iter().map(|i| i.id.value.as_str()).collect();
    named
        .iter()
        .filter(|name| !ids.contains(name.value.as_str()))
        .take(limits::DIAGNOSTICS)
        .map(|name| {
            Diagnostic::new(
                code::UNKNOWN_INTENT,
                format!("no intent is called `{}`", name.value),
            )
            .at(name.at, "not defined in any file")
            .maybe_help(suggest::did_you_mean(&name.value, ids.iter().copied()))
        })
        .collect()
}

/// Concepts that use one another in a circle; each circle once.
pub fn circles(book: &Book) -> Vec<Diagnostic> {
    let mut settled = BTreeSet::new();
    let mut found = Vec::new();
    for name in book.concepts.keys() {
        let mut search = CircleSearch {
            book,
            settled: &mut settled,
            path: Vec::new(),
            found: &mut found,
        };
        search.visit(name);
    }
    found
}

struct CircleSearch<'b, 's> {
    book: &'b Book,
    /// Concepts whose circles have all been found.
    settled: &'s mut BTreeSet<&'b str>,
    path: Vec<&'b str>,
    found: &'s mut Vec<Diagnostic>,
}

impl<'b> CircleSearch<'b, '_> {
    /// Depth first with an own stack: a chain of concepts may be as long as a file.
    fn visit(&mut self, start: &'b str) {
        let mut open = self.enter(start);
        while let Some(next) = open.last_mut() {
            match next.pop() {
                Some(name) => {
                    if let Some(from) = self.path.iter().position(|&seen| seen == name) {
                        self.complain(from);
                    } else {
                        open.extend(self.enter(name));
                    }
                }
                None => {
                    open.pop();
                    self.settled.extend(self.path.pop());
                }
            }
        }
    }

    /// Steps into a concept unless it is settled; gives what it uses.
    fn enter(&mut self, name: &'b str) -> Vec<Vec<&'b str>> {
        match self.book.concepts.get_key_value(name) {
            Some((name, concept)) if !self.settled.contains(name.as_str()) => {
                self.path.push(name);
                vec![used_by(concept)]
            }
            _ => Vec::new(),
        }
    }

    fn complain(&mut self, from: usize) {
        let circle: Vec<&str> = self.path.get(from..).unwrap_or_default().to_vec();
        let Some(first) = circle
            .first()
            .and_then(|name| self.book.concepts.get(*name))
        else {
            return;
        };
        let mut way: Vec<String> = circle.iter().map(|name| format!("@{name}")).collect();
        way.extend(way.first().cloned());
        self.found.push(
            Diagnostic::new(code::CONCEPT_CIRCLE, "these concepts go round in a circle")
                .at(first.at, way.join(" -> "))
                .help("take one of the references out"),
        );
    }
}

fn used_by(concept: &Concept) -> Vec<&str> {
    concept
        .words
        .iter()
        .flat_map(|word| walk::concepts_in(&word.value))
        .collect()
}

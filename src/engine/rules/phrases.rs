//! `[phrases]`: whole sentences by what they mean, beside the rules.

use crate::engine::rules::book::{Located, Phrases};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::Fields;
use crate::engine::rules::limits;
use crate::engine::rules::parts;
use crate::engine::rules::source::Source;

/// The lists of a file. That their intents are defined is checked when all files are there.
pub fn read(source: &mut Source<'_>, root: &Fields<'_, '_>) -> Vec<Phrases> {
    let mut found = Vec::new();
    for (name, value) in root.entries(source, "phrases") {
        let sentences = source.as_texts(&format!("`phrases.{}`", name.value), value);
        let whose = if name.value == parts::NONE {
            Some(None)
        } else {
            parts::id(source, &name).map(|id| Some(id.value))
        };
        if let Some(Some(_)) = whose {
            source.named_intents.push(name.clone());
        }
        sentences.iter().for_each(|it| check(source, it));
        found.extend(whose.map(|intent| Phrases {
            intent,
            sentences,
            at: name.at,
        }));
    }
    found
}

fn check(source: &mut Source<'_>, sentence: &Located<String>) {
    let long = sentence.value.chars().count() > limits::PHRASE_CHARS;
    if sentence.value.trim().is_empty() || long {
        let message = if long {
            "a phrase of more than 1,000 characters"
        } else {
            "this phrase is empty"
        };
        let found = Diagnostic::new(code::BAD_WORD, message).at(sentence.at, "");
        source.complain(found.help("write one message as a customer would, or take it out"));
    }
}

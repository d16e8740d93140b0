//! What customers read: too long, with links that are not safe, with promises that nobody has made.

use std::ops::Range;

use crate::engine::replies::Template;
use crate::engine::rules::book::{Action, Book, Intent, Located};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::lint::meaning;

/// Characters after which people stop reading, values aside.
const LONG: usize = 500;

/// Looks at all replies, sentences and labels.
pub fn lint(book: &Book) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = book.intents.iter().filter_map(unnamed).collect();
    let of_intents = book.intents.iter().flat_map(|intent| intent.reply.texts());
    let says = book
        .says
        .values()
        .flat_map(|sentence| sentence.text.values());
    let promises: Vec<String> = (book.language.promises.iter())
        .map(|word| meaning::fold(&word.value))
        .collect();
    for text in of_intents.chain(says) {
        found.extend(long(book, text));
        found.extend(insecure_link(book, text));
        found.extend(promise(book, text, &promises));
    }
    found
}

/// An intent that the desk may have to offer as a choice needs a name for it.
fn unnamed(intent: &Intent) -> Option<Diagnostic> {
    let offered = !matches!(
        intent.action,
        Action::Greet | Action::Thank | Action::Close | Action::Soothe
    );
    (offered && intent.label.is_empty()).then(|| {
        let message = format!("intent `{}` has no label", intent.id.value);
        Diagnostic::new(code::NO_LABEL, message)
            .at(intent.id.at, "what stands on its button?")
            .help("add `label` with all three languages: it is offered when the desk has to ask")
    })
}

fn long(book: &Book, text: &Located<String>) -> Option<Diagnostic> {
    // What cannot be read as a template is reported where replies are built.
    let length = Template::parse(&text.value).map_or(0, |reply| reply.longest());
    // To underline all of it would take more columns than any screen has.
    let beginning = text.value.char_indices().nth(10).map_or(0, |(at, _)| at);
    (length > LONG).then(|| {
        let message = format!("this reply has {length} characters");
        Diagnostic::new(code::LONG_REPLY, message)
            .at(book.part(text, 0..beginning), "begins here")
            .help("say what happened, what happens next, and by when: 500 characters are plenty")
    })
}

fn insecure_link(book: &Book, text: &Located<String>) -> Option<Diagnostic> {
    let start = text.value.to_ascii_lowercase().find("http://")?;
    let rest = text.value.get(start..).unwrap_or_default();
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let at = book.part(text, start..start + length);
    Some(
        Diagnostic::new(code::INSECURE_LINK, "this link is not https")
            .at(at, "")
            .help("write https://"),
    )
}

fn promise(book: &Book, text: &Located<String>, promises: &[String]) -> Option<Diagnostic> {
    let folded = meaning::fold(&text.value);
    let word = promises
        .iter()
        .find(|word| !word.is_empty() && meaning::contains(&folded, word))?;
    let at = match find(&text.value, word) {
        Some(part) => book.part(text, part),
        None => text.at,
    };
    Some(
        Diagnostic::new(
            code::PROMISE,
            format!("\"{word}\" promises what a person has to decide"),
        )
        .at(at, "")
        .help("say what is likely, or by when somebody decides"),
    )
}

fn find(text: &str, word: &str) -> Option<Range<usize>> {
    let start = text.to_ascii_lowercase().find(word)?;
    Some(start..start + word.len())
}

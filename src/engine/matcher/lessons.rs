//! What the likeness of messages is learned from: a book's phrases, and the examples of its rules.

use std::collections::BTreeSet;

use crate::engine::likeness::{self, Lesson, Likeness};
use crate::engine::rules::book::{Book, Examples, Located};
use crate::engine::text::Normaliser;

/// So many phrases is worth what an example says must not be read so.
const STUMBLED: usize = 3;

/// Learns from a book: from its lists, and from the examples of its rules.
pub(super) fn learn(book: &Book, normaliser: &Normaliser) -> Likeness {
    if book.phrases.is_empty() {
        return Likeness::default();
    }
    let mut nobodys = Lesson {
        owner: None,
        phrases: Vec::new(),
    };
    let mut lessons = Vec::new();
    for (owner, intent) in (0..).zip(&book.intents) {
        let lists = book.phrases.iter();
        let own = lists.filter(|list| list.intent.as_ref() == Some(&intent.id.value));
        let mut phrases: Vec<&str> = own
            .flat_map(|list| &list.sentences)
            .map(|sentence| sentence.value.as_str())
            .collect();
        let is_learned = !phrases.is_empty();
        let examples = intent.examples.matching.iter();
        phrases.extend(examples.map(|example| example.value.as_str()));
        if is_learned {
            let owner = Some(owner);
            lessons.push(Lesson { owner, phrases });
        } else {
            // What only rules tell is claimed by no list.
            nobodys.phrases.append(&mut phrases);
        }
    }
    // What must not be read as one thing is mostly nothing at all; where it is another's, that one says so. Somebody has stumbled
    // over each of them, so that it counts for more than a phrase.
    let must: BTreeSet<&str> = examples(book, |examples| &examples.matching).collect();
    let not = examples(book, |examples| &examples.not).filter(|it| !must.contains(it));
    let not: Vec<&str> = not.collect();
    nobodys
        .phrases
        .extend(std::iter::repeat_n(not, STUMBLED).flatten());
    let others = book.off_topic.iter().flat_map(|it| &it.examples.matching);
    let lists = book.phrases.iter().filter(|list| list.intent.is_none());
    let more = lists.flat_map(|list| &list.sentences).chain(others);
    nobodys.phrases.extend(more.map(|it| it.value.as_str()));
    lessons.push(nobodys);
    likeness::learn(&lessons, normaliser)
}

fn examples(
    book: &Book,
    kind: impl Fn(&Examples) -> &Vec<Located<String>>,
) -> impl Iterator<Item = &str> {
    let lists = book.intents.iter().map(move |it| kind(&it.examples));
    lists.flatten().map(|it| it.value.as_str())
}

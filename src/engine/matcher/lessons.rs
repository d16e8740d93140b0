//! What the likeness of messages is learned from: a book's phrases, and the examples that its rules must match. What they must not
//! match is not learned from, so that it tests the likeness too.

use super::{Matcher, Scratch};
use crate::engine::likeness::{self, Lesson, Likeness};
use crate::engine::rules::book::Book;

/// Learns from a book: from its lists, and from the examples that its rules must match. Their words mean what its matcher knows them to.
pub(super) fn learn(book: &Book, matcher: &Matcher) -> Likeness {
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
    let others = book.off_topic.iter().flat_map(|it| &it.examples.matching);
    let lists = book.phrases.iter().filter(|list| list.intent.is_none());
    let more = lists.flat_map(|list| &list.sentences).chain(others);
    nobodys.phrases.extend(more.map(|it| it.value.as_str()));
    lessons.push(nobodys);
    let mut scratch = Scratch::default();
    likeness::learn(&lessons, |phrase, features| {
        matcher.find_words(phrase, &mut scratch);
        scratch.take_meanings(&matcher.program, |_| true);
        features.take(scratch.said());
    })
}

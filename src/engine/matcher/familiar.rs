//! Words that people write on purpose though no rule has them: those that the phrases and examples of a folder use, and names. No
//! typing mistake is looked for in them.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::engine::rules::book::Book;
use crate::engine::text::{Normalised, Span};

/// Words shorter than this have to be typed right.
pub(super) const SHORTEST: usize = 5;
/// A word of so many sentences is no slip: one of them may be a typing mistake that somebody put in to be learned from.
const OFTEN: u32 = 2;

/// The Latin words that several sentences of a book use and that are not `known`, as they stand in a normalised text.
pub(super) fn words(book: &Book, is_known: impl Fn(&str) -> bool) -> FxHashSet<Box<str>> {
    let phrases = book.phrases.iter().flat_map(|list| &list.sentences);
    let owned = book.intents.iter().map(|it| &it.examples.matching);
    let others = book.off_topic.iter().map(|it| &it.examples.matching);
    let sentences = phrases.chain(owned.chain(others).flatten());
    // in how many sentences, and in which one last
    let mut counts: FxHashMap<Box<str>, (u32, usize)> = FxHashMap::default();
    let mut word = String::new();
    for (sentence, text) in sentences.enumerate() {
        for part in text.value.split(|c| !is_part(c)) {
            word.clear();
            word.extend(part.chars().filter(char::is_ascii_alphanumeric));
            word.make_ascii_lowercase();
            if word.len() < SHORTEST || is_known(&word) {
                continue;
            }
            match counts.get_mut(word.as_str()) {
                Some((_, last)) if *last == sentence => {}
                Some((count, last)) => (*count, *last) = (*count + 1, sentence),
                None => _ = counts.insert(word.as_str().into(), (1, sentence)),
            }
        }
    }
    let often = counts.into_iter().filter(|(_, (count, _))| *count >= OFTEN);
    often.map(|(word, _)| word).collect()
}

/// Whether a character is part of a word: an apostrophe is, and is left out.
fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '\'' | '\u{2019}')
}

/// Whether somebody or something is named: a word with a capital behind one without, in the same sentence. Where all words have
/// one, it says nothing.
pub(super) fn is_name(text: &Normalised, word: Span, original: &str) -> bool {
    let written = |span: Span| {
        let from = text.original(span, original);
        original.get(from.start as usize..from.end as usize)
    };
    let begins =
        |word: &str, has_case: fn(&char) -> bool| word.chars().next().is_some_and(|c| has_case(&c));
    let has_capital = written(word).is_some_and(|it| {
        begins(it, |c| c.is_ascii_uppercase()) && it.chars().skip(1).all(|c| c.is_ascii_lowercase())
    });
    if !has_capital {
        return false;
    }
    let number = text.unit_at(word.start) as usize;
    let Some(before) = number.checked_sub(1).map(|it| text.units()[it]) else {
        return false;
    };
    let before = text
        .words_from(before)
        .next()
        .filter(|it| it.start == before);
    before.is_some_and(|before| {
        text.sentence_at(before.start) == text.sentence_at(word.start)
            && written(before).is_some_and(|it| begins(it, |c| c.is_ascii_lowercase()))
    })
}

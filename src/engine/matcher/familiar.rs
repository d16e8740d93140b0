//! Words that people write on purpose though no rule has them: those that the phrases and examples of a folder use, and names. No
//! typing mistake is looked for in them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::typos::SHORTEST;
use crate::engine::rules::book::Book;
use crate::engine::text::{Normalised, Span};

/// A word of so many sentences is no slip: one of them may be a typing mistake that somebody put in to be learned from.
const OFTEN: u32 = 2;

/// The Latin words that several sentences of a book use, as they stand in a normalised text.
pub(super) fn words(book: &Book) -> FxHashSet<Box<str>> {
    let phrases = book.phrases.iter().flat_map(|list| &list.sentences);
    let owned = book.intents.iter().map(|it| &it.examples.matching);
    let others = book.off_topic.iter().map(|it| &it.examples.matching);
    let sentences = phrases.chain(owned.chain(others).flatten());
    let mut counts: FxHashMap<String, u32> = FxHashMap::default();
    for sentence in sentences {
        let mut seen: Vec<String> = latin_words(&sentence.value).collect();
        seen.sort_unstable();
        seen.dedup();
        for word in seen {
            *counts.entry(word).or_default() += 1;
        }
    }
    let often = counts.into_iter().filter(|(_, count)| *count >= OFTEN);
    often.map(|(word, _)| word.into_boxed_str()).collect()
}

/// The words that are long enough to be taken for others, in small letters and without apostrophes.
fn latin_words(sentence: &str) -> impl Iterator<Item = String> {
    let is_apostrophe = |c: char| matches!(c, '\'' | '\u{2019}');
    sentence
        .split(move |c: char| !c.is_ascii_alphanumeric() && !is_apostrophe(c))
        .map(move |word| word.replace(is_apostrophe, "").to_ascii_lowercase())
        .filter(|word| word.len() >= SHORTEST)
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

//! A message that does nothing but pick an entry of a list: "2", "the second one".

use super::lexicon::{LEXICON, Words};
use crate::engine::text::{Normalised, is_han};

/// Longer messages pick nothing.
const LONGEST: usize = 40;

/// The number that was picked, counted from 1.
#[must_use]
pub fn choice(text: &Normalised) -> Option<u8> {
    if text.units().is_empty() || text.text().len() > LONGEST {
        return None;
    }
    let mut rest = text.text();
    loop {
        rest = rest.trim_matches(|c: char| !c.is_alphanumeric());
        if let Some(number) = number(rest) {
            return (1..=9).contains(&number).then_some(number);
        }
        rest = without(rest, &LEXICON.before_choice, strip_front)
            .or_else(|| without(rest, &LEXICON.after_choice, strip_back))?;
    }
}

fn number(text: &str) -> Option<u8> {
    let same = |word: &[char]| text.chars().eq(word.iter().copied());
    if let Some((_, number)) = LEXICON.ordinals.find(same) {
        return Some(*number);
    }
    match LEXICON.numerals.find(same) {
        Some((_, number)) => u8::try_from(*number).ok(),
        None => text.parse().ok(),
    }
}

/// The text without a word at one of its ends.
fn without<'a>(
    text: &'a str,
    words: &Words<()>,
    strip: impl Fn(&'a str, &[char]) -> Option<&'a str>,
) -> Option<&'a str> {
    words.all().find_map(|(word, ())| {
        let rest = strip(text, word)?;
        let touches_latin = !rest.starts_with([' ', '#'])
            && !rest.ends_with([' ', '#'])
            && !word.iter().copied().any(is_han)
            && rest.chars().any(|c| c.is_ascii_alphabetic());
        (!rest.is_empty() && !touches_latin).then_some(rest)
    })
}

fn strip_front<'a>(text: &'a str, word: &[char]) -> Option<&'a str> {
    let mut rest = text.chars();
    word.iter()
        .all(|c| rest.next() == Some(*c))
        .then_some(rest.as_str())
}

fn strip_back<'a>(text: &'a str, word: &[char]) -> Option<&'a str> {
    let mut rest = text.chars();
    word.iter()
        .rev()
        .all(|c| rest.next_back() == Some(*c))
        .then_some(rest.as_str())
}

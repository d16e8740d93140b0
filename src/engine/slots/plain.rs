//! A text as single characters, each folded by itself, so that hyphens, spaces and repeated digits stay as they were typed.

use super::lexicon::{LEXICON, Words};
use crate::engine::text::{is_han, is_invisible, simplify_char};

/// Longer messages are looked at so far: what a customer means stands before.
const FARTHEST: usize = 20_000;

/// One character and the bytes it came from.
#[derive(Clone, Copy, Debug)]
struct PlainChar {
    c: char,
    start: u32,
    end: u32,
}

/// A text as folded characters.
#[derive(Debug, Default)]
pub(super) struct Plain {
    chars: Vec<PlainChar>,
}

impl Plain {
    /// Takes the beginning of a text in the place of what was there.
    pub(super) fn take(&mut self, text: &str) {
        self.chars.clear();
        let seen = text.char_indices().take(FARTHEST);
        let seen = seen.filter(|(_, c)| !is_invisible(*c));
        self.chars.extend(seen.map(|(start, c)| PlainChar {
            c: fold(c),
            start: start as u32,
            end: (start + c.len_utf8()) as u32,
        }));
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character at a place; a NUL, which no text has after folding, before the beginning and after the end.
    pub(super) fn at(&self, at: usize) -> char {
        self.chars.get(at).map_or('\0', |it| it.c)
    }

    /// The character before a place.
    pub(super) fn before(&self, at: usize) -> char {
        match at.checked_sub(1) {
            Some(before) => self.at(before),
            None => '\0',
        }
    }

    /// Whether a sign of ASCII stands at a place.
    pub(super) fn starts_with(&self, at: usize, sign: &str) -> bool {
        let mut chars = self.chars.get(at..).unwrap_or_default().iter();
        sign.chars()
            .all(|c| chars.next().is_some_and(|it| it.c == c))
    }

    /// The characters of a range as text.
    pub(super) fn text(&self, from: usize, to: usize) -> String {
        self.chars[from..to].iter().map(|it| it.c).collect()
    }

    /// The bytes of the original text that a range came from.
    pub(super) fn bytes(&self, from: usize, to: usize) -> (usize, usize) {
        (
            self.chars[from].start as usize,
            self.chars[to - 1].end as usize,
        )
    }

    /// The end of a run of characters.
    pub(super) fn run(&self, from: usize, is_part: impl Fn(char) -> bool) -> usize {
        (from..self.len())
            .find(|at| !is_part(self.at(*at)))
            .unwrap_or(self.len())
    }

    pub(super) fn skip_spaces(&self, from: usize) -> usize {
        self.run(from, |c| c == ' ')
    }

    /// The longest word of a list that starts here. A Latin word has to end where it ends.
    pub(super) fn word_at<'a, T>(&self, at: usize, words: &'a Words<T>) -> Option<(usize, &'a T)> {
        if !words.may_start(self.at(at)) {
            return None;
        }
        let (length, value) = words.find(|word| {
            word.iter()
                .enumerate()
                .all(|(nth, c)| self.at(at + nth) == *c)
                && !(ends_latin(word) && self.at(at + word.len()).is_ascii_alphabetic())
        })?;
        Some((at + length, value))
    }

    /// Whether a word of a list ends here, but for spaces, signs and an "is" between.
    pub(super) fn cue_before<T>(&self, at: usize, cues: &Words<T>) -> bool {
        let end = self.skip_signs_back(at);
        let copula = self.word_before(end, &LEXICON.copula);
        let earlier = copula.map(|start| self.skip_signs_back(start));
        self.word_before(end, cues).is_some()
            || earlier.is_some_and(|end| self.word_before(end, cues).is_some())
    }

    fn skip_signs_back(&self, at: usize) -> usize {
        let mut end = at;
        while matches!(
            self.before(end),
            ' ' | ':' | '#' | '(' | '"' | '*' | '\u{ff1a}'
        ) {
            end -= 1;
        }
        end
    }

    /// Where a word of a list starts that ends here and does not start inside another Latin word.
    pub(super) fn word_before<T>(&self, end: usize, words: &Words<T>) -> Option<usize> {
        if !words.may_end(self.before(end)) {
            return None;
        }
        let (length, _) = words.find(|word| {
            end >= word.len() && {
                let start = end - word.len();
                (word.iter().enumerate()).all(|(nth, c)| self.at(start + nth) == *c)
                    && !(word.first().is_some_and(char::is_ascii_alphabetic)
                        && self.before(start).is_ascii_alphanumeric())
            }
        })?;
        Some(end - length)
    }
}

fn ends_latin(word: &[char]) -> bool {
    word.last().is_some_and(char::is_ascii_alphabetic)
}

/// Width, case and script, one character for one.
fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => {
            let half = char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c);
            half.to_ascii_lowercase()
        }
        '\u{3000}' | '\u{a0}' | '\t' | '\u{2009}' | '\u{202f}' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{ffe5}' => '\u{a5}',
        '\u{ffe1}' => '\u{a3}',
        '\u{2018}' | '\u{2019}' => '\'',
        _ if is_han(c) => simplify_char(c),
        _ => c.to_ascii_lowercase(),
    }
}

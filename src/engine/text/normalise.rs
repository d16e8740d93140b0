//! Folding: one walk over what was typed, writing the form that is compared.

use rustc_hash::FxHashSet;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::chars::{fold_width, is_invisible, is_word_byte};
use super::han::{HAN, HanTable, Script, WIDTH, is_han};
use super::normalised::Normalised;
use super::spacing::{stands_apart, words_apart};

/// Turns texts into their normal form.
#[derive(Clone, Debug, Default)]
pub struct Normaliser {
    doubled: FxHashSet<char>,
}

impl Normaliser {
    /// A normaliser for a vocabulary: the Chinese characters that its words really repeat stay doubled when a text repeats
    /// them three times or more; all others are folded to one.
    pub fn for_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut doubled = FxHashSet::default();
        for word in words {
            let mut last = None;
            for c in word.chars().map(|c| HAN.fold(c).0) {
                if last == Some(c) && is_han(c) {
                    doubled.insert(c);
                }
                last = Some(c);
            }
        }
        Self { doubled }
    }

    /// Writes the normal form of `text` into `out`.
    pub fn normalise(&self, text: &str, out: &mut Normalised) {
        self.walk(text, false, out);
    }

    fn walk(&self, text: &str, is_one_word: bool, out: &mut Normalised) {
        out.clear();
        let mut walk = Walk {
            doubled: &self.doubled,
            table: &HAN,
            text,
            at: 0,
            out,
            is_one_word,
            words_apart: None,
            space: None,
            is_blank: false,
            last: Last::Nothing,
        };
        while walk.at < text.len() {
            walk.step();
        }
    }

    /// The normal form of a word, for building vocabularies. Spaces between Chinese characters mean nothing in it.
    #[must_use]
    pub fn word(&self, text: &str) -> String {
        let mut out = Normalised::default();
        self.walk(text, true, &mut out);
        out.text
    }
}

/// What was written last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Word,
    Han,
    Other,
}

/// The bit that tells a small ASCII letter from a capital one; digits have it too.
const CASE: u8 = 0x20;

struct Walk<'a> {
    doubled: &'a FxHashSet<char>,
    table: &'a HanTable,
    text: &'a str,
    at: usize,
    out: &'a mut Normalised,
    /// A word of a rule, not a message.
    is_one_word: bool,
    /// Whether the words of the text stand apart, once somebody has asked.
    words_apart: Option<bool>,
    /// Where a space stands that has not been written yet.
    space: Option<usize>,
    /// Whether it has a blank or a line break in it, and not just a hyphen.
    is_blank: bool,
    last: Last,
}

impl Walk<'_> {
    fn step(&mut self) {
        let byte = self.text.as_bytes()[self.at];
        if is_word_byte(byte) {
            self.latin_run();
        } else if byte == b' ' {
            self.wait_with_space(self.at, true);
            self.at += 1;
        } else if byte.is_ascii() {
            self.at += 1;
            self.sign(char::from(byte), self.at - 1);
        } else if !self.han_run()
            && let Some(c) = self.text[self.at..].chars().next()
        {
            self.beyond_ascii(c);
        }
    }

    /// Words with single spaces between them at once; a letter that stands three times or more is written twice.
    fn latin_run(&mut self) {
        let start = self.at;
        let run = &self.text.as_bytes()[start..];
        self.begin_word(start);
        let written = self.out.text.len();
        let (mut length, mut upper) = (0, 0);
        let (mut before, mut last) = (0, 0);
        while let Some(byte) = run.get(length) {
            let lower = byte | CASE;
            let is_third = lower == last && last == before && lower >= b'a';
            if is_word_byte(*byte) && !is_third {
                upper |= !byte & CASE;
                (before, last) = (last, lower);
            } else if *byte == b' ' && run.get(length + 1).is_some_and(|next| is_word_byte(*next)) {
                self.out.start_unit_at(written + length + 1);
                (before, last) = (0, 0);
            } else {
                break;
            }
            length += 1;
        }
        self.out.text.push_str(&self.text[start..start + length]);
        if upper != 0 {
            self.out.text[written..].make_ascii_lowercase();
        }
        if before == last && last >= b'a' {
            let again = run[length..].iter();
            let dropped = again.take_while(|byte| *byte | CASE == last).count();
            self.out.stretched |= dropped > 0;
            length += dropped;
        }
        self.at = start + length;
    }

    /// Starts a word unless one is being written.
    fn begin_word(&mut self, original: usize) {
        if self.last != Last::Word || self.space.is_some() {
            self.write_space();
            self.out.start_unit();
        }
        self.out.came_from(original);
        self.last = Last::Word;
    }

    /// Writes the space that waits, unless it stands beside a Chinese character.
    fn write_space(&mut self) {
        if let Some(space) = self.space.take()
            && !matches!(self.last, Last::Han | Last::Nothing)
        {
            self.out.came_from(space);
            self.out.text.push(' ');
        }
        self.is_blank = false;
    }

    /// A blank between Chinese characters stands for a comma. One inside a word does not: there a single character stands apart
    /// on either side, as in a text that is spaced out from end to end. Nor does one where each word stands apart.
    fn write_space_before_han(&mut self, original: usize) {
        if let Some(space) = self.space.take()
            && self.is_blank
            && self.last == Last::Han
            && !self.is_one_word
            && !self.has_words_apart()
            && !(stands_apart(self.text[..space].chars().rev())
                && stands_apart(self.text[original..].chars()))
        {
            self.out.came_from(space);
            self.out.text.push(',');
            self.out.end_clause();
        }
        self.is_blank = false;
    }

    fn has_words_apart(&mut self) -> bool {
        let text = self.text;
        *self.words_apart.get_or_insert_with(|| words_apart(text))
    }

    /// A character that is neither ASCII nor taken apart yet.
    fn beyond_ascii(&mut self, c: char) {
        let original = self.at;
        self.at += c.len_utf8();
        match c {
            '\u{4e00}'..='\u{9fff}' => {
                let times = self.times(c, original);
                self.at = original + times * c.len_utf8();
                self.repeated(c, original, times);
            }
            '\u{ff0c}' => {
                self.sign(',', original);
                self.out.end_clause();
            }
            '\u{ff01}'..='\u{ff5e}' => self.folded(fold_width(c), original),
            '\u{3002}' | '\u{ff61}' | '\u{2026}' | '\u{2014}' => self.sign(c, original),
            '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{b4}' => self.sign('\'', original),
            '\u{2010}'..='\u{2013}' | '\u{2212}' => self.sign('-', original),
            _ if is_invisible(c) || is_combining_mark(c) => {}
            _ if c.is_whitespace() => self.sign(c, original),
            _ => decompose_compatible(c, |part| self.folded(part, original)),
        }
    }

    /// How often a character stands in a row.
    fn times(&self, c: char, original: usize) -> usize {
        let bytes = self.text.as_bytes()[original..].chunks_exact(c.len_utf8());
        let mut buffer = [0; 4];
        let same = c.encode_utf8(&mut buffer).as_bytes();
        bytes.take_while(|bytes| *bytes == same).count()
    }

    /// Chinese characters at once, up to one that stands three times in a row; says whether there was any. Those that stand for
    /// themselves are copied together.
    fn han_run(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let (start, mut copied) = (self.at, self.at);
        let mut row = self.table.row_at(bytes, start);
        if row.is_none() || is_tripled(bytes, start) {
            return false;
        }
        self.begin_han(start);
        let first_unit = self.out.text.len() as u32;
        while let Some(it) = row {
            if let Some(other) = it.other() {
                self.out.text.push_str(&self.text[copied..self.at]);
                self.out.text.push(other);
                copied = self.at + WIDTH;
            }
            self.out.scripts.count(it.script);
            self.at += WIDTH;
            row = self.table.row_at(bytes, self.at);
            if row.is_some() && is_tripled(bytes, self.at) {
                break;
            }
        }
        self.out.text.push_str(&self.text[copied..self.at]);
        self.out.start_units(first_unit, WIDTH);
        true
    }

    fn begin_han(&mut self, original: usize) {
        if self.space.is_some() {
            self.write_space_before_han(original);
        }
        self.out.came_from(original);
        self.last = Last::Han;
    }

    /// A character that stands so many times in a row.
    fn repeated(&mut self, c: char, original: usize, times: usize) {
        let (folded, script) = self.table.fold(c);
        let kept = match times {
            1 | 2 => times,
            _ if self.doubled.contains(&folded) => 2,
            _ => 1,
        };
        for nth in 0..kept {
            self.han(folded, script, original + nth * c.len_utf8());
        }
    }

    fn han(&mut self, c: char, script: Script, original: usize) {
        self.out.scripts.count(script);
        self.begin_han(original);
        self.out.start_unit();
        self.out.text.push(c);
    }

    /// A character out of a wider or composed one.
    fn folded(&mut self, c: char, original: usize) {
        if is_combining_mark(c) || is_invisible(c) {
            return;
        }
        if c.is_ascii_alphanumeric() {
            let c = c.to_ascii_lowercase();
            self.begin_word(original);
            if !self.is_third_written(c) {
                self.out.text.push(c);
            }
        } else if c.is_ascii() {
            self.sign(c, original);
        } else if is_han(c) {
            let (folded, script) = self.table.fold(c);
            self.han(folded, script, original);
        } else {
            self.other(c, original);
        }
    }

    fn is_third_written(&mut self, c: char) -> bool {
        let third = c.is_ascii_alphabetic() && {
            let mut written = self.out.text.chars().rev();
            written.next() == Some(c) && written.next() == Some(c)
        };
        self.out.stretched |= third;
        third
    }

    /// Letters of other scripts, emoji, signs that mean nothing to us.
    fn other(&mut self, c: char, original: usize) {
        self.write_space();
        self.out.came_from(original);
        if c.is_alphanumeric() {
            self.out.start_unit();
        }
        c.to_lowercase().for_each(|c| self.out.text.push(c));
        self.last = Last::Other;
    }

    /// Punctuation, spaces and controls.
    fn sign(&mut self, c: char, original: usize) {
        match c {
            '\n' | '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                self.out.end_sentence();
                self.wait_with_space(original, true);
            }
            ' ' | '\t' | '\r' => self.wait_with_space(original, true),
            '-' | '_' => self.wait_with_space(original, false),
            _ if c.is_whitespace() => self.wait_with_space(original, true),
            _ if c.is_control() => {}
            '\'' | '`' if self.is_inside_word() => {}
            _ => {
                self.write_space();
                self.out.came_from(original);
                self.out.text.push(c);
                self.last = Last::Other;
                self.end_part(c);
            }
        }
    }

    /// Several spaces in a row are one, which stands where the first of them does.
    fn wait_with_space(&mut self, original: usize, is_blank: bool) {
        self.space = self.space.or(Some(original));
        self.is_blank |= is_blank;
    }

    /// Sentence ends and commas.
    fn end_part(&mut self, c: char) {
        let next = self.following();
        match c {
            '!' | '?' | '\u{3002}' | '\u{ff61}' => self.out.end_sentence(),
            '.' if next == Some('.') || self.out.text.ends_with("..") => self.out.end_clause(),
            '.' if next.is_none_or(|c| !c.is_ascii_alphanumeric()) => self.out.end_sentence(),
            ',' if next.is_none_or(|c| !c.is_ascii_digit()) => self.out.end_clause(),
            ':' if next.is_none_or(|c| !c.is_ascii_digit()) => self.out.end_clause(),
            ';' | '(' | ')' | '\u{2026}' | '\u{2014}' => self.out.end_clause(),
            _ => {}
        }
    }

    /// The character after the one at hand.
    fn following(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// Whether the apostrophe at hand stands between two letters.
    fn is_inside_word(&self) -> bool {
        self.last == Last::Word
            && self.space.is_none()
            && self.following().is_some_and(char::is_alphabetic)
    }
}

/// Whether the Chinese character at a byte stands there three times in a row.
#[inline]
fn is_tripled(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at..at + 3 * WIDTH) {
        // the last byte of a character tells most of them apart
        Some(&[a, b, c, d, e, f, ref third @ ..]) => {
            c == f && [a, b] == [d, e] && [a, b, c] == *third
        }
        _ => false,
    }
}

//! What a text is compared by: its words and characters, and which of them stand side by side.

use rustc_hash::FxHashMap;

use crate::engine::text::{Span, Token, mix};

/// Of a long text only so many tokens are looked at: what it is about is said by then, and the cost stays in bounds.
const TOKENS: usize = 400;
/// In place of a number: which one it is says nothing about what is meant.
const NUMBER: u64 = 0x6e75_6d62_6572;
/// In place of what stands between two runs of words: a comma, the beginning, the end.
const EDGE: u64 = 0x6564_6765;

/// The features of a text, each once.
#[derive(Debug, Default)]
pub(super) struct Features {
    /// How often each one is there, and where first, by the order of the text.
    list: Vec<(u64, u32, Span)>,
    places: FxHashMap<u64, usize>,
    run: Vec<(u64, Span)>,
}

impl Features {
    /// Takes the features of a text.
    pub(super) fn take(&mut self, text: &str, tokens: &[Token]) {
        self.list.clear();
        self.places.clear();
        self.run.clear();
        let mut was_word = false;
        for token in tokens.iter().take(TOKENS) {
            let is_word = token.is_word();
            let is_edge = !is_word && !is_letter(token.value);
            // Latin words and Chinese characters are runs of their own.
            if is_edge || is_word != was_word {
                self.end_run();
            }
            was_word = is_word;
            if !is_edge {
                let said = &text.as_bytes()[token.span.start as usize..token.span.end as usize];
                let is_number = said.iter().all(u8::is_ascii_digit);
                let value = if is_number { NUMBER } else { token.value };
                self.run.push((value, token.span));
            }
        }
        self.end_run();
    }

    /// Each with how often it is there, and where first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, u32, Span)> + '_ {
        self.list.iter().copied()
    }

    /// Words by themselves and in pairs; characters also in threes, since one is seldom a word.
    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            self.run = run;
            return;
        };
        self.add(pair(EDGE, first.0), first.1);
        for nth in 0..run.len() {
            let (value, span) = run[nth];
            self.add(mix(value), span);
            let Some((next, end)) = run.get(nth + 1) else {
                continue;
            };
            let two = pair(value, *next);
            self.add(two, over(span, *end));
            if let Some((third, end)) = run.get(nth + 2)
                && value < WORDS_FROM
            {
                self.add(pair(two, *third), over(span, *end));
            }
        }
        self.add(pair(last.0, EDGE), last.1);
        self.run = run;
        self.run.clear();
    }

    fn add(&mut self, feature: u64, span: Span) {
        let next = self.list.len();
        let place = *self.places.entry(feature).or_insert(next);
        match self.list.get_mut(place) {
            Some((_, times, _)) => *times += 1,
            None => self.list.push((feature, 1, span)),
        }
    }
}

/// Characters have smaller values than words.
const WORDS_FROM: u64 = 1 << 32;

fn pair(first: u64, second: u64) -> u64 {
    mix(mix(first).rotate_left(23) ^ second)
}

fn over(first: Span, last: Span) -> Span {
    Span {
        start: first.start,
        end: last.end,
    }
}

fn is_letter(value: u64) -> bool {
    let c = u32::try_from(value).ok().and_then(char::from_u32);
    c.is_some_and(char::is_alphanumeric)
}

//! What a text is compared by: its words and characters, and which of them stand side by side.

use crate::engine::text::{Span, Token, mix};

/// Of a long text only so many tokens are looked at: what it is about is said by then, and the cost stays in bounds.
const TOKENS: usize = 400;
/// In place of a number of any kind: which one it is says nothing about what is meant.
const NUMBER: u64 = 0x6e75_6d62_6572;
/// In place of what stands between two runs of words: a comma, the beginning, the end.
const EDGE: u64 = 0x6564_6765;

/// The features of a text.
#[derive(Debug, Default)]
pub(super) struct Features {
    /// Each time that one is there, and where; the same ones side by side.
    list: Vec<(u64, Span)>,
    run: Vec<(u64, Span)>,
}

impl Features {
    /// Takes the features of a text.
    pub(super) fn take(&mut self, text: &str, tokens: &[Token]) {
        self.list.clear();
        self.run.clear();
        let mut was_word = false;
        let tokens = &tokens[..tokens.len().min(TOKENS)];
        for part in tokens.chunk_by(is_joined) {
            // Whose address it is says nothing either.
            let is_address = part
                .iter()
                .any(|token| token.value == u64::from(u32::from('@')));
            for token in part {
                let is_word = token.is_word();
                let is_edge = is_address || !is_word && !is_letter(token.value);
                // Latin words and Chinese characters are runs of their own.
                if is_edge || is_word != was_word {
                    self.end_run();
                }
                was_word = is_word;
                if !is_edge {
                    self.run.push((value(token, text), token.span));
                }
            }
        }
        self.end_run();
        self.list
            .sort_unstable_by_key(|(feature, span)| (*feature, span.start));
    }

    /// Each one with how often it is there, and where first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, u32, Span)> + '_ {
        let same = self.list.chunk_by(|one, other| one.0 == other.0);
        same.map(|all| (all[0].0, all.len() as u32, all[0].1))
    }

    /// Words by themselves and in pairs; characters also in threes, since one is seldom a word.
    fn end_run(&mut self) {
        let Self { list, run } = self;
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return;
        };
        list.push((pair(EDGE, first.0), first.1));
        list.push((pair(last.0, EDGE), last.1));
        for (nth, (value, span)) in run.iter().enumerate() {
            list.push((mix(*value), *span));
            let Some((next, end)) = run.get(nth + 1) else {
                continue;
            };
            let two = pair(*value, *next);
            list.push((two, over(*span, *end)));
            if let Some((third, end)) = run.get(nth + 2)
                && *value < WORDS_FROM
            {
                list.push((pair(two, *third), over(*span, *end)));
            }
        }
        run.clear();
    }
}

/// Characters have smaller values than words.
const WORDS_FROM: u64 = 1 << 32;

/// Whether two tokens may be parts of one address.
fn is_joined(one: &Token, next: &Token) -> bool {
    let may_be = |token: &Token| {
        let marks = ['@', '.', '-', '_', '+'].map(|mark| u64::from(u32::from(mark)));
        token.is_word() || marks.contains(&token.value)
    };
    one.span.end == next.span.start && may_be(one) && may_be(next)
}

/// What a token counts as: all numbers are one, of orders as of anything else.
fn value(token: &Token, text: &str) -> u64 {
    let said = &text.as_bytes()[token.span.start as usize..token.span.end as usize];
    if said.iter().any(u8::is_ascii_digit) {
        NUMBER
    } else {
        token.value
    }
}

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

//! What a text is compared by: its words and characters, which of them stand side by side, the parts of longer words, which a slip of
//! the fingers or another ending leaves as they were, and what the rules know its words to mean, in whatever language they are.

use smallvec::{SmallVec, smallvec};

use crate::engine::text::{Span, Token, mix};

/// Of a long text only so many tokens are looked at: what it is about is said by then, and the cost stays in bounds.
const TOKENS: usize = 400;
/// In place of a number of any kind: which one it is says nothing about what is meant.
const NUMBER: u64 = 0x6e75_6d62_6572;
/// In place of what stands between two runs of words: a comma, the beginning, the end.
const EDGE: u64 = 0x6564_6765;

/// Beside a meaning, which is a number of its own.
const MEANING: u64 = 0x6d65_616e;
/// In place of where a word begins and ends.
const BRINK: u8 = b'|';
/// So many letters are a part of a word; a word of fewer than the next has none.
const PART: usize = 4;
const PARTED_FROM: usize = 3;
/// Longer words are as good as never words.
const LONGEST: usize = 30;

/// A text that something is learned from, or that is compared with what was learned.
#[derive(Clone, Copy, Debug)]
pub struct Said<'t> {
    /// Its normal form.
    pub text: &'t str,
    /// The tokens of that.
    pub tokens: &'t [Token],
    /// What some of its words are known to mean, as numbers, and where they stand.
    pub meanings: &'t [(u32, Span)],
}

/// The features of a text.
#[derive(Debug, Default)]
pub struct Features {
    /// Each time that one is there, and where; the same ones side by side.
    list: Vec<(u64, Span)>,
    run: Vec<(u64, Span)>,
}

impl Features {
    /// Takes the features of a text.
    pub fn take(&mut self, said: Said<'_>) {
        let text = said.text;
        self.list.clear();
        self.run.clear();
        let mut was_word = false;
        let tokens = &said.tokens[..said.tokens.len().min(TOKENS)];
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
                    self.end_run(text);
                }
                was_word = is_word;
                if !is_edge {
                    self.run.push((value(token, text), token.span));
                }
            }
        }
        self.end_run(text);
        let meanings = said.meanings.iter().take(TOKENS);
        let meant = |(meaning, span): &(u32, Span)| (pair(MEANING, u64::from(*meaning)), *span);
        self.list.extend(meanings.map(meant));
        self.list
            .sort_unstable_by_key(|(feature, span)| (*feature, span.start));
    }

    /// Each one with how often it is there, and where first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, u32, Span)> + '_ {
        let same = self.list.chunk_by(|one, other| one.0 == other.0);
        same.map(|all| (all[0].0, all.len() as u32, all[0].1))
    }

    /// Words by themselves and in pairs; characters also in threes, since one is seldom a word.
    fn end_run(&mut self, text: &str) {
        let Self { list, run } = self;
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return;
        };
        list.push((pair(EDGE, first.0), first.1));
        list.push((pair(last.0, EDGE), last.1));
        for (nth, (value, span)) in run.iter().enumerate() {
            list.push((mix(*value), *span));
            if *value >= WORDS_FROM {
                parts_of(&text[span.start as usize..span.end as usize], |part| {
                    list.push((part, *span));
                });
            }
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

/// The parts of a word, its brinks among them.
fn parts_of(word: &str, mut found: impl FnMut(u64)) {
    if !(PARTED_FROM..=LONGEST).contains(&word.len()) || word.bytes().any(|it| it.is_ascii_digit())
    {
        return;
    }
    let mut letters: SmallVec<[u8; LONGEST + 2]> = smallvec![BRINK];
    letters.extend_from_slice(word.as_bytes());
    letters.push(BRINK);
    for part in letters.windows(PART) {
        let number = part.iter().fold(0, |all, it| all << 8 | u64::from(*it));
        found(pair(EDGE, number));
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

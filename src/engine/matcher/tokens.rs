//! A text as tokens: Latin words and numbers, and every other character for itself. Spaces are gone.
//!
//! The alphabet of the [`Trie`](super::trie::Trie): a rule's word is a sequence of tokens, and so is a message.

use crate::engine::text::Span;

/// One token and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// What it is: the same for the same word or character, and another for any other but by a chance of 1 in 2^64.
    pub value: u64,
    pub span: Span,
    /// Latin letters and digits.
    pub is_word: bool,
}

/// Appends the tokens of a normal form.
pub(super) fn tokenise(text: &str, out: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        let mut value = Value::default();
        let is_word = byte.is_ascii_alphanumeric();
        if is_word {
            while let Some(byte) = bytes.get(at).filter(|byte| byte.is_ascii_alphanumeric()) {
                value.push(*byte);
                at += 1;
            }
        } else {
            at += width(*byte);
            if *byte == b' ' {
                continue;
            }
            let character = bytes.get(start..at).unwrap_or_default();
            character.iter().for_each(|byte| value.push(*byte));
        }
        out.push(Token {
            value: value.finish(),
            span: Span {
                start: start as u32,
                end: at as u32,
            },
            is_word,
        });
    }
}

/// The value of the beginning of a word; never that of a whole word.
pub(super) fn beginning(bytes: &[u8]) -> u64 {
    let mut value = Value::default();
    bytes.iter().for_each(|byte| value.push(*byte));
    value.finish() ^ 0x5555_5555_5555_5555
}

/// Eight bytes are packed as they are; more are folded in.
#[derive(Default)]
struct Value {
    folded: u64,
    packed: u64,
}

impl Value {
    fn push(&mut self, byte: u8) {
        if self.packed >> 56 != 0 {
            self.folded = mix(self.folded ^ self.packed);
            self.packed = 0;
        }
        self.packed = self.packed << 8 | u64::from(byte);
    }

    fn finish(self) -> u64 {
        mix(self.folded ^ self.packed)
    }
}

/// Spreads a value over all bits; two different ones stay different.
pub(super) fn mix(value: u64) -> u64 {
    let value = (value ^ value >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    value ^ value >> 29
}

/// The bytes of a character by its first one.
fn width(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

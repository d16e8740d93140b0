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
        let is_word = byte.is_ascii_alphanumeric();
        let length = if is_word {
            let rest = bytes[at..].iter();
            rest.take_while(|byte| byte.is_ascii_alphanumeric()).count()
        } else {
            width(*byte)
        };
        if *byte != b' ' {
            out.push(Token {
                value: value(bytes, at, length),
                span: Span {
                    start: at as u32,
                    end: (at + length) as u32,
                },
                is_word,
            });
        }
        at += length;
    }
}

/// The value of the beginning of a word; never that of a whole word.
pub(super) fn beginning(bytes: &[u8]) -> u64 {
    value(bytes, 0, bytes.len()) ^ 0x5555_5555_5555_5555
}

/// Up to eight bytes are packed as they are; more are folded in.
fn value(bytes: &[u8], start: usize, length: usize) -> u64 {
    let whole = length / 8;
    let folded = (0..whole).fold(
        0,
        |folded, nth| mix(folded ^ packed(bytes, start + 8 * nth)),
    );
    let left = length % 8;
    if left == 0 {
        return mix(folded ^ 8);
    }
    // read eight bytes where there are eight, and keep those that belong here
    let rest = packed(bytes, start + 8 * whole) & (u64::MAX >> (64 - 8 * left));
    mix(folded ^ rest)
}

/// Eight bytes of a text, or as many as there are.
fn packed(bytes: &[u8], at: usize) -> u64 {
    match bytes
        .get(at..at + 8)
        .and_then(|it| <[u8; 8]>::try_from(it).ok())
    {
        Some(eight) => u64::from_le_bytes(eight),
        None => {
            let rest = bytes.get(at..).unwrap_or_default().iter().take(8);
            rest.rev()
                .fold(0, |packed, byte| packed << 8 | u64::from(*byte))
        }
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

//! A text as tokens: Latin words and numbers, and every other character for itself. Spaces are gone.
//!
//! The alphabet of the matcher: a rule's word is a sequence of tokens, and so is a message.

use super::chars::is_word_byte;
use super::normalised::Span;

/// One token and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What it is: the code of a character; for a word, with the highest bit set, the same for the same word and another for any
    /// other but by a chance of 1 in 2^63.
    pub value: u64,
    /// Where in the normal form.
    pub span: Span,
}

impl Token {
    /// Whether it is made of Latin letters and digits.
    pub fn is_word(&self) -> bool {
        self.value & WORD != 0
    }
}

/// What tells a word from a character.
const WORD: u64 = 1 << 63;

/// Appends the tokens of a normal form.
pub fn tokenise(text: &str, out: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let (length, value) = if is_word_byte(*byte) {
            let rest = &bytes[at..];
            let end = rest.iter().position(|byte| !is_word_byte(*byte));
            let length = end.unwrap_or(rest.len());
            (length, word(bytes, at, length))
        } else {
            let (length, code) = character(bytes, at);
            (length, u64::from(code))
        };
        if *byte != b' ' {
            out.push(Token {
                value,
                span: Span {
                    start: at as u32,
                    end: (at + length) as u32,
                },
            });
        }
        at += length;
    }
}

/// The bytes and the code of the character that starts at a byte of a text.
fn character(bytes: &[u8], at: usize) -> (usize, u32) {
    let low = |nth: usize| u32::from(bytes.get(at + nth).copied().unwrap_or_default() & 0x3f);
    let first = u32::from(bytes[at]);
    match first {
        0xf0.. => (4, (first & 7) << 18 | low(1) << 12 | low(2) << 6 | low(3)),
        0xe0.. => (3, (first & 15) << 12 | low(1) << 6 | low(2)),
        0xc0.. => (2, (first & 31) << 6 | low(1)),
        _ => (1, first),
    }
}

/// The value of the beginning of a word; never that of a whole word.
pub fn beginning(bytes: &[u8]) -> u64 {
    word(bytes, 0, bytes.len()) ^ 0x5555_5555_5555_5555
}

/// Up to eight bytes are packed as they are; more are folded in.
fn word(bytes: &[u8], start: usize, length: usize) -> u64 {
    // most words are short
    if length < 8 {
        return mix(packed(bytes, start) & !(u64::MAX << (8 * length))) | WORD;
    }
    let whole = length / 8;
    let folded = (0..whole).fold(
        0,
        |folded, nth| mix(folded ^ packed(bytes, start + 8 * nth)),
    );
    let left = length % 8;
    if left == 0 {
        return mix(folded ^ 8) | WORD;
    }
    // read eight bytes where there are eight, and keep those that belong here
    let rest = packed(bytes, start + 8 * whole) & (u64::MAX >> (64 - 8 * left));
    mix(folded ^ rest) | WORD
}

/// Eight bytes of a text from a place in it, or as many as there are.
fn packed(bytes: &[u8], at: usize) -> u64 {
    if let Some((eight, _)) = bytes[at..].split_first_chunk::<8>() {
        return u64::from_le_bytes(*eight);
    }
    match bytes.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last) >> (8 * (at + 8 - bytes.len())),
        None => {
            let rest = bytes[at..].iter().rev();
            rest.fold(0, |packed, byte| packed << 8 | u64::from(*byte))
        }
    }
}

/// Spreads a value over all bits; two different ones stay different.
pub fn mix(value: u64) -> u64 {
    let value = (value ^ value >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    value ^ value >> 29
}

//! Single characters and bytes: what is part of a word, what nobody sees.

/// Latin letters and digits.
static IS_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

/// Whether a byte is a Latin letter or a digit.
#[must_use]
#[inline]
pub fn is_word_byte(byte: u8) -> bool {
    IS_WORD[usize::from(byte)]
}

/// Full-width Latin letters, digits and signs are their ASCII twins.
pub(super) fn fold_width(c: char) -> char {
    char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
}

/// Whether nobody sees a character: keyboards and copying leave them behind.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        || (c.is_control() && !c.is_whitespace())
}

//! What blanks between Chinese characters mean: most people who type one mean a comma, some texts have one after each character, and
//! some have their words set apart.

use super::chars::is_invisible;
use super::han::is_han;

/// A text has its words set apart when it has so many pieces at least ...
const PIECES: usize = 3;
/// ... and so many characters in one on average at most: more than a word of everyday speech has, fewer than a part of a sentence.
const CHARACTERS: usize = 2;

/// Whether the first of some characters is a Chinese one and the next is none.
pub(super) fn stands_apart(chars: impl Iterator<Item = char>) -> bool {
    let mut chars = chars.filter(|c| !is_invisible(*c));
    chars.next().is_some_and(is_han) && !chars.next().is_some_and(is_han)
}

/// Whether a Chinese text has its words set apart from end to end.
pub(super) fn words_apart(text: &str) -> bool {
    let pieces = text.split_whitespace().filter(|it| it.starts_with(is_han));
    let (pieces, characters) = pieces.fold((0, 0), |(pieces, characters), piece| {
        (
            pieces + 1,
            characters + piece.chars().filter(|c| is_han(*c)).count(),
        )
    });
    pieces >= PIECES && characters <= CHARACTERS * pieces
}

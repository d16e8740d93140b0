//! Texts in one form: what a customer typed, folded so that a rule word is compared byte by byte.
//!
//! Case, width, script, hyphens, repeated letters and invisible characters are gone afterwards; sentences, clauses and the way back
//! to the original bytes are kept. Knows nothing about rules.

mod chars;
mod han;
mod language;
mod normalise;
mod normalised;
mod spacing;
#[cfg(test)]
mod tests;
mod tokens;

pub use chars::{is_invisible, is_word_byte};
pub use han::{is_han, simplify, simplify_char};
pub use language::{DetectedLanguage, detect};
pub use normalise::Normaliser;
pub use normalised::{Normalised, Span};
pub use tokens::{Token, beginning, mix, tokenise};

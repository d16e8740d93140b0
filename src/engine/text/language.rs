//! Which of the three languages a message is written in.

use crate::domain::language::Language;

use super::normalised::Normalised;

/// A language, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetectedLanguage {
    /// The language.
    pub language: Language,
    /// Only characters that both Chinese scripts share: a conversation that was traditional before stays so.
    pub guessed: bool,
}

/// The language of a message; none when there is nothing to tell by: digits, emoji, an order number.
///
/// A message with Chinese characters is Chinese unless Latin words outnumber them two to one.
#[must_use]
pub fn detect(message: &Normalised) -> Option<DetectedLanguage> {
    let scripts = message.scripts();
    let words = message.latin_words();
    if scripts.han == 0 || words > 2 * scripts.han as usize {
        return (words > 0).then_some(DetectedLanguage {
            language: Language::En,
            guessed: false,
        });
    }
    let language = if scripts.traditional > scripts.simplified {
        Language::ZhHant
    } else {
        Language::ZhHans
    };
    Some(DetectedLanguage {
        language,
        guessed: scripts.traditional == scripts.simplified,
    })
}

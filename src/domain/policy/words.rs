//! What a merchant says in its own words, in as many languages as it says it.

use std::collections::BTreeMap;

use crate::domain::language::Language;

/// A text of the merchant's: in several languages, or in one of which nobody said which it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    by_language: BTreeMap<Language, String>,
    plain: Option<String>,
}

impl Words {
    /// A text in a language that nobody named.
    #[must_use]
    pub const fn plain(text: String) -> Self {
        Self {
            by_language: BTreeMap::new(),
            plain: Some(text),
        }
    }

    /// Whether nothing is said at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_language.is_empty() && self.plain.is_none()
    }

    /// Whether it is what this text says, in whatever language.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        let mut all = self.by_language.values().chain(&self.plain);
        all.any(|one| one == text)
    }

    /// The text for somebody who reads this language. Where there is none in it, one in the other Chinese script is the next best,
    /// and then whatever there is: better a sentence in another language than nothing about one's money.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Option<&str> {
        let of = |language: &Language| self.by_language.get(language);
        let related = || {
            let mut chinese = [Language::ZhHans, Language::ZhHant].iter();
            chinese.find_map(|one| of(one).filter(|_| language.is_chinese()))
        };
        let found = of(&language).or_else(related).or(self.plain.as_ref());
        found
            .or_else(|| self.by_language.values().next())
            .map(String::as_str)
    }
}

impl FromIterator<(Language, String)> for Words {
    fn from_iter<T: IntoIterator<Item = (Language, String)>>(texts: T) -> Self {
        Self {
            by_language: texts.into_iter().collect(),
            plain: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Words;
    use crate::domain::language::Language::{En, ZhHans, ZhHant};

    #[test]
    fn everybody_gets_the_text_that_they_can_read_best() {
        let words: Words = [(En, "days".to_owned()), (ZhHant, "tian".to_owned())]
            .into_iter()
            .collect();
        let table = [(En, "days"), (ZhHant, "tian"), (ZhHans, "tian")];
        for (language, expected) in table {
            assert_eq!(words.in_language(language), Some(expected), "{language}");
        }
        let english: Words = [(En, "days".to_owned())].into_iter().collect();
        assert_eq!(english.in_language(ZhHans), Some("days"));
        assert_eq!(Words::plain("x".to_owned()).in_language(En), Some("x"));
        assert_eq!(Words::default().in_language(En), None);
    }
}

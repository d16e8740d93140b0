//! The three languages the desk speaks. A message may mix them; an answer never does.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language of replies, named by its BCP 47 tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Language {
    /// Simplified Chinese.
    #[serde(rename = "zh-Hans")]
    ZhHans,
    /// Traditional Chinese, in the wording of Taiwan and Hong Kong.
    #[serde(rename = "zh-Hant")]
    ZhHant,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// All languages, in the order in which tables list them.
    pub const ALL: [Self; 3] = [Self::ZhHans, Self::ZhHant, Self::En];

    /// The BCP 47 tag, which is also the key in rule files.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhHans => "zh-Hans",
            Self::ZhHant => "zh-Hant",
            Self::En => "en",
        }
    }

    /// Whether this language is written in Chinese characters.
    #[must_use]
    pub const fn is_chinese(self) -> bool {
        matches!(self, Self::ZhHans | Self::ZhHant)
    }

    /// Two texts as one: Chinese sentences stand side by side, others have a space between.
    #[must_use]
    pub fn join(self, first: &str, second: &str) -> String {
        let between = if self.is_chinese() { "" } else { " " };
        format!("{first}{between}{second}")
    }

    /// What stands between a label and what it labels.
    #[must_use]
    pub const fn colon(self) -> &'static str {
        if self.is_chinese() { "\u{ff1a}" } else { ": " }
    }

    /// The language that a browser's or a shop's locale asks for: `zh-TW`, `zh_CN`, `en-GB`; none for one we do not speak.
    #[must_use]
    pub fn from_locale(locale: &str) -> Option<Self> {
        let lower = locale.to_ascii_lowercase().replace('_', "-");
        let mut parts = lower.split('-');
        match parts.next()? {
            "en" => Some(Self::En),
            "zh" | "yue" => {
                let traditional = parts.any(|part| matches!(part, "hant" | "tw" | "hk" | "mo"));
                Some(if traditional || lower.starts_with("yue") {
                    Self::ZhHant
                } else {
                    Self::ZhHans
                })
            }
            _ => None,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|language| language.tag() == tag)
            .ok_or_else(|| UnknownLanguage(tag.to_owned()))
    }
}

/// A tag that names none of our languages.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no language of the desk: use zh-Hans, zh-Hant or en")]
pub struct UnknownLanguage(String);

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn a_locale_leads_to_the_language_people_read() {
        let table = [
            ("zh-TW", Some(Language::ZhHant)),
            ("zh_HK", Some(Language::ZhHant)),
            ("zh-Hant-CN", Some(Language::ZhHant)),
            ("yue", Some(Language::ZhHant)),
            ("zh", Some(Language::ZhHans)),
            ("zh-CN", Some(Language::ZhHans)),
            ("en-GB", Some(Language::En)),
            ("fr", None),
            ("", None),
        ];
        for (locale, expected) in table {
            assert_eq!(Language::from_locale(locale), expected, "{locale}");
        }
    }
}

//! Answers that are ready to be sent, with places that are filled in from the conversation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{AgentId, MerchantId};
use super::is_default;
use super::wording::Texts;

/// Characters of a name, and of a word that an answer is found by.
const NAME: usize = 40;
/// An answer is found by so many words beside its name.
const KEYS: usize = 12;

/// What a place may be filled with.
pub const VARIABLES: [&str; 6] = [
    "order.id",
    "order.amount",
    "customer.name",
    "agent.name",
    "due_date",
    "answer_by",
];

/// An answer that is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canned {
    /// What it is called by.
    pub name: String,
    /// What it is found by beside its name and its words: pinyin initials, abbreviations.
    pub keys: Vec<String>,
    /// What it says, in each language.
    pub texts: Texts,
}

/// What stands in braces in a text.
pub fn variables_in(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split('{').skip(1);
    pieces.filter_map(|piece| piece.split_once('}').map(|(name, _)| name))
}

/// An answer that an agent wrote beside those of the rules: for whoever sees the same merchants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCanned {
    /// What it is called by.
    pub name: CannedName,
    /// Whose agents have it; none for everybody's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub merchant: Option<MerchantId>,
    /// Who wrote it last.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
    /// What it is found by beside its name and its words.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keys: Vec<String>,
    /// What it says, in at least one language.
    pub texts: Texts,
}

/// What an answer is called by: what is typed after `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CannedName(String);

/// Why an answer cannot be kept as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCanned {
    /// Not a name.
    #[error("a name has 1 to {NAME} letters, digits, `_` and `-`")]
    Name,
    /// Too many words to find it by, or too long ones.
    #[error("at most {KEYS} words to find it by, of 1 to {NAME} characters each")]
    Keys,
    /// It says nothing.
    #[error("it has to say something in at least one language")]
    Silent,
    /// Something in braces that nothing is known by.
    #[error("nothing is known by the name `{0}`: there are {variables}", variables = VARIABLES.join(", "))]
    Variable(String),
}

impl CannedName {
    /// A name, without the spaces around it.
    ///
    /// # Errors
    /// When it is empty, too long, or has other characters than letters of any script, digits, `_` and `-`.
    pub fn parse(text: &str) -> Result<Self, InvalidCanned> {
        let text = text.trim();
        let fits = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let length = text.chars().count();
        if length == 0 || length > NAME || !text.chars().all(fits) {
            return Err(InvalidCanned::Name);
        }
        Ok(Self(text.to_lowercase()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CannedName {
    type Error = InvalidCanned;

    fn try_from(text: String) -> Result<Self, InvalidCanned> {
        Self::parse(&text)
    }
}

impl From<CannedName> for String {
    fn from(name: CannedName) -> Self {
        name.0
    }
}

impl OwnCanned {
    /// Whether it can be kept: found by a few words, something to say, and nothing to fill in that nobody knows.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), InvalidCanned> {
        let is_long = |key: &String| key.trim().is_empty() || key.chars().count() > NAME;
        if self.keys.len() > KEYS || self.keys.iter().any(is_long) {
            return Err(InvalidCanned::Keys);
        }
        if self.texts.is_empty() || self.texts.values().any(|text| text.trim().is_empty()) {
            return Err(InvalidCanned::Silent);
        }
        let mut variables = self.texts.values().flat_map(|text| variables_in(text));
        match variables.find(|name| !VARIABLES.contains(name)) {
            Some(unknown) => Err(InvalidCanned::Variable(unknown.to_owned())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CannedName, InvalidCanned, OwnCanned, variables_in};
    use crate::domain::ids::AgentId;
    use crate::domain::language::Language;

    fn own(text: &str) -> OwnCanned {
        OwnCanned {
            name: CannedName::parse("late").unwrap(),
            merchant: None,
            by: AgentId::parse("mei").unwrap(),
            at: jiff::Timestamp::UNIX_EPOCH,
            keys: vec!["wd".to_owned()],
            texts: [(Language::En, text.to_owned())].into(),
        }
    }

    #[test]
    fn an_answer_says_something_and_leaves_nothing_to_fill_in_that_nobody_knows() {
        assert_eq!(own("Hello {customer.name}").check(), Ok(()));
        assert_eq!(own(" ").check(), Err(InvalidCanned::Silent));
        let unknown = InvalidCanned::Variable("order.ammount".to_owned());
        assert_eq!(own("{order.ammount}").check(), Err(unknown));
        let crowded = OwnCanned {
            keys: vec!["x".to_owned(); 13],
            ..own("hello")
        };
        assert_eq!(crowded.check(), Err(InvalidCanned::Keys));
    }

    #[test]
    fn a_name_is_one_word_of_any_script() {
        assert_eq!(CannedName::parse(" Late_2 ").unwrap().as_str(), "late_2");
        assert!(CannedName::parse("\u{9000}\u{6b3e}").is_ok());
        for bad in ["", "two words", "a/b", "a\0b", &"x".repeat(41)] {
            assert_eq!(CannedName::parse(bad), Err(InvalidCanned::Name), "{bad:?}");
        }
    }

    #[test]
    fn what_stands_in_braces_is_a_variable() {
        let of = |text| variables_in(text).collect::<Vec<_>>();
        assert_eq!(
            of("Hello {customer.name}: {order.id}."),
            ["customer.name", "order.id"]
        );
        assert!(of("no } braces { here").is_empty());
    }
}

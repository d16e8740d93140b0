//! Labels: short words that conversations are found and counted by.

use serde::{Deserialize, Serialize};

/// No label is longer, in characters.
const LABEL: usize = 40;

/// A short word that a conversation is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

/// Why a text is no label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a label has 1 to {LABEL} characters, all of them to be seen")]
pub struct InvalidLabel;

impl Label {
    /// The label as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Label {
    type Error = InvalidLabel;

    fn try_from(text: String) -> Result<Self, InvalidLabel> {
        let text = text.trim().to_lowercase();
        let hides = |c: char| {
            c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        };
        if text.is_empty() || text.chars().count() > LABEL || text.contains(hides) {
            return Err(InvalidLabel);
        }
        Ok(Self(text))
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.0
    }
}

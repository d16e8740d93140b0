//! What a merchant never takes back because somebody changed their mind: kinds of things, told by the names of what was bought.

use super::Words;

/// A kind of thing that is not taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// Its name in the policy.
    pub kind: String,
    /// What customers read.
    pub label: Words,
    /// An item is of this kind when its name has one of these words.
    pub words: Vec<String>,
}

impl Excluded {
    /// Whether an item with this name is of the kind.
    #[must_use]
    pub fn covers(&self, item: &str) -> bool {
        let item = item.to_lowercase();
        let words = self.words.iter().map(|word| word.trim().to_lowercase());
        words
            .filter(|word| !word.is_empty())
            .any(|word| has_word(&item, &word))
    }
}

/// Whether a name has a word: a Latin one as a whole word, in the singular or plural, so that a ring is not in a spring mattress;
/// any other wherever it stands, because Chinese has no spaces.
pub(crate) fn has_word(name: &str, word: &str) -> bool {
    if !word.is_ascii() {
        return name.contains(word);
    }
    let singular = word.strip_suffix('s').filter(|rest| rest.len() > 2);
    [Some(word), singular]
        .into_iter()
        .flatten()
        .any(|stem| stands_alone(name, stem))
}

/// Whether a Latin word stands in a name, as it is or in the plural.
fn stands_alone(name: &str, stem: &str) -> bool {
    name.match_indices(stem).any(|(at, _)| {
        let before = name.get(..at).unwrap_or_default();
        let after = name.get(at + stem.len()..).unwrap_or_default();
        let mut ends = ["", "s", "es"]
            .iter()
            .filter_map(|end| after.strip_prefix(end));
        !before.ends_with(is_letter) && ends.any(|rest| !rest.starts_with(is_letter))
    })
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::{Excluded, Words};

    #[test]
    fn a_kind_is_told_by_whole_words_and_by_characters() {
        let kind = |word: &str| Excluded {
            kind: "kind".to_owned(),
            label: Words::default(),
            words: vec![word.to_owned()],
        };
        let table = [
            ("gift card", "Gift Card 40", true),
            ("gift cards", "Gift card 40", true),
            ("gift card", "2 gift cards", true),
            ("dress", "Two dresses", true),
            ("ring", "Spring mattress", false),
            ("ring", "Silver rings (2)", true),
            ("glass", "Glasses", true),
            ("ring", "Ringer", false),
            ("\u{5361}", "\u{79ae}\u{54c1}\u{5361}40", true),
            ("", "anything", false),
        ];
        for (word, item, expected) in table {
            assert_eq!(kind(word).covers(item), expected, "{word} in {item}");
        }
    }
}

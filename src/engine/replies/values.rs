//! What placeholders stand for in one reply.

use std::collections::BTreeMap;

use crate::engine::replies::placeholder::Placeholder;

/// The texts that placeholders become. One that has not been set is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<Placeholder, String>);

impl Values {
    /// No values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value, whatever it was before. It is text and stays text: nothing in it is read as part of a template.
    ///
    /// Line breaks become spaces; other control characters and characters that turn the direction of writing are dropped, so that
    /// an order number cannot rearrange the sentence around it.
    pub fn set(&mut self, placeholder: Placeholder, text: &str) {
        self.0.insert(placeholder, clean(text));
    }

    /// The same, for building values in one expression.
    #[must_use]
    pub fn with(mut self, placeholder: Placeholder, text: &str) -> Self {
        self.set(placeholder, text);
        self
    }

    /// The names of all that has been set.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.0
            .keys()
            .map(|placeholder| placeholder.name().to_owned())
            .collect()
    }

    /// What a placeholder stands for; empty when it has not been set.
    #[must_use]
    pub fn get(&self, placeholder: Placeholder) -> &str {
        self.0.get(&placeholder).map_or("", String::as_str)
    }
}

fn clean(text: &str) -> String {
    let spaced = text.chars().map(|c| match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
        other => other,
    });
    let kept: String = spaced
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .collect();
    kept.trim().to_owned()
}

/// Direction marks, embeddings, overrides and isolates, and what has no width. Not the joiners: emoji and some scripts need them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::{Placeholder, Values};

    #[test]
    fn a_value_cannot_rearrange_the_text_around_it() {
        let table = [
            ("A1042", "A1042"),
            ("A\u{202e}2401", "A2401"),
            ("A\u{2066}1\u{2069}\u{200f}", "A1"),
            ("A\u{1b}[31m\u{0}1", "A[31m1"),
            ("two\nlines\r", "two lines"),
            ("\u{feff}A\u{200b}1", "A1"),
            ("\u{1f469}\u{200d}\u{1f467}", "\u{1f469}\u{200d}\u{1f467}"),
        ];
        for (given, expected) in table {
            let values = Values::new().with(Placeholder::OrderId, given);
            assert_eq!(values.get(Placeholder::OrderId), expected, "{given:?}");
        }
        assert_eq!(Values::new().get(Placeholder::OrderId), "");
    }
}

//! What placeholders stand for in one reply.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use crate::engine::replies::placeholder::Placeholder;

/// Where the texts come from that placeholders become.
pub trait Source {
    /// What a placeholder stands for; none where nothing is known, or not to be told.
    fn text(&self, placeholder: Placeholder) -> Option<Cow<'_, str>>;
}

/// The texts that placeholders become. A text is made when a reply comes to it, and once: a reply speaks of few of all the things that
/// are known. One of which nothing is known is empty.
#[derive(Default)]
pub struct Values<'s> {
    source: Option<Box<dyn Source + 's>>,
    texts: Texts,
}

/// The texts that have been made, in the order of the placeholders.
struct Texts([OnceCell<String>; Placeholder::ALL.len()]);

impl Default for Texts {
    fn default() -> Self {
        Self([const { OnceCell::new() }; Placeholder::ALL.len()])
    }
}

impl<'s> Values<'s> {
    /// No values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Values that a source knows.
    #[must_use]
    pub fn from(source: impl Source + 's) -> Self {
        Self {
            source: Some(Box::new(source)),
            texts: Texts::default(),
        }
    }

    /// Sets a value, whatever it was before. It is text and stays text: nothing in it is read as part of a template.
    ///
    /// Line breaks become spaces; other control characters and characters that turn the direction of writing are dropped, so that
    /// an order number cannot rearrange the sentence around it.
    pub fn set(&mut self, placeholder: Placeholder, text: &str) {
        self.texts.0[placeholder as usize] = OnceCell::from(clean(text));
    }

    /// The same, for building values in one expression.
    #[must_use]
    pub fn with(mut self, placeholder: Placeholder, text: &str) -> Self {
        self.set(placeholder, text);
        self
    }

    /// The names of all that was set or asked for, as far as there is something to say about it.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let made = Placeholder::ALL.iter().zip(&self.texts.0);
        let told = made.filter(|(_, text)| text.get().is_some_and(|text| !text.is_empty()));
        told.map(|(placeholder, _)| placeholder.name().to_owned())
            .collect()
    }

    /// What a placeholder stands for; empty when nothing is known of it.
    #[must_use]
    pub fn get(&self, placeholder: Placeholder) -> &str {
        self.texts.0[placeholder as usize].get_or_init(|| {
            let source = self.source.as_ref();
            let text = source.and_then(|source| source.text(placeholder));
            text.map(|text| clean(&text)).unwrap_or_default()
        })
    }
}

impl fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Values").field(&self.names()).finish()
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
    use std::borrow::Cow;

    use super::{Placeholder, Source, Values};

    /// Knows everything but the window.
    struct Known;

    impl Source for Known {
        fn text(&self, placeholder: Placeholder) -> Option<Cow<'_, str>> {
            let is_known = placeholder != Placeholder::PolicyWindowDays;
            is_known.then(|| Cow::Borrowed(placeholder.name()))
        }
    }

    #[test]
    fn the_facts_that_were_used_are_those_that_were_asked_for_and_known() {
        let values = Values::from(Known).with(Placeholder::DueBy, "Monday");
        assert_eq!(values.get(Placeholder::OrderId), "order.id");
        assert_eq!(values.get(Placeholder::PolicyWindowDays), "");
        assert_eq!(values.get(Placeholder::DueBy), "Monday");
        assert_eq!(values.names(), ["order.id", "due.by"]);
    }

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

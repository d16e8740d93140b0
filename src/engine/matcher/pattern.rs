//! A regular expression that waits for its literal. Of hundreds a desk meets few, so that each is compiled when it is first tried, which
//! is when a text has all that a match of it contains.

use std::sync::OnceLock;

use regex::Regex;

use super::traces::{Required, Traces};
use crate::engine::rules::pattern::compile;
use crate::engine::text::{Normalised, Span, simplify};

/// A regular expression over the normal form of a text.
#[derive(Debug)]
pub(super) struct Pattern {
    written: Box<str>,
    required: OnceLock<Required>,
    /// None would be one that cannot be compiled, which loading has refused.
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// One as it is written in a rule file, and found correct.
    pub(super) fn new(written: &str) -> Self {
        Self {
            written: written.into(),
            required: OnceLock::new(),
            compiled: OnceLock::new(),
        }
    }

    /// The places where it matches.
    pub(super) fn find<'a>(
        &'a self,
        text: &'a Normalised,
        traces: &mut Traces,
    ) -> impl Iterator<Item = Span> + 'a {
        let required = self
            .required
            .get_or_init(|| Required::of(&simplify(&self.written)));
        let may_match = required.may_be_in(traces.of(text.text()));
        let regex = may_match.then(|| self.regex()).flatten();
        let places = regex
            .into_iter()
            .flat_map(|regex| regex.find_iter(text.text()));
        let some = places.filter(|place| !place.is_empty());
        some.map(|place| Span {
            start: place.start() as u32,
            end: place.end() as u32,
        })
    }

    fn regex(&self) -> Option<&Regex> {
        let compiled = self
            .compiled
            .get_or_init(|| compile(&fold(&self.written)).ok());
        compiled.as_ref()
    }
}

/// An expression sees the normal form of a text, so the characters in it are folded as the text's are.
fn fold(regex: &str) -> String {
    format!("(?i){}", simplify(regex))
}

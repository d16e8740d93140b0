//! A regular expression that waits for its literal. Of hundreds a desk meets few, so that each is compiled when it is first tried.

use std::sync::OnceLock;

use regex::Regex;

use crate::engine::rules::pattern::compile;
use crate::engine::text::{Normalised, Span, simplify};

/// A regular expression over the normal form of a text.
#[derive(Debug)]
pub(super) struct Pattern {
    written: Box<str>,
    /// None would be one that cannot be compiled, which loading has refused.
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// One as it is written in a rule file, and found correct.
    pub(super) fn new(written: &str) -> Self {
        Self {
            written: written.into(),
            compiled: OnceLock::new(),
        }
    }

    /// The places where it matches.
    pub(super) fn find<'a>(&'a self, text: &'a Normalised) -> impl Iterator<Item = Span> + 'a {
        let regex = self
            .compiled
            .get_or_init(|| compile(&fold(&self.written)).ok());
        let places = regex.iter().flat_map(|regex| regex.find_iter(text.text()));
        let some = places.filter(|place| !place.is_empty());
        some.map(|place| Span {
            start: place.start() as u32,
            end: place.end() as u32,
        })
    }
}

/// An expression sees the normal form of a text, so the characters in it are folded as the text's are.
fn fold(regex: &str) -> String {
    format!("(?i){}", simplify(regex))
}

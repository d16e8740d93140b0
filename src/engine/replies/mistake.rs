//! What can be wrong with a reply as it is written.

use std::ops::Range;

/// What is wrong with a template, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub kind: MistakeKind,
    /// Where.
    pub at: Range<usize>,
}

/// What can be wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MistakeKind {
    /// It is not written as templates are.
    Syntax(&'static str),
    /// It speaks of something that does not exist.
    UnknownPlaceholder(String),
}

impl Mistake {
    /// A mistake in how it is written.
    pub(super) fn syntax(what: &'static str, at: Range<usize>) -> Self {
        Self {
            kind: MistakeKind::Syntax(what),
            at,
        }
    }
}

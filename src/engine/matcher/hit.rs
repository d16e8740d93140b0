//! What one pass over a message notes: the strings of the rules in it, and the words that nothing knows.

use crate::engine::text::Span;

/// Words of rules are shorter than this.
pub(super) const LONGEST: u32 = 512;

/// A string of the rules in a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub key: u32,
    pub span: Span,
    /// Inside a longer word that means something else.
    pub hidden: bool,
}

/// A word that is to be looked at for typing mistakes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unknown {
    pub span: Span,
    /// So many letters at its beginning are right: those of a word that may go on, if one is there.
    pub right: u32,
}

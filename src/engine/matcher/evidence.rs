//! The words of a message by which a rule holds.

use crate::engine::text::Span;

/// What says that a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Evidence {
    pub span: Span,
    /// Words of the customer's, and not a question mark or an order number, which two matters may have in common.
    pub is_word: bool,
}

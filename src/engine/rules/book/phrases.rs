//! Whole sentences that customers write, by what they mean: what the matcher learns a likeness from.

use super::{Located, Place};
use crate::domain::ids::IntentId;

/// Sentences that mean the same: one list under `[phrases]`.
#[derive(Clone, Debug)]
pub struct Phrases {
    /// What they mean; none for what no list should claim: small talk, other people's business, and what rules alone tell.
    pub intent: Option<IntentId>,
    /// The sentences.
    pub sentences: Vec<Located<String>>,
    /// Where the list's name stands.
    pub at: Place,
}

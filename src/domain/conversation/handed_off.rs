//! What a person gets with a conversation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::brief::Brief;
use crate::domain::handoff::HandoffReason;
use crate::domain::priority::Priority;

/// What a person gets when the bot hands over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handoff {
    /// Why, as a code that is counted.
    pub reason: HandoffReason,
    /// How urgent.
    pub priority: Priority,
    /// The team it goes to.
    pub team: Option<String>,
    /// By when somebody has to have answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_by: Option<Timestamp>,
    /// The story so far.
    pub brief: Brief,
}

//! What an agent has begun to write and not sent: kept on the desk, so that it is there on another machine, too.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{AgentId, ConversationId};
use super::is_default;

/// An agent's draft in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenDraft {
    /// Where.
    pub conversation: ConversationId,
    /// Whose.
    pub agent: AgentId,
    /// When it was last changed.
    pub at: Timestamp,
    /// In which browser, as it calls itself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub browser: String,
    /// To the customer, secrets masked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reply: String,
    /// For colleagues.
    #[serde(default, skip_serializing_if = "is_default")]
    pub note: String,
}

impl WrittenDraft {
    /// Whether nothing stands in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.reply.trim().is_empty() && self.note.trim().is_empty()
    }
}

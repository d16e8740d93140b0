//! An earlier use of a file, as an agent sees it.

use serde::Serialize;

use crate::domain::evidence::{Likeness, Reuse};
use crate::domain::ids::{ConversationId, OrderId};

/// Where a file, or a picture that looks the same, was handed in before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct EarlierUse {
    /// The conversation.
    pub conversation: ConversationId,
    /// The order that it was about, if that was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// The name of the file there.
    pub sha256: String,
    /// How it is like the new one.
    pub likeness: Likeness,
}

impl From<Reuse> for EarlierUse {
    fn from(reuse: Reuse) -> Self {
        Self {
            conversation: reuse.conversation,
            order: reuse.order,
            sha256: reuse.hash.to_string(),
            likeness: reuse.likeness,
        }
    }
}

impl EarlierUse {
    pub(super) fn in_words(&self) -> String {
        let likeness = match self.likeness {
            Likeness::SameFile => "the same file",
            Likeness::LooksAlike => "a picture that looks the same",
        };
        let order = self.order.as_ref();
        let order = order.map(|order| format!(", for order {order}"));
        let order = order.unwrap_or_default();
        format!("\n{likeness} in conversation {}{order}", self.conversation)
    }
}

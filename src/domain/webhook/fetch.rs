//! A file that a customer sent on a platform, and that is still to be fetched: it waits in the outbox of the account like what is said, is
//! tried again like it, and holds up none of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Delivery, DeliveryId, DeliveryState, EventKind};
use crate::domain::channel::Recipient;
use crate::domain::conversation::{Conversation, Revision};
use crate::domain::ids::ConversationId;
use crate::domain::is_default;

/// Which file of whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToFetch {
    /// Where it was sent.
    pub conversation: ConversationId,
    /// The platform's name for the customer.
    pub user: String,
    /// The platform's name for the file.
    pub file: String,
    /// The message that it came with, on platforms that want to know.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reply: Option<String>,
}

impl Delivery {
    /// A file to be fetched, which has not been numbered.
    #[must_use]
    pub fn to_fetch(
        row: &Conversation,
        from: &Recipient,
        file: &str,
        name: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id: DeliveryId {
                endpoint: from.outbox.clone(),
                number: 0,
            },
            revision: Revision(0),
            merchant: row.merchant.clone(),
            event: name,
            kind: EventKind::MessageReceived,
            at: now,
            about: format!("file:{}", row.id),
            body: String::new(),
            message: None,
            fetch: Some(ToFetch {
                conversation: row.id.clone(),
                user: from.user.clone(),
                file: file.to_owned(),
                reply: from.reply.clone(),
            }),
            attempts: 0,
            failure: None,
            tries: Vec::new(),
            state: DeliveryState::Waiting { from: now },
        }
    }
}

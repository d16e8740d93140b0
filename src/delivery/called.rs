//! What whoever runs the senders gives them to call: delivery decides nothing about a conversation, and has no words of its own.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::domain::conversation::{Conversation, Event};
use crate::domain::ids::{ConversationId, EndpointId};
use crate::domain::webhook::ToFetch;

/// Who is told that a conversation has changed.
pub type OnChange = Arc<dyn Fn(&ConversationId) + Send + Sync>;

/// What goes behind something that was said, where its platform cannot show all of it.
pub type MoreOnPage = Arc<
    dyn Fn(&Conversation, &Event) -> Pin<Box<dyn Future<Output = Option<String>> + Send>>
        + Send
        + Sync,
>;

/// The brief of a hand-over in the words of those who are to read it.
pub type BriefInWords = Arc<dyn Fn(&Conversation, &Event) -> String + Send + Sync>;

/// What the desk did with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileTaken {
    /// It is kept.
    Kept,
    /// It is none that the desk takes, and why.
    Refused(String),
    /// The desk could not, and is to be asked again.
    Later,
}

/// Gives the desk a file of a customer.
pub type OnFile = Arc<
    dyn Fn(EndpointId, ToFetch, Vec<u8>) -> Pin<Box<dyn Future<Output = FileTaken> + Send>>
        + Send
        + Sync,
>;

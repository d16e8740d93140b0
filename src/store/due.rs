//! What is due.

use crate::domain::account::TokenHash;
use crate::domain::channel::PlatformId;
use crate::domain::ids::ConversationId;

/// Something whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// A snoozed conversation comes back.
    Snoozed(ConversationId),
    /// A promise of a conversation is to be looked at.
    Promise(ConversationId),
    /// What is owed in a conversation is soon late, or late.
    Service(ConversationId),
    /// A session has ended.
    Session(TokenHash),
    /// A platform's name for a message need not be kept any longer.
    Known(PlatformId),
    /// An agent's log-in has ended.
    LogIn(TokenHash),
}

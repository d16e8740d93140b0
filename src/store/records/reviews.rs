//! The review list: what agents said of the bot's answers, under the conversation and the answer, so that each stands once.

use crate::domain::conversation::Seq;
use crate::domain::ids::ConversationId;
use crate::store::keys::Key;

/// The key that links are signed by.
pub(crate) const LINK_KEY: &[u8] = b"K";

/// All of a conversation.
pub(crate) fn of(conversation: &ConversationId) -> Vec<u8> {
    Key::new(b'V').id(conversation.as_str()).done()
}

/// One of them.
pub(crate) fn key(conversation: &ConversationId, reply: Seq) -> Vec<u8> {
    Key::from(&of(conversation))
        .fixed(&reply.0.to_be_bytes())
        .done()
}

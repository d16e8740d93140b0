//! The keys of what is due: by when, and what.

use jiff::Timestamp;

use super::Key;
use crate::domain::account::TokenHash;
use crate::domain::ids::ConversationId;

/// Messages wait for an answer since `heard`.
pub(crate) fn burst(heard: Timestamp, conversation: &ConversationId) -> Vec<u8> {
    Key::new(b'b').time(heard).id(conversation.as_str()).done()
}

/// A conversation comes back by itself.
pub(crate) fn snoozed(until: Timestamp, conversation: &ConversationId) -> Vec<u8> {
    let key = Key::new(b't').time(until).fixed(b"c");
    key.id(conversation.as_str()).done()
}

/// A promise of a conversation is to be looked at.
pub(crate) fn promise(look_at: Timestamp, conversation: &ConversationId) -> Vec<u8> {
    let key = Key::new(b't').time(look_at).fixed(b"p");
    key.id(conversation.as_str()).done()
}

/// What is owed in a conversation is soon late.
pub(crate) fn service(look_at: Timestamp, conversation: &ConversationId) -> Vec<u8> {
    let key = Key::new(b't').time(look_at).fixed(b"l");
    key.id(conversation.as_str()).done()
}

/// A log-in ends.
pub(crate) fn log_in_end(at: Timestamp, token: &TokenHash) -> Vec<u8> {
    Key::new(b't').time(at).fixed(b"v").fixed(&token.0).done()
}

/// A session ends.
pub(crate) fn expiry(at: Timestamp, token: &TokenHash) -> Vec<u8> {
    Key::new(b't').time(at).fixed(b"s").fixed(&token.0).done()
}

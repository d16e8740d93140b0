//! What waits in outboxes, and the conversations that it is said in, by the keys that a commit changed.

use std::ops::Range;

use super::{after, id_of, waiting_at};
use crate::domain::ids::{ConversationId, EndpointId};

const CONVERSATIONS: &[u8] = b"c";
const WAITING: &[u8] = b"w";

/// Where rows of conversations stand, and what waits.
pub(crate) fn waited_for() -> [Range<Vec<u8>>; 2] {
    [CONVERSATIONS, WAITING].map(|kind| kind.to_vec()..after(kind))
}

/// The conversation whose row stands there.
pub(crate) fn conversation_at(key: &[u8]) -> Option<ConversationId> {
    let (id, _) = id_of(key.strip_prefix(CONVERSATIONS)?)?;
    ConversationId::parse(id).ok()
}

/// The number of what waits there, where it waits in this outbox.
pub(crate) fn waiting_number(key: &[u8], outbox: &EndpointId) -> Option<u64> {
    let number = key.strip_prefix(waiting_at(outbox).as_slice())?;
    Some(u64::from_be_bytes(number.try_into().ok()?))
}

//! What waits in outboxes, and the conversations that it is said in, by the keys that a commit changed.

use std::ops::Range;

use super::{Key, after, id_of, waiting_at};
use crate::domain::ids::{ConversationId, EndpointId};
use crate::domain::webhook::{Delivery, DeliveryState};

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

/// What waits in an outbox to be said in a conversation.
pub(crate) fn waiting_in(outbox: &EndpointId, conversation: &ConversationId) -> Vec<u8> {
    let key = Key::new(b'W').id(outbox.as_str());
    key.id(conversation.as_str()).done()
}

/// Where a delivery stands among those that wait to be said in its conversation; nowhere if it does not wait, or is said in none.
pub(crate) fn place_in(delivery: &Delivery) -> Option<Vec<u8>> {
    let waits = matches!(delivery.state, DeliveryState::Waiting { .. });
    let to = delivery.message.as_ref().filter(|_| waits)?;
    let all = waiting_in(&delivery.id.endpoint, &to.message.conversation);
    Some(Key(all).fixed(&delivery.id.number.to_be_bytes()).done())
}

/// The number of what stands there.
pub(crate) fn number_at(place: &[u8]) -> Option<u64> {
    place.last_chunk().copied().map(u64::from_be_bytes)
}

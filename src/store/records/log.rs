//! The log of a conversation as it is kept: the events that one commit appends stand in one record, under the number of the last of
//! them. A turn is one record and not three, and who reads on after a number meets the record with the next event first.
//!
//! A record of one event is that event by itself, which is also how earlier programs kept each of them.

use crate::domain::conversation::{Event, Seq};
use crate::store::error::StoreError;
use crate::store::record;

/// The record of events that follow each other, and the number it stands under; none for no events.
pub(crate) fn encode(events: &[Event]) -> Result<Option<(Seq, Vec<u8>)>, StoreError> {
    let Some(last) = events.last() else {
        return Ok(None);
    };
    let bytes = match events {
        [event] => record::encode(event)?,
        events => record::encode(&events)?,
    };
    Ok(Some((last.seq, bytes)))
}

/// The events of a record.
pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Event>, StoreError> {
    match is_list(bytes) {
        true => record::decode(bytes),
        false => record::decode(bytes).map(|event| vec![event]),
    }
}

/// The event with this number among those of a record.
pub(crate) fn find(bytes: &[u8], seq: Seq) -> Result<Option<Event>, StoreError> {
    let events = decode(bytes)?.into_iter();
    Ok(events.into_iter().find(|event| event.seq == seq))
}

/// MessagePack says in its first byte whether a list follows; an event is a map.
fn is_list(bytes: &[u8]) -> bool {
    matches!(bytes.get(1), Some(0x90..=0x9f | 0xdc | 0xdd))
}

//! Where a file that was handed in is found again: by its conversation, its name and its look.
//!
//! The indexes follow from the events: a file that no event names is in none of them, and is served to nobody.

use crate::domain::conversation::{Event, EventBody};
use crate::domain::ids::MerchantId;
use crate::store::keys::files::{handed_in, looks, used};

/// The places of an event in the indexes of evidence.
pub(in crate::store) fn places(merchant: &MerchantId, event: &Event) -> Vec<Vec<u8>> {
    let EventBody::Attached { file, .. } = &event.body else {
        return Vec::new();
    };
    let seq = event.seq.0.to_be_bytes();
    let own = handed_in(&event.conversation, &file.hash).fixed(&seq);
    let used = used(&file.hash, merchant).id(event.conversation.as_str());
    let looks = file.look.into_iter().flat_map(|look| {
        look.bands().map(move |band| {
            let key = looks(merchant, band).fixed(&look.0.to_be_bytes());
            key.id(event.conversation.as_str()).fixed(&seq).done()
        })
    });
    [own.done(), used.fixed(&seq).done()]
        .into_iter()
        .chain(looks)
        .collect()
}

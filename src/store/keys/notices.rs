//! The keys of notices, and of who waits to hear of their end.

use std::ops::Range;

use super::Key;
use crate::domain::ids::{ConversationId, MerchantId, NoticeId};
use crate::domain::notice::Notice;

/// The notices of a merchant, or those for everybody, about which something is left to be done.
pub(crate) fn live_notices(merchant: Option<&MerchantId>) -> Vec<u8> {
    let merchant = merchant.map_or("", MerchantId::as_str);
    Key::new(b'h').id(merchant).done()
}

/// All of these, whosever.
pub(crate) const fn all_live_notices() -> Range<&'static [u8]> {
    b"h".as_slice()..b"i".as_slice()
}

/// The others.
pub(crate) fn settled_notices(merchant: Option<&MerchantId>) -> Vec<u8> {
    let merchant = merchant.map_or("", MerchantId::as_str);
    Key::new(b'H').id(merchant).done()
}

/// Where a notice may stand.
pub(crate) fn notice_places(merchant: Option<&MerchantId>, id: &NoticeId) -> [Vec<u8>; 2] {
    [live_notices(merchant), settled_notices(merchant)].map(|all| Key(all).id(id.as_str()).done())
}

/// Where a notice stands.
pub(crate) fn notice(notice: &Notice) -> Vec<u8> {
    let [live, settled] = notice_places(notice.affected.merchant.as_ref(), &notice.id);
    if notice.settled { settled } else { live }
}

/// The conversations whose customers are told when a notice ends.
pub(crate) fn linked_to(notice: &NoticeId) -> Vec<u8> {
    Key::new(b'l').id(notice.as_str()).done()
}

/// One of them.
pub(crate) fn linked(notice: &NoticeId, conversation: &ConversationId) -> Vec<u8> {
    let key = Key(linked_to(notice));
    key.id(conversation.as_str()).done()
}

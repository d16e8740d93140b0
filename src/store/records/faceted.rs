//! The keys of lists that have only the conversations with a facet.

use crate::domain::ids::MerchantId;
use crate::store::keys::Key;
use crate::store::records::inbox::{self, View};

/// Something that a conversation has: a sign for what it is, and its value.
pub(in crate::store) type Facet = (u8, String);

/// What the keys of all lists begin with that have only the conversations with some facet of a kind.
pub(in crate::store) fn kind(merchant: Option<&MerchantId>, view: &View, kind: u8) -> Vec<u8> {
    let key = view.append(Key::new(b'I').id(inbox::scope(merchant)));
    key.fixed(&[kind]).done()
}

/// What the keys of a list begin with that has only the conversations with a facet.
pub(in crate::store) fn list(
    merchant: Option<&MerchantId>,
    view: &View,
    (sign, value): &Facet,
) -> Vec<u8> {
    Key::from(&kind(merchant, view, *sign)).id(value).done()
}

//! The orders of a contact, the newest first: found by an address, and counted without being read.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::{Key, id_of};
use crate::domain::ids::{MerchantId, OrderId};
use crate::domain::order::Order;

/// The orders of somebody: `address` is a folded e-mail address or phone number. Eight bytes of its hash keep the keys short, which
/// halves what the largest index costs; two addresses may share them, so whoever reads compares the orders' own addresses.
pub(crate) fn contact(merchant: &MerchantId, address: &str) -> Vec<u8> {
    let hash = Sha256::digest(address.as_bytes());
    let key = Key::new(b'x').id(merchant.as_str());
    key.fixed(&hash[..8]).done()
}

/// Where an order stands among those of a contact: the newest first, to the second.
pub(crate) fn contact_order(contact: &[u8], order: &Order) -> Vec<u8> {
    let key = Key(contact_since(contact, order.created_at));
    key.id(order.id.as_str()).done()
}

/// Where those of a contact's orders end that were placed since a time.
pub(crate) fn contact_since(contact: &[u8], at: Timestamp) -> Vec<u8> {
    let second = at.as_second().clamp(0, u32::MAX.into());
    let second = u32::try_from(second).unwrap_or(u32::MAX);
    let key = Key(contact.to_vec()).fixed(&(!second).to_be_bytes());
    key.done()
}

/// When the order at a place among those of a contact was placed, to the second.
pub(crate) fn placed_at(time: &[u8]) -> Option<Timestamp> {
    let second = !u32::from_be_bytes(time.try_into().ok()?);
    Timestamp::from_second(second.into()).ok()
}

/// The order at a place among those of a contact, and what it is sorted by.
pub(crate) fn order_at<'a>(place: &'a [u8], contact: &[u8]) -> Option<(&'a [u8], OrderId)> {
    let (time, rest) = place.get(contact.len()..)?.split_at_checked(4)?;
    let (id, _) = id_of(rest)?;
    Some((time, OrderId::parse(id).ok()?))
}

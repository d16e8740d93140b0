//! Claims by whoever made them: the index follows from the claims, in the same batch.

use std::collections::BTreeSet;

use crate::domain::abuse::CustomerKey;
use crate::domain::claim::{Claim, OrderClaims};
use crate::domain::ids::MerchantId;
use crate::store::disk::tx::Tx;
use crate::store::keys::Key;

/// The places of all claims on an order. Two claims at the same moment share theirs.
pub(in crate::store) fn places(claims: &OrderClaims) -> BTreeSet<Vec<u8>> {
    let place = |claim: &Claim, key: &CustomerKey| {
        let place = by(&claims.merchant, key).time_back(claim.created_at);
        place.id(claims.order.as_str()).done()
    };
    let claims = claims.claims.iter();
    claims
        .flat_map(|claim| claim.by.iter().map(move |key| place(claim, key)))
        .collect()
}

/// Adds the places of new claims. A claim is never taken out; it is found by nothing any more when its customer is erased.
pub(in crate::store) fn update(tx: &mut Tx<'_>, old: Option<&OrderClaims>, new: &OrderClaims) {
    let known = old.map(places).unwrap_or_default();
    let now = places(new);
    known
        .difference(&now)
        .for_each(|place| tx.unmark(place.clone()));
    now.difference(&known)
        .for_each(|place| tx.mark(place.clone()));
}

pub(crate) fn by(merchant: &MerchantId, key: &CustomerKey) -> Key {
    let begun = Key::new(b'C').id(merchant.as_str());
    begun.fixed(&key.bytes())
}

//! Claims by whoever made them, and how much the same people bought: the index follows from the claims, in the same batch.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::apply;
use super::door::Store;
use super::error::StoreError;
use super::keys::{self, Key};
use super::local::Local;
use super::tx::Tx;
use crate::domain::abuse::CustomerKey;
use crate::domain::claim::{Claim, OrderClaims};
use crate::domain::ids::{MerchantId, OrderId};

/// The places of all claims on an order. Two claims at the same moment share theirs.
pub(super) fn places(claims: &OrderClaims) -> BTreeSet<Vec<u8>> {
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
pub(super) fn update(tx: &mut Tx<'_>, old: Option<&OrderClaims>, new: &OrderClaims) {
    let known = old.map(places).unwrap_or_default();
    let now = places(new);
    known
        .difference(&now)
        .for_each(|place| tx.unmark(place.clone()));
    now.difference(&known)
        .for_each(|place| tx.mark(place.clone()));
}

fn by(merchant: &MerchantId, key: &CustomerKey) -> Key {
    let begun = Key::new(b'C').id(merchant.as_str());
    begun.fixed(&key.bytes())
}

impl Local {
    /// The orders with claims that have this key, the newest claim first.
    fn claimed_by(
        &self,
        merchant: &MerchantId,
        key: &CustomerKey,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<OrderId>, StoreError> {
        let from = by(merchant, key).done();
        let to = by(merchant, key).time_back(since).done();
        let found = self.keys(&from, &keys::after(&to), limit)?;
        let orders = found.iter().filter_map(|(place, _)| {
            let rest = place.get(from.len() + size_of::<u64>()..)?;
            let (order, _) = keys::id_of(rest)?;
            OrderId::parse(order).ok()
        });
        Ok(orders.collect())
    }

    /// When somebody placed their orders since a time. The places tell it: no order is read.
    fn placed_since(
        &self,
        merchant: &MerchantId,
        (email, phone): (Option<&str>, Option<&str>),
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<Timestamp>, StoreError> {
        // An order that both addresses lead to is one.
        let mut placed = BTreeMap::new();
        for address in apply::addresses(email, phone) {
            let contact = keys::contact(merchant, &address);
            let end = keys::after(&keys::contact_since(&contact, since));
            for (place, _) in self.keys(&contact, &end, limit)? {
                let found = keys::order_at(&place, &contact);
                let found = found.and_then(|(time, id)| Some((id, keys::placed_at(time)?)));
                placed.extend(found);
            }
        }
        Ok(placed.into_values().collect())
    }
}

impl Store {
    /// The claims on orders of whoever has one of these keys, made since a time: at most so many orders for each key.
    ///
    /// # Errors
    /// As every read.
    pub async fn claimed_by(
        &self,
        merchant: &MerchantId,
        by: &[CustomerKey],
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<OrderClaims>, StoreError> {
        match self {
            Self::Sled(local) => {
                let mut orders = BTreeSet::new();
                for key in by {
                    orders.extend(local.claimed_by(merchant, key, since, limit)?);
                }
                let mut found = Vec::new();
                for order in &orders {
                    found.extend(local.claims(merchant, order)?);
                }
                Ok(found)
            }
        }
    }

    /// When a merchant's customer placed orders since a time, as far as `limit` goes for each address: whether by e-mail or by phone, each
    /// order once.
    ///
    /// # Errors
    /// As every read.
    pub async fn placed_since(
        &self,
        merchant: &MerchantId,
        email: Option<&str>,
        phone: Option<&str>,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<Timestamp>, StoreError> {
        match self {
            Self::Sled(local) => local.placed_since(merchant, (email, phone), since, limit),
        }
    }
}

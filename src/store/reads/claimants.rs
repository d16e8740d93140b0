//! Reading whose claims are whose, and how much the same people bought.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::abuse::CustomerKey;
use crate::domain::claim::OrderClaims;
use crate::domain::ids::{MerchantId, OrderId};
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::local::Local;
use crate::store::records::claimants::by;
use crate::store::records::places;

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
        for address in places::addresses(email, phone) {
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

//! Looking up what a turn needs to know.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Desk, DeskError};
use crate::domain::conversation::{Conversation, Identity};
use crate::domain::ids::MerchantId;
use crate::domain::order::Order;
use crate::domain::tally::{Tally, TallyKey};
use crate::engine::dialogue::{Facts, Needs};
use crate::store::Address;

/// So many orders of a signed-in customer are offered to choose from.
const OWN_ORDERS: usize = 5;

impl Desk {
    /// Looks up what a message needs. An order that is not there takes the same path as one that is.
    pub(super) async fn facts(
        &self,
        conversation: &Conversation,
        needs: &Needs,
        address: Option<&str>,
        now: Timestamp,
    ) -> Result<Facts, DeskError> {
        let site = self.site(&conversation.site)?;
        let merchant = &conversation.merchant;
        let mut orders: BTreeMap<_, Order> = BTreeMap::new();
        let mut locked = BTreeSet::new();
        for id in &needs.orders {
            if let Some(order) = self.store.order(merchant, id).await? {
                orders.insert(id.clone(), order);
            }
            if self
                .is_spent(TallyKey::Order(merchant.clone(), id.clone()), now)
                .await?
            {
                locked.insert(id.clone());
            }
        }
        let mut own_orders = Vec::new();
        if let Some(identity) = conversation.identity.as_ref().filter(|_| needs.own_orders) {
            let found = self.orders_of(merchant, identity).await?;
            own_orders = found.iter().map(|order| order.id.clone()).collect();
            orders.extend(found.into_iter().map(|order| (order.id.clone(), order)));
        }
        let address_locked = match address {
            Some(address) if !needs.orders.is_empty() => {
                self.is_spent(TallyKey::Address(address.to_owned()), now)
                    .await?
            }
            _ => false,
        };
        let site = super::turn::site_facts(site, self.options.turn_budget, now);
        Ok(Facts {
            now,
            site,
            orders,
            own_orders,
            locked,
            address_locked,
        })
    }

    /// The orders of the person whom the shop signed in, the newest first.
    async fn orders_of(
        &self,
        merchant: &MerchantId,
        identity: &Identity,
    ) -> Result<Vec<Order>, DeskError> {
        let mut found = Vec::new();
        if let Some(email) = identity.email.as_deref() {
            found.extend(
                self.store
                    .orders_of_contact(merchant, Address::Email(email), OWN_ORDERS)
                    .await?,
            );
        }
        if let Some(phone) = identity.phone.as_deref() {
            found.extend(
                self.store
                    .orders_of_contact(merchant, Address::Phone(phone), OWN_ORDERS)
                    .await?,
            );
        }
        found.sort_by(|a, b| {
            b.created_at
                .cmp(&a.created_at)
                .then_with(|| a.id.cmp(&b.id))
        });
        found.dedup_by(|a, b| a.id == b.id);
        found.truncate(OWN_ORDERS);
        Ok(found)
    }

    async fn is_spent(&self, key: TallyKey, now: Timestamp) -> Result<bool, DeskError> {
        Ok(self
            .store
            .tally(&key)
            .await?
            .is_some_and(|tally| tally.is_spent(now)))
    }

    /// One more wrong proof, counted for the order number and for the address.
    pub(super) async fn more_wrong_proofs(
        &self,
        keys: Vec<TallyKey>,
        now: Timestamp,
    ) -> Result<Vec<Tally>, DeskError> {
        let mut tallies = Vec::new();
        for key in keys {
            tallies.push(Tally::add(self.store.tally(&key).await?, key, now));
        }
        Ok(tallies)
    }
}

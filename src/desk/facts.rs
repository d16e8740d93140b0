//! Looking up what a turn needs to know.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::customers::apply::shown;
use super::{Desk, DeskError};
use crate::domain::claim::{OpenClaims, OrderClaims};
use crate::domain::conversation::Conversation;
use crate::domain::ids::{MerchantId, OrderId};
use crate::domain::judge::History;
use crate::domain::order::Order;
use crate::domain::proof::ProofLevel;
use crate::domain::site::Site;
use crate::domain::tally::TallyKey;
use crate::engine::dialogue::{Facts, Needs, SiteFacts};
use crate::store::MAX_PAGE;

/// So many orders of a signed-in customer are looked up: one more than are offered to choose from, so that it is known whether there are more.
const OWN_ORDERS: usize = 6;
/// So many pages of orders with claims are looked through for those that are open.
const CLAIM_PAGES: usize = 5;

/// What is known of the orders that a message names.
#[derive(Default)]
struct Named {
    orders: BTreeMap<OrderId, Order>,
    claims: BTreeMap<OrderId, OrderClaims>,
    /// Those at which too many guesses were made.
    locked: BTreeSet<OrderId>,
}

impl Desk {
    /// Looks up what a message needs. An order that is not there takes the same path as one that is.
    pub(super) async fn facts(
        &self,
        conversation: &Conversation,
        needs: &Needs,
        address: Option<&str>,
        now: Timestamp,
    ) -> Result<Facts, DeskError> {
        let merchant = &conversation.merchant;
        let Named {
            mut orders,
            mut claims,
            locked,
        } = self.named_orders(conversation, needs, now).await?;
        let own = self.own_orders(conversation, needs).await?;
        let own_orders = own.iter().map(|order| order.id.clone()).collect();
        for order in own {
            if !claims.contains_key(&order.id)
                && let Some(found) = self.store.claims(merchant, &order.id).await?
            {
                claims.insert(order.id.clone(), found);
            }
            orders.insert(order.id.clone(), order);
        }
        for (id, order) in &mut orders {
            if let Some(claims) = claims.get(id) {
                claims.show_in(order);
            }
        }
        let open_claims = match needs.open_claims {
            true => Some(self.open_claims(merchant).await?),
            false => None,
        };
        let histories = self.histories(conversation, &orders, now).await?;
        let address = address.filter(|_| !needs.orders.is_empty());
        let address_locked = self.is_address_spent(address, now).await?;
        let site = self.site_facts(self.site(&conversation.site)?, now).await?;
        Ok(Facts {
            now,
            site,
            orders,
            claims,
            histories,
            own_orders,
            open_claims,
            locked,
            address_locked,
        })
    }

    /// What is known of the orders that a message names.
    async fn named_orders(
        &self,
        conversation: &Conversation,
        needs: &Needs,
        now: Timestamp,
    ) -> Result<Named, DeskError> {
        let merchant = &conversation.merchant;
        let mut named = Named::default();
        for id in &needs.orders {
            if let Some(order) = self.store.order(merchant, id).await? {
                named.orders.insert(id.clone(), order);
            }
            // Looked for whether the order is there or not: it takes as long either way.
            if let Some(found) = self.store.claims(merchant, id).await? {
                named.claims.insert(id.clone(), found);
            }
            // Nobody guesses at what they have shown to be theirs.
            let proven = conversation.memory.proven.get(id);
            if proven < Some(&ProofLevel::Contact)
                && self
                    .is_spent(TallyKey::Order(merchant.clone(), id.clone()), now)
                    .await?
            {
                named.locked.insert(id.clone());
            }
        }
        Ok(named)
    }

    async fn is_address_spent(
        &self,
        address: Option<&str>,
        now: Timestamp,
    ) -> Result<bool, DeskError> {
        match address {
            Some(address) => {
                self.is_spent(TallyKey::Address(address.to_owned()), now)
                    .await
            }
            None => Ok(false),
        }
    }

    /// The histories of those on whose orders something may be claimed in this turn: a matter is at hand, and the order is shown to be
    /// theirs.
    async fn histories(
        &self,
        conversation: &Conversation,
        orders: &BTreeMap<OrderId, Order>,
        now: Timestamp,
    ) -> Result<BTreeMap<OrderId, History>, DeskError> {
        let memory = &conversation.memory;
        let mut histories = BTreeMap::new();
        if memory.topic.is_none() && memory.parked.is_empty() {
            return Ok(histories);
        }
        for (id, order) in orders {
            if shown(conversation, order) >= ProofLevel::Contact {
                histories.insert(id.clone(), self.history(order, now).await?);
            }
        }
        Ok(histories)
    }

    async fn site_facts(&self, site: &Site, now: Timestamp) -> Result<SiteFacts, DeskError> {
        let policy = self.policy_of(&site.merchant);
        Ok(SiteFacts {
            notices: self.open_notices(&site.merchant, &site.id).await?,
            ..super::turn::site_facts(site, policy, self.options.turn_budget, now)
        })
    }

    /// The open claims of a merchant, among so many orders with claims.
    async fn open_claims(&self, merchant: &MerchantId) -> Result<OpenClaims, DeskError> {
        let mut open = OpenClaims::default();
        let mut last: Option<OrderId> = None;
        for _ in 0..CLAIM_PAGES {
            let page = self.store.claims_of(merchant, last.as_ref(), MAX_PAGE);
            let page = page.await?;
            for claims in &page {
                open.add(claims);
            }
            open.more = page.len() == MAX_PAGE;
            last = page.into_iter().next_back().map(|claims| claims.order);
            if !open.more {
                break;
            }
        }
        Ok(open)
    }

    /// The orders of the person whom the shop signed in, where the message needs them.
    async fn own_orders(
        &self,
        conversation: &Conversation,
        needs: &Needs,
    ) -> Result<Vec<Order>, DeskError> {
        let Some(identity) = conversation.identity.as_ref().filter(|_| needs.own_orders) else {
            return Ok(Vec::new());
        };
        let (email, phone) = (identity.email.as_deref(), identity.phone.as_deref());
        let merchant = &conversation.merchant;
        let found = self.store.orders_of(merchant, email, phone, OWN_ORDERS);
        Ok(found.await?)
    }
}

//! Reading what waits to be delivered, what was, and what was given up.

use tokio::sync::watch;

use crate::domain::ids::{ConversationId, EndpointId};
use crate::domain::webhook::{Delivery, DeliveryId, EndpointRecord};
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::local::Local;
use crate::store::page::MAX_PAGE;
use crate::store::record;

/// So many keys are read at once where they are only counted.
const COUNTED: usize = 1000;

impl Local {
    fn endpoint(&self, id: &EndpointId) -> Result<EndpointRecord, StoreError> {
        let stored = self.get(&keys::endpoint(id))?;
        let stored = stored.map(|bytes| record::decode(&bytes)).transpose()?;
        Ok(stored.unwrap_or_default())
    }

    fn delivery(&self, id: &DeliveryId) -> Result<Option<Delivery>, StoreError> {
        for key in keys::deliveries(id) {
            if let Some(bytes) = self.get(&key)? {
                return Ok(Some(record::decode(&bytes)?));
            }
        }
        Ok(None)
    }

    /// All outboxes that were ever put something into.
    fn outboxes(&self) -> Result<Vec<EndpointId>, StoreError> {
        let (mut from, to) = keys::endpoints();
        let mut all = Vec::new();
        loop {
            let page = self.keys(&from, &to, MAX_PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(all);
            };
            from = [last, &[0][..]].concat();
            all.extend(page.iter().filter_map(|(key, _)| keys::endpoint_of(key)));
        }
    }

    fn count_waiting(&self, id: &EndpointId) -> Result<usize, StoreError> {
        let all = keys::waiting_at(id);
        let (mut from, mut count) = (all.clone(), 0);
        loop {
            let page = self.keys(&from, &keys::after(&all), COUNTED)?;
            let Some((last, _)) = page.last() else {
                return Ok(count);
            };
            count += page.len();
            from = [last, &[0][..]].concat();
        }
    }

    /// Those that wait to be said in a conversation.
    fn waiting_in(
        &self,
        outbox: &EndpointId,
        conversation: &ConversationId,
    ) -> Result<Vec<Delivery>, StoreError> {
        let all = keys::waiting_in(outbox, conversation);
        let places = self.keys(&all, &keys::after(&all), usize::MAX)?.into_iter();
        let numbers = places.filter_map(|(place, _)| keys::number_at(&place));
        let found = numbers.map(|number| {
            let endpoint = outbox.clone();
            self.delivery(&DeliveryId { endpoint, number })
        });
        found.filter_map(Result::transpose).collect()
    }

    /// Those behind `after`, of those that begin with `all`.
    fn deliveries(
        &self,
        all: &[u8],
        after: u64,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        let from = [all, &after.saturating_add(1).to_be_bytes()].concat();
        let page = self.page(&from, &keys::after(all), limit.min(MAX_PAGE))?;
        page.iter()
            .map(|(_, bytes)| record::decode(bytes))
            .collect()
    }
}

impl Local {
    /// Those with a number below `before`, of those that begin with `all`, the newest first.
    fn newest_deliveries(
        &self,
        all: &[u8],
        before: u64,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        let to = [all, &before.to_be_bytes()].concat();
        // No more are kept than can be looked through, and of those that are not wanted nothing is read but where they stand.
        let mut newest = self.keys(all, &to, usize::MAX)?;
        let mut page = Vec::with_capacity(limit.min(MAX_PAGE));
        while let Some((key, first)) = newest.pop()
            && page.len() < limit.min(MAX_PAGE)
        {
            if let Some(bytes) = self.whole(&key, first)? {
                page.push(record::decode(&bytes)?);
            }
        }
        Ok(page)
    }
}

/// The outbox as others see it.
impl Store {
    /// Changes whenever an endpoint is to be told something.
    #[must_use]
    pub fn outbox_changes(&self) -> watch::Receiver<()> {
        match self {
            Self::Sled(local) => local.outbox_changes(),
        }
    }

    /// What is known of an endpoint; of one that was never told anything, nothing.
    ///
    /// # Errors
    /// As every read.
    pub async fn endpoint(&self, id: &EndpointId) -> Result<EndpointRecord, StoreError> {
        match self {
            Self::Sled(local) => local.endpoint(id),
        }
    }

    /// All outboxes that were ever put something into: of endpoints, and of accounts at platforms, whether they are still configured or not.
    ///
    /// # Errors
    /// As every read.
    pub async fn outboxes(&self) -> Result<Vec<EndpointId>, StoreError> {
        match self {
            Self::Sled(local) => local.outboxes(),
        }
    }

    /// So many deliveries wait in an outbox.
    ///
    /// # Errors
    /// As every read.
    pub async fn count_waiting(&self, id: &EndpointId) -> Result<usize, StoreError> {
        match self {
            Self::Sled(local) => local.count_waiting(id),
        }
    }

    /// A delivery, wherever it stands; none once it has arrived and is not kept.
    ///
    /// # Errors
    /// As every read.
    pub async fn delivery(&self, id: &DeliveryId) -> Result<Option<Delivery>, StoreError> {
        match self {
            Self::Sled(local) => local.delivery(id),
        }
    }

    /// Up to `limit` deliveries of an endpoint that wait (at most [`crate::store::MAX_PAGE`]), in the order in which they are sent, behind a
    /// number.
    ///
    /// # Errors
    /// As every read.
    pub async fn waiting_deliveries(
        &self,
        endpoint: &EndpointId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        match self {
            Self::Sled(local) => local.deliveries(&keys::waiting_at(endpoint), after, limit),
        }
    }

    /// What waits in an outbox to be said in a conversation, in the order in which it is sent.
    ///
    /// # Errors
    /// As every read.
    pub async fn waiting_in(
        &self,
        outbox: &EndpointId,
        conversation: &ConversationId,
    ) -> Result<Vec<Delivery>, StoreError> {
        match self {
            Self::Sled(local) => local.waiting_in(outbox, conversation),
        }
    }

    /// As [`Self::waiting_deliveries`], of those that were given up.
    ///
    /// # Errors
    /// As every read.
    pub async fn failed_deliveries(
        &self,
        endpoint: &EndpointId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        match self {
            Self::Sled(local) => local.deliveries(&keys::failed_at(endpoint), after, limit),
        }
    }

    /// Up to `limit` deliveries of an endpoint that have arrived and are kept (at most [`crate::store::MAX_PAGE`]), the newest first, before a
    /// number.
    ///
    /// # Errors
    /// As every read.
    pub async fn delivered_deliveries(
        &self,
        endpoint: &EndpointId,
        before: u64,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        match self {
            Self::Sled(local) => {
                local.newest_deliveries(&keys::delivered_at(endpoint), before, limit)
            }
        }
    }
}

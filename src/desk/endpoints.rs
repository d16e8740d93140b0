//! A merchant's endpoints: what they were told, what they took, and what is to be sent again or to be tried.

use jiff::Timestamp;
use serde::Deserialize;

use super::{Desk, DeskError};
use crate::clock;
use crate::domain::account::ApiKey;
use crate::domain::ids::EndpointId;
use crate::domain::webhook::{
    Delivery, DeliveryId, EndpointChange, EndpointRecord, Subscription, endpoint_test,
};
use crate::store::Commit;

/// Which deliveries are listed.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Those to one endpoint; to all of the merchant's if none is named.
    pub endpoint: Option<EndpointId>,
    /// Those that stand so; what was given up and what waits if nothing is said.
    pub state: Option<DeliveryStand>,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStand {
    /// It is tried again.
    Waiting,
    /// It was given up.
    Failed,
    /// It has arrived.
    Delivered,
}

impl Wanted {
    fn stands(&self) -> Vec<DeliveryStand> {
        match self.state {
            Some(one) => vec![one],
            None => vec![DeliveryStand::Failed, DeliveryStand::Waiting],
        }
    }

    fn is_wanted(&self, endpoint: &EndpointId) -> bool {
        self.endpoint.as_ref().is_none_or(|one| one == endpoint)
    }
}

impl Desk {
    /// The endpoints of the key's merchant, and what is known of each.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn endpoints(
        &self,
        key: &ApiKey,
    ) -> Result<Vec<(Subscription, EndpointRecord)>, DeskError> {
        let mut found = Vec::new();
        for one in self.subscriptions.load_full().iter() {
            if one.merchant == key.merchant {
                let known = self.store.endpoint(&one.endpoint).await?;
                found.push((one.clone(), known));
            }
        }
        Ok(found)
    }

    /// What the endpoints of the key's merchant were told, endpoint by endpoint: what was given up and what waits in the order in which
    /// it was to be sent, what has arrived with the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn deliveries(
        &self,
        key: &ApiKey,
        wanted: &Wanted,
        limit: usize,
    ) -> Result<Vec<(Delivery, bool)>, DeskError> {
        let mut found = Vec::new();
        for (one, known) in self.endpoints(key).await? {
            if !wanted.is_wanted(&one.endpoint) {
                continue;
            }
            for stand in wanted.stands() {
                let room = limit - found.len();
                let page = self.page_of(&one.endpoint, stand, known.last, room).await?;
                let gone = known.gone.is_some();
                found.extend(page.into_iter().map(|delivery| (delivery, gone)));
            }
        }
        Ok(found)
    }

    async fn page_of(
        &self,
        endpoint: &EndpointId,
        stand: DeliveryStand,
        last: u64,
        room: usize,
    ) -> Result<Vec<Delivery>, DeskError> {
        let store = &self.store;
        Ok(match stand {
            DeliveryStand::Waiting => store.waiting_deliveries(endpoint, 0, room).await?,
            DeliveryStand::Failed => store.failed_deliveries(endpoint, 0, room).await?,
            DeliveryStand::Delivered => {
                let newest = last.saturating_sub(u64::try_from(room).unwrap_or(u64::MAX));
                let mut page = store.delivered_deliveries(endpoint, newest, room).await?;
                page.reverse();
                page
            }
        })
    }

    /// A delivery to one of the key's merchant's endpoints.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when there is none, it has arrived long ago, or it is another merchant's: the three look alike.
    pub async fn delivery(&self, key: &ApiKey, id: &DeliveryId) -> Result<Delivery, DeskError> {
        let found = self.store.delivery(id).await?;
        // What is said to the customers of platforms stands in the same outbox, and is nothing of a program's.
        let found = found.filter(|one| one.merchant == key.merchant && one.message.is_none());
        found.ok_or(DeskError::NotFound)
    }

    /// Sends a delivery again, from its first attempt on. An endpoint to which nothing was sent any more is taken to be back.
    ///
    /// # Errors
    /// As [`Self::delivery`]; [`DeskError::Busy`] when it is being tried at that moment.
    pub async fn resend(&self, key: &ApiKey, id: &DeliveryId) -> Result<Delivery, DeskError> {
        let again = self.delivery(key, id).await?.again(self.clock.now());
        let commit = Commit::new()
            .endpoint(id.endpoint.clone(), EndpointChange::Back)
            .delivery(again.clone());
        match self.commit(commit).await {
            // It was tried at that moment, and waits for its next attempt or has arrived.
            Err(DeskError::SessionChanged) => Err(DeskError::Busy),
            other => other.map(|()| again),
        }
    }

    /// Sends an endpoint something that means nothing, to see whether it takes it. It is taken to be back.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when the merchant has no such endpoint.
    pub async fn test_endpoint(
        &self,
        key: &ApiKey,
        endpoint: &EndpointId,
    ) -> Result<Delivery, DeskError> {
        let known = self.endpoints(key).await?;
        let mut known = known.into_iter().map(|(subscription, _)| subscription);
        let found = known.find(|one| one.endpoint == *endpoint);
        let subscription = found.ok_or(DeskError::NotFound)?;
        let now: Timestamp = self.clock.now();
        let told = endpoint_test(&key.merchant, endpoint, now).ok_or(DeskError::NotFound)?;
        let mut delivery = Delivery::new(&subscription, clock::event_name(), &told, now);
        let commit = Commit::new()
            .endpoint(endpoint.clone(), EndpointChange::Back)
            .send(delivery.clone());
        self.commit(commit).await?;
        // Numbers are given by the store, and this is the newest under its name.
        let last = self.store.endpoint(endpoint).await?.last;
        for number in (last.saturating_sub(NUMBERED_WITHIN)..=last).rev() {
            let id = DeliveryId {
                endpoint: endpoint.clone(),
                number,
            };
            if let Some(found) = self.store.delivery(&id).await?
                && found.event == delivery.event
            {
                delivery = found;
                break;
            }
        }
        Ok(delivery)
    }
}

/// So many others may have been written to the endpoint's outbox since.
const NUMBERED_WITHIN: u64 = 64;

//! A merchant's endpoints: what they were told, what they took, and what is to be sent again or to be tried.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Deserialize;

use crate::clock;
use crate::desk::{Desk, DeskError};
use crate::domain::account::{Agent, ApiKey};
use crate::domain::ids::EndpointId;
use crate::domain::rights::AgentRole;
use crate::domain::webhook::{
    Delivery, DeliveryId, Disabled, EndpointChange, EndpointRecord, Subscription, endpoint_test,
};
use crate::store::Commit;

/// An endpoint, and what is known of it.
pub type Known = (Subscription, EndpointRecord);

/// Which deliveries are listed.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Those to one endpoint; to all of the merchant's if none is named.
    pub endpoint: Option<EndpointId>,
    /// Those that stand so; what was given up and what waits if nothing is said.
    pub state: Option<DeliveryStand>,
    /// Those that follow the last one of a page.
    pub behind: Option<Place>,
}

/// Where a page of deliveries ends: at this one, which stood so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Among which it was listed. It may stand elsewhere by now.
    pub stand: DeliveryStand,
    /// Which it was.
    pub id: DeliveryId,
}

/// Deliveries, each with whether nothing is sent to its endpoint, and where the page ends if there are more.
pub type Deliveries = (Vec<(Delivery, bool)>, Option<Place>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.stand.name(), self.id)
    }
}

/// A text that no page gave as a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no cursor: use the one that came with the page before")]
pub struct InvalidPlace;

impl FromStr for Place {
    type Err = InvalidPlace;

    fn from_str(text: &str) -> Result<Self, InvalidPlace> {
        let (stand, id) = text.split_once('.').ok_or(InvalidPlace)?;
        let mut all = DeliveryStand::ALL.into_iter();
        let stand = all.find(|one| one.name() == stand);
        Ok(Self {
            stand: stand.ok_or(InvalidPlace)?,
            id: id.parse().map_err(|_| InvalidPlace)?,
        })
    }
}

impl DeliveryStand {
    const ALL: [Self; 3] = [Self::Waiting, Self::Failed, Self::Delivered];

    const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
        }
    }
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

    /// The lists that are wanted of these endpoints, each with the number behind which it goes on; none is from its beginning.
    fn lists(&self, known: &[Known]) -> Vec<(usize, DeliveryStand, Option<u64>)> {
        let mut all = Vec::new();
        for (index, (one, _)) in known.iter().enumerate() {
            if self.is_wanted(&one.endpoint) {
                all.extend(self.stands().into_iter().map(|stand| (index, stand, None)));
            }
        }
        if let Some(place) = &self.behind {
            let is_here = |(index, stand, _): &(usize, DeliveryStand, Option<u64>)| {
                known[*index].0.endpoint == place.id.endpoint && *stand == place.stand
            };
            // An endpoint that is not configured any more has no place, and nothing follows it.
            let at = all.iter().position(is_here).unwrap_or(all.len());
            all.drain(..at);
            if let Some((_, _, behind)) = all.first_mut() {
                *behind = Some(place.id.number);
            }
        }
        all
    }
}

impl Desk {
    /// The endpoints of the key's merchant, and what is known of each.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn endpoints(&self, key: &ApiKey) -> Result<Vec<Known>, DeskError> {
        let mut found = Vec::new();
        for one in self.subscriptions.load_full().iter() {
            if one.merchant == key.merchant {
                let known = self.store.endpoint(&one.endpoint).await?;
                found.push((one.clone(), known));
            }
        }
        Ok(found)
    }

    /// The endpoints that get nothing any more, for an agent who can do something about it: a lead or an admin, of those of their own
    /// merchant. To others they are nothing.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn disabled_endpoints(
        &self,
        agent: &Agent,
    ) -> Result<Vec<(EndpointId, Disabled)>, DeskError> {
        let mut found = Vec::new();
        if agent.rights.role < AgentRole::Lead {
            return Ok(found);
        }
        for one in self.subscriptions.load_full().iter() {
            if agent
                .merchant
                .as_ref()
                .is_none_or(|own| *own == one.merchant)
            {
                let known = self.store.endpoint(&one.endpoint).await?;
                found.extend(known.disabled.map(|why| (one.endpoint.clone(), why)));
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
    ) -> Result<Deliveries, DeskError> {
        let (known, mut found, mut end) = (self.endpoints(key).await?, Vec::new(), None);
        for (index, stand, behind) in wanted.lists(&known) {
            let room = limit - found.len();
            if room == 0 {
                return Ok((found, end));
            }
            let (one, record) = &known[index];
            let page = self.page_of(&one.endpoint, stand, behind, room).await?;
            if let Some(last) = page.last() {
                let id = last.id.clone();
                end = Some(Place { stand, id });
            }
            let gone = record.gone.is_some();
            found.extend(page.into_iter().map(|delivery| (delivery, gone)));
        }
        let is_full = found.len() == limit;
        Ok((found, end.filter(|_| is_full)))
    }

    async fn page_of(
        &self,
        endpoint: &EndpointId,
        stand: DeliveryStand,
        behind: Option<u64>,
        room: usize,
    ) -> Result<Vec<Delivery>, DeskError> {
        let (store, after) = (&self.store, behind.unwrap_or(0));
        Ok(match stand {
            DeliveryStand::Waiting => store.waiting_deliveries(endpoint, after, room).await?,
            DeliveryStand::Failed => store.failed_deliveries(endpoint, after, room).await?,
            DeliveryStand::Delivered => {
                let before = behind.unwrap_or(u64::MAX);
                store.delivered_deliveries(endpoint, before, room).await?
            }
        })
    }

    /// A delivery to one of the key's merchant's endpoints.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when there is none, it has arrived long ago, or it is another merchant's: the three look alike.
    pub async fn delivery(&self, key: &ApiKey, id: &DeliveryId) -> Result<Delivery, DeskError> {
        let found = self.store.delivery(id).await?;
        // What is said to the customers of platforms, and what they sent, stands in outboxes of the same kind, and is nothing of a program's.
        let subscriptions = self.subscriptions.load();
        let mut own = subscriptions
            .iter()
            .filter(|one| one.merchant == key.merchant);
        let is_own = own.any(|one| one.endpoint == id.endpoint);
        let found = found.filter(|one| {
            is_own && one.merchant == key.merchant && one.message.is_none() && one.fetch.is_none()
        });
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

//! Delivery: takes what waits in the outbox to the merchants' endpoints and to the customers of messaging platforms. The only part of
//! the desk that calls out.
//!
//! Each endpoint and each account has a `Sender` of its own, so that one that hangs holds up no other. It sends what waits in order,
//! one at a time: the first of a lane (an endpoint, or a conversation) is taken out, or waits for its next attempt, before the second
//! is sent. What was sent and not yet taken out when the desk stops is sent again under the same name. `address` says where it may
//! connect to, `attempt` makes one request to an endpoint, `platform` to a platform, `settle` writes down what came of it, `worker` keeps a sender going.

mod address;
mod attempt;
mod platform;
mod settle;
mod worker;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;
use sha2::{Digest as _, Sha256};

use crate::clock::{self, Clock};
use crate::domain::ids::EndpointId;
use crate::domain::webhook::{
    Delivery, DeliveryId, DeliveryState, Outcome, SigningSecret, after_attempt,
};
use crate::store::{Commit, CommitError, MAX_PAGE, Store, StoreError};

pub use address::{Allowed, Refused};
pub use platform::{OnChange, Platform, check};
pub use worker::{Running, run};

use attempt::Client;

/// One endpoint: where it is and how it knows us.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its key in the configuration.
    pub id: EndpointId,
    /// Its address. It may hold a secret, and is never logged.
    pub url: Url,
    /// The secrets it signs with: one, or two while it is changed.
    pub secrets: Vec<SigningSecret>,
    /// Where it may be.
    pub allowed: Allowed,
    /// So long it has to answer.
    pub timeout: Duration,
}

/// So long an endpoint has to answer.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// After so long it is looked again whether the store takes commits.
const WRITABLE_AGAIN: Duration = Duration::from_secs(30);

impl Endpoint {
    /// What is kept of an address that said it is gone.
    fn fingerprint(&self) -> String {
        let hash = Sha256::digest(self.url.as_str().as_bytes());
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What a look at an endpoint's outbox came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing waits.
    Idle,
    /// The first one is not to be tried before this time.
    NotBefore(Timestamp),
    /// The endpoint said that it is gone: nothing is sent.
    Gone,
    /// One has arrived.
    Delivered(DeliveryId),
    /// A part of one has arrived; the rest follows.
    Partly(DeliveryId),
    /// One waits until its customer writes again.
    Held(DeliveryId),
    /// One has not, and is tried again.
    Retrying(DeliveryId),
    /// One has not, for the last time.
    GivenUp(DeliveryId),
}

/// What a look into the outbox found.
enum Look {
    Nothing(Progress),
    Due(Box<Delivery>),
}

/// Sends to one endpoint, or from one account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sender {
    store: Store,
    clock: Clock,
    to: Arc<Destination>,
    client: Client,
}

/// Where a sender sends.
#[derive(Debug)]
enum Destination {
    Endpoint(Endpoint),
    Platform(Platform),
}

impl Destination {
    fn outbox(&self) -> &EndpointId {
        match self {
            Self::Endpoint(endpoint) => &endpoint.id,
            Self::Platform(platform) => &platform.account.key.outbox,
        }
    }
}

impl Sender {
    /// A sender for an endpoint.
    ///
    /// # Errors
    /// When the machine has no certificates to trust.
    pub fn new(store: Store, clock: Clock, endpoint: Endpoint) -> Result<Self, reqwest::Error> {
        Ok(Self {
            store,
            clock,
            client: Client::new(&endpoint.allowed, endpoint.timeout)?,
            to: Arc::new(Destination::Endpoint(endpoint)),
        })
    }

    /// A sender for an account at a platform.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn to_platform(
        store: Store,
        clock: Clock,
        platform: Platform,
    ) -> Result<Self, reqwest::Error> {
        Ok(Self {
            store,
            clock,
            client: Client::new(&platform.allowed, platform.timeout)?,
            to: Arc::new(Destination::Platform(platform)),
        })
    }

    /// The outbox that it empties.
    #[must_use]
    pub fn outbox(&self) -> &EndpointId {
        self.to.outbox()
    }

    /// Tries the first delivery that waits, if its time has come, and writes down what came of it.
    ///
    /// # Errors
    /// When the store cannot be read or written: then the delivery stands where it stood.
    pub async fn deliver_next(&self, now: Timestamp) -> Result<Progress, StoreError> {
        let delivery = match self.look(now).await? {
            Look::Nothing(progress) => return Ok(progress),
            Look::Due(delivery) => *delivery,
        };
        // What could not be taken out afterwards would be sent again and again.
        if !self.store.is_writable() {
            let later = now.checked_add(WRITABLE_AGAIN).unwrap_or(Timestamp::MAX);
            return Ok(Progress::NotBefore(later));
        }
        match &*self.to {
            Destination::Endpoint(endpoint) => {
                let outcome = self.client.attempt(endpoint, &delivery, now).await;
                self.settle(endpoint, delivery, outcome, now).await
            }
            Destination::Platform(platform) => self.send(platform, delivery, now).await,
        }
    }

    /// The first delivery that is due, of those that are the first of their lane.
    async fn look(&self, now: Timestamp) -> Result<Look, StoreError> {
        let (mut lanes, mut soonest) = (BTreeSet::new(), None);
        let mut after = 0;
        loop {
            let page = self.page(after).await?;
            let Some(last) = page.last() else {
                let idle = soonest.map_or(Progress::Idle, Progress::NotBefore);
                return Ok(Look::Nothing(idle));
            };
            if after == 0 && self.is_gone().await? {
                return Ok(Look::Nothing(Progress::Gone));
            }
            after = last.id.number;
            for delivery in page {
                if !lanes.insert(delivery.lane().to_owned()) {
                    continue;
                }
                match self.due_from(&delivery).await? {
                    Some(from) if from <= now => return Ok(Look::Due(Box::new(delivery))),
                    Some(from) => {
                        soonest = Some(soonest.map_or(from, |other: Timestamp| other.min(from)))
                    }
                    None => {}
                }
            }
            if let Destination::Endpoint(_) = *self.to {
                let idle = soonest.map_or(Progress::Idle, Progress::NotBefore);
                return Ok(Look::Nothing(idle));
            }
        }
    }

    /// What waits behind a number. An endpoint has one lane, of which the first one is all that matters.
    async fn page(&self, after: u64) -> Result<Vec<Delivery>, StoreError> {
        let most = match *self.to {
            Destination::Endpoint(_) => 1,
            Destination::Platform(_) => MAX_PAGE,
        };
        self.store
            .waiting_deliveries(self.outbox(), after, most)
            .await
    }

    async fn is_gone(&self) -> Result<bool, StoreError> {
        match &*self.to {
            Destination::Platform(_) => Ok(false),
            Destination::Endpoint(endpoint) => {
                let known = self.store.endpoint(&endpoint.id).await?;
                Ok(known.gone == Some(endpoint.fingerprint()))
            }
        }
    }

    /// From when on a delivery may be tried; none as long as it is held.
    async fn due_from(&self, delivery: &Delivery) -> Result<Option<Timestamp>, StoreError> {
        let from = match delivery.state {
            DeliveryState::Waiting { from } => from,
            DeliveryState::Failed { .. } => return Ok(None),
        };
        match &*self.to {
            Destination::Endpoint(_) => Ok(Some(from)),
            Destination::Platform(platform) => self.released_from(platform, delivery, from).await,
        }
    }

    /// Writes down what an attempt came to.
    async fn settle(
        &self,
        endpoint: &Endpoint,
        delivery: Delivery,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<Progress, StoreError> {
        let (id, name) = (delivery.id.clone(), delivery.event.clone());
        let (commit, progress) = match outcome {
            Outcome::Delivered => {
                let commit = Commit::new().delivered(id.clone());
                (commit, Progress::Delivered(id))
            }
            Outcome::Gone => {
                let gone = Some(endpoint.fingerprint());
                let commit = Commit::new().gone(id.endpoint.clone(), gone);
                (commit, Progress::Gone)
            }
            Outcome::Failed(why, patience) => {
                tracing::warn!(delivery = %id, event = name, attempt = delivery.attempts + 1, why, "delivery.failed");
                // The attempt itself took its time: whoever asks for patience asks from now on.
                let ended = self.clock.now().max(now);
                let after = after_attempt(delivery, why, patience, ended, clock::random());
                let progress = match after.state {
                    DeliveryState::Waiting { .. } => Progress::Retrying(id),
                    DeliveryState::Failed { .. } => Progress::GivenUp(id),
                };
                (Commit::new().delivery(after), progress)
            }
        };
        match self.store.commit(commit).await {
            // Somebody asked for it to be sent again meanwhile: what they wrote holds.
            Ok(()) | Err(CommitError::Conflict(_)) => {}
            Err(CommitError::Store(error)) => return Err(error),
        }
        self.count(&progress);
        Ok(progress)
    }

    fn count(&self, progress: &Progress) {
        let endpoint = self.outbox().to_string();
        let outcome = match progress {
            Progress::Delivered(_) => "delivered",
            Progress::Held(_) => "held",
            Progress::Retrying(_) => "retrying",
            Progress::GivenUp(_) => {
                tracing::error!(endpoint, "delivery.given_up");
                "given_up"
            }
            Progress::Gone => {
                tracing::error!(endpoint, "delivery.endpoint_gone");
                "gone"
            }
            Progress::Idle | Progress::NotBefore(_) | Progress::Partly(_) => return,
        };
        let gone = if *progress == Progress::Gone {
            1.0
        } else {
            0.0
        };
        metrics::gauge!("frontdesk_endpoint_gone", "endpoint" => endpoint.clone()).set(gone);
        metrics::counter!("frontdesk_deliveries_total", "endpoint" => endpoint, "outcome" => outcome)
            .increment(1);
    }
}

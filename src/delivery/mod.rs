//! Delivery: takes what waits in the outbox to the merchants' endpoints. The only part of the desk that calls out.
//!
//! Each endpoint has a `Sender` of its own, so that one that hangs holds up no other. It sends what waits in order, one at a time: the
//! first is taken out, or waits for its next attempt, before the second is sent. What was sent and not yet taken out when the desk
//! stops is sent again under the same name. `address` says where it may connect to, `attempt` makes one request, `worker` keeps a sender going.

mod address;
mod attempt;
mod worker;

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
use crate::store::{Commit, CommitError, Store, StoreError};

pub use address::{Allowed, Refused};
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
    /// One has not, and is tried again.
    Retrying(DeliveryId),
    /// One has not, for the last time.
    GivenUp(DeliveryId),
}

/// Sends to one endpoint. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sender {
    store: Store,
    clock: Clock,
    endpoint: Arc<Endpoint>,
    client: Client,
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
            client: Client::new(&endpoint)?,
            endpoint: Arc::new(endpoint),
        })
    }

    /// Tries the first delivery that waits, if its time has come, and writes down what came of it.
    ///
    /// # Errors
    /// When the store cannot be read or written: then the delivery stands where it stood.
    pub async fn deliver_next(&self, now: Timestamp) -> Result<Progress, StoreError> {
        let id = &self.endpoint.id;
        let waiting = self.store.waiting_deliveries(id, 0, 1).await?;
        let Some(delivery) = waiting.into_iter().next() else {
            return Ok(Progress::Idle);
        };
        if self.store.endpoint(id).await?.gone == Some(self.endpoint.fingerprint()) {
            return Ok(Progress::Gone);
        }
        if let DeliveryState::Waiting { from } = delivery.state
            && from > now
        {
            return Ok(Progress::NotBefore(from));
        }
        // What could not be taken out afterwards would be sent again and again.
        if !self.store.is_writable() {
            let later = now.checked_add(WRITABLE_AGAIN).unwrap_or(Timestamp::MAX);
            return Ok(Progress::NotBefore(later));
        }
        let outcome = self.client.attempt(&self.endpoint, &delivery, now).await;
        self.settle(delivery, outcome, now).await
    }

    /// Writes down what an attempt came to.
    async fn settle(
        &self,
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
                let gone = Some(self.endpoint.fingerprint());
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
        let endpoint = self.endpoint.id.to_string();
        let outcome = match progress {
            Progress::Delivered(_) => "delivered",
            Progress::Retrying(_) => "retrying",
            Progress::GivenUp(_) => {
                tracing::error!(endpoint, "delivery.given_up");
                "given_up"
            }
            Progress::Gone => {
                tracing::error!(endpoint, "delivery.endpoint_gone");
                "gone"
            }
            Progress::Idle | Progress::NotBefore(_) => return,
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

//! Delivery: takes what waits in the outbox to the merchants' endpoints and to the customers of messaging platforms. The only part of
//! the desk that calls out.
//!
//! Each endpoint and each account has a `Sender` of its own, so that one that hangs holds up no other. It sends what waits in order,
//! one at a time: the first of a lane (what is about the same) is taken out, or waits for its next attempt, before the second
//! is sent. What was sent and not yet taken out when the desk stops is sent again under the same name. `address` says where it may
//! connect to, `attempt` makes one request to an endpoint, `answer` reads what comes back, `receiver` is who is told, `called` what senders call, `endpoint` writes
//! down what came of it, `send` one to a platform, `platform` is an account there, `ready` knows what it says, `reached` where its customer is by now, `shut` whether it may go out, `settle` writes down what came of it, `pull` asks platforms
//! for messages, `files` fetches what customers sent, `look` finds what is due of what `waiting` keeps in mind, `hands` asks who has a customer there, `token` what an account sends with, `unheard` what is made of silence, `check` asks whether it is known, `pacing` knows how much a platform takes, `patience` waits where it asks for that, `worker` keeps a sender going.

mod address;
mod answer;
mod attempt;
mod called;
mod check;
mod endpoint;
mod files;
mod hands;
mod look;
mod pacing;
mod patience;
mod platform;
mod pull;
mod reached;
mod ready;
mod receiver;
mod send;
mod settle;
mod shut;
mod token;
mod unheard;
mod waiting;
mod worker;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::clock::Clock;
use crate::domain::ids::EndpointId;
use crate::domain::webhook::DeliveryId;
use crate::store::{Store, StoreError};
use jiff::Timestamp;
use metrics::Counter;

pub use address::{Allowed, Refused, not_for_public};
pub use called::{BriefInWords, FileTaken, MoreOnPage, OnChange, OnFile};
pub use check::check;
pub use pacing::Sent;
pub use platform::{Platform, Quiet, Token};
pub use pull::{Asked, Puller, Take, WelcomeInWords, run_pullers};
pub use receiver::{Endpoint, GroupRobot, InWords};
pub use worker::{Running, run};

use attempt::Client;
use look::Look;
use waiting::Waiting;

/// So long an endpoint has to answer.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// After so long it is looked again whether the store takes commits.
const WRITABLE_AGAIN: Duration = Duration::from_secs(30);

/// What an attempt comes to, in the metrics.
const OUTCOMES: [&str; 6] = [
    "delivered",
    "held",
    "retrying",
    "given_up",
    "gone",
    "too_late",
];

fn deliveries(endpoint: String, outcome: &'static str) -> Counter {
    metrics::counter!("frontdesk_deliveries_total", "endpoint" => endpoint, "outcome" => outcome)
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
    /// One comes too late, and is not sent.
    TooLate(DeliveryId),
    /// One is to be looked at again at another time.
    PutOff(DeliveryId),
}

/// Sends to one endpoint, or from one account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sender {
    store: Store,
    clock: Clock,
    to: Arc<Destination>,
    client: Client,
    waiting: Arc<Mutex<Waiting>>,
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
            waiting: Arc::default(),
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
            waiting: Arc::default(),
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
            Look::Untold(untold) => return self.say_they_wait(untold).await,
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
            Progress::TooLate(_) => "too_late",
            Progress::Idle | Progress::NotBefore(_) | Progress::Partly(_) | Progress::PutOff(_) => {
                return;
            }
        };
        deliveries(endpoint, outcome).increment(1);
    }

    /// Begins at nothing what is counted of its attempts: the first that fails is a rise then.
    fn count_from_zero(&self) {
        for outcome in OUTCOMES {
            deliveries(self.outbox().to_string(), outcome).increment(0);
        }
    }
}

//! What the desk tells a merchant's programs: events, signed and sent to the merchant's own endpoints (Standard Webhooks 1.0).
//!
//! An event becomes one `Delivery` for each endpoint that wants it; the deliveries of an endpoint are numbered and sent in this order.
//! What is said to customers of messaging platforms goes the same way (`customer`). `kind` has the names of the events, `payload`, `happening`
//! and `notice` what they say, `endpoint` what is known of who is told, `signature` how they are signed, `schedule` when one that failed is
//! tried again. Nothing here sends anything.

mod customer;
mod delivery_id;
mod endpoint;
mod fetch;
mod happening;
mod kind;
mod notice;
mod payload;
mod schedule;
mod signature;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use customer::{Letter, ToCustomer};
pub use delivery_id::DeliveryId;
pub use endpoint::{Disabled, EndpointChange, EndpointRecord, Failing, PullState};
pub use fetch::ToFetch;
pub use happening::{endpoint_disabled, endpoint_test, happened, promise_moved};
pub use kind::{EventKind, UnknownEvent};
pub use notice::notice_moved;
pub use payload::claim_moved;
pub use schedule::{NO_NEWS, Outcome, PATIENCE, after_attempt, retry_after};
pub use signature::{InvalidSecret, SigningSecret, signatures};

use super::conversation::Revision;
use super::ids::{ConversationId, EndpointId, MerchantId};
use super::is_default;

/// Who wants to be told of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The endpoint.
    pub endpoint: EndpointId,
    /// Whose matters it is told of.
    pub merchant: MerchantId,
    /// Of which events; none means all.
    pub events: Vec<EventKind>,
}

impl Subscription {
    /// Whether the endpoint is told of this.
    #[must_use]
    pub fn wants(&self, merchant: &MerchantId, kind: EventKind) -> bool {
        self.merchant == *merchant && (self.events.is_empty() || self.events.contains(&kind))
    }
}

impl Subscription {
    /// What the endpoint is told of.
    pub fn wanted(&self) -> impl Iterator<Item = EventKind> {
        let all = EventKind::ALL.into_iter();
        all.filter(|kind| self.wants(&self.merchant, *kind))
    }
}

/// An event, before it is known who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What happened.
    pub kind: EventKind,
    /// Whose story it is part of: events about the same order, conversation or notice do not overtake each other.
    pub about: String,
    /// The whole body that is signed and sent.
    pub body: String,
}

/// An event on its way to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Which endpoint, and its number there. The store gives the number.
    pub id: DeliveryId,
    /// Counts every change; a change says which one it was based on.
    pub revision: Revision,
    /// Whose matter it is.
    pub merchant: MerchantId,
    /// The name of the event, the same for all its endpoints and on every attempt, by which a receiver recognises a repetition.
    pub event: String,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub at: Timestamp,
    /// What it is about: what is about the same is sent in order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub about: String,
    /// The body, byte for byte as it is signed and sent.
    pub body: String,
    /// What is said to whom, where it goes to the customer of a messaging platform: then there is no body.
    #[serde(default, skip_serializing_if = "is_default")]
    pub message: Option<ToCustomer>,
    /// The file that is to be fetched, where it is no message at all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fetch: Option<ToFetch>,
    /// How often it was tried.
    #[serde(default, skip_serializing_if = "is_default")]
    pub attempts: u32,
    /// What the last attempt came to, in words for whoever looks after the endpoint.
    #[serde(default, skip_serializing_if = "is_default")]
    pub failure: Option<String>,
    /// What its last attempts came to, the newest last.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tries: Vec<Try>,
    /// Where it stands.
    pub state: DeliveryState,
}

/// The conversation that the body of an event names.
fn named_in(body: &serde_json::Value) -> Option<ConversationId> {
    let named = body.pointer("/data/conversation")?.as_str()?;
    ConversationId::parse(named).ok()
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Try {
    /// When.
    pub at: Timestamp,
    /// What it came to: `taken`, or why not.
    pub outcome: String,
}

/// So many attempts of a delivery are remembered.
const TRIES: usize = 12;

/// Where a delivery stands. Of those that arrived, the last ones of each endpoint are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is tried from this time on, after those before it.
    Waiting {
        /// From when on.
        from: Timestamp,
    },
    /// It was tried for the last time; those after it go on.
    Failed {
        /// When that was.
        at: Timestamp,
    },
    /// It has arrived.
    Delivered {
        /// When that was.
        at: Timestamp,
    },
}

impl DeliveryState {
    /// The word in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting { .. } => "waiting",
            Self::Failed { .. } => "failed",
            Self::Delivered { .. } => "delivered",
        }
    }
}

impl Delivery {
    /// A delivery that has not been numbered.
    #[must_use]
    pub fn new(subscription: &Subscription, event: String, told: &Told, at: Timestamp) -> Self {
        Self {
            id: DeliveryId {
                endpoint: subscription.endpoint.clone(),
                number: 0,
            },
            revision: Revision(0),
            merchant: subscription.merchant.clone(),
            event,
            kind: told.kind,
            at,
            about: told.about.clone(),
            body: told.body.clone(),
            message: None,
            fetch: None,
            attempts: 0,
            failure: None,
            tries: Vec::new(),
            state: DeliveryState::Waiting { from: at },
        }
    }

    /// Begins its attempts again, from now on.
    #[must_use]
    pub fn again(mut self, now: Timestamp) -> Self {
        if let Some(to) = &mut self.message {
            to.unanswered = None;
        }
        Self {
            attempts: 0,
            state: DeliveryState::Waiting { from: now },
            ..self
        }
    }

    /// The conversation that it tells something of; none where it tells of none, or of a claim whose person was erased.
    #[must_use]
    pub fn conversation(&self) -> Option<ConversationId> {
        let said = self.message.as_ref().map(|to| &to.message.conversation);
        let sent = self.fetch.as_ref().map(|file| &file.conversation);
        let named = || named_in(&serde_json::from_str(&self.body).ok()?);
        said.or(sent).cloned().or_else(named)
    }

    /// Whether it is to reach a merchant though its person was erased: that a claim was decided on moves money, has no words of theirs,
    /// and has not arrived yet.
    #[must_use]
    pub fn outlives_person(&self) -> bool {
        self.kind.is_of_claim() && !matches!(self.state, DeliveryState::Delivered { .. })
    }

    /// The endpoint has taken it.
    #[must_use]
    pub fn arrived(mut self, now: Timestamp) -> Self {
        self.tried(now, "taken");
        Self {
            attempts: self.attempts.saturating_add(1),
            failure: None,
            state: DeliveryState::Delivered { at: now },
            ..self
        }
    }

    /// Its endpoint takes nothing any more. It waits where it stood, should the endpoint come back, and it is known that it was tried.
    #[must_use]
    pub fn refused_for_good(mut self, why: String, now: Timestamp) -> Self {
        self.tried(now, &why);
        Self {
            attempts: self.attempts.saturating_add(1),
            failure: Some(why),
            ..self
        }
    }

    fn tried(&mut self, at: Timestamp, outcome: &str) {
        self.tries.push(Try {
            at,
            outcome: outcome.to_owned(),
        });
        let surplus = self.tries.len().saturating_sub(TRIES);
        self.tries.drain(..surplus);
    }
}

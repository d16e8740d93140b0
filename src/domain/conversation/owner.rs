//! Who owns a conversation and where it stands: two fields, never coded into one.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::ids::AgentId;
use crate::domain::is_default;

/// Who may speak to the customer. Nobody else does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The rules.
    Bot,
    /// Nobody yet: it waits for a person.
    Queue,
    /// One agent.
    Agent(AgentId),
    /// People at the platform where its customer writes, in the inbox of that platform.
    Platform,
}

impl Owner {
    /// The word in records and the API: `bot`, `queue`, `agent` or `platform`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Queue => "queue",
            Self::Agent(_) => "agent",
            Self::Platform => "platform",
        }
    }
}

/// For how long a message still belongs to a resolved conversation, in hours.
pub const REOPEN_WITHIN: SignedDuration = SignedDuration::from_hours(72);

/// Where a conversation stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Something is to be done by the owner.
    Active,
    /// The customer is asked.
    WaitingCustomer,
    /// A bank, a carrier, the merchant is asked.
    WaitingThirdParty,
    /// Left until a time.
    Snoozed {
        /// When it comes back by itself.
        until: Timestamp,
        /// What brings it back before.
        #[serde(default, skip_serializing_if = "is_default")]
        left_for: LeftFor,
    },
    /// Done; the customer may still write on it.
    Resolved {
        /// Since when.
        at: Timestamp,
    },
    /// Over.
    Closed,
}

/// What a matter is left for, beside a time. A customer who writes always brings it back.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LeftFor {
    /// Whatever happens first: a message, or a change of a refund.
    #[default]
    Anything,
    /// The next message: a refund that moves does not bring it back.
    Message,
    /// A change of a refund.
    Refund,
}

impl LeftFor {
    /// The word in records and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anything => "anything",
            Self::Message => "message",
            Self::Refund => "refund",
        }
    }
}

impl Status {
    /// The word in records and the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::WaitingCustomer => "waiting_customer",
            Self::WaitingThirdParty => "waiting_third_party",
            Self::Snoozed { .. } => "snoozed",
            Self::Resolved { .. } => "resolved",
            Self::Closed => "closed",
        }
    }

    /// Whether nothing more is to be done.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self, Self::Resolved { .. } | Self::Closed)
    }
}

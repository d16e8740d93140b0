//! Conversations as agents see them: values of their own, so that what is stored can change without the API changing with it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::outline::OutlineView;
use crate::domain::conversation::{Conversation, Identity, Role, Status};
use crate::domain::ids::{AgentId, ConversationId, IntentId, OrderId};
use crate::store::{Counts, View};

/// A conversation with what is known of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ConversationView {
    /// Whose it is, where it stands, and what is owed.
    #[serde(flatten)]
    pub outline: OutlineView,
    /// Who speaks: a customer or a merchant.
    pub role: Role,
    /// Whom the shop signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Person>,
    /// When a snoozed conversation comes back (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub snoozed_until: Option<Timestamp>,
    /// What brings it back before: `anything`, `message` or `refund`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snoozed_for: Option<&'static str>,
    /// The order that is talked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// The intents that were answered, the latest last.
    pub intents: Vec<IntentId>,
    /// The conversation that this one goes on from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<ConversationId>,
    /// Where else the customer can be written to, as they left it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The conversation of the same person in which it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<ConversationId>,
    /// Conversations of the same person that go on here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<ConversationId>,
    /// What the shop's page says; nobody has checked it.
    #[serde(skip_serializing_if = "is_nothing")]
    pub page: PageView,
}

/// What the shop's page says of itself and the cart.
#[derive(Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PageView {
    /// The order that it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// What the cart comes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cart_total: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The zone of the customer's clock, by its IANA name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

fn is_nothing(page: &PageView) -> bool {
    *page == PageView::default()
}

/// Somebody whom the shop signed in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Person {
    /// The shop's own id for the person.
    pub subject: String,
    /// Their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Their phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Goes to a person sooner.
    pub vip: bool,
}

/// A list of the inbox.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InboxView {
    /// Waits for a person.
    #[default]
    Waiting,
    /// The agent's own.
    Mine,
    /// With any agent, not done.
    Open,
    /// Somebody else is asked, or it is snoozed.
    Pending,
    /// With the bot.
    Bot,
    /// Resolved and closed.
    Done,
}

/// How many conversations each list has.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InboxCounts {
    /// Waiting for a person.
    pub waiting: u64,
    /// With any agent, not done.
    pub open: u64,
    /// The agent's own.
    pub mine: u64,
    /// Somebody else is asked, or it is snoozed.
    pub pending: u64,
    /// With the bot.
    pub bot: u64,
    /// Resolved and closed.
    pub done: u64,
}

impl From<Conversation> for ConversationView {
    fn from(row: Conversation) -> Self {
        Self {
            outline: OutlineView::from(&row),
            snoozed_for: match row.status {
                Status::Snoozed { left_for, .. } => Some(left_for.name()),
                _ => None,
            },
            snoozed_until: match row.status {
                Status::Snoozed { until, .. } => Some(until),
                _ => None,
            },
            role: row.role,
            customer: row.identity.map(Person::from),
            order: row.memory.order,
            intents: row.memory.answered,
            previous: row.previous,
            contact: row.contact.map(String::from),
            merged_into: row.merged_into,
            merged: row.merged,
            page: PageView {
                order: row.page.order,
                cart_total: row.page.cart_total,
                page: row.page.page,
                zone: row.page.zone,
            },
        }
    }
}

impl From<Identity> for Person {
    fn from(identity: Identity) -> Self {
        Self {
            subject: identity.subject,
            name: identity.name,
            email: identity.email,
            phone: identity.phone,
            vip: identity.vip,
        }
    }
}

impl InboxView {
    /// The word in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Mine => "mine",
            Self::Open => "open",
            Self::Pending => "pending",
            Self::Bot => "bot",
            Self::Done => "done",
        }
    }

    /// The list as this agent asks for it.
    #[must_use]
    pub fn of(self, agent: &AgentId) -> View {
        match self {
            Self::Waiting => View::Waiting,
            Self::Mine => View::Mine(agent.clone()),
            Self::Open => View::Open,
            Self::Pending => View::Pending,
            Self::Bot => View::Bot,
            Self::Done => View::Done,
        }
    }
}

impl InboxCounts {
    /// The counts as an agent sees them, who has so many of their own.
    #[must_use]
    pub const fn of(counts: Counts, mine: u64) -> Self {
        Self {
            waiting: counts.waiting,
            open: counts.open,
            mine,
            pending: counts.pending,
            bot: counts.bot,
            done: counts.done,
        }
    }
}

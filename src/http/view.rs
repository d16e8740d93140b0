//! Conversations as agents see them: values of their own, so that what is stored can change without the API changing with it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::owed::Owed;
use super::rated::RatedView;
use crate::domain::conversation::{Conversation, Identity, Label, Owner, Priority, Role, Status};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{AgentId, ConversationId, IntentId, MerchantId, OrderId, SiteId};
use crate::domain::language::Language;
use crate::store::{Counts, View};

/// A conversation with what is known of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ConversationView {
    /// Its identifier.
    pub id: ConversationId,
    /// The storefront.
    pub site: SiteId,
    /// Whose customers speak here.
    pub merchant: MerchantId,
    /// How messages come.
    pub channel: String,
    /// Who speaks: a customer or a merchant.
    pub role: Role,
    /// Whom the shop signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Person>,
    /// `bot`, `queue`, `agent` or `platform`.
    #[schema(example = "queue")]
    pub owner: &'static str,
    /// Which agent owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// `active`, `waiting_customer`, `waiting_third_party`, `snoozed`, `resolved` or `closed`.
    #[schema(example = "active")]
    pub status: &'static str,
    /// When a snoozed conversation comes back (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub snoozed_until: Option<Timestamp>,
    /// What brings it back before: `anything`, `message` or `refund`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snoozed_for: Option<&'static str>,
    /// Counts every change: send it back as `based_on` or `If-Match`.
    pub revision: u64,
    /// The number of the last event.
    pub last_seq: u64,
    /// When it began (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When something last happened (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Since when a customer waits for a person (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub waiting_since: Option<Timestamp>,
    /// Why it went to a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<HandoffReason>,
    /// How urgent.
    pub priority: Priority,
    /// What people sorted it by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub labels: Vec<Label>,
    /// How good the customer last said that the help was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rated: Option<RatedView>,
    /// What is owed to the customer next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owed: Option<Owed>,
    /// The team it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The language to answer in (BCP 47).
    #[schema(value_type = String)]
    pub language: Language,
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
            owner: row.owner.name(),
            agent: owning(&row.owner),
            status: row.status.name(),
            snoozed_for: match row.status {
                Status::Snoozed { left_for, .. } => Some(left_for.name()),
                _ => None,
            },
            snoozed_until: match row.status {
                Status::Snoozed { until, .. } => Some(until),
                _ => None,
            },
            id: row.id,
            site: row.site,
            merchant: row.merchant,
            channel: row.channel,
            role: row.role,
            customer: row.identity.map(Person::from),
            revision: row.revision.0,
            last_seq: row.last_seq.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
            waiting_since: row.waiting_since,
            reason: row.reason,
            priority: row.priority,
            labels: row.labels.into_iter().collect(),
            rated: row.rated.map(RatedView::from),
            team: row.team,
            language: row.language,
            owed: row.service.nearest().and_then(Owed::of),
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

pub(super) fn owning(owner: &Owner) -> Option<AgentId> {
    match owner {
        Owner::Agent(agent) => Some(agent.clone()),
        Owner::Bot | Owner::Queue | Owner::Platform => None,
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

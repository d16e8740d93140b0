//! What a line of the inbox and the whole of a conversation both say: whose it is, where it stands, and what is owed.

use jiff::Timestamp;
use serde::Serialize;

use super::owed::Owed;
use super::rated::RatedView;
use crate::domain::conversation::{Conversation, Label, Owner, Priority};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{AgentId, ConversationId, MerchantId, SiteId};
use crate::domain::language::Language;
use crate::store::InboxRow;

/// A conversation in outline.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OutlineView {
    /// Its identifier.
    pub id: ConversationId,
    /// The storefront.
    pub site: SiteId,
    /// Whose customers speak here.
    pub merchant: MerchantId,
    /// How messages come.
    pub channel: String,
    /// `bot`, `queue`, `agent` or `platform`.
    #[schema(example = "queue")]
    pub owner: &'static str,
    /// Which agent owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// `active`, `waiting_customer`, `waiting_third_party`, `snoozed`, `resolved` or `closed`.
    #[schema(example = "active")]
    pub status: &'static str,
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
    /// Since when the customer is owed a word of a person, whoever has the conversation (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub asked_since: Option<Timestamp>,
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
}

impl From<&InboxRow> for OutlineView {
    fn from(row: &InboxRow) -> Self {
        Self {
            id: row.id.clone(),
            site: row.site.clone(),
            merchant: row.merchant.clone(),
            channel: row.channel.clone(),
            owner: row.owner.name(),
            agent: owning(&row.owner),
            status: row.status.name(),
            revision: row.revision.0,
            last_seq: row.last_seq.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
            waiting_since: row.waiting_since,
            asked_since: row.asked_since,
            reason: row.reason,
            priority: row.priority,
            labels: row.labels.clone(),
            rated: row.rated.map(RatedView::from),
            owed: row.owed.as_ref().and_then(Owed::of),
            team: row.team.clone(),
            language: row.language,
        }
    }
}

impl From<&Conversation> for OutlineView {
    /// As its line, with what a line shortens as it is.
    fn from(row: &Conversation) -> Self {
        Self {
            channel: row.channel.clone(),
            team: row.team.clone(),
            ..Self::from(&InboxRow::of(row, None))
        }
    }
}

fn owning(owner: &Owner) -> Option<AgentId> {
    match owner {
        Owner::Agent(agent) => Some(agent.clone()),
        Owner::Bot | Owner::Queue | Owner::Platform => None,
    }
}

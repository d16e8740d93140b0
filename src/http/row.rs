//! A conversation as a line of the inbox.

use jiff::Timestamp;
use serde::Serialize;

use super::App;
use super::error::Result;
use super::looking::LookerView;
use super::owed::Owed;
use super::rated::RatedView;
use super::view::owning;
use crate::domain::account::Agent;
use crate::domain::conversation::{Label, Priority};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{AgentId, ConversationId, IntentId, MerchantId, OrderId, SiteId};
use crate::domain::language::Language;
use crate::domain::order::{Order, OrderStatus};
use crate::store::{InboxRow, Snippet};

/// A conversation as a line of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RowView {
    /// Its identifier.
    pub id: ConversationId,
    /// The storefront.
    pub site: SiteId,
    /// Whose customers speak here.
    pub merchant: MerchantId,
    /// How messages come.
    pub channel: String,
    /// The signed-in name, shortened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Goes to a person sooner.
    pub vip: bool,
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
    /// What was last said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<LastSaid>,
    /// The order that is talked about, as it stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<RowOrder>,
    /// The matter that was taken up last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<IntentId>,
    /// The numbers of the customer's last messages to people that no person has answered, at most 20.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unheard: Vec<u64>,
    /// For how long it is shown that the customer is writing, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub writes_for_ms: Option<i64>,
    /// Which colleagues of the caller have it open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub looking: Vec<LookerView>,
}

/// What was last said in a conversation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LastSaid {
    /// `customer`, `bot` or `agent`.
    pub from: String,
    /// The beginning of it.
    pub text: String,
}

/// The order that is talked about.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RowOrder {
    /// Its number.
    pub id: OrderId,
    /// Where it stands.
    pub status: OrderStatus,
    /// What it comes to, as an exact decimal.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

/// For how long it is shown that the customer is writing.
pub(super) fn customer_writes(app: &App, id: &ConversationId) -> Option<i64> {
    let left = app.desk.customer_writes(id)?;
    i64::try_from(left.as_millis()).ok()
}

impl From<Order> for RowOrder {
    fn from(order: Order) -> Self {
        Self {
            id: order.id,
            status: order.status,
            amount: order.amount.amount.to_string(),
            currency: order.amount.currency.code().to_owned(),
        }
    }
}

/// A line as an agent sees it: with the order as it is now, and the colleagues who have it open.
pub(super) async fn seen_by(app: &App, agent: &Agent, row: InboxRow) -> Result<RowView> {
    let others = app.desk.lookers(&row.id, &agent.id).into_iter();
    let order = app.desk.order_of(&row).await?;
    Ok(RowView {
        looking: others.map(LookerView::from).collect(),
        order: order.map(RowOrder::from),
        writes_for_ms: customer_writes(app, &row.id),
        ..RowView::from(row)
    })
}

impl From<InboxRow> for RowView {
    fn from(row: InboxRow) -> Self {
        Self {
            id: row.id,
            site: row.site,
            merchant: row.merchant,
            channel: row.channel,
            name: row.name,
            vip: row.vip,
            owner: row.owner.name(),
            agent: owning(&row.owner),
            status: row.status.name(),
            revision: row.revision.0,
            last_seq: row.last_seq.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
            waiting_since: row.waiting_since,
            reason: row.reason,
            priority: row.priority,
            labels: row.labels,
            rated: row.rated.map(RatedView::from),
            team: row.team,
            language: row.language,
            owed: row.owed.as_ref().and_then(Owed::of),
            last: row.snippet.map(LastSaid::from),
            order: None,
            matter: row.matter,
            unheard: row.unheard.iter().map(|seq| seq.0).collect(),
            writes_for_ms: None,
            looking: Vec::new(),
        }
    }
}

impl From<Snippet> for LastSaid {
    fn from(snippet: Snippet) -> Self {
        Self {
            from: snippet.by,
            text: snippet.text,
        }
    }
}

//! A conversation as a line of the inbox.

use serde::Serialize;

use super::looking::{LookerView, customer_writes};
use super::outline::OutlineView;
use crate::domain::account::Agent;
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::order::{Order, OrderStatus};
use crate::http::App;
use crate::http::error::Result;
use crate::store::{InboxRow, Snippet};

/// A conversation as a line of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RowView {
    /// Whose it is, where it stands, and what is owed.
    #[serde(flatten)]
    pub outline: OutlineView,
    /// The signed-in name, shortened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Goes to a person sooner.
    pub vip: bool,
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
pub(in crate::http) async fn seen_by(app: &App, agent: &Agent, row: InboxRow) -> Result<RowView> {
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
            outline: OutlineView::from(&row),
            name: row.name,
            vip: row.vip,
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

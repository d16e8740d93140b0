//! Who looks at a conversation and who writes in it: said by the pages of agents, shown to their colleagues, kept nowhere.

use axum::extract::State;
use serde::{Deserialize, Serialize};

use crate::desk::{Looker, Looks};
use crate::domain::ids::{AgentId, ConversationId};
use crate::http::App;
use crate::http::error::{ProblemDetails, Result};
use crate::http::gate::body::{Named, OptionalJson};
use crate::http::gate::staff::Acting;

/// What the caller does with the conversation.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Looking {
    /// They write a reply or a note: shown for 8 seconds.
    #[serde(default)]
    writes: bool,
    /// They have turned to something else.
    #[serde(default)]
    left: bool,
}

/// Somebody else who has it open.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LookerView {
    /// Who.
    pub agent: AgentId,
    /// As colleagues know them.
    pub name: String,
    /// Whether they are writing.
    pub writes: bool,
}

/// Who else is there.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Others {
    /// All who have it open, but the caller.
    others: Vec<LookerView>,
    /// For how long it is shown that the customer is writing, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    writes_for_ms: Option<i64>,
}

impl From<Looker> for LookerView {
    fn from(looker: Looker) -> Self {
        Self {
            agent: looker.agent,
            name: looker.name,
            writes: looker.writes,
        }
    }
}

/// Says that the caller looks at a conversation: holds for a minute, and is said again while it goes on.
#[utoipa::path(post, path = "/v1/conversations/{id}/looking", tag = "agent", params(("id" = ConversationId, Path)), request_body = Option<Looking>, responses(
    (status = 200, body = Others), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn say(
    State(app): State<App>,
    staff: Acting,
    Named(id): Named<ConversationId>,
    OptionalJson(looking): OptionalJson<Looking>,
) -> Result<axum::Json<Others>> {
    let looks = match looking {
        Looking { left: true, .. } => Looks::Left,
        Looking { writes: true, .. } => Looks::Writes,
        Looking { .. } => Looks::Reads,
    };
    let others = app.desk.looks(&staff.agent, &id, looks).await?;
    let others = others.into_iter().map(LookerView::from).collect();
    Ok(axum::Json(Others {
        others,
        writes_for_ms: customer_writes(&app, &id),
    }))
}

/// For how long it is shown that the customer is writing.
pub(in crate::http) fn customer_writes(app: &App, id: &ConversationId) -> Option<i64> {
    let left = app.desk.customer_writes(id)?;
    i64::try_from(left.as_millis()).ok()
}

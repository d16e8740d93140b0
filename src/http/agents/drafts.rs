//! What agents have begun to write, kept for whatever machine they go on with.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::desk::Begun;
use crate::domain::ids::ConversationId;
use crate::http::App;
use crate::http::error::{ProblemDetails, Result};
use crate::http::gate::body::{Json, Named};
use crate::http::gate::staff::Acting;

/// What is written so far.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDraft {
    /// To the customer.
    #[serde(default)]
    reply: String,
    /// For colleagues.
    #[serde(default)]
    note: String,
    /// What the browser calls itself: what was kept from the same one is never newer.
    #[serde(default)]
    browser: String,
    /// When that was kept which the caller saw last (RFC 3339); `1970-01-01T00:00:00Z` for nothing. What has been kept since stays.
    #[schema(value_type = Option<String>, format = DateTime)]
    based_on: Option<Timestamp>,
}

/// What is kept.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DraftKept {
    /// Since when (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A draft of the caller's.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DraftView {
    /// Where.
    conversation: ConversationId,
    /// When it was last changed (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// To the customer.
    #[serde(skip_serializing_if = "String::is_empty")]
    reply: String,
    /// For colleagues.
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
}

/// Keeps what the caller has begun to write; nothing in it keeps nothing; 409 when something else is kept than it is based on.
#[utoipa::path(post, path = "/v1/conversations/{id}/draft", tag = "agent", params(("id" = ConversationId, Path)), request_body = NewDraft, responses(
    (status = 200, body = DraftKept), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn keep(
    State(app): State<App>,
    staff: Acting,
    Named(id): Named<ConversationId>,
    Json(new): Json<NewDraft>,
) -> Result<axum::Json<DraftKept>> {
    let begun = Begun {
        reply: new.reply,
        note: new.note,
        browser: new.browser,
        based_on: new.based_on,
    };
    let at = app.desk.keep_draft(&staff.agent, &id, &begun).await?;
    Ok(axum::Json(DraftKept { at }))
}

/// All drafts of the caller's.
#[utoipa::path(get, path = "/v1/drafts", tag = "agent", responses(
    (status = 200, body = Vec<DraftView>), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn list(State(app): State<App>, staff: Acting) -> Result<axum::Json<Vec<DraftView>>> {
    let own = app.desk.drafts(&staff.agent).await?.into_iter();
    let own = own.map(|draft| DraftView {
        conversation: draft.conversation,
        at: draft.at,
        reply: draft.reply,
        note: draft.note,
    });
    Ok(axum::Json(own.collect()))
}

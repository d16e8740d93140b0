//! One person's data, for admins: what is held, to be taken along or erased. A person is named by one of their conversations.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::App;
use super::body::Json;
use super::error::{Problem, ProblemDetails, Result};
use super::facts::EarlierView;
use super::staff::Admin;
use crate::desk::Held;
use crate::domain::ids::ConversationId;

/// What is held on a person.
#[derive(Serialize, utoipa::ToSchema)]
pub struct HeldView {
    /// Their conversations, the latest first: these would go.
    conversations: Vec<ConversationId>,
    /// What each of them is, as long as it is there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    each: Vec<EarlierView>,
    /// How many events these have.
    events: u64,
    /// How many files would go, unless somebody else handed in the same.
    files: usize,
    /// How many sessions would end.
    sessions: usize,
    /// How much of what merchants' programs and platforms were told of them, or are to be told, would go. That a refund was decided on
    /// is told all the same.
    told: usize,
    /// How many refund applications would stay, with amount, cause and decision, without the customer's words and files: the law wants
    /// them kept.
    claims_kept: usize,
}

impl From<Held> for HeldView {
    fn from(held: Held) -> Self {
        Self {
            conversations: held.conversations,
            each: Vec::new(),
            events: held.events,
            files: held.files,
            sessions: held.sessions,
            told: held.told,
            claims_kept: held.claims,
        }
    }
}

/// What is to go.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// How many conversations whoever asks has been shown. If there are more or fewer by now, nothing is done.
    conversations: usize,
}

/// What is held on whoever speaks in a conversation.
#[utoipa::path(get, path = "/v1/people/{conversation}", tag = "agent", params(("conversation" = String, Path)), responses(
    (status = 200, body = HeldView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn held(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<axum::Json<HeldView>> {
    let held = app.desk.held(&admin.agent, &parsed(&id)?).await?;
    let mut each = Vec::new();
    for id in &held.conversations {
        // One that went meanwhile is nothing any more.
        let found = app.desk.conversation(&admin.agent, id).await;
        each.extend(found.ok().map(EarlierView::from));
    }
    Ok(axum::Json(HeldView {
        each,
        ..held.into()
    }))
}

/// All of it, as one file whose lines are chained as those of a dispute pack.
#[utoipa::path(get, path = "/v1/people/{conversation}/export", tag = "agent", params(("conversation" = String, Path)), responses(
    (status = 200, body = String, content_type = "application/x-ndjson"),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn export(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<Response> {
    let text = app.desk.person_export(&admin.agent, &parsed(&id)?).await?;
    let headers = [
        (CONTENT_TYPE, "application/x-ndjson"),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"person.pack.jsonl\"",
        ),
    ];
    Ok((headers, text).into_response())
}

/// Erases it. Orders and refund applications stay.
#[utoipa::path(post, path = "/v1/people/{conversation}/erase", tag = "agent", params(("conversation" = String, Path)), request_body = Erasure, responses(
    (status = 200, body = HeldView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn erase(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<String>,
    Json(erasure): Json<Erasure>,
) -> Result<axum::Json<HeldView>> {
    let id = parsed(&id)?;
    let gone = app
        .desk
        .erase_person(&admin.agent, &id, erasure.conversations)
        .await?;
    Ok(axum::Json(gone.into()))
}

fn parsed(id: &str) -> Result<ConversationId> {
    ConversationId::parse(id).map_err(|_| Problem::not_found())
}

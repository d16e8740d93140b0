//! What agents do with each other's conversations: give one to somebody, take up again what was called done, sort.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::App;
use super::body::{Json, Named, OptionalJson, based_on};
use super::conversation::{Change, answer};
use super::error::{ProblemDetails, Result};
use super::staff::{Acting, Leading};
use super::view::ConversationView;
use crate::domain::conversation::{Label, Priority, Triage};
use crate::domain::ids::{AgentId, ConversationId};

/// Whom a conversation is given to.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The agent's id.
    agent: AgentId,
    /// The revision that the change is based on.
    based_on: Option<u64>,
}

/// Gives a conversation to a colleague.
#[utoipa::path(post, path = "/v1/conversations/{id}/assign", tag = "agent", params(("id" = ConversationId, Path)), request_body = Assignment, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn assign(
    State(app): State<App>,
    lead: Leading,
    Named(id): Named<ConversationId>,
    headers: HeaderMap,
    Json(to): Json<Assignment>,
) -> Result<Response> {
    let based_on = based_on(&headers, to.based_on)?;
    let moved = app.desk.assign(&lead.agent, &id, &to.agent, based_on).await;
    answer(&app, &lead.agent, &id, moved).await
}

/// How urgent a conversation is from now on.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPriority {
    /// `urgent`, `high` or `normal`.
    priority: Priority,
    /// The revision that the change is based on.
    based_on: Option<u64>,
}

/// Labels that a conversation gets and loses.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLabels {
    /// Labels that it gets: 1 to 40 characters each, 12 at most on a conversation.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    add: Vec<Label>,
    /// Labels that it loses.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    remove: Vec<Label>,
    /// The revision that the change is based on.
    based_on: Option<u64>,
}

/// Says how urgent a conversation is.
#[utoipa::path(post, path = "/v1/conversations/{id}/priority", tag = "agent", params(("id" = ConversationId, Path)), request_body = NewPriority, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn prioritise(
    State(app): State<App>,
    staff: Acting,
    Named(id): Named<ConversationId>,
    headers: HeaderMap,
    Json(new): Json<NewPriority>,
) -> Result<Response> {
    let based_on = based_on(&headers, new.based_on)?;
    let to = Triage {
        priority: Some(new.priority),
        ..Triage::default()
    };
    let moved = app.desk.triage(&staff.agent, &id, &to, based_on).await;
    answer(&app, &staff.agent, &id, moved).await
}

/// Gives a conversation labels, and takes some away.
#[utoipa::path(post, path = "/v1/conversations/{id}/labels", tag = "agent", params(("id" = ConversationId, Path)), request_body = NewLabels, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn label(
    State(app): State<App>,
    staff: Acting,
    Named(id): Named<ConversationId>,
    headers: HeaderMap,
    Json(new): Json<NewLabels>,
) -> Result<Response> {
    let based_on = based_on(&headers, new.based_on)?;
    let to = Triage {
        priority: None,
        add: new.add,
        remove: new.remove,
    };
    let moved = app.desk.triage(&staff.agent, &id, &to, based_on).await;
    answer(&app, &staff.agent, &id, moved).await
}

/// Which conversation goes on in this one.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The conversation that is closed, and goes on here.
    from: ConversationId,
    /// The revision that the change is based on.
    based_on: Option<u64>,
}

/// Merges another conversation of the same person into one of the caller's. Both logs stay; 409 when they are of different people.
#[utoipa::path(post, path = "/v1/conversations/{id}/merge", tag = "agent", params(("id" = ConversationId, Path)), request_body = Merge, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn merge(
    State(app): State<App>,
    staff: Acting,
    Named(id): Named<ConversationId>,
    headers: HeaderMap,
    Json(merge): Json<Merge>,
) -> Result<Response> {
    let based_on = based_on(&headers, merge.based_on)?;
    let moved = app
        .desk
        .merge(&staff.agent, &id, &merge.from, based_on)
        .await;
    answer(&app, &staff.agent, &id, moved).await
}

/// Takes up again what was called done.
#[utoipa::path(post, path = "/v1/conversations/{id}/reopen", tag = "agent", params(("id" = ConversationId, Path)), request_body = Option<Change>, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn reopen(
    State(app): State<App>,
    staff: Acting,
    Named(id): Named<ConversationId>,
    headers: HeaderMap,
    OptionalJson(change): OptionalJson<Change>,
) -> Result<Response> {
    let based_on = based_on(&headers, change.based_on)?;
    let moved = app.desk.reopen(&staff.agent, &id, based_on).await;
    answer(&app, &staff.agent, &id, moved).await
}

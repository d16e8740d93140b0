//! What agents do with each other's conversations: give one to somebody, take up again what was called done, sort.

use axum::response::Response;
use serde::Deserialize;

use super::moving::{Based, Change, Moving};
use super::view::ConversationView;
use crate::domain::conversation::{Label, Priority, Triage};
use crate::domain::ids::{AgentId, ConversationId};
use crate::http::error::{ProblemDetails, Result};
use crate::http::gate::body::Json;
use crate::http::gate::staff::Lead;

/// Whom a conversation is given to.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The agent's id.
    agent: AgentId,
    /// Also where they have as many as they are given at a time; otherwise that is refused with `agent_at_cap`.
    #[serde(default)]
    over_cap: bool,
    /// The revision that the change is based on.
    based_on: Option<u64>,
}

/// Gives a conversation to a colleague.
#[utoipa::path(post, path = "/v1/conversations/{id}/assign", tag = "agent", params(("id" = ConversationId, Path)), request_body = Assignment, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn assign(asked: Moving<Json<Assignment>, Lead>) -> Result<Response> {
    let Assignment {
        agent, over_cap, ..
    } = &asked.body.0;
    let to = (agent, *over_cap);
    let moved = asked
        .desk()
        .assign(&asked.agent, &asked.id, to, asked.based_on);
    let moved = moved.await;
    asked.answer(moved).await
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
pub async fn prioritise(asked: Moving<Json<NewPriority>>) -> Result<Response> {
    let to = Triage {
        priority: Some(asked.body.0.priority),
        ..Triage::default()
    };
    let moved = asked
        .desk()
        .triage(&asked.agent, &asked.id, &to, asked.based_on);
    let moved = moved.await;
    asked.answer(moved).await
}

/// Gives a conversation labels, and takes some away.
#[utoipa::path(post, path = "/v1/conversations/{id}/labels", tag = "agent", params(("id" = ConversationId, Path)), request_body = NewLabels, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn label(asked: Moving<Json<NewLabels>>) -> Result<Response> {
    let Json(new) = &asked.body;
    let to = Triage {
        priority: None,
        add: new.add.clone(),
        remove: new.remove.clone(),
    };
    let moved = asked
        .desk()
        .triage(&asked.agent, &asked.id, &to, asked.based_on);
    let moved = moved.await;
    asked.answer(moved).await
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
pub async fn merge(asked: Moving<Json<Merge>>) -> Result<Response> {
    let from = &asked.body.0.from;
    let moved = asked
        .desk()
        .merge(&asked.agent, &asked.id, from, asked.based_on);
    let moved = moved.await;
    asked.answer(moved).await
}

/// Takes up again what was called done.
#[utoipa::path(post, path = "/v1/conversations/{id}/reopen", tag = "agent", params(("id" = ConversationId, Path)), request_body = Option<Change>, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn reopen(asked: Moving) -> Result<Response> {
    let moved = asked.desk().reopen(&asked.agent, &asked.id, asked.based_on);
    let moved = moved.await;
    asked.answer(moved).await
}

impl Based for Assignment {
    fn based_on(&self) -> Option<u64> {
        self.based_on
    }
}

impl Based for NewPriority {
    fn based_on(&self) -> Option<u64> {
        self.based_on
    }
}

impl Based for NewLabels {
    fn based_on(&self) -> Option<u64> {
        self.based_on
    }
}

impl Based for Merge {
    fn based_on(&self) -> Option<u64> {
        self.based_on
    }
}

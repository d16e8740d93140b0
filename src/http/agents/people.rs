//! One person's data, for admins: what is held, to be taken along or erased. A person is named by one of their conversations.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::facts::EarlierView;
use crate::desk::{Held, HeldKind};
use crate::domain::ids::ConversationId;
use crate::http::App;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::Json;
use crate::http::gate::staff::Admin;

/// What is held on a person.
#[derive(Serialize, utoipa::ToSchema)]
pub struct HeldView {
    /// Their conversations, the latest first: these would go.
    conversations: Vec<ConversationId>,
    /// That they have more conversations than these: whoever erases them looks again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more_conversations: bool,
    /// What each of them is, as long as it is there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    each: Vec<EarlierView>,
    /// How many events these have.
    events: usize,
    /// How many files would go, unless somebody else handed in the same.
    files: usize,
    /// How many sessions would end.
    sessions: usize,
    /// How much of what merchants' programs and platforms were told of them, or are to be told, would go. That a refund was decided on
    /// is told all the same.
    told: usize,
    /// How many replies and notes that agents have begun to write would go.
    drafts: usize,
    /// How many of the bot's answers to them that agents called wrong would go off that list.
    reviews: usize,
    /// How many saved filters of agents that find them would go.
    filters: usize,
    /// What these filters are called: one that is about somebody else is renamed before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filter_names: Vec<String>,
    /// How many orders would stay: they are the shop's.
    orders_kept: usize,
    /// That they have more orders than that, which are not looked at.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more_orders: bool,
    /// How many refund applications would stay, with amount, cause and decision, without the customer's words and files: the law wants
    /// them kept.
    claims_kept: usize,
}

impl From<Held> for HeldView {
    fn from(held: Held) -> Self {
        Self {
            each: Vec::new(),
            events: held.count(HeldKind::Events),
            files: held.count(HeldKind::Files),
            sessions: held.count(HeldKind::Sessions),
            told: held.count(HeldKind::Told),
            drafts: held.count(HeldKind::Drafts),
            reviews: held.count(HeldKind::Reviews),
            filters: held.count(HeldKind::Filters),
            orders_kept: held.count(HeldKind::Orders),
            claims_kept: held.count(HeldKind::Claims),
            filter_names: held.filters,
            more_conversations: held.more_conversations,
            more_orders: held.more_orders,
            conversations: held.conversations,
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

//! What an agent does with one conversation: reads it, takes it, answers, notes, gives it back, resolves it.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::follower::{EVENTS, Follower, seen};
use super::moving::{Based, Change, Moving, explained, shown};
use super::view::ConversationView;
use crate::desk::{DeskError, Left};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::conversation::{Event, LeftFor, Seq};
use crate::domain::ids::{ClientId, ConversationId};
use crate::domain::report::Suggestion;
use crate::domain::transcript::AgentEvent;
use crate::http::App;
use crate::http::customer::said::NoFields;
use crate::http::customer::visitor::check_length;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::{Asked, Json, Named, OptionalJson, based_on};
use crate::http::gate::staff::{Acting, Staff};
use crate::http::stream;

/// No page has more events.
const MAX_EVENTS: usize = 500;

/// Leaving a conversation until a time.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    /// Until when (RFC 3339); without it, until the customer writes or a refund moves, which bring it back before its time in any case.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// What brings it back before: `anything` (unless it says otherwise), `message` alone, or `refund`; whoever writes always does.
    #[serde(default)]
    waits_for: LeftFor,
    /// The revision that the change is based on.
    based_on: Option<u64>,
}

/// What an agent says to the customer.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The agent's own name for it: sent again under the same name, it is answered as the first time.
    client_id: ClientId,
    /// What is written, 1 to 10,000 characters.
    #[schema(min_length = 1, max_length = 10_000)]
    text: String,
    /// The revision that it is based on.
    based_on: Option<u64>,
    /// What became of the reply that was suggested, where one was: `accepted`, `edited` or `ignored`. Leads read the sums.
    suggestion: Option<Suggestion>,
}

/// What an agent notes for colleagues.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Noted {
    /// The agent's own name for it: sent again under the same name, it is answered as the first time.
    client_id: ClientId,
    /// What is noted, 1 to 10,000 characters.
    #[schema(min_length = 1, max_length = 10_000)]
    text: String,
}

/// For how long a customer sees that somebody is writing.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TypingShown {
    /// Until when (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
}

/// Which events.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Only what follows this number.
    after: Option<u64>,
    /// How many, at most 500. Has no meaning for a stream.
    limit: Option<usize>,
}

/// A page of events.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EventsAnswer {
    /// The events, the oldest first.
    events: Vec<AgentEvent>,
    /// `after` of the next page; none after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// One conversation.
#[utoipa::path(get, path = "/v1/conversations/{id}", tag = "agent", params(("id" = ConversationId, Path)), responses(
    (status = 200, body = ConversationView, headers(("ETag" = String, description = "The revision"))),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    Named(id): Named<ConversationId>,
) -> Result<Response> {
    let row = app.desk.conversation(&staff.agent, &id).await?;
    let about = Some(id.to_string());
    app.desk
        .looked(&staff.agent.id, Audited::Read, about)
        .await?;
    Ok(shown(row))
}

/// The events of a conversation: a page, or with `Accept: text/event-stream` a stream. `event: conversation` with `id` `null` in it says
/// that the number that was asked after is not there any more, because a backup was put back: the events then begin with the first.
#[utoipa::path(get, path = "/v1/conversations/{id}/events", tag = "agent", params(("id" = ConversationId, Path), EventsQuery), responses(
    (status = 200, body = EventsAnswer),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn events(
    State(app): State<App>,
    staff: Staff,
    Named(id): Named<ConversationId>,
    headers: HeaderMap,
    Asked(query): Asked<EventsQuery>,
) -> Result<Response> {
    let after = Seq(stream::last_seen(&headers, query.after)?);
    app.desk.conversation(&staff.agent, &id).await?;
    let about = Some(id.to_string());
    app.desk
        .looked(&staff.agent.id, Audited::Read, about)
        .await?;
    if stream::wanted(&headers) {
        let caller = format!("agent {}", staff.agent.id);
        let follower = Follower {
            app: app.clone(),
            pass: staff.pass,
            id,
            after,
            wakes: None,
        };
        return stream::respond(&app, follower, &caller);
    }
    let limit = query.limit.unwrap_or(EVENTS).clamp(1, MAX_EVENTS);
    let events = app.desk.events(&staff.agent, &id, after, limit).await?;
    let next = events.last().filter(|_| events.len() == limit);
    Ok(axum::Json(EventsAnswer {
        next: next.map(|event| event.seq.0),
        events: seen(&app, &events).await?,
    })
    .into_response())
}

/// Takes a conversation that waits. Of two who claim it, one gets it and the other 409.
#[utoipa::path(post, path = "/v1/conversations/{id}/claim", tag = "agent", params(("id" = ConversationId, Path)), request_body = Option<Change>, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn claim(asked: Moving) -> Result<Response> {
    let moved = asked.desk().claim(&asked.agent, &asked.id, asked.based_on);
    let moved = moved.await;
    asked.answer(moved).await
}

/// Takes a conversation from the bot or from a colleague.
#[utoipa::path(post, path = "/v1/conversations/{id}/takeover", tag = "agent", params(("id" = ConversationId, Path)), request_body = Option<Change>, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn take_over(asked: Moving) -> Result<Response> {
    let moved = asked
        .desk()
        .take_over(&asked.agent, &asked.id, asked.based_on);
    let moved = moved.await;
    asked.answer(moved).await
}

/// Gives a conversation back to the bot.
#[utoipa::path(post, path = "/v1/conversations/{id}/return", tag = "agent", params(("id" = ConversationId, Path)), request_body = Option<Change>, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn give_back(asked: Moving) -> Result<Response> {
    let moved = asked
        .desk()
        .give_back(&asked.agent, &asked.id, asked.based_on);
    let moved = moved.await;
    asked.answer(moved).await
}

/// Calls the matter done.
#[utoipa::path(post, path = "/v1/conversations/{id}/resolve", tag = "agent", params(("id" = ConversationId, Path)), request_body = Option<Change>, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn resolve(asked: Moving) -> Result<Response> {
    let moved = asked
        .desk()
        .resolve(&asked.agent, &asked.id, asked.based_on);
    let moved = moved.await;
    asked.answer(moved).await
}

/// Leaves a conversation until a time.
#[utoipa::path(post, path = "/v1/conversations/{id}/snooze", tag = "agent", params(("id" = ConversationId, Path)), request_body = Snooze, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn snooze(asked: Moving<Json<Snooze>>) -> Result<Response> {
    let Json(snooze) = &asked.body;
    let left = Left {
        until: snooze.until,
        for_what: snooze.waits_for,
    };
    let moved = asked
        .desk()
        .snooze(&asked.agent, &asked.id, left, asked.based_on);
    let moved = moved.await;
    asked.answer(moved).await
}

/// Takes back what the caller has done to a conversation a moment ago: who has it, where it stands, how it is sorted, that it goes on. It has its place in the queue
/// again, and what is owed is owed by the time that it was. 409 `stale_revision` when something has happened to it since, `too_late_to_undo`
/// after a minute, or where somebody else did it.
#[utoipa::path(post, path = "/v1/conversations/{id}/undo", tag = "agent", params(("id" = ConversationId, Path)), request_body = Option<Change>, responses(
    (status = 200, body = ConversationView), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn undo(asked: Moving) -> Result<Response> {
    let moved = asked.desk().undo(&asked.agent, &asked.id, asked.based_on);
    let moved = moved.await;
    asked.answer(moved).await
}

/// Answers the customer. Only the owner of a conversation may.
#[utoipa::path(post, path = "/v1/conversations/{id}/messages", tag = "agent", params(("id" = ConversationId, Path)), request_body = Written, responses(
    (status = 201, body = AgentEvent), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn reply(
    State(app): State<App>,
    staff: Acting,
    Named(id): Named<ConversationId>,
    headers: HeaderMap,
    Json(written): Json<Written>,
) -> Result<Response> {
    let based_on = based_on(&headers, written.based_on)?;
    let text = checked(&app, written.text)?;
    let sent = app
        .desk
        .reply(&staff.agent, &id, written.client_id, text, based_on)
        .await;
    if let (Ok(_), Some(what)) = (&sent, written.suggestion) {
        let desk = &app.desk;
        desk.count_suggestion(&staff.agent, &id, what).await?;
    }
    wrote(&app, &staff.agent, &id, sent).await
}

/// Says that the agent is writing to the customer, who sees it for some seconds: said again while it goes on.
#[utoipa::path(post, path = "/v1/conversations/{id}/typing", tag = "agent", params(("id" = ConversationId, Path)), responses(
    (status = 200, body = TypingShown), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn typing(
    State(app): State<App>,
    staff: Acting,
    Named(id): Named<ConversationId>,
    OptionalJson(NoFields {}): OptionalJson<NoFields>,
) -> Result<Response> {
    match app.desk.types(&staff.agent, &id).await {
        Ok(typing) => Ok(axum::Json(TypingShown {
            until: typing.until,
        })
        .into_response()),
        Err(error) => Err(explained(&app, &staff.agent, &id, error).await),
    }
}

/// Writes a note that the customer never sees.
#[utoipa::path(post, path = "/v1/conversations/{id}/notes", tag = "agent", params(("id" = ConversationId, Path)), request_body = Noted, responses(
    (status = 201, body = AgentEvent), (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn note(
    State(app): State<App>,
    staff: Acting,
    Named(id): Named<ConversationId>,
    Json(noted): Json<Noted>,
) -> Result<Response> {
    let text = checked(&app, noted.text)?;
    let sent = app
        .desk
        .note(&staff.agent, &id, noted.client_id, text)
        .await;
    wrote(&app, &staff.agent, &id, sent).await
}

pub(in crate::http) fn checked(app: &App, text: String) -> Result<String> {
    if text.trim().is_empty() {
        return Err(Problem::invalid("text", "there is nothing in it"));
    }
    check_length(app, &text)?;
    Ok(text)
}

async fn wrote(
    app: &App,
    agent: &Agent,
    id: &ConversationId,
    written: std::result::Result<Event, DeskError>,
) -> Result<Response> {
    match written {
        Ok(event) => {
            let events = seen(app, &[event]).await?;
            Ok((StatusCode::CREATED, axum::Json(events.into_iter().next())).into_response())
        }
        Err(error) => Err(explained(app, agent, id, error).await),
    }
}

impl Based for Snooze {
    fn based_on(&self) -> Option<u64> {
        self.based_on
    }
}

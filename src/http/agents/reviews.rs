//! Where the bot was wrong: said by agents, read by leads.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::conversation::Seq;
use crate::domain::ids::{AgentId, ConversationId, IntentId};
use crate::domain::language::Language;
use crate::domain::review::Review;
use crate::http::App;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::body::{Json, Named, OptionalJson};
use crate::http::gate::staff::{Acting, Leading};

/// What was wrong.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// The number of the bot's answer.
    reply: u64,
    /// What the message was; without it, nothing that the bot should have answered.
    intent: Option<IntentId>,
    /// What else there is to say, at most 500 characters.
    #[schema(max_length = 500)]
    note: Option<String>,
    /// Whether the intent is only a guess: where somebody has said it before, what they said stays.
    #[serde(default)]
    guess: bool,
}

/// Whether somebody is done with it.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Reviewed {
    /// `false` puts it back on the list.
    done: bool,
}

impl Default for Reviewed {
    fn default() -> Self {
        Self { done: true }
    }
}

/// A wrong answer, as it stands on the review list.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ReviewView {
    /// The conversation.
    conversation: ConversationId,
    /// The number of the bot's answer.
    reply: u64,
    /// When it was said to be wrong (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who said so.
    by: AgentId,
    /// What the customer had written.
    message: String,
    /// In which language (BCP 47).
    #[schema(value_type = String)]
    language: Language,
    /// What the bot took it for.
    #[serde(skip_serializing_if = "Option::is_none")]
    took_for: Option<IntentId>,
    /// `file:line` of the rule that fired.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// What it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    intent: Option<IntentId>,
    /// What else the agent had to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// As it goes into the examples of a rule file.
    test_case: String,
}

impl From<Review> for ReviewView {
    fn from(review: Review) -> Self {
        Self {
            test_case: review.test_case(),
            conversation: review.conversation,
            reply: review.reply.0,
            at: review.at,
            by: review.by,
            message: review.message,
            language: review.language,
            took_for: review.took_for,
            rule: review.rule,
            intent: review.right,
            note: review.note,
        }
    }
}

/// Says that the bot was wrong.
#[utoipa::path(post, path = "/v1/conversations/{id}/wrong", tag = "agent", params(("id" = ConversationId, Path)), request_body = Wrong, responses(
    (status = 201, body = ReviewView), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn wrong(
    State(app): State<App>,
    staff: Acting,
    Named(id): Named<ConversationId>,
    Json(wrong): Json<Wrong>,
) -> Result<(StatusCode, axum::Json<ReviewView>)> {
    let (reply, right) = ((Seq(wrong.reply), wrong.guess), wrong.intent);
    let said = app
        .desk
        .bot_was_wrong(&staff.agent, &id, reply, right, wrong.note)
        .await?;
    Ok((StatusCode::CREATED, axum::Json(said.into())))
}

/// Says that somebody has worked a wrong answer into the rules, or that nothing is to be done about it: it is on the list no more. With
/// `"done": false` it is again.
#[utoipa::path(post, path = "/v1/conversations/{id}/wrong/{seq}/done", tag = "agent", params(("id" = ConversationId, Path), ("seq" = u64, Path)), request_body = Option<Reviewed>, responses(
    (status = 200, body = ReviewView), (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn done(
    State(app): State<App>,
    lead: Leading,
    Path((id, seq)): Path<(String, String)>,
    OptionalJson(Reviewed { done }): OptionalJson<Reviewed>,
) -> Result<axum::Json<ReviewView>> {
    let id = ConversationId::parse(&id).map_err(|_| Problem::not_found())?;
    let seq = seq.parse().map_err(|_| Problem::not_found())?;
    let review = app.desk.review_done(&lead.agent, &id, Seq(seq), done);
    Ok(axum::Json(review.await?.into()))
}

/// Where the bot was wrong, the oldest first, without what somebody is done with.
#[utoipa::path(get, path = "/v1/reviews", tag = "agent", responses(
    (status = 200, body = Vec<ReviewView>), (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn list(State(app): State<App>, lead: Leading) -> Result<axum::Json<Vec<ReviewView>>> {
    let all = app.desk.reviews(&lead.agent).await?;
    Ok(axum::Json(all.into_iter().map(ReviewView::from).collect()))
}

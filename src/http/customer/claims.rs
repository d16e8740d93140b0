//! A refund application as a form in one go: a page sends all its fields, and learns of every mistake at the same time.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::desk::{Applied, SentForm};
use crate::domain::claim::{Claim, ClaimForm, ClaimState};
use crate::domain::ids::{ClientId, ConversationId};
use crate::domain::transcript::CustomerEvent;
use crate::domain::verdict::VerdictReason;
use crate::http::App;
use crate::http::agents::transcript::names_in;
use crate::http::error::{ProblemDetails, Result};
use crate::http::gate::bearer::Visitor;
use crate::http::gate::body::Json;

/// A refund application with all its fields.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimRequest {
    /// The sender's own name for it, such as a UUID: sent again under the same name, it is answered as the first time.
    client_id: ClientId,
    /// The order's number, as on its confirmation.
    order: String,
    /// Why: `damaged`, `wrong_item`, `not_arrived`, `changed_mind`, `paid_twice` or `other`.
    cause: String,
    /// The items that it is about, as the order calls them; without any, the whole order.
    #[serde(default)]
    items: Vec<String>,
    /// How much, such as `20.00`, or `50%` of what was paid; without it, all that is left.
    amount: Option<String>,
    /// In which currency; the order's.
    currency: Option<String>,
    /// What happened, at most 1,000 characters; needed when the cause is `other`.
    note: Option<String>,
    /// Files that were handed in before, by `sha256`; at most three.
    #[serde(default)]
    evidence: Vec<String>,
}

/// What became of a refund application.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ClaimAnswer {
    /// Its number in the conversation.
    seq: u64,
    /// The conversation.
    conversation: ConversationId,
    /// What the bot said; nothing while a person has the conversation.
    replies: Vec<CustomerEvent>,
    /// The application; none where the policy rules it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<ClaimFiled>,
    /// Why the policy rules it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<VerdictReason>,
}

/// An application that was filed, as its customer may see it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ClaimFiled {
    /// Its number.
    id: String,
    /// Where it stands: `accepted`, `submitted`, `needs_evidence` ...
    state: &'static str,
    /// How much.
    amount: String,
    /// In which currency (ISO 4217).
    currency: &'static str,
    /// The items it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<String>,
    /// What has to be shown first.
    #[serde(skip_serializing_if = "Option::is_none")]
    wanted: Option<String>,
    /// By when the customer was told to have an answer or the money (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_by: Option<Timestamp>,
}

impl ClaimFiled {
    fn of(claim: &Claim, due_by: Option<Timestamp>) -> Self {
        Self {
            due_by,
            id: claim.id.to_string(),
            state: claim.state.name(),
            amount: claim.amount.amount.to_string(),
            currency: claim.amount.currency.code(),
            items: claim.items.clone(),
            wanted: match &claim.state {
                ClaimState::NeedsEvidence { what } => Some(what.clone()),
                _ => None,
            },
        }
    }
}

/// Applies for a refund with all fields at once: 201 when it is filed, 200 when it was filed before under the same `client_id`, or the
/// policy rules it out.
#[utoipa::path(post, path = "/v1/claims", tag = "visitor", request_body = ClaimRequest, responses(
    (status = 201, body = ClaimAnswer),
    (status = 200, body = ClaimAnswer),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn apply(
    State(app): State<App>,
    visitor: Visitor,
    Json(asked): Json<ClaimRequest>,
) -> Result<Response> {
    let sent = SentForm {
        client_id: asked.client_id,
        order: asked.order,
        form: ClaimForm {
            cause: asked.cause,
            items: asked.items,
            amount: asked.amount,
            currency: asked.currency,
            note: asked.note,
            evidence: asked.evidence,
        },
    };
    let applied = app.desk.apply(&visitor.session, &sent).await?;
    let is_new = applied.claim.is_some() && !applied.received.repeated;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let answer = answer(&app, applied).await?;
    Ok((status, axum::Json(answer)).into_response())
}

async fn answer(app: &App, applied: Applied) -> Result<ClaimAnswer> {
    let replies = &applied.received.replies;
    let names = names_in(app, replies).await?;
    let replies = replies
        .iter()
        .filter_map(|event| CustomerEvent::of(event, &names));
    Ok(ClaimAnswer {
        seq: applied.received.seq.0,
        conversation: applied.received.conversation,
        replies: replies.collect(),
        claim: applied
            .claim
            .as_ref()
            .map(|claim| ClaimFiled::of(claim, applied.due_by)),
        refused: applied.refused.map(|verdict| verdict.reason),
    })
}

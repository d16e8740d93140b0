//! Refund applications over the API: a shop's program lists them, decides, and reports what became of the payment; an agent decides in
//! the conversation.
//!
//! Every call may be made twice: the second one is answered like the first and changes nothing. `idempotency_key` in the answer is what
//! the payment side pays under, once.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::desk::ClaimMove;
use crate::domain::claim::{Claim, ClaimCause, ClaimId, ClaimState};
use crate::domain::ids::{ConversationId, OrderId};
use crate::domain::money::Money;
use crate::domain::policy::PolicyPlace;
use crate::domain::verdict::VerdictReason;
use crate::http::App;
use crate::http::error::{Problem, ProblemDetails, Result};
use crate::http::gate::bearer::Shop;
use crate::http::gate::body::{Asked, Json, Named, OptionalJson};
use crate::http::gate::staff::Acting;

/// A page has the claims of so many orders unless it asks for another number.
const ORDERS: usize = 50;
/// No page has more.
const MAX_ORDERS: usize = 200;

/// Which refund applications.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RefundsQuery {
    /// Only those that stand here: `submitted`, `accepted`, `paid` ...
    state: Option<String>,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<OrderId>,
    /// The claims of so many orders, at most 200.
    limit: Option<usize>,
}

/// A page of refund applications.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RefundsAnswer {
    /// The applications, by order number.
    refunds: Vec<RefundView>,
    /// `after` of the next page; none after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A refund application.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RefundView {
    /// Its number, which the customer knows, too.
    id: String,
    /// What it is paid under: once, however often it is ordered.
    idempotency_key: String,
    /// The order.
    order: OrderId,
    /// Where it stands.
    state: &'static str,
    /// How much.
    amount: String,
    /// In which currency (ISO 4217).
    currency: &'static str,
    /// The items it is about, as the order calls them; none means the whole order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<String>,
    /// Why.
    cause: ClaimCause,
    /// The customer's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What was handed in to prove it, by SHA-256.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<String>,
    /// What the policy said, as a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<VerdictReason>,
    /// The clause of the policy that said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
    /// Where that clause stands, and in which version of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<PolicyPlace>,
    /// What belongs to the state: why it was refused, what is to be shown, the payment side's reference or code.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The conversation it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<ConversationId>,
    /// When it was handed in (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last moved (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<&Claim> for RefundView {
    fn from(claim: &Claim) -> Self {
        Self {
            id: claim.id.to_string(),
            idempotency_key: claim.idempotency_key(),
            order: claim.id.order().clone(),
            state: claim.state.name(),
            amount: claim.amount.amount.to_string(),
            currency: claim.amount.currency.code(),
            items: claim.items.clone(),
            cause: claim.cause,
            note: claim.note.clone(),
            evidence: claim.evidence.clone(),
            verdict: claim.verdict.as_ref().map(|verdict| verdict.reason),
            clause: claim.verdict.as_ref().map(|verdict| verdict.clause.clone()),
            policy: claim
                .verdict
                .as_ref()
                .and_then(|verdict| verdict.at.clone()),
            detail: detail(&claim.state),
            conversation: claim.conversation.clone(),
            created_at: claim.created_at,
            updated_at: claim.updated_at,
        }
    }
}

fn detail(state: &ClaimState) -> Option<String> {
    match state {
        ClaimState::NeedsEvidence { what } => Some(what.clone()),
        ClaimState::Rejected { reason, .. } => Some(reason.clone()),
        ClaimState::Paid { reference } => reference.clone(),
        ClaimState::Failed { code, .. } => Some(code.clone()),
        _ => None,
    }
}

/// Why a claim is refused.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rejection {
    /// A sentence for the customer, 1 to 1,000 characters.
    reason: String,
}

/// What has to be shown.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRequest {
    /// What, in words for the customer, 1 to 1,000 characters.
    what: String,
}

/// What the payment side reports of a payment that went through. Amount and currency, where they are sent, must be the claim's.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaidReport {
    /// Its own reference.
    reference: Option<String>,
    /// How much was paid.
    amount: Option<String>,
    /// In which currency.
    currency: Option<String>,
}

/// What the payment side reports of a payment that did not go through.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FailedReport {
    /// Its own code, such as `charge_for_pending_refund_disputed`.
    code: String,
    /// Its own words, for agents.
    reason: Option<String>,
}

/// What an agent decides.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(tag = "decision", rename_all = "snake_case", deny_unknown_fields)]
pub enum AgentDecision {
    /// It is to be paid.
    Approve {},
    /// It is not.
    Reject {
        /// A sentence for the customer.
        reason: String,
    },
    /// Something has to be shown first.
    RequestEvidence {
        /// What, in words for the customer.
        what: String,
    },
}

/// A body that says nothing.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

type Answer = Result<axum::Json<RefundView>>;

/// Lists refund applications.
#[utoipa::path(get, path = "/v1/refunds", tag = "merchant", params(RefundsQuery), responses(
    (status = 200, body = RefundsAnswer),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn list(
    State(app): State<App>,
    Shop(key): Shop,
    Asked(query): Asked<RefundsQuery>,
) -> Result<axum::Json<RefundsAnswer>> {
    let state = query.state.as_deref();
    if state.is_some_and(|state| !ClaimState::NAMES.contains(&state)) {
        let detail = format!("an application is one of {}", ClaimState::NAMES.join(", "));
        return Err(Problem::invalid("state", detail));
    }
    let limit = query.limit.unwrap_or(ORDERS).clamp(1, MAX_ORDERS);
    let found = app.desk.claims(&key, query.after.as_ref(), limit).await?;
    let full = found.len() == limit;
    let next = found.last().filter(|_| full);
    let next = next.map(|claims| claims.order.to_string());
    let claims = found.iter().flat_map(|claims| &claims.claims);
    let wanted = |claim: &&Claim| state.is_none_or(|state| state == claim.state.name());
    let refunds = claims.filter(wanted).map(RefundView::from).collect();
    Ok(axum::Json(RefundsAnswer { refunds, next }))
}

/// Reads one refund application.
#[utoipa::path(get, path = "/v1/refunds/{id}", tag = "merchant", params(("id" = String, Path)), responses(
    (status = 200, body = RefundView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn show(State(app): State<App>, Shop(key): Shop, Named(id): Named<ClaimId>) -> Answer {
    Ok(axum::Json(RefundView::from(
        &app.desk.claim_of(&key, &id).await?,
    )))
}

/// Decides for a refund application.
#[utoipa::path(post, path = "/v1/refunds/{id}/approve", tag = "merchant", params(("id" = String, Path)), responses(
    (status = 200, body = RefundView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn approve(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<ClaimId>,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Answer {
    moved(app.desk.move_claim(&key, &id, ClaimMove::Approve).await)
}

/// Decides against a refund application.
#[utoipa::path(post, path = "/v1/refunds/{id}/reject", tag = "merchant", params(("id" = String, Path)), request_body = Rejection, responses(
    (status = 200, body = RefundView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn reject(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<ClaimId>,
    Json(asked): Json<Rejection>,
) -> Answer {
    let to = ClaimMove::Reject(asked.reason);
    moved(app.desk.move_claim(&key, &id, to).await)
}

/// Asks the customer to show something first.
#[utoipa::path(post, path = "/v1/refunds/{id}/request-evidence", tag = "merchant", params(("id" = String, Path)), request_body = EvidenceRequest, responses(
    (status = 200, body = RefundView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn request_evidence(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<ClaimId>,
    Json(asked): Json<EvidenceRequest>,
) -> Answer {
    let to = ClaimMove::RequestEvidence(asked.what);
    moved(app.desk.move_claim(&key, &id, to).await)
}

/// The payment side takes the order to pay. From then on the customer cannot call the application off: pay only after this answered
/// with 200.
#[utoipa::path(post, path = "/v1/refunds/{id}/paying", tag = "merchant", params(("id" = String, Path)), responses(
    (status = 200, body = RefundView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn paying(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<ClaimId>,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Answer {
    moved(app.desk.move_claim(&key, &id, ClaimMove::Paying).await)
}

/// The payment went through.
#[utoipa::path(post, path = "/v1/refunds/{id}/paid", tag = "merchant", params(("id" = String, Path)), request_body = PaidReport, responses(
    (status = 200, body = RefundView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn paid(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<ClaimId>,
    OptionalJson(report): OptionalJson<PaidReport>,
) -> Answer {
    let claim = app.desk.claim_of(&key, &id).await?;
    is_its_money(&report, claim.amount)?;
    let to = ClaimMove::Paid(report.reference);
    moved(app.desk.move_claim(&key, &id, to).await)
}

/// The payment did not go through.
#[utoipa::path(post, path = "/v1/refunds/{id}/failed", tag = "merchant", params(("id" = String, Path)), request_body = FailedReport, responses(
    (status = 200, body = RefundView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn failed(
    State(app): State<App>,
    Shop(key): Shop,
    Named(id): Named<ClaimId>,
    Json(report): Json<FailedReport>,
) -> Answer {
    let to = ClaimMove::Failed(report.code, report.reason);
    moved(app.desk.move_claim(&key, &id, to).await)
}

/// An agent decides about an application of a conversation.
#[utoipa::path(post, path = "/v1/conversations/{id}/refunds/{claim}", tag = "agent",
    params(("id" = ConversationId, Path), ("claim" = String, Path)), request_body = AgentDecision, responses(
    (status = 200, body = RefundView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn decide(
    State(app): State<App>,
    staff: Acting,
    axum::extract::Path((id, claim)): axum::extract::Path<(String, String)>,
    Json(decision): Json<AgentDecision>,
) -> Answer {
    let id = ConversationId::parse(&id).map_err(|_| Problem::not_found())?;
    let claim: ClaimId = claim.parse().map_err(|_| Problem::not_found())?;
    let to = match decision {
        AgentDecision::Approve {} => ClaimMove::Approve,
        AgentDecision::Reject { reason } => ClaimMove::Reject(reason),
        AgentDecision::RequestEvidence { what } => ClaimMove::RequestEvidence(what),
    };
    moved(app.desk.decide_claim(&staff.agent, &id, &claim, to).await)
}

fn moved(result: std::result::Result<Claim, crate::desk::DeskError>) -> Answer {
    Ok(axum::Json(RefundView::from(&result?)))
}

/// A report about another amount is a report about something else.
fn is_its_money(report: &PaidReport, claimed: Money) -> Result<()> {
    let currency = report
        .currency
        .as_deref()
        .unwrap_or(claimed.currency.code());
    let Some(amount) = &report.amount else {
        return match currency.eq_ignore_ascii_case(claimed.currency.code()) {
            true => Ok(()),
            false => Err(other_money("currency")),
        };
    };
    let paid = Money::parse(amount, currency)
        .map_err(|error| Problem::invalid("amount", error.to_string()))?;
    if paid.currency != claimed.currency {
        return Err(other_money("currency"));
    }
    if paid.amount == claimed.amount {
        return Ok(());
    }
    Err(other_money("amount"))
}

fn other_money(path: &str) -> Problem {
    let detail = "this is not what the application asks for: nothing was changed; look at the application, then report again";
    Problem::invalid(path, detail)
}

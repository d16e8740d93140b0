//! What stands beside a conversation: who it is, the orders, the claims, what was promised, what was before.

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::view::Person;
use crate::desk::{CaseFacts, Deciding, OrderFacts};
use crate::domain::abuse::{Meter, Sign};
use crate::domain::audit::Audited;
use crate::domain::conversation::{Conversation, Owner};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{AgentId, ConversationId, IntentId, OrderId};
use crate::domain::order_record;
use crate::domain::promise::{Promise, PromiseState, Promised};
use crate::domain::trouble::{Actor, Evidence, Finding, NextStep};
use crate::http::App;
use crate::http::error::{ProblemDetails, Result};
use crate::http::gate::body::Named;
use crate::http::gate::staff::Staff;
use crate::http::platforms::accounts::Unreached;
use crate::http::shops::refunds::RefundView;

/// What is known about a conversation beside its log.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FactsView {
    /// Whom the shop signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<Person>,
    /// What has been shown to be theirs.
    proof: Vec<Proof>,
    /// The orders, that which is talked about first.
    orders: Vec<OrderView>,
    /// That there are more orders of theirs than these.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more_orders: bool,
    /// What was promised.
    promises: Vec<PromiseView>,
    /// Other conversations of the same person, the latest first.
    earlier: Vec<EarlierView>,
    /// That there are more than these.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more_earlier: bool,
    /// The time zone that the customer is told times in (IANA).
    zone: String,
    /// Why what an agent writes would not reach the customer now, on a messaging platform; not there where it would.
    #[serde(skip_serializing_if = "Option::is_none")]
    unreached: Option<Unreached>,
}

/// How far somebody has shown that an order is theirs.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Proof {
    /// The order.
    order: OrderId,
    /// 0 to 3.
    level: u8,
}

/// An order and what is claimed on it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct OrderView {
    /// The order as the shop handed it in.
    #[schema(value_type = Object)]
    order: Value,
    /// The refund applications, the oldest first.
    claims: Vec<RefundView>,
    /// How unusual the claims of whoever placed it are, from 0 to 100. It decides nothing and accuses nobody.
    score: u8,
    /// What the score is made of.
    signs: Vec<SignView>,
    /// Why something hangs with it, as far as the facts show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<FindingView>,
    /// What somebody who decides begins with, for each refund application.
    deciding: Vec<DecidingView>,
}

/// Why something hangs.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FindingView {
    /// `platform_fault`, `merchant_error`, `wrong_details`, `method_restricted`, `policy`, `network` or `not_stuck`.
    cause: &'static str,
    /// Who must act: `customer`, `merchant`, `platform`, `bank` or `nobody`.
    #[schema(value_type = String)]
    actor: Actor,
    /// What comes next, such as `correct_and_pay_again`.
    #[schema(value_type = String)]
    next_step: NextStep,
    /// What speaks for it: `fact`, and its `value`.
    #[schema(value_type = Vec<Object>)]
    speaks_for: Vec<Evidence>,
    /// What speaks against it.
    #[schema(value_type = Vec<Object>)]
    speaks_against: Vec<Evidence>,
}

/// What somebody who decides on a refund application begins with.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DecidingView {
    /// Its number.
    claim: String,
    /// Why it may be rejected, in words for the customer, in their language.
    rejection: String,
    /// Whether it is more than the caller approves alone: then another one has to, too.
    needs_two: bool,
    /// Up to how much the caller's role approves alone, in the currency of the application, as an exact decimal; none where there is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    alone_up_to: Option<String>,
    /// Whether of the two who approve it one has to be a lead or an admin, and neither the caller nor who has approved it is.
    needs_lead: bool,
    /// Who has approved it, where another agent has to.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_once: Option<AgentId>,
}

/// A part of the score.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SignView {
    /// `claims_in_month`, `claims_in_quarter`, `share_refunded`, `evidence_reused`, `accounts_behind_payment` or
    /// `accounts_behind_address`.
    sign: &'static str,
    /// How many.
    count: u64,
    /// Of how many, for a share.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<u64>,
    /// What it adds.
    points: u8,
}

/// Something the customer was told to count on.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PromiseView {
    /// `answer`, `repair`, `link`, `take_up` or `payment`.
    what: &'static str,
    /// For which order, where it is money or a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<OrderId>,
    /// By when, as the customer was told first (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    by: Timestamp,
    /// `open`, `told_late`, `kept`, `raised` or `void`.
    state: &'static str,
}

/// Another conversation of the same person.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EarlierView {
    /// Its identifier.
    id: ConversationId,
    /// When it began (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Where it stands.
    status: &'static str,
    /// `bot`, `queue`, `agent` or `platform`.
    owner: &'static str,
    /// Which agent has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<AgentId>,
    /// Why it went to a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<HandoffReason>,
    /// What was answered.
    intents: Vec<IntentId>,
}

/// What an agent needs to know to decide.
#[utoipa::path(get, path = "/v1/conversations/{id}/facts", tag = "agent", params(("id" = ConversationId, Path)), responses(
    (status = 200, body = FactsView),
    (status = "4XX", body = ProblemDetails, content_type = "application/problem+json"),
))]
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    Named(id): Named<ConversationId>,
) -> Result<axum::Json<FactsView>> {
    let facts = app.desk.case_facts(&staff.agent, &id).await?;
    let about = Some(id.to_string());
    app.desk
        .looked(&staff.agent.id, Audited::Read, about)
        .await?;
    let now = app.desk.clock().now();
    let unreached = app.accounts.keep_back(&facts.conversation, now);
    let facts = FactsView::from(facts);
    Ok(axum::Json(FactsView { unreached, ..facts }))
}

impl From<CaseFacts> for FactsView {
    fn from(facts: CaseFacts) -> Self {
        let row = facts.conversation;
        let proven = row.memory.proven.into_iter();
        Self {
            customer: row.identity.map(Person::from),
            proof: proven
                .map(|(order, level)| Proof {
                    order,
                    level: level.into(),
                })
                .collect(),
            orders: facts.orders.iter().map(OrderView::from).collect(),
            more_orders: facts.more_orders,
            promises: row.promises.iter().map(PromiseView::from).collect(),
            earlier: facts.earlier.into_iter().map(EarlierView::from).collect(),
            more_earlier: facts.more_earlier,
            zone: facts.zone.iana_name().unwrap_or("UTC").to_owned(),
            unreached: None,
        }
    }
}

impl From<&OrderFacts> for OrderView {
    fn from(facts: &OrderFacts) -> Self {
        Self {
            order: order_record::to_json(&facts.order),
            claims: facts.claims.iter().map(RefundView::from).collect(),
            score: facts.meter.score,
            signs: signs(&facts.meter),
            finding: facts.finding.clone().map(FindingView::from),
            deciding: facts.deciding.iter().map(DecidingView::from).collect(),
        }
    }
}

impl From<Finding> for FindingView {
    fn from(found: Finding) -> Self {
        Self {
            cause: found.cause.name(),
            actor: found.actor,
            next_step: found.next_step,
            speaks_for: found.speaks_for,
            speaks_against: found.speaks_against,
        }
    }
}

impl From<&Deciding> for DecidingView {
    fn from(deciding: &Deciding) -> Self {
        Self {
            claim: deciding.claim.to_string(),
            rejection: deciding.rejection.clone(),
            needs_two: deciding.needs_two,
            alone_up_to: deciding.alone_up_to.map(|limit| limit.to_string()),
            needs_lead: deciding.needs_lead,
            approved_once: deciding.approved_once.clone(),
        }
    }
}

fn signs(meter: &Meter) -> Vec<SignView> {
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let each = meter.signs.iter().map(|(sign, points)| {
        let (sign, count, of) = match *sign {
            Sign::ClaimsInMonth(n) => ("claims_in_month", count(n), None),
            Sign::ClaimsInQuarter(n) => ("claims_in_quarter", count(n), None),
            Sign::ShareRefunded(n, of) => ("share_refunded", count(n), Some(count(of))),
            Sign::EvidenceReused(n) => ("evidence_reused", count(n), None),
            Sign::AccountsBehindPayment(n) => ("accounts_behind_payment", n.into(), None),
            Sign::AccountsBehindAddress(n) => ("accounts_behind_address", n.into(), None),
            Sign::Merchants(n) => ("merchants", n.into(), None),
        };
        SignView {
            sign,
            count,
            of,
            points: *points,
        }
    });
    each.collect()
}

impl From<&Promise> for PromiseView {
    fn from(promise: &Promise) -> Self {
        Self {
            what: promise.what.name(),
            order: match &promise.what {
                Promised::Payment { order, .. } | Promised::Link { order, .. } => {
                    Some(order.clone())
                }
                Promised::Answer { .. } | Promised::Repair { .. } | Promised::TakeUp { .. } => None,
            },
            by: promise.by,
            state: match promise.state {
                PromiseState::Open => "open",
                PromiseState::ToldLate { .. } => "told_late",
                PromiseState::Kept { .. } => "kept",
                PromiseState::Raised { .. } => "raised",
                PromiseState::Void { .. } => "void",
            },
        }
    }
}

impl From<Conversation> for EarlierView {
    fn from(row: Conversation) -> Self {
        Self {
            id: row.id,
            created_at: row.created_at,
            status: row.status.name(),
            owner: row.owner.name(),
            agent: match row.owner {
                Owner::Agent(agent) => Some(agent),
                Owner::Bot | Owner::Queue | Owner::Platform => None,
            },
            reason: row.reason,
            intents: row.memory.answered,
        }
    }
}

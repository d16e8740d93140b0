//! Whether a promise is kept by now, as the facts tell, and what is to be done about it.

use jiff::Timestamp;

use super::{Promise, PromiseState, Promised};
use crate::domain::claim::{Claim, ClaimState, OrderClaims};
use crate::domain::conversation::{Conversation, Owner, Status};
use crate::domain::ids::OrderId;
use crate::domain::order::{Order, OrderStatus, RefundState};

/// What is to be done about a promise now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Its time has not come, or it is over.
    Nothing,
    /// It is kept, as the facts tell.
    Keep,
    /// There is nothing left to be done.
    Void,
    /// The customer is told that it is late, and the matter gets urgent.
    TellCustomer,
    /// A person has to take the matter up.
    Raise,
    /// The claim goes to a person, as was said.
    TakeUp,
}

impl Promised {
    /// The order that it is about, where it is about one.
    #[must_use]
    pub const fn order(&self) -> Option<&OrderId> {
        match self {
            Self::Answer { claim: None } => None,
            Self::Answer { claim: Some(claim) }
            | Self::Repair { claim }
            | Self::TakeUp { claim } => Some(claim.order()),
            Self::Link { order, .. } | Self::Payment { order, .. } => Some(order),
        }
    }
}

/// What is known about the order that a promise is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct PromiseFacts<'a> {
    /// The order, with its claims among its refunds.
    pub order: Option<&'a Order>,
    /// Its claims.
    pub claims: Option<&'a OrderClaims>,
}

/// What is to be done about a promise of a conversation.
#[must_use]
pub fn due(
    promise: &Promise,
    conversation: &Conversation,
    facts: PromiseFacts<'_>,
    now: Timestamp,
) -> Action {
    if !promise.binds() || now < promise.look_at {
        return Action::Nothing;
    }
    let nobody_waits = matches!(
        promise.what,
        Promised::Answer { .. } | Promised::Link { .. }
    ) && conversation.status.is_done();
    let with_person = conversation.owner != Owner::Bot;
    match standing(promise, facts) {
        Standing::ToTakeUp if with_person => Action::Keep,
        Standing::Done => Action::Keep,
        Standing::Moot => Action::Void,
        _ if nobody_waits || conversation.status == Status::Closed => Action::Void,
        Standing::Failed => Action::Raise,
        Standing::ToTakeUp => Action::TakeUp,
        Standing::Waits if promise.state == PromiseState::Open => Action::TellCustomer,
        Standing::Waits => Action::Raise,
    }
}

/// What the facts say about a promise.
enum Standing {
    /// It has not been done.
    Waits,
    /// It has been done.
    Done,
    /// It need not be done any more.
    Moot,
    /// It was tried in vain.
    Failed,
    /// Its time has come, and a person has it or gets it.
    ToTakeUp,
}

fn standing(promise: &Promise, facts: PromiseFacts<'_>) -> Standing {
    match &promise.what {
        Promised::Answer { claim: None } | Promised::Link { .. } => Standing::Waits,
        Promised::Answer { claim: Some(id) } => {
            let claim = facts.claims.and_then(|claims| claims.get(id));
            claim.map_or(Standing::Waits, |claim| answered(&claim.state))
        }
        Promised::Repair { claim: id } => {
            let claim = facts.claims.and_then(|claims| claims.get(id));
            claim.map_or(Standing::Waits, |claim| repaired(&claim.state))
        }
        Promised::TakeUp { claim: id } => {
            let claim = facts.claims.and_then(|claims| claims.get(id));
            let waits = |claim: &Claim| claim.state.waits_for_decision();
            match claim {
                Some(claim) if waits(claim) => Standing::ToTakeUp,
                Some(claim) => answered(&claim.state),
                None => Standing::Moot,
            }
        }
        Promised::Payment { refund, .. } => paid(facts.order, refund),
    }
}

/// A decision is an answer. What the policy itself asked to be shown is none.
const fn answered(state: &ClaimState) -> Standing {
    match state {
        ClaimState::Draft | ClaimState::Submitted | ClaimState::NeedsEvidence { .. } => {
            Standing::Waits
        }
        ClaimState::Withdrawn => Standing::Moot,
        ClaimState::Accepted
        | ClaimState::Approved { .. }
        | ClaimState::Rejected { .. }
        | ClaimState::Paying { .. }
        | ClaimState::Paid { .. }
        | ClaimState::Failed { .. } => Standing::Done,
    }
}

/// The money is on its way again, or is not to be paid any more.
const fn repaired(state: &ClaimState) -> Standing {
    match state {
        ClaimState::Paying { .. } | ClaimState::Paid { .. } => Standing::Done,
        ClaimState::Rejected { .. } | ClaimState::Withdrawn => Standing::Moot,
        ClaimState::Draft
        | ClaimState::Submitted
        | ClaimState::NeedsEvidence { .. }
        | ClaimState::Accepted
        | ClaimState::Approved { .. }
        | ClaimState::Failed { .. } => Standing::Waits,
    }
}

fn paid(order: Option<&Order>, refund: &str) -> Standing {
    let Some(order) = order else {
        return Standing::Waits;
    };
    let refund = order.refunds.iter().find(|known| known.id == refund);
    match refund.map(|refund| refund.state) {
        Some(RefundState::Paid) => Standing::Done,
        Some(RefundState::Rejected | RefundState::Withdrawn) => Standing::Moot,
        Some(RefundState::Failed) => Standing::Failed,
        Some(RefundState::Requested | RefundState::Approved | RefundState::Paying) | None => {
            match order.status {
                OrderStatus::Refunded => Standing::Done,
                _ => Standing::Waits,
            }
        }
    }
}

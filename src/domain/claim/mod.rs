//! A claim: an application for a refund, from what the customer wants to the money back or the reason why not.
//!
//! The claims of one order are one value, `OrderClaims`, because what they have in common is what matters most: together they never
//! come to more than was paid. `transition` says how a claim moves; nothing else changes its state. The claim's number and the
//! order's number together are the idempotency key of the payment: whoever pays may be told twice and must pay once.

mod form;
mod id;
mod open;
mod transition;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use form::{ClaimForm, Fault, Field, FormFault};
pub use id::{ClaimId, InvalidClaimId};
pub use open::OpenClaims;
pub use transition::{InvalidClaim, InvalidMove, MAX_EVIDENCE, Moved};

pub use super::claim_cause::ClaimCause;

use super::abuse::CustomerKey;
use super::ids::{AgentId, ConversationId, MerchantId, OrderId};
use super::is_default;
use super::money::Money;
use super::order::{Order, Refund, RefundState};
use super::policy::InForce;
use super::sequence::Revision;
use super::verdict::Verdict;

/// All claims on one order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderClaims {
    /// Whose order it is, on the selling side.
    pub merchant: MerchantId,
    /// The order.
    pub order: OrderId,
    /// Counts every change; a change says which one it was based on.
    pub revision: Revision,
    /// The claims, the oldest first.
    pub claims: Vec<Claim>,
}

/// One claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Its number.
    pub id: ClaimId,
    /// The conversation it came from, in which the customer is told what becomes of it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub conversation: Option<ConversationId>,
    /// How much is asked for; never more than was paid.
    pub amount: Money,
    /// The items it is about, by name; none means the order as a whole.
    #[serde(default, skip_serializing_if = "is_default")]
    pub items: Vec<String>,
    /// Why the money is wanted back.
    pub cause: ClaimCause,
    /// The customer's own words, secrets masked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub note: Option<String>,
    /// What was handed in to prove it, by hash.
    #[serde(default, skip_serializing_if = "is_default")]
    pub evidence: Vec<String>,
    /// By what it is found again among the claims of the same person.
    #[serde(default, skip_serializing_if = "is_default")]
    pub by: Vec<CustomerKey>,
    /// What the policy said when it was handed in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub verdict: Option<Verdict>,
    /// Who has approved it where two people have to, until the second one does.
    #[serde(default, skip_serializing_if = "is_default")]
    pub approved_once: Option<AgentId>,
    /// Which policy was in force when a person or the merchant's program decided; what was in force when it was handed in, its verdict says.
    #[serde(default, skip_serializing_if = "is_default")]
    pub decided_under: Option<InForce>,
    /// Where it stands.
    pub state: ClaimState,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
}

/// Who decided about a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// The merchant's policy, without a person.
    Policy,
    /// An agent of the desk.
    Agent(AgentId),
    /// The merchant's own program.
    Merchant,
}

/// Where a claim stands, with what belongs to it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ClaimState {
    /// Being filled in; binds nobody.
    Draft,
    /// Handed in, not decided.
    Submitted,
    /// Something has to be shown first.
    NeedsEvidence {
        /// What, in the words of whoever asked.
        what: String,
    },
    /// Inside the policy: decided without a person.
    Accepted,
    /// Decided for, by a person.
    Approved {
        /// By whom.
        by: DecidedBy,
    },
    /// Decided against.
    Rejected {
        /// By whom.
        by: DecidedBy,
        /// Why, in a sentence for the customer.
        reason: String,
    },
    /// The payment side has taken the order to pay.
    Paying {
        /// How often it has been ordered to pay.
        attempt: u32,
    },
    /// The money is on its way back or there: final.
    Paid {
        /// The payment side's own reference.
        reference: Option<String>,
    },
    /// The payment did not go through.
    Failed {
        /// How often it had been ordered to pay.
        attempt: u32,
        /// The payment side's own code.
        code: String,
        /// Its own words, for agents.
        reason: Option<String>,
    },
    /// Called off by the customer: final.
    Withdrawn,
}

impl ClaimState {
    /// All names in records and the API.
    pub const NAMES: [&str; 10] = [
        "draft",
        "submitted",
        "needs_evidence",
        "accepted",
        "approved",
        "rejected",
        "paying",
        "paid",
        "failed",
        "withdrawn",
    ];

    /// The name in records and the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::NeedsEvidence { .. } => "needs_evidence",
            Self::Accepted => "accepted",
            Self::Approved { .. } => "approved",
            Self::Rejected { .. } => "rejected",
            Self::Paying { .. } => "paying",
            Self::Paid { .. } => "paid",
            Self::Failed { .. } => "failed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether money may still move because of it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(
            self,
            Self::Paid { .. } | Self::Rejected { .. } | Self::Withdrawn
        )
    }

    /// Whether it counts against what was paid for the order: all but what was refused, called off, or is only being filled in.
    #[must_use]
    pub const fn is_bound(&self) -> bool {
        !matches!(self, Self::Draft | Self::Rejected { .. } | Self::Withdrawn)
    }

    /// Whether a person has to decide.
    #[must_use]
    pub const fn waits_for_decision(&self) -> bool {
        matches!(self, Self::Submitted | Self::NeedsEvidence { .. })
    }
}

/// What somebody wants back.
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    /// The conversation it comes from.
    pub conversation: Option<ConversationId>,
    /// How much; none means all that is left.
    pub amount: Option<Money>,
    /// The items it is about, by name.
    pub items: Vec<String>,
    /// Why.
    pub cause: ClaimCause,
    /// The customer's own words.
    pub note: Option<String>,
    /// What was handed in to prove it.
    pub evidence: Vec<String>,
}

impl OrderClaims {
    /// An order on which nothing has been claimed.
    #[must_use]
    pub const fn none(merchant: MerchantId, order: OrderId) -> Self {
        Self {
            merchant,
            order,
            revision: Revision(0),
            claims: Vec::new(),
        }
    }

    /// One claim.
    #[must_use]
    pub fn get(&self, id: &ClaimId) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == *id)
    }

    /// The newest claim that is more than a draft.
    #[must_use]
    pub fn latest(&self) -> Option<&Claim> {
        let filed = |claim: &&Claim| claim.state != ClaimState::Draft;
        self.claims.iter().rev().find(filed)
    }

    /// Puts the claims among the refunds of their order, the newest last, where the shop's own books do not have them: whoever explains
    /// an order then explains its claims, too.
    pub fn show_in(&self, order: &mut Order) {
        for claim in self
            .claims
            .iter()
            .filter(|claim| claim.state != ClaimState::Draft)
        {
            let id = claim.id.to_string();
            if !order.refunds.iter().any(|refund| refund.id == id) {
                order.refunds.push(claim.as_refund(id));
            }
        }
    }

    /// How much of the currency is claimed or paid back already.
    #[must_use]
    pub fn bound(&self) -> Decimal {
        let bound = self.claims.iter().filter(|claim| claim.state.is_bound());
        bound.map(|claim| claim.amount.amount).sum()
    }
}

impl Claim {
    /// What a line of the audit log is about that tells of it: the person whom it concerns is found by the conversation.
    #[must_use]
    pub fn about(&self) -> String {
        let conversation = self.conversation.as_ref();
        conversation.map_or_else(
            || self.id.to_string(),
            |conversation| format!("{conversation} {}", self.id),
        )
    }

    /// The policies that it was held against, by the version of their file, and when: `handed_in`, `decided`.
    pub fn policies(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let at = self
            .verdict
            .as_ref()
            .and_then(|verdict| verdict.at.as_ref());
        let handed_in = at.map(|at| ("handed_in", at.version.as_str()));
        let decided = self.decided_under.as_ref();
        let decided = decided.map(|under| ("decided", under.version.as_str()));
        handed_in.into_iter().chain(decided)
    }

    /// What it is paid under: once, however often it is ordered.
    #[must_use]
    pub fn idempotency_key(&self) -> String {
        format!("{}:{}", self.id.order(), self.id)
    }

    fn as_refund(&self, id: String) -> Refund {
        let decided = matches!(
            self.state,
            ClaimState::Accepted | ClaimState::Approved { .. } | ClaimState::Paying { .. }
        );
        Refund {
            id,
            amount: Some(self.amount),
            reason: match &self.state {
                ClaimState::Rejected { reason, .. } => Some(reason.clone()),
                _ => None,
            },
            requested_at: Some(self.created_at),
            approved_at: decided.then_some(self.updated_at),
            expected_by: None,
            state: self.state.as_refund(),
        }
    }
}

impl ClaimState {
    /// The same in the terms of a shop's refund.
    /// The state of a refund that it comes to.
    #[must_use]
    pub const fn as_refund(&self) -> RefundState {
        match self {
            Self::Draft | Self::Submitted | Self::NeedsEvidence { .. } => RefundState::Requested,
            Self::Accepted | Self::Approved { .. } => RefundState::Approved,
            Self::Paying { .. } => RefundState::Paying,
            Self::Paid { .. } => RefundState::Paid,
            Self::Rejected { .. } => RefundState::Rejected,
            Self::Failed { .. } => RefundState::Failed,
            Self::Withdrawn => RefundState::Withdrawn,
        }
    }
}

//! What a merchant's policy says about a claim: pure, with the clause that decided it and a code that a machine can read.
//!
//! The clauses are held against a claim in a fixed order; the first that applies decides. Where the policy says nothing, a person
//! decides: nothing is assumed in anybody's favour.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::claim::{Claim, ClaimCause, OrderClaims};
use super::order::{Order, OrderStatus};
use super::policy::{Policy, WindowStart};

/// What is to be done about a claim, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What is to be done.
    pub decision: Decision,
    /// Why, as a code.
    pub reason: VerdictReason,
    /// The clause of the policy that decided, as `field = value`; `none` where it has no clause for it.
    pub clause: String,
}

/// What is to be done about a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It is inside the policy: pay.
    Accept,
    /// Something has to be shown first; what the policy asks for.
    NeedsEvidence(String),
    /// A person has to decide.
    Person,
    /// The policy rules it out. A person may still make an exception.
    Refuse,
}

/// Why, as a code. The names are a contract: reports and other programs rely on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictReason {
    /// Nothing stands in the way.
    WithinPolicy,
    /// Nothing was paid for the order.
    NotPaid,
    /// All that was paid is claimed or refunded already.
    AlreadyRefunded,
    /// The time to apply is over.
    WindowEnded,
    /// Things of this kind are not taken back.
    FinalSale,
    /// What the policy wants to see for such a cause is missing.
    EvidenceMissing,
    /// Signs of abuse: a person looks.
    AbuseReview,
    /// More than may be decided without a person.
    OverLimit,
    /// The policy does not say how much may be decided without a person.
    NoLimit,
    /// The policy does not cover such a cause.
    NotCovered,
}

impl VerdictReason {
    /// The code in records and the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WithinPolicy => "within_policy",
            Self::NotPaid => "not_paid",
            Self::AlreadyRefunded => "already_refunded",
            Self::WindowEnded => "window_ended",
            Self::FinalSale => "final_sale",
            Self::EvidenceMissing => "evidence_missing",
            Self::AbuseReview => "abuse_review",
            Self::OverLimit => "over_limit",
            Self::NoLimit => "no_limit",
            Self::NotCovered => "not_covered",
        }
    }
}

/// What is known of earlier claims of the same person, as far as it matters here. Nothing counts them yet: the desk passes the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Whether the abuse meter asks for a person.
    pub needs_review: bool,
}

/// Holds a claim against the policy.
#[must_use]
pub fn judge(
    policy: &Policy,
    order: &Order,
    claims: &OrderClaims,
    claim: &Claim,
    history: History,
    now: Timestamp,
) -> Verdict {
    let case = Case {
        policy,
        order,
        claims,
        claim,
        history,
        now,
    };
    let clauses = [
        Case::not_paid,
        Case::already_refunded,
        Case::final_sale,
        Case::window_ended,
        Case::evidence_missing,
        Case::abuse,
        Case::not_covered,
        Case::limit,
    ];
    let decided = clauses.iter().find_map(|clause| clause(&case));
    decided.unwrap_or_else(|| case.within())
}

struct Case<'a> {
    policy: &'a Policy,
    order: &'a Order,
    claims: &'a OrderClaims,
    claim: &'a Claim,
    history: History,
    now: Timestamp,
}

fn verdict(decision: Decision, reason: VerdictReason, clause: impl Into<String>) -> Verdict {
    Verdict {
        decision,
        reason,
        clause: clause.into(),
    }
}

impl Case<'_> {
    fn not_paid(&self) -> Option<Verdict> {
        let open = matches!(
            self.order.status,
            OrderStatus::Processing | OrderStatus::Rejected | OrderStatus::Cancelled
        );
        (self.order.paid_at.is_none() && open)
            .then(|| verdict(Decision::Refuse, VerdictReason::NotPaid, "paid_at = none"))
    }

    fn already_refunded(&self) -> Option<Verdict> {
        let left = self.claims.left(self.order).amount;
        let all = self.order.status == OrderStatus::Refunded || left <= Decimal::ZERO;
        all.then(|| {
            let clause = format!("left = {left}");
            verdict(Decision::Refuse, VerdictReason::AlreadyRefunded, clause)
        })
    }

    /// What is never taken back because somebody changed their mind; when the thing is faulty, a person looks.
    fn final_sale(&self) -> Option<Verdict> {
        let named = self.order.items.iter().find_map(|item| {
            let item = item.to_lowercase();
            let mut excluded = self.policy.non_refundable.iter();
            excluded
                .find(|kind| !kind.trim().is_empty() && item.contains(&kind.trim().to_lowercase()))
        })?;
        let decision = if self.claim.cause.is_fault() {
            Decision::Person
        } else {
            Decision::Refuse
        };
        let clause = format!("non_refundable = {named}");
        Some(verdict(decision, VerdictReason::FinalSale, clause))
    }

    /// The window is over: refused, or with a person where it is the seller's fault. What never came has no window.
    fn window_ended(&self) -> Option<Verdict> {
        let days = self.policy.refund_window_days?;
        let from = window_start(self.order, self.policy)?;
        let over = self.now.duration_since(from) > SignedDuration::from_hours(24 * i64::from(days));
        let never_came = matches!(
            self.claim.cause,
            ClaimCause::NotArrived | ClaimCause::PaidTwice
        );
        if !over || never_came {
            return None;
        }
        let decision = if self.claim.cause.is_fault() {
            Decision::Person
        } else {
            Decision::Refuse
        };
        let clause = format!("refund_window_days = {days}");
        Some(verdict(decision, VerdictReason::WindowEnded, clause))
    }

    fn evidence_missing(&self) -> Option<Verdict> {
        let asked = self.policy.evidence.get(&self.claim.cause)?;
        self.claim.evidence.is_empty().then(|| {
            let decision = Decision::NeedsEvidence(asked.clone());
            let clause = format!("evidence.{} = {asked}", self.claim.cause.name());
            verdict(decision, VerdictReason::EvidenceMissing, clause)
        })
    }

    fn abuse(&self) -> Option<Verdict> {
        self.history
            .needs_review
            .then(|| verdict(Decision::Person, VerdictReason::AbuseReview, "none"))
    }

    /// Without a cause that the policy knows, and without a window that would allow a change of mind, a person decides.
    fn not_covered(&self) -> Option<Verdict> {
        let unknown = self.claim.cause == ClaimCause::Other
            || self.claim.cause == ClaimCause::ChangedMind
                && self.policy.refund_window_days.is_none();
        unknown.then(|| verdict(Decision::Person, VerdictReason::NotCovered, "none"))
    }

    fn limit(&self) -> Option<Verdict> {
        let Some(limit) = self.policy.auto_refund_limit else {
            return Some(verdict(Decision::Person, VerdictReason::NoLimit, "none"));
        };
        (self.claim.amount.amount > limit).then(|| {
            let clause = format!("auto_refund_limit = {limit}");
            verdict(Decision::Person, VerdictReason::OverLimit, clause)
        })
    }

    fn within(&self) -> Verdict {
        let limit = self.policy.auto_refund_limit.unwrap_or_default();
        let clause = format!("auto_refund_limit = {limit}");
        verdict(Decision::Accept, VerdictReason::WithinPolicy, clause)
    }
}

/// From when the window is counted; none before that has happened.
#[must_use]
pub fn window_start(order: &Order, policy: &Policy) -> Option<Timestamp> {
    match policy.window_starts {
        WindowStart::Delivered => order.delivered_at(),
        WindowStart::Shipped => order
            .shipping
            .as_ref()
            .and_then(|shipping| shipping.shipped_at),
        WindowStart::Paid => order.paid_at,
        WindowStart::Created => Some(order.created_at),
    }
}

#[cfg(test)]
mod tests;

//! What a merchant's policy says about a claim: pure.
//!
//! The clauses are held against a claim in a fixed order; the first that applies decides. Where the policy says nothing, a person
//! decides: nothing is assumed in anybody's favour.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::abuse::{Meter, Step};
use super::claim::{Claim, OrderClaims};
use super::claim_cause::ClaimCause;
use super::language::Language;
use super::order::{Order, OrderStatus};
use super::policy::{Clause, Policy, WindowStart};
use super::verdict::{Decision, Verdict, VerdictReason};

/// What the abuse meter shows of the same person's earlier claims, and what the merchant's thresholds make of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// What it shows.
    pub meter: Meter,
    /// What is to be done about it.
    pub step: Step,
}

/// Who asks, and when.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// What is known of earlier claims.
    pub history: &'a History,
    /// What is asked for where the history wants something to be shown and the policy has no words for it.
    pub anything: &'a str,
    /// The language in which they are told what to show.
    pub language: Language,
    /// The time.
    pub now: Timestamp,
}

/// Holds a claim against the policy.
#[must_use]
pub fn judge(
    policy: &Policy,
    order: &Order,
    claims: &OrderClaims,
    claim: &Claim,
    asking: Asking<'_>,
) -> Verdict {
    let case = Case {
        policy,
        order,
        claims,
        claim,
        asking,
    };
    let clauses = [
        Case::not_paid,
        Case::already_refunded,
        Case::final_sale,
        Case::window_ended,
        Case::evidence_missing,
        Case::history,
        Case::not_covered,
        Case::paid_once,
        Case::parts,
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
    asking: Asking<'a>,
}

impl Case<'_> {
    /// What a clause says, and where it stands.
    fn by(
        &self,
        clause: &Clause,
        decision: Decision,
        reason: VerdictReason,
        text: String,
    ) -> Verdict {
        Verdict {
            decision,
            reason,
            clause: text,
            at: self.policy.place(clause),
        }
    }

    /// What holds whatever the policy says.
    const fn refused(reason: VerdictReason, clause: String) -> Verdict {
        Verdict {
            decision: Decision::Refuse,
            reason,
            clause,
            at: None,
        }
    }

    /// The policy has no clause for it: a person decides.
    fn silent(&self, reason: VerdictReason) -> Verdict {
        let none = "none".to_owned();
        self.by(&Clause::Policy, Decision::Person, reason, none)
    }

    /// Against a change of mind; where the seller's side failed, a person looks.
    fn against(&self, clause: &Clause, reason: VerdictReason, text: String) -> Verdict {
        let decision = if self.claim.cause.is_fault() {
            Decision::Person
        } else {
            Decision::Refuse
        };
        self.by(clause, decision, reason, text)
    }

    fn not_paid(&self) -> Option<Verdict> {
        let open = matches!(
            self.order.status,
            OrderStatus::Processing | OrderStatus::Rejected | OrderStatus::Cancelled
        );
        (self.order.paid_at.is_none() && open)
            .then(|| Self::refused(VerdictReason::NotPaid, "paid_at = none".to_owned()))
    }

    fn already_refunded(&self) -> Option<Verdict> {
        let left = self.claims.left(self.order).amount;
        let all = self.order.status == OrderStatus::Refunded || left <= Decimal::ZERO;
        all.then(|| Self::refused(VerdictReason::AlreadyRefunded, format!("left = {left}")))
    }

    /// What is never taken back because somebody changed their mind. Of a claim for some of the items, only those are looked at.
    fn final_sale(&self) -> Option<Verdict> {
        let items = match self.claim.items.as_slice() {
            [] => &self.order.items,
            _ => &self.claim.items,
        };
        let (kind, item) = items.iter().find_map(|item| {
            let mut excluded = self.policy.excluded.iter();
            Some((excluded.find(|kind| kind.covers(item))?, item))
        })?;
        let clause = Clause::Excluded(kind.kind.clone());
        let text = format!("{clause} = {item}");
        Some(self.against(&clause, VerdictReason::FinalSale, text))
    }

    /// The window is over: refused, or with a person where it is the seller's fault. What never came has no window.
    fn window_ended(&self) -> Option<Verdict> {
        let days = self.policy.refund_window_days?;
        let from = window_start(self.order, self.policy)?;
        let window = SignedDuration::from_hours(24 * i64::from(days));
        let over = self.asking.now.duration_since(from) > window;
        let never_came = matches!(
            self.claim.cause,
            ClaimCause::NotArrived | ClaimCause::PaidTwice
        );
        (over && !never_came).then(|| {
            let text = format!("window.days = {days}");
            self.against(&Clause::Window, VerdictReason::WindowEnded, text)
        })
    }

    fn evidence_missing(&self) -> Option<Verdict> {
        let shown = self.claim.evidence.len();
        let asked = self.policy.wants(self.claim.cause, shown)?;
        let asked = asked.in_language(self.asking.language)?.to_owned();
        let clause = Clause::Evidence(self.claim.cause);
        let text = format!("{clause} = {asked}");
        let decision = Decision::NeedsEvidence(asked);
        Some(self.by(&clause, decision, VerdictReason::EvidenceMissing, text))
    }

    /// An unusual history never refuses: something has to be shown, or a person decides.
    fn history(&self) -> Option<Verdict> {
        let history = self.asking.history;
        let score = history.meter.score;
        let (decision, reason, threshold) = match history.step {
            Step::None => return None,
            Step::Ask if !self.claim.evidence.is_empty() => return None,
            Step::Ask => (
                Decision::NeedsEvidence(self.asking.anything.to_owned()),
                VerdictReason::EvidenceMissing,
                "ask",
            ),
            Step::Slow => (Decision::Person, VerdictReason::SlowedDown, "slow"),
            Step::Review => (Decision::Person, VerdictReason::AbuseReview, "review"),
        };
        let text = format!("{}.{threshold} <= {score}", Clause::Review);
        Some(self.by(&Clause::Review, decision, reason, text))
    }

    /// Without a cause that the policy knows, and without a window that would allow a change of mind, a person decides.
    fn not_covered(&self) -> Option<Verdict> {
        let unknown = self.claim.cause == ClaimCause::Other
            || self.claim.cause == ClaimCause::ChangedMind
                && self.policy.refund_window_days.is_none();
        unknown.then(|| self.silent(VerdictReason::NotCovered))
    }

    /// Paid twice, as the customer says, and the record does not show it: a person looks where the money went.
    fn paid_once(&self) -> Option<Verdict> {
        let payments = self.order.payments.len();
        let doubted = self.claim.cause == ClaimCause::PaidTwice && payments < 2;
        doubted.then(|| {
            let text = format!("payments = {payments}");
            let reason = VerdictReason::NotCovered;
            self.by(&Clause::Policy, Decision::Person, reason, text)
        })
    }

    /// A part of what was paid, where the policy does not say that parts are given back: a person decides.
    fn parts(&self) -> Option<Verdict> {
        let is_part = self.claim.amount.amount < self.order.amount.amount;
        if !is_part || self.policy.gives_parts() == Some(true) {
            return None;
        }
        let said = self.policy.refund_types.join(", ");
        let text = match said.as_str() {
            "" => "none".to_owned(),
            said => format!("offers = {said}"),
        };
        let reason = VerdictReason::NotCovered;
        Some(self.by(&Clause::Offers, Decision::Person, reason, text))
    }

    fn limit(&self) -> Option<Verdict> {
        let Some(limit) = self.auto_accept() else {
            return Some(self.silent(VerdictReason::NoLimit));
        };
        (self.claim.amount.amount > limit)
            .then(|| self.by_limit(limit, Decision::Person, VerdictReason::OverLimit))
    }

    fn within(&self) -> Verdict {
        let limit = self.auto_accept().unwrap_or_default();
        self.by_limit(limit, Decision::Accept, VerdictReason::WithinPolicy)
    }

    fn auto_accept(&self) -> Option<Decimal> {
        self.policy.auto_accept.limit(self.claim.amount.currency)
    }

    fn by_limit(&self, limit: Decimal, decision: Decision, reason: VerdictReason) -> Verdict {
        let clause = Clause::AutoAccept(self.claim.amount.currency.code());
        let text = format!("{clause} = {limit}");
        self.by(&clause, decision, reason, text)
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

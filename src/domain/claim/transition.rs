//! How a claim moves. Each move checks where the claim stands and gives the new state, or an error that says what holds; said twice,
//! a decision that already holds is no error and changes nothing, so that a retry is harmless.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{Application, Claim, ClaimId, ClaimState, DecidedBy, OrderClaims};
use crate::domain::abuse::keys_of;
use crate::domain::money::Money;
use crate::domain::order::{Order, RefundState};
use crate::domain::verdict::{Decision, Verdict};

/// A claim has at most so many files.
pub const MAX_EVIDENCE: usize = 3;

/// Why nothing can be claimed, or not so much.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidClaim {
    /// The amount is nothing.
    #[error("the amount must be more than zero")]
    Nothing,
    /// More than is left of what was paid.
    #[error("{asked} is asked for, but only {left} can still be claimed on this order")]
    TooMuch {
        /// What was asked for.
        asked: Money,
        /// What is left.
        left: Money,
    },
    /// Another currency than the order's.
    #[error("the order was paid in {0}, so it is refunded in {0}")]
    Currency(String),
}

/// A move that is not allowed where the claim stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMove {
    /// There is no such claim.
    #[error("there is no such claim")]
    Unknown,
    /// The claim stands elsewhere.
    #[error("cannot {attempt}: the claim is {state}")]
    State {
        /// What was tried, as a verb.
        attempt: &'static str,
        /// Where it stands.
        state: &'static str,
    },
    /// It has all the files that a claim can have.
    #[error("the claim has its {MAX_EVIDENCE} files already: a person looks at them")]
    Full,
}

/// Whether a move changed something, or what was asked for already held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Moved {
    /// The claim moved.
    Yes,
    /// It stood there already.
    Already,
}

impl OrderClaims {
    /// How much can still be claimed: what was paid, less what is claimed here or was refunded in the shop's own books.
    #[must_use]
    pub fn left(&self, order: &Order) -> Money {
        let elsewhere = order.refunds.iter().filter(|refund| {
            !matches!(
                refund.state,
                RefundState::Rejected | RefundState::Failed | RefundState::Withdrawn
            ) && !self
                .claims
                .iter()
                .any(|claim| claim.id.to_string() == refund.id)
        });
        // A refund whose amount the shop did not state is taken for all of it: rather a person too many than paid twice.
        let elsewhere: Decimal = elsewhere
            .map(|refund| {
                refund
                    .amount
                    .map_or(order.amount.amount, |money| money.amount)
            })
            .sum();
        let left = order.amount.amount - self.bound() - elsewhere;
        Money {
            amount: left.max(Decimal::ZERO),
            currency: order.amount.currency,
        }
    }

    /// What an application comes to, before it is handed in: the amount is filled in and checked. Nothing is changed.
    ///
    /// # Errors
    /// When it asks for nothing, for more than is left, or in another currency.
    pub fn draft(
        &self,
        order: &Order,
        asked: Application,
        now: Timestamp,
    ) -> Result<Claim, InvalidClaim> {
        let left = self.left(order);
        let amount = asked.amount.unwrap_or(left);
        if amount.currency != order.amount.currency {
            return Err(InvalidClaim::Currency(
                order.amount.currency.code().to_owned(),
            ));
        }
        if amount.amount > left.amount {
            return Err(InvalidClaim::TooMuch {
                asked: amount,
                left,
            });
        }
        if amount.amount <= Decimal::ZERO {
            return Err(InvalidClaim::Nothing);
        }
        let number = u32::try_from(self.claims.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        Ok(Claim {
            id: ClaimId::new(self.order.clone(), number),
            conversation: asked.conversation,
            amount,
            items: asked.items,
            cause: asked.cause,
            note: asked.note,
            evidence: asked.evidence,
            by: keys_of(order),
            verdict: None,
            approved_once: None,
            decided_under: None,
            state: ClaimState::Draft,
            created_at: now,
            updated_at: now,
        })
    }

    /// Hands a draft in, with what the policy says about it: it is accepted, waits for evidence, or waits for a person.
    ///
    /// # Errors
    /// As [`Self::draft`]: what was left may have changed since; and when the policy refuses, with the draft's state.
    pub fn submit(
        &mut self,
        order: &Order,
        claim: Claim,
        verdict: Verdict,
    ) -> Result<&Claim, InvalidClaim> {
        let left = self.left(order);
        if claim.amount.amount > left.amount {
            return Err(InvalidClaim::TooMuch {
                asked: claim.amount,
                left,
            });
        }
        let state = match &verdict.decision {
            Decision::Accept => ClaimState::Accepted,
            Decision::NeedsEvidence(what) => ClaimState::NeedsEvidence { what: what.clone() },
            Decision::Person => ClaimState::Submitted,
            Decision::Refuse => ClaimState::Rejected {
                by: DecidedBy::Policy,
                reason: verdict.clause.clone(),
            },
        };
        let at = self.claims.len();
        self.claims.push(Claim {
            state,
            verdict: Some(verdict),
            ..claim
        });
        Ok(&self.claims[at])
    }

    /// Evidence comes for a claim that asked for it: the next thing is asked for, or a person looks.
    ///
    /// # Errors
    /// When the claim is decided already, or has all the files that it can have.
    pub fn add_evidence(
        &mut self,
        id: &ClaimId,
        hash: &str,
        next: Option<&str>,
        now: Timestamp,
    ) -> Result<Moved, InvalidMove> {
        let has_it = |claim: &Claim| claim.evidence.iter().any(|known| known == hash);
        let is_full = |claim: &Claim| {
            let waits = claim.state.waits_for_decision() && !has_it(claim);
            waits && claim.evidence.len() >= MAX_EVIDENCE
        };
        if self.get(id).is_some_and(is_full) {
            return Err(InvalidMove::Full);
        }
        self.step(id, "add evidence", now, |claim| {
            if has_it(claim) {
                return Some((claim.state.clone(), Moved::Already));
            }
            let to = match (&claim.state, next) {
                (ClaimState::NeedsEvidence { .. }, Some(what)) => ClaimState::NeedsEvidence {
                    what: what.to_owned(),
                },
                (ClaimState::NeedsEvidence { .. } | ClaimState::Submitted, _) => {
                    ClaimState::Submitted
                }
                _ => return None,
            };
            claim.evidence.push(hash.to_owned());
            Some((to, Moved::Yes))
        })
    }

    /// Decides for a claim.
    ///
    /// # Errors
    /// When it is not there to be decided.
    pub fn approve(
        &mut self,
        id: &ClaimId,
        by: &DecidedBy,
        now: Timestamp,
    ) -> Result<Moved, InvalidMove> {
        self.step(id, "approve", now, |claim| match &claim.state {
            state if state.waits_for_decision() => {
                Some((ClaimState::Approved { by: by.clone() }, Moved::Yes))
            }
            ClaimState::Approved { .. } | ClaimState::Accepted => {
                Some((claim.state.clone(), Moved::Already))
            }
            _ => None,
        })
    }

    /// Decides against a claim.
    ///
    /// # Errors
    /// When it is decided for, or called off.
    pub fn reject(
        &mut self,
        id: &ClaimId,
        by: &DecidedBy,
        reason: &str,
        now: Timestamp,
    ) -> Result<Moved, InvalidMove> {
        self.step(id, "reject", now, |claim| match &claim.state {
            ClaimState::Submitted | ClaimState::NeedsEvidence { .. } => {
                let (by, reason) = (by.clone(), reason.to_owned());
                Some((ClaimState::Rejected { by, reason }, Moved::Yes))
            }
            ClaimState::Rejected { .. } => Some((claim.state.clone(), Moved::Already)),
            _ => None,
        })
    }

    /// Asks for something to be shown first.
    ///
    /// # Errors
    /// When the claim is decided already.
    pub fn request_evidence(
        &mut self,
        id: &ClaimId,
        what: &str,
        now: Timestamp,
    ) -> Result<Moved, InvalidMove> {
        self.step(id, "ask for evidence", now, |claim| match &claim.state {
            ClaimState::NeedsEvidence { what: asked } if asked == what => {
                Some((claim.state.clone(), Moved::Already))
            }
            state if state.waits_for_decision() => Some((
                ClaimState::NeedsEvidence {
                    what: what.to_owned(),
                },
                Moved::Yes,
            )),
            _ => None,
        })
    }

    /// The payment side has taken the order to pay.
    ///
    /// # Errors
    /// When nothing was decided for the claim, or it was called off: it must not be paid.
    pub fn begin_paying(&mut self, id: &ClaimId, now: Timestamp) -> Result<Moved, InvalidMove> {
        self.step(id, "pay", now, |claim| match &claim.state {
            ClaimState::Accepted | ClaimState::Approved { .. } => {
                Some((ClaimState::Paying { attempt: 1 }, Moved::Yes))
            }
            ClaimState::Failed { attempt, .. } => Some((
                ClaimState::Paying {
                    attempt: attempt.saturating_add(1),
                },
                Moved::Yes,
            )),
            ClaimState::Paying { .. } | ClaimState::Paid { .. } => {
                Some((claim.state.clone(), Moved::Already))
            }
            _ => None,
        })
    }

    /// The payment side says that the money is on its way.
    ///
    /// # Errors
    /// When nobody had decided for the claim, or it was called off.
    pub fn paid(
        &mut self,
        id: &ClaimId,
        reference: Option<&str>,
        now: Timestamp,
    ) -> Result<Moved, InvalidMove> {
        self.step(id, "mark as paid", now, |claim| match &claim.state {
            ClaimState::Accepted
            | ClaimState::Approved { .. }
            | ClaimState::Paying { .. }
            | ClaimState::Failed { .. } => Some((
                ClaimState::Paid {
                    reference: reference.map(str::to_owned),
                },
                Moved::Yes,
            )),
            ClaimState::Paid { .. } => Some((claim.state.clone(), Moved::Already)),
            _ => None,
        })
    }

    /// The payment side says that the payment did not go through.
    ///
    /// # Errors
    /// When it had no order to pay, or the money is out already.
    pub fn failed(
        &mut self,
        id: &ClaimId,
        code: &str,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Result<Moved, InvalidMove> {
        self.step(id, "mark as failed", now, |claim| {
            let attempt = match &claim.state {
                ClaimState::Accepted | ClaimState::Approved { .. } => 1,
                ClaimState::Paying { attempt } => *attempt,
                ClaimState::Failed { code: known, .. } if known == code => {
                    return Some((claim.state.clone(), Moved::Already));
                }
                ClaimState::Failed { attempt, .. } => *attempt,
                _ => return None,
            };
            let (code, reason) = (code.to_owned(), reason.map(str::to_owned));
            Some((
                ClaimState::Failed {
                    attempt,
                    code,
                    reason,
                },
                Moved::Yes,
            ))
        })
    }

    /// The customer calls it off, which is possible until the payment side has it.
    ///
    /// # Errors
    /// When it is being paid, is paid, or was refused.
    pub fn withdraw(&mut self, id: &ClaimId, now: Timestamp) -> Result<Moved, InvalidMove> {
        self.step(id, "withdraw", now, |claim| match &claim.state {
            ClaimState::Withdrawn => Some((ClaimState::Withdrawn, Moved::Already)),
            ClaimState::Paying { .. } | ClaimState::Paid { .. } | ClaimState::Rejected { .. } => {
                None
            }
            _ => Some((ClaimState::Withdrawn, Moved::Yes)),
        })
    }

    fn step(
        &mut self,
        id: &ClaimId,
        attempt: &'static str,
        now: Timestamp,
        next: impl FnOnce(&mut Claim) -> Option<(ClaimState, Moved)>,
    ) -> Result<Moved, InvalidMove> {
        let claim = self.claims.iter_mut().find(|claim| claim.id == *id);
        let claim = claim.ok_or(InvalidMove::Unknown)?;
        let state = claim.state.name();
        let (next, moved) = next(claim).ok_or(InvalidMove::State { attempt, state })?;
        if moved == Moved::Yes {
            claim.state = next;
            claim.updated_at = now;
        }
        Ok(moved)
    }
}

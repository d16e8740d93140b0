//! What follows from what is known. Each state has its question; the first fact that answers it decides.

use super::refusal::Refusal;
use super::{Actor, Case, Cause, Evidence, Finding, NextStep, RefundCase, Subject, Waited};
use crate::domain::order::{OrderStatus, RefundState};
use crate::domain::payment_code::{Meaning, PaymentCode};
use crate::domain::verdict::VerdictReason;

/// After so many working days it is no longer the usual way of things that a merchant has not done their part.
const MERCHANT_DAYS: u32 = 3;

/// The cause that the facts show; none where they show none.
#[must_use]
pub fn find(case: &Case) -> Option<Finding> {
    match case.subject {
        Subject::Payment => payment(case),
        Subject::Refund => refund(case, case.refund.as_ref()?),
    }
}

fn payment(case: &Case) -> Option<Finding> {
    match case.order {
        OrderStatus::Rejected => refused_order(case),
        OrderStatus::Processing if case.paid => unhandled(case),
        OrderStatus::Processing => unpaid(case),
        OrderStatus::Processed => Some(not_stuck(case, Actor::Bank)),
        OrderStatus::Shipped | OrderStatus::Delivered | OrderStatus::Completed => {
            Some(not_stuck(case, Actor::Nobody))
        }
        OrderStatus::Refunding | OrderStatus::Refunded | OrderStatus::Cancelled => None,
    }
}

fn refused_order(case: &Case) -> Option<Finding> {
    let by_code = case.payment.as_ref().and_then(payment_code);
    let by_words = || case.refused_for.and_then(refusal_words);
    let by_incident = || incident_at(case).filter(|_| !case.paid);
    let by_gap = || gap(case);
    let found = by_code
        .or_else(by_words)
        .or_else(by_incident)
        .or_else(by_gap)?;
    let words = case.refused_for.map(|it| Evidence::RefusalWords(it.cause));
    Some(found.weighed(words, |evidence, cause| {
        *evidence == Evidence::RefusalWords(cause)
    }))
}

/// Paid, and the merchant has the next move.
fn unhandled(case: &Case) -> Option<Finding> {
    let waited = case.waited?;
    if waited.days < MERCHANT_DAYS {
        return Some(not_stuck(case, Actor::Merchant));
    }
    let late = || merchant(NextStep::MerchantHandles).because(Evidence::Waited(waited));
    Some(gap(case).map_or_else(late, |found| found.because(Evidence::Waited(waited))))
}

/// The order knows of no payment. That nobody has tried to pay is no trouble.
fn unpaid(case: &Case) -> Option<Finding> {
    let code = case.payment.as_ref()?;
    match code.meaning {
        Meaning::Succeeded => case.waited.filter(|waited| waited.hours > 0).map(|waited| {
            let unbooked = Evidence::PaymentNotBooked(code.clone());
            platform()
                .because(unbooked)
                .because(Evidence::Waited(waited))
        }),
        Meaning::OnItsWay => incident_at(case).or_else(|| {
            let waiting = not_stuck(case, code.actor);
            Some(waiting.because(Evidence::PaymentCode(code.clone())))
        }),
        Meaning::Unknown => incident_at(case),
        _ => payment_code(code),
    }
}

fn refund(case: &Case, refund: &RefundCase) -> Option<Finding> {
    match refund.state {
        RefundState::Requested if refund.evidence_asked => Some(
            Finding::new(Cause::Policy, Actor::Customer, NextStep::ShowEvidence)
                .because(Evidence::EvidenceAsked),
        ),
        RefundState::Requested => merchants_turn(case, refund, NextStep::MerchantDecides),
        RefundState::Approved => merchants_turn(case, refund, NextStep::MerchantSends),
        RefundState::Paying => sent(case, refund),
        RefundState::Rejected => refused_refund(refund),
        RefundState::Failed => failed(case, refund),
        RefundState::Paid => Some(not_stuck(case, Actor::Nobody)),
        RefundState::Withdrawn => None,
    }
}

/// The merchant decides, or sends the money: late, or in time.
fn merchants_turn(case: &Case, refund: &RefundCase, step: NextStep) -> Option<Finding> {
    let waited = case.waited.filter(|waited| waited.days >= MERCHANT_DAYS);
    if refund.day_passed.is_none() && waited.is_none() {
        case.waited?;
        return Some(not_stuck(case, Actor::Merchant));
    }
    let day = refund.day_passed.map(Evidence::DayPassed);
    let facts = day.into_iter().chain(waited.map(Evidence::Waited));
    Some(facts.fold(merchant(step), Finding::because))
}

/// The money has left. When it is late, only a known trouble shows a cause; where it is, the bank alone can say.
fn sent(case: &Case, refund: &RefundCase) -> Option<Finding> {
    let over = |waited: &Waited| {
        case.usual
            .is_some_and(|usual| waited.days > usual.working_days())
    };
    if refund.day_passed.is_none() && !case.waited.as_ref().is_some_and(over) {
        return Some(not_stuck(case, Actor::Bank));
    }
    let incident = case.incident.clone()?;
    let day = refund.day_passed.map(Evidence::DayPassed);
    let found = platform().because(Evidence::Incident(incident));
    Some(day.into_iter().fold(found, Finding::because))
}

fn refused_refund(refund: &RefundCase) -> Option<Finding> {
    let verdict = refund.verdict?;
    let rules_it_out = matches!(
        verdict,
        VerdictReason::WindowEnded | VerdictReason::FinalSale | VerdictReason::NotPaid
    );
    rules_it_out.then(|| {
        Finding::new(Cause::Policy, Actor::Merchant, NextStep::AskForException)
            .because(Evidence::Verdict(verdict))
    })
}

fn failed(case: &Case, refund: &RefundCase) -> Option<Finding> {
    let by_code = refund.code.as_ref().and_then(refund_code);
    by_code.or_else(|| incident_at(case)).map(|found| {
        let incident = case.incident.clone().map(Evidence::Incident);
        found.weighed(incident, |_, cause| cause == Cause::PlatformFault)
    })
}

/// What a code about a payment shows.
fn payment_code(code: &PaymentCode) -> Option<Finding> {
    let found = match (code.meaning, code.actor) {
        _ if !code.explains() => return None,
        (Meaning::Duplicate | Meaning::Closed, Actor::Customer | Actor::Nobody) => return None,
        (Meaning::ProviderFault, _) => platform(),
        (_, Actor::Merchant) => merchant(NextStep::MerchantCorrects),
        (Meaning::WrongDetails, _) => details(NextStep::CorrectAndPayAgain),
        (Meaning::TryAgainLater, _) => {
            Finding::new(Cause::Network, Actor::Customer, NextStep::TryAgain)
        }
        _ => method(Actor::Customer, NextStep::UseOtherMethod),
    };
    Some(found.because(Evidence::PaymentCode(code.clone())))
}

/// What a code about a refund shows.
fn refund_code(code: &PaymentCode) -> Option<Finding> {
    let found = match code.meaning {
        Meaning::OnItsWay | Meaning::Succeeded | Meaning::Unknown => return None,
        // The bank decides a dispute, and the money comes by it or stays: that is no trouble of the refund.
        Meaning::Duplicate if code.actor == Actor::Bank => return None,
        Meaning::CardVoidNeedsOtherAccount => method(Actor::Customer, NextStep::GiveOtherAccount),
        Meaning::BalanceShort => merchant(NextStep::MerchantTopsUp),
        Meaning::LimitExceeded | Meaning::WrongDetails | Meaning::Duplicate | Meaning::NotFound => {
            merchant(NextStep::MerchantCorrects)
        }
        Meaning::MethodRestricted | Meaning::Closed => {
            method(Actor::Merchant, NextStep::PayBackOtherWay)
        }
        Meaning::TryAgainLater => {
            Finding::new(Cause::Network, Actor::Platform, NextStep::WaitForRetry)
        }
        Meaning::ProviderFault => platform(),
    };
    Some(found.because(Evidence::RefundCode(code.clone())))
}

/// What the words of a refusal show.
fn refusal_words(refusal: Refusal) -> Option<Finding> {
    let cause = refusal.cause;
    let found = match cause {
        Cause::WrongDetails if refusal.of_address => details(NextStep::CompleteDetails),
        Cause::WrongDetails => details(NextStep::CorrectAndPayAgain),
        Cause::MethodRestricted => method(Actor::Customer, NextStep::UseOtherMethod),
        Cause::Network => Finding::new(Cause::Network, Actor::Customer, NextStep::TryAgain),
        Cause::PlatformFault => platform(),
        Cause::MerchantError => merchant(NextStep::MerchantHandles),
        Cause::Policy | Cause::NotStuck => return None,
    };
    Some(found.because(Evidence::RefusalWords(cause)))
}

/// A gap in what is on file.
fn gap(case: &Case) -> Option<Finding> {
    let gaps = case.gaps.iter().copied().map(Evidence::Gap);
    let found = details(NextStep::CompleteDetails);
    (!case.gaps.is_empty()).then(|| gaps.fold(found, Finding::because))
}

/// The known trouble, if it was there when this came to where it stands.
fn incident_at(case: &Case) -> Option<Finding> {
    let incident = case.incident.clone()?;
    case.at
        .is_some_and(|at| incident.since <= at)
        .then(|| platform().because(Evidence::Incident(incident)))
}

fn not_stuck(case: &Case, actor: Actor) -> Finding {
    let waited = case.waited.map(Evidence::Waited);
    let usual = case
        .usual
        .filter(|_| case.subject == Subject::Refund)
        .map(Evidence::UsualTime);
    let facts = waited.into_iter().chain(usual);
    facts.fold(
        Finding::new(Cause::NotStuck, actor, NextStep::Wait),
        Finding::because,
    )
}

fn platform() -> Finding {
    Finding::new(
        Cause::PlatformFault,
        Actor::Platform,
        NextStep::WaitForRepair,
    )
}

fn merchant(step: NextStep) -> Finding {
    Finding::new(Cause::MerchantError, Actor::Merchant, step)
}

fn details(step: NextStep) -> Finding {
    Finding::new(Cause::WrongDetails, Actor::Customer, step)
}

fn method(actor: Actor, step: NextStep) -> Finding {
    Finding::new(Cause::MethodRestricted, actor, step)
}

impl Finding {
    const fn new(cause: Cause, actor: Actor, next_step: NextStep) -> Self {
        Self {
            cause,
            speaks_for: Vec::new(),
            speaks_against: Vec::new(),
            actor,
            next_step,
        }
    }

    fn because(mut self, evidence: Evidence) -> Self {
        self.speaks_for.push(evidence);
        self
    }

    /// Puts one more fact on the side where it belongs, unless it is there already.
    fn weighed(
        mut self,
        evidence: Option<Evidence>,
        supports: impl Fn(&Evidence, Cause) -> bool,
    ) -> Self {
        let Some(evidence) = evidence.filter(|evidence| !self.speaks_for.contains(evidence)) else {
            return self;
        };
        let side = if supports(&evidence, self.cause) {
            &mut self.speaks_for
        } else {
            &mut self.speaks_against
        };
        side.push(evidence);
        self
    }
}

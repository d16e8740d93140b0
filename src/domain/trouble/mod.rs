//! Why something hangs: which of six causes the facts show, what speaks for it and against it, who must act, and what comes next.
//!
//! Pure, and a table at heart: [`Case`] is what is known, [`find()`] what follows from it. It is careful: where the facts do not show
//! a cause there is no finding, and nobody is told a guess. The words for what is found stand in the rules.

mod case;
mod find;
mod refusal;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use case::{Case, Gap, RefundCase, Subject, Waited};
pub use find::find;
pub use refusal::Refusal;

use super::ids::NoticeId;
pub use super::payment_code::Actor;
use super::payment_code::{PaymentCode, UsualTime};
use super::verdict::VerdictReason;

/// A known trouble of the platform or of a payment method, as an operator has declared it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// The notice that tells of it.
    pub notice: NoticeId,
    /// Since when.
    pub since: Timestamp,
}

/// What makes something hang.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The payment platform, or the desk's own, does not work as it should.
    PlatformFault,
    /// The merchant did something wrong, or has not done what is theirs to do.
    MerchantError,
    /// What was typed or is on file is wrong or missing.
    WrongDetails,
    /// The bank, the card or the account does not allow it.
    MethodRestricted,
    /// The merchant's policy stands in the way.
    Policy,
    /// The way to the bank or to the customer broke off.
    Network,
    /// Nothing hangs; it takes its time.
    NotStuck,
}

impl Cause {
    /// All causes.
    pub const ALL: [Self; 7] = [
        Self::PlatformFault,
        Self::MerchantError,
        Self::WrongDetails,
        Self::MethodRestricted,
        Self::Policy,
        Self::Network,
        Self::NotStuck,
    ];

    /// The name in tables, records and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PlatformFault => "platform_fault",
            Self::MerchantError => "merchant_error",
            Self::WrongDetails => "wrong_details",
            Self::MethodRestricted => "method_restricted",
            Self::Policy => "policy",
            Self::Network => "network",
            Self::NotStuck => "not_stuck",
        }
    }
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    /// The platform mends what is broken; nobody pays a second time.
    WaitForRepair,
    /// The merchant decides about the refund.
    MerchantDecides,
    /// The merchant sends the money that was approved.
    MerchantSends,
    /// The merchant fills up the account that refunds are paid from.
    MerchantTopsUp,
    /// The merchant corrects what the payment side did not take.
    MerchantCorrects,
    /// The merchant takes the order on.
    MerchantHandles,
    /// The customer corrects the payment details and pays again.
    CorrectAndPayAgain,
    /// The customer says what is missing on the order.
    CompleteDetails,
    /// The customer asks their bank, or pays another way.
    UseOtherMethod,
    /// The customer gives another account for the money.
    GiveOtherAccount,
    /// The merchant pays back another way.
    PayBackOtherWay,
    /// The customer may ask a person for an exception.
    AskForException,
    /// The customer shows what the policy asks for.
    ShowEvidence,
    /// The customer tries again, after looking whether the money has gone.
    TryAgain,
    /// The payment side tries again.
    WaitForRetry,
    /// Nothing has to be done.
    Wait,
}

/// One fact that speaks for a cause, or against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", content = "value", rename_all = "snake_case")]
pub enum Evidence {
    /// What the payment side says of the payment.
    PaymentCode(PaymentCode),
    /// What the payment side says of the refund.
    RefundCode(PaymentCode),
    /// The payment side has the money, the order does not know it.
    PaymentNotBooked(PaymentCode),
    /// The words in which the order was refused point to this cause.
    RefusalWords(Cause),
    /// What is on file has a gap.
    Gap(Gap),
    /// The day that was named for the money has passed.
    DayPassed(Timestamp),
    /// It has waited so long.
    Waited(Waited),
    /// How long it usually takes.
    UsualTime(UsualTime),
    /// What the policy said.
    Verdict(VerdictReason),
    /// Something has to be shown first.
    EvidenceAsked,
    /// A known trouble.
    Incident(Incident),
}

impl Evidence {
    /// What kind of fact it is, for the explanation of an answer.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PaymentCode(_) => "trouble.payment_code",
            Self::RefundCode(_) => "trouble.refund_code",
            Self::PaymentNotBooked(_) => "trouble.payment_not_booked",
            Self::RefusalWords(_) => "trouble.refusal_words",
            Self::Gap(_) => "trouble.gap",
            Self::DayPassed(_) => "trouble.day_passed",
            Self::Waited(_) => "trouble.waited",
            Self::UsualTime(_) => "trouble.usual_time",
            Self::Verdict(_) => "trouble.verdict",
            Self::EvidenceAsked => "trouble.evidence_asked",
            Self::Incident(_) => "trouble.incident",
        }
    }

    /// The payment side's own code, where it is one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::PaymentCode(code) | Self::RefundCode(code) | Self::PaymentNotBooked(code) => {
                Some(&code.code)
            }
            _ => None,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The cause.
    pub cause: Cause,
    /// What speaks for it; never empty when something hangs.
    pub speaks_for: Vec<Evidence>,
    /// What speaks against it.
    pub speaks_against: Vec<Evidence>,
    /// Who must act.
    pub actor: Actor,
    /// What comes next.
    pub next_step: NextStep,
}

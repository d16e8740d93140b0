//! What was decided about a claim by its merchant's policy: the clause that decided, and a code that a machine can read.

use serde::{Deserialize, Serialize};

use super::is_default;
use super::policy::{AppliedClause, PolicyPlace};

/// What is to be done about a claim, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What is to be done.
    pub decision: Decision,
    /// Why, as a code.
    pub reason: VerdictReason,
    /// The clause of the policy that decided, as `clause = value`; `none` where it has no clause for it.
    pub clause: String,
    /// Where the clause stands and which version of the policy was in force; none for a policy that is in no file.
    #[serde(default, skip_serializing_if = "is_default")]
    pub at: Option<PolicyPlace>,
}

impl Verdict {
    /// The clause as it was applied.
    #[must_use]
    pub fn applied(&self) -> AppliedClause {
        AppliedClause {
            clause: self.clause.clone(),
            at: self.at.clone(),
        }
    }
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
    /// Unusually much lately: a person decides.
    SlowedDown,
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
            Self::SlowedDown => "slowed_down",
            Self::OverLimit => "over_limit",
            Self::NoLimit => "no_limit",
            Self::NotCovered => "not_covered",
        }
    }
}

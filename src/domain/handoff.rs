//! Why a conversation goes to a person: the fixed reason codes, which are counted, filtered and reported.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why the bot handed a conversation to a person. The names are a contract: reports and other programs rely on them.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    /// The customer asked for a person.
    AskedForHuman,
    /// Two messages in a row were not understood.
    NotUnderstood,
    /// The customer's choice did not settle what was meant.
    Ambiguous,
    /// The rules know the matter and leave it to people.
    NotCovered,
    /// The customer cannot give what is needed, or the turn budget is spent.
    MissingInfo,
    /// The refund policy does not settle the case.
    PolicyException,
    /// The amount is above what the desk may decide.
    AmountOverLimit,
    /// The abuse meter asks a person to look.
    AbuseSuspected,
    /// The customer could not show that the order is theirs.
    IdentityNotVerified,
    /// A second angry turn.
    Angry,
    /// The order number leads nowhere, again.
    OrderNotFound,
    /// The shop's or the desk's own system failed.
    SystemFault,
    /// The same matter again, unresolved.
    RepeatContact,
    /// A legal threat, the press, an authority, or a threat against somebody.
    LegalOrThreat,
}

impl HandoffReason {
    /// Whether a person has to look at the matter, even if the customer would rather go on with the bot.
    #[must_use]
    pub const fn needs_person(self) -> bool {
        matches!(
            self,
            Self::PolicyException
                | Self::AmountOverLimit
                | Self::AbuseSuspected
                | Self::LegalOrThreat
        )
    }

    /// All reasons, in the order in which reports list them.
    pub const ALL: [Self; 14] = [
        Self::AskedForHuman,
        Self::NotUnderstood,
        Self::Ambiguous,
        Self::NotCovered,
        Self::MissingInfo,
        Self::PolicyException,
        Self::AmountOverLimit,
        Self::AbuseSuspected,
        Self::IdentityNotVerified,
        Self::Angry,
        Self::OrderNotFound,
        Self::SystemFault,
        Self::RepeatContact,
        Self::LegalOrThreat,
    ];

    /// The code as it stands in rule files, reports and the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AskedForHuman => "asked_for_human",
            Self::NotUnderstood => "not_understood",
            Self::Ambiguous => "ambiguous",
            Self::NotCovered => "not_covered",
            Self::MissingInfo => "missing_info",
            Self::PolicyException => "policy_exception",
            Self::AmountOverLimit => "amount_over_limit",
            Self::AbuseSuspected => "abuse_suspected",
            Self::IdentityNotVerified => "identity_not_verified",
            Self::Angry => "angry",
            Self::OrderNotFound => "order_not_found",
            Self::SystemFault => "system_fault",
            Self::RepeatContact => "repeat_contact",
            Self::LegalOrThreat => "legal_or_threat",
        }
    }

    /// The reason with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

impl fmt::Display for HandoffReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

//! The clauses of a policy, and where each of them stands: what a verdict and an answer carry as their reason.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::claim::ClaimCause;
use crate::domain::rights::AgentRole;

/// A part of a policy that can decide something or be told to somebody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clause {
    /// The policy as a whole: it has no clause for the case.
    Policy,
    /// For how long something can be asked for.
    Window,
    /// A kind of thing that is not taken back, by its name in the file.
    Excluded(String),
    /// Up to how much no person is needed, by currency.
    AutoAccept(&'static str),
    /// Above how much two people have to approve, by currency.
    TwoPeople(&'static str),
    /// Up to how much a role approves alone.
    Alone(AgentRole),
    /// Whether money, a part of it, an exchange or credit is given.
    Offers,
    /// What has to be shown for a cause.
    Evidence(ClaimCause),
    /// Who pays for sending things back.
    ReturnShipping,
    /// How long the money takes.
    RefundTime,
    /// What else the merchant wants to be known.
    Note,
    /// What is done about an unusual history of claims.
    Review,
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Policy => f.write_str("policy"),
            Self::Window => f.write_str("window"),
            Self::Excluded(kind) => write!(f, "excluded.{kind}"),
            Self::AutoAccept(currency) => write!(f, "auto_accept.{currency}"),
            Self::TwoPeople(currency) => write!(f, "two_people.{currency}"),
            Self::Alone(role) => write!(f, "alone.{role}"),
            Self::Offers => f.write_str("offers"),
            Self::Evidence(cause) => write!(f, "evidence.{}", cause.name()),
            Self::ReturnShipping => f.write_str("return_shipping"),
            Self::RefundTime => f.write_str("refund_time"),
            Self::Note => f.write_str("note"),
            Self::Review => f.write_str("review"),
        }
    }
}

/// The file that a policy was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name below the rule folder.
    pub file: Arc<str>,
    /// What tells this version of the file from every other.
    pub version: Arc<str>,
    /// The line of each clause.
    pub lines: BTreeMap<Clause, u32>,
}

impl Written {
    /// Where a clause stands; where the file has no such clause, its first line.
    #[must_use]
    pub fn place(&self, clause: &Clause) -> PolicyPlace {
        PolicyPlace {
            file: self.file.to_string(),
            line: self.lines.get(clause).copied().unwrap_or(1),
            version: self.version.to_string(),
        }
    }
}

/// Where the clause stands that decided, and which version of the file was in force then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PolicyPlace {
    /// The file, below the rule folder.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The beginning of the file's SHA-256.
    pub version: String,
}

impl fmt::Display for PolicyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}@{}", self.file, self.line, self.version)
    }
}

/// Which version of a policy was in force when something was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    /// The file, below the rule folder.
    pub file: String,
    /// The beginning of the file's SHA-256.
    pub version: String,
    /// When it was decided.
    pub at: Timestamp,
}

/// A policy word for word, as it was in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyText {
    /// The file, below the rule folder.
    pub file: String,
    /// The beginning of the text's SHA-256.
    pub version: String,
    /// The text.
    pub text: String,
}

/// A clause as it was applied: what it said, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AppliedClause {
    /// `window.days = 30`.
    pub clause: String,
    /// Where it stands; none for a policy that is in no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<PolicyPlace>,
}

//! Proof levels: how far somebody has shown that an order is theirs, and so what may be said to them.

use serde::{Deserialize, Serialize};

/// How far a person has proven that an order is theirs. Ordered: a higher level may see all that a lower one may.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(try_from = "u8", into = "u8")]
pub enum ProofLevel {
    /// Level 0: nothing shown. General answers; for an order number the same words whether it exists or not.
    #[default]
    Nothing,
    /// Level 1: order number with matching e-mail or last four digits of the phone. State, dates, tracking number.
    Contact,
    /// Level 2: signed in at the shop, or level 1 and a one-time code. Amounts, masked account; may change the order.
    Owner,
    /// Level 3: an agent. All, and every look is in the audit log.
    Agent,
}

impl From<ProofLevel> for u8 {
    fn from(level: ProofLevel) -> Self {
        match level {
            ProofLevel::Nothing => 0,
            ProofLevel::Contact => 1,
            ProofLevel::Owner => 2,
            ProofLevel::Agent => 3,
        }
    }
}

impl TryFrom<u8> for ProofLevel {
    type Error = UnknownProofLevel;

    fn try_from(level: u8) -> Result<Self, Self::Error> {
        match level {
            0 => Ok(Self::Nothing),
            1 => Ok(Self::Contact),
            2 => Ok(Self::Owner),
            3 => Ok(Self::Agent),
            other => Err(UnknownProofLevel(other)),
        }
    }
}

/// A number that is no proof level.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0} is no proof level: use 0 (nothing), 1 (order and contact), 2 (signed in) or 3 (agent)"
)]
pub struct UnknownProofLevel(u8);

//! A claim's number: the order's number and a count, `A1042-1`. It is what customers are told, and half of the idempotency key.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::ids::OrderId;

/// The number of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClaimId {
    order: OrderId,
    number: u32,
}

/// A text that names no claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no claim number: it is the order number, a hyphen and a count, such as `A1042-1`")]
pub struct InvalidClaimId;

impl ClaimId {
    /// The n-th claim on an order, from 1.
    #[must_use]
    pub const fn new(order: OrderId, number: u32) -> Self {
        Self { order, number }
    }

    /// The order it is about.
    #[must_use]
    pub const fn order(&self) -> &OrderId {
        &self.order
    }
}

impl fmt::Display for ClaimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.order, self.number)
    }
}

impl FromStr for ClaimId {
    type Err = InvalidClaimId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // An order number in canonical form has no hyphen, so the last one is ours.
        let (order, number) = text.trim().rsplit_once('-').ok_or(InvalidClaimId)?;
        let order = OrderId::parse(order).map_err(|_| InvalidClaimId)?;
        match number.parse() {
            Ok(number) if number > 0 => Ok(Self { order, number }),
            _ => Err(InvalidClaimId),
        }
    }
}

impl TryFrom<String> for ClaimId {
    type Error = InvalidClaimId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ClaimId> for String {
    fn from(id: ClaimId) -> Self {
        id.to_string()
    }
}

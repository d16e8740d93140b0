//! Why money is wanted back, as the form of a claim offers it and policies speak of it.

use serde::{Deserialize, Serialize};

/// Why the money is wanted back: the causes that the form offers.
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
pub enum ClaimCause {
    /// Faulty or damaged.
    Damaged,
    /// The wrong thing came, or a part is missing.
    WrongItem,
    /// Nothing came.
    NotArrived,
    /// Not wanted any more.
    ChangedMind,
    /// Paid twice or too much.
    PaidTwice,
    /// Something else.
    Other,
}

impl ClaimCause {
    /// All causes, in the order of the form.
    pub const ALL: [Self; 6] = [
        Self::Damaged,
        Self::WrongItem,
        Self::NotArrived,
        Self::ChangedMind,
        Self::PaidTwice,
        Self::Other,
    ];

    /// The cause with this number in the form, from 1.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        let index = usize::from(number).checked_sub(1)?;
        Self::ALL.get(index).copied()
    }

    /// The name in records and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::WrongItem => "wrong_item",
            Self::NotArrived => "not_arrived",
            Self::ChangedMind => "changed_mind",
            Self::PaidTwice => "paid_twice",
            Self::Other => "other",
        }
    }

    /// Its number in the form.
    #[must_use]
    pub fn number(self) -> u8 {
        (1u8..)
            .zip(Self::ALL)
            .find_map(|(number, cause)| (cause == self).then_some(number))
            .unwrap_or_default()
    }

    /// Whether the seller's side failed, rather than the customer's mind changed.
    #[must_use]
    pub const fn is_fault(self) -> bool {
        !matches!(self, Self::ChangedMind | Self::Other)
    }
}

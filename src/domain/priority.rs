//! How soon somebody has to look.

use serde::{Deserialize, Serialize};

/// How urgent a conversation is for a person. Ordered: the more urgent one is smaller and comes first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Threats, safety, a VIP in trouble.
    Urgent,
    /// Angry people, money that is late.
    High,
    /// All else.
    #[default]
    Normal,
}

impl Priority {
    /// The word in records and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Urgent => "urgent",
            Self::High => "high",
            Self::Normal => "normal",
        }
    }
}

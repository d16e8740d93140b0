//! What is promised: so much working time for each goal, by how urgent it is.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::Goal;
use crate::domain::priority::Priority;

/// A warning comes when so much of the time is over, in percent, unless somebody says otherwise.
const WARN_AT: u8 = 80;

/// Working time for each goal; none where nothing is promised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// Until the first answer of a person.
    #[serde(default)]
    pub first_response: Option<SignedDuration>,
    /// Until an answer to what was written after it.
    #[serde(default)]
    pub next_response: Option<SignedDuration>,
    /// Until the matter is done.
    #[serde(default)]
    pub resolution: Option<SignedDuration>,
}

/// The same, as a configuration says it: for all, and for what is more urgent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelsRecord {
    pub(super) first_response: Option<SignedDuration>,
    pub(super) next_response: Option<SignedDuration>,
    pub(super) resolution: Option<SignedDuration>,
    pub(super) warn_at: Option<u8>,
    #[serde(default)]
    pub(super) high: Targets,
    #[serde(default)]
    pub(super) urgent: Targets,
}

/// What a storefront promises itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    warn_at: u8,
    urgent: Targets,
    high: Targets,
    normal: Targets,
}

/// Why service levels are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLevels {
    /// A time that is over before it begins.
    #[error("a service level is a time above zero, like \"15m\" or \"16h\"")]
    NotPositive,
    /// No share of a time.
    #[error("`warn_at` is a share of the time, from 1 to 100 percent")]
    NoShare,
}

impl Targets {
    fn or(self, other: Self) -> Self {
        Self {
            first_response: self.first_response.or(other.first_response),
            next_response: self.next_response.or(other.next_response),
            resolution: self.resolution.or(other.resolution),
        }
    }

    fn all(self) -> impl Iterator<Item = SignedDuration> {
        let all = [self.first_response, self.next_response, self.resolution];
        all.into_iter().flatten()
    }
}

impl TryFrom<LevelsRecord> for Levels {
    type Error = InvalidLevels;

    fn try_from(record: LevelsRecord) -> Result<Self, InvalidLevels> {
        let normal = Targets {
            first_response: record.first_response,
            next_response: record.next_response,
            resolution: record.resolution,
        };
        let warn_at = record.warn_at.unwrap_or(WARN_AT);
        let all = [normal, record.high, record.urgent];
        if all
            .into_iter()
            .flat_map(Targets::all)
            .any(|time| !time.is_positive())
        {
            return Err(InvalidLevels::NotPositive);
        }
        if !(1..=100).contains(&warn_at) {
            return Err(InvalidLevels::NoShare);
        }
        let high = record.high.or(normal);
        Ok(Self {
            warn_at,
            urgent: record.urgent.or(high),
            high,
            normal,
        })
    }
}

impl Levels {
    /// Whether nothing is promised.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [self.urgent, self.high, self.normal]
            .into_iter()
            .flat_map(Targets::all)
            .next()
            .is_none()
    }

    /// The working time for a goal.
    pub(super) fn target(&self, goal: Goal, priority: Priority) -> Option<SignedDuration> {
        let targets = match priority {
            Priority::Urgent => &self.urgent,
            Priority::High => &self.high,
            Priority::Normal => &self.normal,
        };
        match goal {
            Goal::FirstResponse => targets.first_response,
            Goal::NextResponse => targets.next_response,
            Goal::Resolution => targets.resolution,
        }
    }

    /// How much of a time is over when it is warned of.
    pub(super) fn warning(&self, target: SignedDuration) -> SignedDuration {
        SignedDuration::from_secs(
            target.as_secs() / 100 * i64::from(self.warn_at)
                + target.as_secs() % 100 * i64::from(self.warn_at) / 100,
        )
    }
}

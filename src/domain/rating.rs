//! What customers say of the help they got: of the bot and of people apart.

use serde::{Deserialize, Serialize};

/// Who gave the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Helper {
    /// The rules alone.
    Bot,
    /// A person.
    Agent,
}

impl Helper {
    /// The word in records, the API and the metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Agent => "agent",
        }
    }
}

/// From 1, bad, to 5, good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Score(u8);

/// A number that is no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a score is a whole number from 1 to 5")]
pub struct InvalidScore;

impl TryFrom<u8> for Score {
    type Error = InvalidScore;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        (1..=5)
            .contains(&number)
            .then_some(Self(number))
            .ok_or(InvalidScore)
    }
}

impl From<Score> for u8 {
    fn from(score: Score) -> Self {
        score.0
    }
}

#[cfg(test)]
mod tests {
    use super::Score;

    #[test]
    fn a_score_is_one_of_five() {
        let taken: Vec<u8> = (0..=6).filter(|n| Score::try_from(*n).is_ok()).collect();
        assert_eq!(taken, [1, 2, 3, 4, 5]);
    }
}

//! What customers say of the help they got: asked once when a matter is resolved, of the bot and of people apart, and never in a
//! dispute.

use serde::{Deserialize, Serialize};

use super::conversation::{Conversation, Owner};
use super::handoff::HandoffReason;

/// Matters that a customer is in dispute about: a question how satisfied they are would mock them.
const DISPUTES: [&str; 2] = ["refund_rejected", "complaint"];

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

/// Whose help the customer of a resolved conversation is asked about; nobody's in a dispute, or where nothing was asked for.
#[must_use]
pub fn asked_about(conversation: &Conversation) -> Option<Helper> {
    let answered = &conversation.memory.answered;
    let disputed = answered.iter().any(|id| DISPUTES.contains(&id.as_str()));
    if disputed || conversation.reason.is_some_and(is_dispute) {
        return None;
    }
    match conversation.owner {
        Owner::Agent(_) => Some(Helper::Agent),
        Owner::Bot if !answered.is_empty() => Some(Helper::Bot),
        Owner::Bot | Owner::Queue => None,
    }
}

const fn is_dispute(reason: HandoffReason) -> bool {
    matches!(
        reason,
        HandoffReason::LegalOrThreat
            | HandoffReason::AbuseSuspected
            | HandoffReason::PolicyException
            | HandoffReason::Angry
    )
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

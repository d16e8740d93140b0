//! What a customer is told about their claim without being asked, when somebody else moved it.

use crate::domain::claim::{Claim, ClaimState};
use crate::domain::language::Language;
use crate::engine::Rules;
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;

/// The sentence for where a claim stands now; none where the customer moved it.
#[must_use]
pub fn told(rules: &Rules, claim: &Claim, order: &str, language: Language) -> Option<String> {
    let mut values = Values::new()
        .with(Placeholder::ClaimId, &claim.id.to_string())
        .with(Placeholder::OrderId, order)
        .with(Placeholder::RefundAmount, &claim.amount.to_string());
    let say = match &claim.state {
        ClaimState::Accepted | ClaimState::Approved { .. } => Say::ToldApproved,
        ClaimState::Rejected { reason, .. } => {
            values.set(Placeholder::RefundRejectReason, reason);
            Say::ToldRejected
        }
        ClaimState::NeedsEvidence { what } => {
            values.set(Placeholder::ClaimWanted, what);
            Say::ToldNeedsEvidence
        }
        ClaimState::Paying { .. } => Say::ToldPaying,
        ClaimState::Paid { .. } => Say::ToldPaid,
        ClaimState::Failed { .. } => Say::ToldFailed,
        ClaimState::Draft | ClaimState::Submitted | ClaimState::Withdrawn => return None,
    };
    Some(rules.replies.say(say, language, &values))
}

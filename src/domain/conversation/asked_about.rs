//! Whose help a customer is asked about when a matter is resolved: once, and never in a dispute.

use super::{Conversation, Owner};
use crate::domain::handoff::HandoffReason;
use crate::domain::rating::Helper;

/// Matters that a customer is in dispute about: a question how satisfied they are would mock them.
const DISPUTES: [&str; 2] = ["refund_rejected", "complaint"];

/// Whose help the customer of a resolved conversation is asked about; nobody's in a dispute, or where nothing was asked for.
#[must_use]
pub(super) fn asked_about(conversation: &Conversation) -> Option<Helper> {
    let answered = &conversation.memory.answered;
    let disputed = answered.iter().any(|id| DISPUTES.contains(&id.as_str()));
    if disputed || conversation.reason.is_some_and(is_dispute) {
        return None;
    }
    match conversation.owner {
        Owner::Agent(_) => Some(Helper::Agent),
        Owner::Bot if !answered.is_empty() => Some(Helper::Bot),
        Owner::Bot | Owner::Queue | Owner::Platform => None,
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

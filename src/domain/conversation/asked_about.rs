//! Whose help a customer is asked about when a matter is resolved: once, and never in a dispute.

use serde::{Deserialize, Serialize};

use super::{Conversation, EventBody, Owner};
use crate::domain::handoff::HandoffReason;
use crate::domain::rating::Helper;

/// Matters that a customer is in dispute about: a question how satisfied they are would mock them.
const DISPUTES: [&str; 2] = ["refund_rejected", "complaint"];

/// Where a claim stands that is refused, as the log says it.
const REFUSED: &str = "rejected";

/// How far asking about a resolution has come. A customer who writes again makes it another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asking {
    /// Nobody has asked.
    #[default]
    Open,
    /// The question is with the customer.
    Asked,
    /// They have said it.
    Answered,
}

impl Conversation {
    /// Asks about the help, where the matter is resolved and nobody has asked yet.
    pub(super) fn ask_about(&mut self) -> Option<EventBody> {
        self.asked_about = asked_about(self).filter(|_| self.asking != Asking::Answered);
        let of = self.asked_about?;
        let is_new = std::mem::replace(&mut self.asking, Asking::Asked) == Asking::Open;
        is_new.then_some(EventBody::RatingAsked {
            of,
            language: Some(self.language),
        })
    }
}

/// Whose help the customer of a resolved conversation is asked about; nobody's in a dispute, or where nothing was asked for.
#[must_use]
pub(super) fn asked_about(conversation: &Conversation) -> Option<Helper> {
    if conversation.is_in_dispute() {
        return None;
    }
    match conversation.owner {
        Owner::Agent(_) => Some(Helper::Agent),
        Owner::Bot if !conversation.memory.answered.is_empty() => Some(Helper::Bot),
        Owner::Bot | Owner::Queue | Owner::Platform => None,
    }
}

impl Conversation {
    /// Whether there is a dispute in it, or was.
    pub(super) fn is_in_dispute(&self) -> bool {
        let answered = &self.memory.answered;
        self.disputed
            || answered.iter().any(|id| DISPUTES.contains(&id.as_str()))
            || self.reason.is_some_and(is_dispute)
    }

    /// Remembers a dispute before that is forgotten which shows it.
    pub(super) fn keep_dispute(&mut self) {
        self.disputed = self.is_in_dispute();
    }

    /// What is refused to a customer, by people or by a policy, they are in dispute about.
    pub(super) fn note_refusal(&mut self, body: &EventBody) {
        if let EventBody::ClaimMoved { state, .. } = body {
            self.disputed |= state == REFUSED;
        }
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

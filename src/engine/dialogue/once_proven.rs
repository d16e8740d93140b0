//! Matters for a person that are about an order: it is shown to be theirs before the person has it.

use super::speaker::Speaker;
use crate::domain::conversation::Topic;
use crate::domain::handoff::HandoffReason;
use crate::domain::proof::ProofLevel;

impl Speaker<'_> {
    /// Whether a matter for a person is about an order that is still to be shown: whoever has it then need not ask.
    pub(super) fn asks_proof_first(&self, topic: &Topic) -> bool {
        let intent = self.rules.intent(&topic.intent);
        intent.is_some_and(|intent| intent.proof >= ProofLevel::Contact)
            && self.meant(topic).is_some()
            && !self.is_merchant()
    }

    /// What the person does about it is said before the proof is asked for.
    pub(super) fn hand_over_once_proven(&mut self, topic: Topic, reason: HandoffReason) {
        if let Some(id) = self.meant(&topic) {
            self.prove_by_identity(&id);
            if self.level(&id) >= ProofLevel::Contact {
                return self.hand_over_matter(&topic.intent, reason);
            }
        }
        if self.memory.topic.is_some() {
            return self.park(topic);
        }
        self.lead_with_reply(&topic.intent);
        self.pursue(topic);
    }
}

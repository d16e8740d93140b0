//! "Here's the photo", "I don't have one": words about what is to be shown, without the thing itself.

use super::speaker::Speaker;
use crate::domain::claim::{Claim, ClaimState};
use crate::domain::conversation::Outcome;
use crate::domain::handoff::HandoffReason;
use crate::domain::order::Order;
use crate::engine::say::Say;

/// The circumstance of a message that says no more than that a photo was sent, or that there is none.
pub(super) const ABOUT_PHOTO: &str = "about_photo";
/// The circumstance of somebody who has nothing to show.
const NOTHING_TO_SHOW: &str = "nothing_to_show";

impl Speaker<'_> {
    /// Of an application that waits for something to be shown: what it is, once more; who has nothing to show gets a person, who may do
    /// without. Of another one, that it needs nothing. False: the message is about something else, or nothing was applied for.
    pub(super) fn tells_what_to_show(&mut self) -> bool {
        if !self.tells(ABOUT_PHOTO) && !self.tells(NOTHING_TO_SHOW) {
            return false;
        }
        let facts = self.facts;
        let order = self.memory.order.as_ref();
        let Some(order) = order.and_then(|id| facts.orders.get(id)) else {
            return false;
        };
        let claims = self.claims_of(order);
        let open = claims.claims.iter().rev().find(|it| it.state.is_open());
        let Some(claim) = open else { return false };
        self.memory.misunderstood = 0;
        self.say_what_to_show(claim, order);
        true
    }

    fn say_what_to_show(&mut self, claim: &Claim, order: &Order) {
        let wants = matches!(claim.state, ClaimState::NeedsEvidence { .. });
        match wants {
            true if self.tells(NOTHING_TO_SHOW) => {
                self.hand_over(HandoffReason::PolicyException, Say::HandedOver);
            }
            true => self.say_of_claim(Say::RefundNeedsEvidence, claim, order),
            false => self.say(Say::NothingToDo, Some(order), Outcome::GiveOrderStatus),
        }
    }
}

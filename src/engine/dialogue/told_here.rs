//! "Tell me when it is there": whether the desk writes of it by itself, and when. It promises no message about what it does not hear of.
//! It must not know how a promise is kept.

use super::circumstances::HOW_LONG;
use super::speaker::Speaker;
use crate::domain::claim::Claim;
use crate::domain::conversation::Outcome;
use crate::domain::order::Order;
use crate::domain::proof::ProofLevel;
use crate::engine::reading::Decision;
use crate::engine::say::Say;

/// The circumstance of somebody who asks whether they will be told.
const ASKS_IF_TOLD: &str = "asks_if_told";
/// The circumstance of somebody who wants to be told.
const WANTS_TOLD: &str = "wants_to_be_told";

impl Speaker<'_> {
    /// Says what of it is written here unasked. False: the message wants nothing of the kind, or asks something else as well.
    pub(super) fn tells_whether_told(&mut self) -> bool {
        let wants = self.tells(WANTS_TOLD) || self.tells(ASKS_IF_TOLD);
        let reading = self.heard.reading;
        let guessed = reading.decision != Decision::Answer || reading.by_likeness;
        let other = !guessed && (!self.only_asks_how_it_stands() || self.tells(HOW_LONG));
        let talks = !self.conversation.memory.last_said.is_empty();
        if !wants || other || !talks || self.is_merchant() {
            return false;
        }
        self.memory.misunderstood = 0;
        let facts = self.facts;
        let order = self.memory.order.as_ref();
        let order = order.and_then(|id| facts.orders.get(id));
        let order = order.filter(|it| self.level(&it.id) >= ProofLevel::Contact);
        let claim = order.and_then(|order| self.open_claim(order));
        match (order, claim) {
            (Some(order), Some(claim)) => self.say_of_claim(Say::ToldOfClaim, &claim, order),
            _ if self.awaits_end_of_trouble() => {
                self.say(Say::ToldOfTrouble, None, Outcome::Answer);
            }
            (Some(order), None) if self.is_promised(order) => {
                self.say(Say::ToldIfLate, Some(order), Outcome::Answer);
                self.promise_payment(self.stands(order), order);
            }
            _ => {
                self.say(Say::ToldNotByItself, None, Outcome::Answer);
                self.offer_intents(&["talk_to_human"]);
            }
        }
        true
    }

    /// An application of theirs of which every step is told here.
    fn open_claim(&self, order: &Order) -> Option<Claim> {
        let claims = self.claims_of(order);
        let shown = self.level(&order.id) >= ProofLevel::Owner;
        let open = claims.claims.iter().rev().find(|it| it.state.is_open());
        open.filter(|_| shown).cloned()
    }

    /// Whether this conversation asked about a trouble that is known and not over: the end of it is told.
    fn awaits_end_of_trouble(&self) -> bool {
        let open = &self.facts.site.notices;
        let mut asked = self.conversation.notices.iter();
        asked.any(|id| open.iter().any(|notice| notice.id == *id))
    }

    /// Whether money is on its way that is to be there by a day, before which the desk looks again.
    fn is_promised(&self, order: &Order) -> bool {
        let refund = order.latest_refund();
        let open = refund.filter(|it| it.state.is_open() && it.expected_by.is_some());
        let waits = matches!(
            self.stands(order),
            Say::RefundApproved | Say::RefundPaying | Say::OrderRefunding
        );
        open.is_some() && waits
    }
}

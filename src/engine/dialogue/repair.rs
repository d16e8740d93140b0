//! Goods that are to be mended, and warranties. The rules of refunds say nothing of either: a story goes to a person, and to a question without
//! one it is said that a person knows. It must not know how a refund is applied for.

use super::circumstances::MONEY_BACK;
use super::speaker::Speaker;
use crate::domain::conversation::Outcome;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::engine::reading::{Decision, Scored};
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of somebody who wants something mended, or asks about a warranty.
const ASKS_REPAIR: &str = "asks_repair";
/// What a story of goods that broke is about.
const MATTER: &str = "delivery_problem";

impl Speaker<'_> {
    /// Passes the wish on with what was told, or tells somebody who only asks that a person knows. False: nobody speaks of it, or money or
    /// something else is asked for as well.
    pub(super) fn wants_repair(&mut self) -> bool {
        if !self.tells(ASKS_REPAIR) || self.is_merchant() || self.asks_beside_repair() {
            return false;
        }
        let Ok(matter) = IntentId::parse(MATTER) else {
            return false;
        };
        self.memory.misunderstood = 0;
        let named = self.named_orders().first().map(|slot| slot.value.clone());
        let own = self.meant(&super::matter::fresh(&matter, named.clone()));
        let own = own.filter(|id| self.is_theirs(id));
        let story = self.states_cause() || self.memory.topic.is_some();
        if !(story || named.is_some() || own.is_some()) {
            self.say(Say::RepairAsked, None, Outcome::Answer);
            self.offer_intents(&["talk_to_human"]);
            return true;
        }
        self.note_words(&matter);
        self.note_acted(&matter);
        self.memory.note_answered(&matter);
        self.memory.order = named.or(own).or(self.memory.order.take());
        self.hand_over(HandoffReason::NotCovered, Say::RepairPassedOn);
        true
    }

    fn asks_beside_repair(&self) -> bool {
        let reading = self.heard.reading;
        let other = |scored: &Scored| {
            matches!(
                self.action(&scored.intent),
                Some(
                    Action::StartRefund
                        | Action::CancelOrder
                        | Action::ShowRefund
                        | Action::PayAgain
                )
            )
        };
        let asks = reading.decision == Decision::Answer && reading.intents.iter().any(other);
        asks || self.tells(MONEY_BACK)
    }
}

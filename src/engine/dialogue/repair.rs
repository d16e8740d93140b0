//! Goods that are to be mended, and warranties. The rules of refunds say nothing of either: a story goes to a person, and to a question without
//! one it is said that a person knows. It must not know how a refund is applied for.

use super::circumstances::MONEY_BACK;
use super::reported::REPORT;
use super::speaker::Speaker;
use crate::domain::conversation::Outcome;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::engine::reading::{Decision, Scored};
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of somebody who wants something mended, or asks about a warranty.
const ASKS_REPAIR: &str = "asks_repair";
/// The circumstance of somebody who asks about a warranty.
const ASKS_WARRANTY: &str = "asks_warranty";

impl Speaker<'_> {
    /// Passes the wish on with what was told, or tells somebody who only asks that a person knows. False: nobody speaks of it, or money or
    /// something else is asked for as well.
    pub(super) fn wants_repair(&mut self) -> bool {
        if !self.tells(ASKS_REPAIR) || self.is_merchant() || self.asks_beside_repair() {
            return false;
        }
        let Ok(matter) = IntentId::parse(REPORT) else {
            return false;
        };
        self.memory.misunderstood = 0;
        let named = self.named_orders().first().map(|slot| slot.value.clone());
        let own = self.meant(&super::matter::fresh(&matter, named.clone()));
        let own = own.filter(|id| self.is_theirs(id));
        let open = self.memory.topic.clone();
        let open = open.filter(|topic| self.fills_form(topic));
        if let Some(topic) = &open
            && self.only_asks_of_warranty()
        {
            let asked = self.plain(Say::RepairAsked);
            self.lead_with(asked);
            self.ask_again(topic);
            return true;
        }
        let story = self.states_cause() || open.is_some();
        if !(story || named.is_some() || own.is_some()) {
            self.say(Say::RepairAsked, None, Outcome::Answer);
            self.offer_intents(&["talk_to_human"]);
            return true;
        }
        self.note_words(&matter);
        self.note_acted(&matter);
        self.memory.note_answered(&matter);
        self.memory.order = named.or(own).or(self.memory.order.take());
        let facts = self.facts;
        let order = self.memory.order.as_ref();
        let order = order.and_then(|id| facts.orders.get(id));
        // Where money was asked for, nobody is told that none was.
        let claimed = order.is_some_and(|it| it.latest_refund().is_some());
        let say = match claimed {
            true => Say::HandedOver,
            false => Say::RepairPassedOn,
        };
        self.hand_over(HandoffReason::NotCovered, say);
        true
    }

    /// Whether a warranty is asked about, and nothing is told or wanted: the form that is open is still meant.
    fn only_asks_of_warranty(&self) -> bool {
        self.tells(ASKS_WARRANTY) && self.asks_at_all() && !self.states_cause()
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

//! Cancelling an order, or refusing a parcel, that is only asked about: what would follow is told, and it is offered. It must not pass
//! anything on by itself.

use super::circumstances::{ASKS_HOW_TO_CANCEL, CANCEL_SUPPOSED, REFUSES_PARCEL};
use super::speaker::Speaker;
use crate::domain::conversation::{Offer, Outcome};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::order::Order;
use crate::domain::proof::ProofLevel;
use crate::engine::reading::{Decision, Scored};
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The matter of cancelling an order.
const CANCEL: &str = "order_cancel";
/// A person, and nothing else.
const PERSON: &str = "talk_to_human";

impl Speaker<'_> {
    /// Answers what would follow from cancelling or refusing, of the order that is meant. Where none is known, what holds for any order
    /// is told of a cancelling; a parcel is asked for. False: the message asks nothing of the kind, or something else as well.
    pub(super) fn tells_what_would_follow(&mut self) -> bool {
        let supposes = self.tells(CANCEL_SUPPOSED);
        if !supposes && !self.tells(REFUSES_PARCEL) || self.is_merchant() || self.asks_more() {
            return false;
        }
        let Ok(intent) = IntentId::parse(CANCEL) else {
            return false;
        };
        let named = self.named_orders().first().map(|slot| slot.value.clone());
        let at_large = supposes && !self.knows_which(named.as_ref());
        if at_large && self.asks_of_rules() {
            return false;
        }
        self.memory.misunderstood = 0;
        self.note_words(&intent);
        if at_large {
            self.note_acted(&intent);
            self.memory.note_answered(&intent);
            self.offer_to_cancel(None);
        } else {
            self.take_up_guess(&intent, named);
        }
        true
    }

    /// Whether the message is read as a question about the rules that have a piece of their own for it, where no order is known.
    fn asks_of_rules(&self) -> bool {
        let reading = self.heard.reading;
        let rules = |scored: &Scored| self.action(&scored.intent) == Some(Action::Answer);
        let answers = reading.decision == Decision::Answer && !reading.guide.is_empty();
        answers && reading.intents.iter().all(rules)
    }

    /// Whether the message asks for something that is neither the cancelling nor what comes of it.
    fn asks_more(&self) -> bool {
        let reading = self.heard.reading;
        let belongs = |scored: &Scored| {
            matches!(
                self.action(&scored.intent),
                Some(
                    Action::CancelOrder
                        | Action::ReportDelivery
                        | Action::ShowRefund
                        | Action::WithdrawRefund
                )
            ) || matches!(
                scored.intent.as_str(),
                "refund_policy" | "refund_how_to" | PERSON
            )
        };
        reading.decision == Decision::Answer && !reading.intents.iter().all(belongs)
    }

    /// Whether the order that is meant is known to be theirs, so that how it stands may be told.
    fn knows_which(&mut self, named: Option<&OrderId>) -> bool {
        let Ok(intent) = IntentId::parse(CANCEL) else {
            return false;
        };
        let topic = super::matter::fresh(&intent, named.cloned());
        let Some(id) = self.meant(&topic) else {
            return false;
        };
        self.prove_by_identity(&id);
        self.level(&id) >= ProofLevel::Contact
    }

    /// Whether the cancelling of this turn was only asked about, now or before the order was shown to be theirs.
    pub(super) fn only_asks_about_cancelling(&self) -> bool {
        [CANCEL_SUPPOSED, ASKS_HOW_TO_CANCEL, REFUSES_PARCEL]
            .into_iter()
            .any(|circumstance| self.asked_of_cancelling(circumstance))
    }

    /// Whether the parcel is to be refused or turned back.
    pub(super) fn refuses_parcel(&self) -> bool {
        self.asked_of_cancelling(REFUSES_PARCEL)
    }

    /// What was asked before counts until it was answered with an offer.
    fn asked_of_cancelling(&self, circumstance: &str) -> bool {
        let offered = &self.conversation.memory.offered;
        let answered = offered.iter().any(|offer| match offer {
            Offer::Intent(intent) => intent.as_str() == CANCEL,
            _ => false,
        });
        self.tells(circumstance) || !answered && self.brought().tells(circumstance)
    }

    /// What comes of cancelling, and whether it shall be asked for.
    pub(super) fn offer_to_cancel(&mut self, order: Option<&Order>) {
        let say = match order {
            Some(_) => Say::CancelIf,
            None => Say::CancelIfAny,
        };
        self.say(say, order, Outcome::Answer);
        self.offer_or_else(CANCEL);
    }

    /// What comes of refusing a parcel that is on its way, and whether somebody shall have it turned back.
    pub(super) fn offer_to_turn_back(&mut self, order: &Order) {
        let values = self.values(Some(order));
        let replies = &self.rules.replies;
        let text = replies.say(Say::ParcelRefused, self.language, &values);
        // Who has just heard so and says it again wants it done.
        if self.has_just_said(&text) {
            return self.hand_over(HandoffReason::NotCovered, Say::HandedOver);
        }
        self.say(Say::ParcelRefused, Some(order), Outcome::Answer);
        self.offer_or_else(PERSON);
    }

    fn offer_or_else(&mut self, name: &str) {
        if let Ok(intent) = IntentId::parse(name) {
            self.offer(vec![Offer::Intent(intent), Offer::Else]);
        }
    }
}

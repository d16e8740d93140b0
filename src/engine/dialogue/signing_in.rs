//! While a customer is to sign in: what they may say until they have, and what shows that they cannot. It must not know how anybody is
//! proven to be who they are.

use super::speaker::Speaker;
use super::turn::Move;
use crate::domain::claim_cause::ClaimCause;
use crate::domain::conversation::{Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::engine::reading::Decision;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of somebody who asks how to sign in.
const HOW_TO_SIGN_IN: &str = "how_to_sign_in";
/// The circumstance of somebody who cannot get into their account.
const SHUT_OUT: &str = "shut_out";

impl Speaker<'_> {
    /// The customer was asked to sign in. Until they have, they may talk about whatever they like.
    pub(super) fn wait_for_sign_in(&mut self, topic: Topic) {
        if let Some(order) = topic.order.clone() {
            self.prove_by_identity(&order);
            if self.level(&order) >= self.facts.site.refund_proof {
                return self.pursue(topic);
            }
        }
        if self.asks_how_to_sign_in() {
            self.memory.topic = Some(topic);
            return self.say(Say::SignInHow, None, Outcome::AskVerification);
        }
        if self.keeps_words_until_signed_in(&topic) {
            return;
        }
        if self.cannot_sign_in() {
            return self.hand_over(HandoffReason::IdentityNotVerified, Say::HandedOver);
        }
        self.memory.topic = None;
        self.start();
        let goes_on = self.memory.topic.is_none() && !self.is_handed_over();
        if goes_on && self.conversation.memory.topic.is_some() && !self.closes() {
            self.memory.topic = Some(topic);
        }
    }

    /// Why, or how much is wanted back, told while they are to sign in: it is kept until they have, once. A question of it is no sign
    /// that they cannot.
    fn keeps_words_until_signed_in(&mut self, topic: &Topic) -> bool {
        let shut = self.tells(SHUT_OUT) || self.tells(HOW_TO_SIGN_IN);
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let portion = self.is_about_portion() || self.says_how_much();
        let cause = self.told_cause().map(ClaimCause::number);
        let tells = portion || cause.is_some() || self.asks_at_all();
        if !refund || shut || !tells || topic.tries > 0 || !self.cannot_sign_in() {
            return false;
        }
        let mut topic = topic.clone();
        topic.tries = 1;
        if topic.form.portion.is_none() {
            topic.form.portion = self.portion_said();
        }
        if cause.is_some() && topic.form.cause.is_none() {
            topic.form.cause = cause;
            topic.form.details = Some(self.heard.text.to_owned());
        }
        if self.asks_at_all() {
            self.lead_with(self.plain(Say::QuestionNotFollowed));
        }
        self.memory.topic = Some(topic.clone());
        self.ask_again(&topic);
        true
    }

    /// Words that are no matter of their own, after the customer was asked to sign in: that they cannot, or that they have in vain.
    fn cannot_sign_in(&self) -> bool {
        let reading = self.heard.reading;
        if self.tells(SHUT_OUT) || self.tells(HOW_TO_SIGN_IN) {
            return true;
        }
        reading.decision == Decision::None
            && reading.acts.is_empty()
            && reading.off_topic.is_none()
            && self.chosen_offer().is_none()
            && self.heard.has_words()
            && reading.slots.orders.is_empty()
    }

    /// Whether they want to know how, where or why; who has just heard it and asks again cannot.
    fn asks_how_to_sign_in(&self) -> bool {
        let told = self.has_just_said(&self.plain(Say::SignInHow));
        self.tells(HOW_TO_SIGN_IN) && !told
    }

    /// Whether they are done with it all.
    fn closes(&self) -> bool {
        let is_end = |done: &Move| matches!(done, Move::Resolve | Move::Leave);
        self.moves.iter().any(is_end)
    }
}

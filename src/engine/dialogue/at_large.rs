//! What is answered without an order, though its matter is one of orders: where the shop sends to, what a state means. And a card in
//! strange hands, which the bank has to block and a person looks into, whatever else the account is asked about.

use super::speaker::Speaker;
use crate::domain::conversation::{Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::engine::reading::{Decision, Scored};
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of somebody who asks where, how or for how much the shop sends.
const ASKS_SHIPPING: &str = "asks_shipping";
/// The circumstance of somebody who asks what a state of orders means.
const ASKS_STATES: &str = "asks_states";
/// The circumstance of a card that was stolen, or a charge that nobody knows.
const CARD_MISUSED: &str = "card_misused";
/// The circumstance of somebody who asks what something that is sold is like.
pub(super) const ASKS_OF_GOODS: &str = "asks_of_goods";
/// The circumstance of somebody who asks which ways to pay there are.
const ASKS_METHODS: &str = "asks_methods";
/// The circumstance of somebody who asks whose doing it is.
const WHETHER_YOU: &str = "asks_if_it_is_you";
/// The matter of a card or an account that is blocked elsewhere.
const BLOCKED: &str = "payment_frozen";
/// The matter of the customer's account.
pub(super) const ACCOUNT: &str = "account_security";

impl Speaker<'_> {
    /// Answers what needs no order. False: the message asks nothing of the kind.
    pub(super) fn answers_at_large(&mut self, topic: &Topic) -> bool {
        let no_order = topic.order.is_none() && self.named_orders().is_empty();
        match self.action(&topic.intent) {
            Some(Action::ReportDelivery) if no_order && self.tells(ASKS_SHIPPING) => {}
            Some(Action::ShowOrder)
                if no_order && self.tells(ASKS_STATES) && self.meant(topic).is_none() => {}
            // "I have a new phone number", to somebody who cannot log in with the old one.
            Some(Action::ChangeOrder) if no_order && self.talks_of_account() => {
                self.tell_nothing_more();
                return true;
            }
            Some(Action::Answer)
                if topic.intent.as_str() == ACCOUNT && self.tells(CARD_MISUSED) =>
            {
                self.hand_over_matter(&topic.intent, HandoffReason::NotCovered);
                return true;
            }
            _ => return false,
        }
        self.reply(&topic.intent, Outcome::Answer);
        self.offer_intents(&["talk_to_human"]);
        true
    }

    /// Whether the account was just spoken of, and no order.
    fn talks_of_account(&self) -> bool {
        let before = &self.conversation.memory;
        let account = before
            .answered
            .last()
            .is_some_and(|it| it.as_str() == ACCOUNT);
        account && before.order.is_none() && before.topic.is_none()
    }

    /// "Is it you who blocked it?", after what a blocked card or account comes from: whose it is. False: nothing of the kind was said.
    pub(super) fn tells_whose_block(&mut self) -> bool {
        let last = self.conversation.memory.answered.last().cloned();
        let blocked = last.filter(|it| it.as_str() == BLOCKED && self.memory.order.is_none());
        let (Some(blocked), true) = (blocked, self.tells(WHETHER_YOU)) else {
            return false;
        };
        self.memory.misunderstood = 0;
        self.note_acted(&blocked);
        self.reply(&blocked, Outcome::Answer);
        self.offer_intents(&["talk_to_human"]);
        true
    }

    /// A charge of somebody who never ordered, though it is not plain what else is meant. False: the message tells of none.
    pub(super) fn tells_of_misuse(&mut self, found: &[IntentId]) -> bool {
        let account = found.iter().find(|it| it.as_str() == ACCOUNT);
        let Some(account) = account.filter(|_| self.tells(CARD_MISUSED)) else {
            return false;
        };
        self.note_words(account);
        self.note_acted(account);
        self.memory.note_answered(account);
        self.hand_over_matter(account, HandoffReason::NotCovered);
        true
    }

    /// The same, while something else waits: nothing goes before a card in strange hands.
    pub(super) fn tells_of_misuse_in_between(&mut self) -> bool {
        let reading = self.heard.reading;
        let found: Vec<IntentId> = reading.intents.iter().map(|it| it.intent.clone()).collect();
        match reading.decision {
            Decision::Answer => false,
            Decision::Clarify => self.tells_of_misuse(&found),
            Decision::None => self.tells_of_misuse_unread(),
        }
    }

    /// The same, of a message that no rule knows.
    pub(super) fn tells_of_misuse_unread(&mut self) -> bool {
        let account = IntentId::parse(ACCOUNT).ok();
        let unread = self.heard.reading.off_topic.is_none();
        unread && account.is_some_and(|it| self.tells_of_misuse(&[it]))
    }

    /// What something that is sold is like, or which ways to pay there are: the desk does not know, and says who does. False: nothing of the
    /// kind is asked, or the message is about something else as well.
    pub(super) fn tells_what_it_does_not_know(&mut self) -> bool {
        let reading = self.heard.reading;
        let how_to_pay = |it: &Scored| self.action(&it.intent) == Some(Action::PayAgain);
        let surely = reading.decision == Decision::Answer && !reading.by_likeness;
        let surely = surely && !reading.intents.iter().all(how_to_pay);
        let just_said = |say: &Say| self.has_just_said(&self.plain(*say));
        let again = [Say::GoodsUnknown, Say::MethodsAtCheckout]
            .iter()
            .any(just_said);
        let again = again && (self.asks_at_all() || self.tells(ASKS_METHODS));
        let say = match () {
            () if surely || self.is_merchant() || !self.named_orders().is_empty() => return false,
            // "And is there a fee?", of what it does not know.
            () if again => {
                self.memory.misunderstood = 0;
                self.tell_nothing_more();
                return true;
            }
            () if self.tells(ASKS_OF_GOODS) => Say::GoodsUnknown,
            () if self.tells(ASKS_METHODS) && !self.waits_for_payment() => Say::MethodsAtCheckout,
            () => return false,
        };
        self.memory.misunderstood = 0;
        self.say(say, None, Outcome::Answer);
        self.offer_intents(&["talk_to_human"]);
        true
    }
}

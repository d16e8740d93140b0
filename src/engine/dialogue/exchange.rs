//! An exchange that is wanted and no money, at once or in the middle of a refund form: a wish of its own, for a person; or it is said that the
//! shop makes none.

use super::circumstances::MONEY_BACK;
use super::speaker::Speaker;
use super::states::has_come;
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::domain::order::Order;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of somebody who wants the goods exchanged.
pub(super) const WANTS_EXCHANGE: &str = "wants_exchange";
/// What a policy calls it.
pub(super) const EXCHANGE: &str = "exchange";
/// The circumstance of somebody who turns from an exchange back to the money.
const NO_EXCHANGE: &str = "money_not_exchange";
/// A longer message tells a story, in which such words stand by the way.
const LONGEST: usize = 80;

impl Speaker<'_> {
    /// Passes the wish on, with what was written. Where the shop's rules name what it offers and that is not among it, that is said, and the
    /// form goes on. False: nobody asks for one.
    pub(super) fn wants_exchange(&mut self, topic: &Topic) -> bool {
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let filling = matches!(topic.need, Need::Cause | Need::Details | Need::Portion);
        let short = self.heard.text.chars().count() <= LONGEST;
        if !refund || !filling || !short || !self.tells(WANTS_EXCHANGE) {
            return false;
        }
        self.memory.misunderstood = 0;
        let mut topic = topic.clone();
        let before = topic.form.details.take().into_iter();
        let words: Vec<String> = before.chain([self.heard.text.to_owned()]).collect();
        let kinds = &self.facts.site.policy.refund_types;
        if kinds.is_empty() || kinds.iter().any(|kind| kind == EXCHANGE) {
            topic.form.details = Some(words.join(" / "));
            self.memory.topic = Some(topic);
            self.hand_over(HandoffReason::NotCovered, Say::ExchangeFiled);
            return true;
        }
        self.say(Say::ExchangeNotOffered, None, Outcome::OpenRefundForm);
        self.offer_intents(&["talk_to_human"]);
        true
    }

    /// Whether goods are wanted for those that came, and no money.
    pub(super) fn wants_only_exchange(&self) -> bool {
        self.tells(WANTS_EXCHANGE) && !self.tells(MONEY_BACK)
    }

    /// An exchange where the shop makes none, wanted by somebody whose order is not known: nobody is led through proofs and a form for
    /// what they did not ask for. False: it may be had, or the order is known and its form says so.
    pub(super) fn begins_exchange(&mut self, topic: &Topic) -> bool {
        if let Some(refund) = self.exchange_for_change(topic) {
            self.begin(refund);
            return true;
        }
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let theirs = self.meant(topic).is_some_and(|id| self.is_theirs(&id));
        let none_made = self.either() == Say::EitherRefund;
        let begins = refund && self.memory.topic.is_none() && none_made;
        if !begins || self.is_merchant() || !self.wants_only_exchange() {
            return false;
        }
        if theirs {
            let either = self.plain(Say::EitherRefund);
            self.lead_with(either);
            return false;
        }
        self.say(Say::ExchangeNotMade, None, Outcome::Answer);
        self.offer_intents(&[super::apply::MATTER, "talk_to_human"]);
        true
    }

    /// Another size or kind for what has come is no change of an order any more.
    fn exchange_for_change(&self, topic: &Topic) -> Option<Topic> {
        let changes = self.action(&topic.intent) == Some(Action::ChangeOrder);
        let meant = self.meant(topic).filter(|id| self.is_theirs(id));
        let order = meant.and_then(|id| self.facts.orders.get(&id))?;
        let refund = IntentId::parse(super::apply::MATTER).ok()?;
        let only = changes && has_come(order) && self.wants_only_exchange();
        only.then(|| Topic {
            form: self.form_of_message(&refund),
            intent: refund,
            order: Some(order.id.clone()),
            ..topic.clone()
        })
    }

    /// The words of such a wish, for the person who sees to it. None: it is none, or the shop makes no exchanges.
    pub(super) fn exchange_in_words(&self) -> Option<String> {
        let made = self.either() != Say::EitherRefund;
        (made && self.wants_only_exchange()).then(|| self.heard.text.to_owned())
    }

    /// Passes on the wish that opened the matter, once its order is known: nothing is paid, so that nobody has to sign in for it. False:
    /// money is wanted.
    pub(super) fn files_exchange(&mut self, topic: &Topic) -> bool {
        let words = topic.form.details.as_deref().unwrap_or_default();
        let told = self.rules.matcher.read(words);
        let fresh = topic.form.cause.is_none() || !topic.form.offered;
        let only = told.tells(WANTS_EXCHANGE) && !told.tells(MONEY_BACK);
        if !fresh || !only || self.either() == Say::EitherRefund {
            return false;
        }
        self.memory.misunderstood = 0;
        self.memory.topic = Some(topic.clone());
        self.hand_over(HandoffReason::NotCovered, Say::ExchangeFiled);
        true
    }

    /// "Forget the exchange, the money then", in the middle of the form: what is given up is the exchange. False: it is not so.
    pub(super) fn turns_from_exchange(&mut self, topic: &Topic) -> bool {
        let filling = matches!(topic.need, Need::Cause | Need::Details | Need::Portion);
        if !self.fills_form(topic) || !filling || !self.tells(NO_EXCHANGE) {
            return false;
        }
        self.memory.misunderstood = 0;
        self.memory.topic = Some(topic.clone());
        self.ask_again(topic);
        true
    }

    /// Whether goods of an order may be meant that can be exchanged: one that is not here any more, or that nobody knows yet.
    pub(super) fn may_be_exchanged(&self, order: Option<&Order>) -> bool {
        self.wants_only_exchange() && order.is_none_or(|order| !order.is_here_still())
    }
}

//! How much would come back for goods of an order, asked before anything is applied for: "how much would I get back for the mug?" It is told
//! from the order, and a refund is offered. It must not know how one is applied for.

use super::circumstances::QUESTION;
use super::matter::fresh;
use super::refund::obstacle;
use super::speaker::Speaker;
use super::states::has_come;
use crate::domain::conversation::{Offer, Outcome};
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::order::Order;
use crate::domain::proof::ProofLevel;
use crate::engine::reading::Decision;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of somebody who asks what goods would bring.
const WHAT_BACK: &str = "asks_what_comes_back";

impl Speaker<'_> {
    /// Tells what goods of an order would bring, and offers to ask for it. False: nothing of the kind is asked, of an order that is not
    /// theirs for sure, or of one that may not be given back.
    pub(super) fn tells_what_would_come_back(&mut self) -> bool {
        let asks = self.tells(WHAT_BACK) && !self.is_merchant() && !self.asks_for_more_than_rules();
        let Ok(refund) = IntentId::parse(super::apply::MATTER) else {
            return false;
        };
        let Some(id) = self.order_of_goods_asked().filter(|_| asks) else {
            return false;
        };
        self.prove_by_identity(&id);
        let (facts, policy) = (self.facts, &self.facts.site.policy);
        let may = |it: &Order| has_come(it) && obstacle(it, policy, facts.now, false).is_none();
        let order = facts.orders.get(&id).filter(|it| may(it));
        let Some(order) = order.filter(|_| self.level(&id) >= ProofLevel::Owner) else {
            return false;
        };
        let mut topic = fresh(&refund, Some(id.clone()));
        topic.form.portion = self.portion_said();
        self.settle_portion(&mut topic, order);
        let portion = topic.form.portion.clone().unwrap_or_default();
        self.memory.misunderstood = 0;
        self.memory.order = Some(id);
        self.note_words(&refund);
        // Without prices of the single goods, how much it is is asked once they want it back.
        if self.portion_is_wrong(&topic, order) {
            self.say(Say::ComesToUnpriced, Some(order), Outcome::Answer);
        } else {
            let values = self.portion_values(&portion, order);
            self.say_with(Say::ComesTo, &values, Outcome::Answer);
        }
        self.offer(vec![Offer::Intent(refund), Offer::Else]);
        true
    }

    /// The order whose goods the message names: one that it names itself, the only one of theirs with such goods, or the one at hand.
    fn order_of_goods_asked(&self) -> Option<OrderId> {
        let named = self.named_orders();
        if let [only] = named.as_slice() {
            return Some(only.value.clone());
        }
        let text = self.heard.without_orders();
        let at_hand = self.memory.order.clone();
        let at_hand = at_hand.filter(|id| {
            let order = self.facts.orders.get(id);
            self.is_theirs(id) && order.is_some_and(|it| self.names_item_of(it, &text))
        });
        let free = named.is_empty();
        at_hand.or_else(|| self.only_with_item()).filter(|_| free)
    }

    /// Whether something is surely asked for that is neither the rules nor the money.
    fn asks_for_more_than_rules(&self) -> bool {
        let reading = self.heard.reading;
        let rules = |intent: &IntentId| {
            let action = self.action(intent);
            matches!(action, Some(Action::Answer | Action::ShowRefund))
                || action == Some(Action::StartRefund) && self.tells(QUESTION)
        };
        let mut intents = reading.intents.iter();
        reading.decision == Decision::Answer && !intents.all(|it| rules(&it.intent))
    }
}

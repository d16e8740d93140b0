//! A message that says which order and nothing else: its number, one that is pointed at, or the contact that proves it.

use super::asked::{CHANGE, RULES};
use super::circumstances::{NEW_DETAILS, WHY_CANCELLED};
use super::items::without_items;
use super::reported::REPORT;
use super::speaker::Speaker;
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::order::OrderStatus;
use crate::engine::reading::{Decision, Scored};
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

/// The circumstance of words that say nothing beside the name of a thing.
const BESIDE_NAME: &str = "beside_a_name";

impl Speaker<'_> {
    /// Order numbers and no intent, unless the other words have one by themselves: "cancel A1031".
    pub(super) fn only_orders(&mut self) {
        let rest = self.rules.matcher.read(&self.heard.bare());
        let asks = rest
            .best()
            .filter(|scored| self.is_about_orders(&scored.intent));
        if let Some(scored) = asks {
            return self.take_up_for_named(scored);
        }
        let named: Vec<OrderId> = self
            .named_orders()
            .into_iter()
            .map(|slot| slot.value.clone())
            .collect();
        if self.only_names_again(&named) {
            return self.repeat();
        }
        if let [order] = named.as_slice()
            && let Some(matter) = self.told_of_order()
        {
            self.memory.misunderstood = 0;
            return self.take_up_told(matter, order);
        }
        let asked = self
            .asked_whether()
            .filter(|_| self.heard.says_only_orders());
        if let (Some(asked), [order]) = (asked, named.as_slice()) {
            return self.take_up_asked(&asked, order.clone());
        }
        for order in named {
            if !self.is_handed_over() {
                self.about_order(order);
            }
        }
    }

    /// What the words beside an order's number are about that ask for nothing: what is wrong with what came, or into what something of the
    /// order is to be changed.
    fn told_of_order(&self) -> Option<&'static str> {
        match () {
            () if self.is_merchant() => None,
            () if self.states_fault_of_goods() => Some(REPORT),
            () if self.tells(NEW_DETAILS) && !self.asks_something() => Some(CHANGE),
            () => None,
        }
    }

    /// Whether the message is nothing but the number of the order of which it was just told how it stands.
    fn only_names_again(&self, named: &[OrderId]) -> bool {
        let before = &self.conversation.memory;
        let told = before.last_outcome == Some(Outcome::GiveOrderStatus);
        let bare = self.heard.says_only_orders() || self.named_orders().is_empty();
        told && bare && named.iter().eq(before.order.as_ref())
    }

    fn take_up_for_named(&mut self, scored: &Scored) {
        self.memory.misunderstood = 0;
        let requests = self.requests_for(scored);
        self.lead_one_by_one(&requests);
        self.take_up_each(requests);
    }

    /// The last matter, now about this order ("no, A1043"), or the order's state. What would change an order is not guessed.
    pub(super) fn about_order(&mut self, order: OrderId) {
        self.memory.misunderstood = 0;
        if self.has_heard_rules() {
            self.memory.order = Some(order);
            return self.ask_whether_refund();
        }
        let last = self.last_matter().filter(|intent| {
            let tells = matches!(
                self.action(intent),
                Some(Action::ShowOrder | Action::ShowRefund | Action::ExplainRejection)
            );
            tells || self.only_corrects()
        });
        match last.or_else(order_status) {
            Some(intent) => self.go_on_with(&intent, Some(order)),
            None => self.not_understood(),
        }
    }

    /// Whether the rules of refunds were just told: whoever gives an order then has it in mind to send that one back, and does not ask
    /// where it is.
    fn has_heard_rules(&self) -> bool {
        let last = self.conversation.memory.answered.last();
        last.is_some_and(|last| RULES.contains(&last.as_str())) && !self.is_merchant()
    }

    fn ask_whether_refund(&mut self) {
        if let Ok(refund) = IntentId::parse(super::apply::MATTER) {
            self.ask_whether(&refund);
        }
    }

    /// Nothing but the name of something that they bought: which order is meant, and of the one that was just told about nothing new. False:
    /// it says more, or is no thing of one order.
    pub(super) fn only_names_goods(&mut self) -> bool {
        let Some(order) = self.only_with_item() else {
            return false;
        };
        let facts = self.facts;
        let items = facts.orders.get(&order).map(|it| it.items.as_slice());
        let rest = without_items(self.heard.text, items.unwrap_or_default());
        let bare = !rest.contains(char::is_alphanumeric)
            || self.rules.matcher.read(&rest).tells(BESIDE_NAME);
        if !bare || self.is_merchant() {
            return false;
        }
        self.memory.misunderstood = 0;
        match self.only_names_again(std::slice::from_ref(&order)) {
            true => self.repeat(),
            false => self.about_order(order),
        }
        true
    }

    /// Why their order was cancelled, asked before any is talked about: of the only one that was. False: that is not asked, or not plain.
    pub(super) fn tells_why_own_cancelled(&mut self) -> bool {
        let facts = self.facts;
        let own = facts
            .own_orders
            .iter()
            .filter_map(|id| facts.orders.get(id));
        let mut cancelled = own.filter(|it| it.status == OrderStatus::Cancelled);
        let only = cancelled.next().filter(|_| cancelled.next().is_none());
        let asks = self.tells(WHY_CANCELLED) && self.heard.reading.decision == Decision::None;
        let Some(order) = only.filter(|_| asks && self.memory.order.is_none()) else {
            return false;
        };
        self.memory.misunderstood = 0;
        self.prove_by_identity(&order.id);
        self.memory.order = Some(order.id.clone());
        if let Some(status) = order_status() {
            self.memory.note_answered(&status);
            self.note_acted(&status);
        }
        self.tell_why_cancelled(order);
        true
    }

    /// "And the other one?": the same of that order, or which is meant.
    pub(super) fn about_pointed(&mut self) {
        match self.points_at_order() {
            Some(order) => self.about_order(order),
            None => {
                if let Some(intent) = self.last_matter().or_else(order_status) {
                    self.memory.misunderstood = 0;
                    self.take_up_intent(&intent, None);
                }
            }
        }
    }

    /// Whether the message says no more than the order number, or that it was wrong.
    fn only_corrects(&self) -> bool {
        let rest = self.heard.without_orders();
        let reading = self.rules.matcher.read(&rest);
        reading.wordless || reading.does(Act::No) || reading.does(Act::Correct)
    }

    /// An e-mail address or digits and nothing else: the proof comes before the order.
    pub(super) fn only_contact(&mut self) {
        self.memory.misunderstood = 0;
        if self.has_heard_rules() && self.memory.order.is_some() {
            return self.ask_whether_refund();
        }
        let Some(intent) = self.last_matter().or_else(order_status) else {
            return self.not_understood();
        };
        let order = self.memory.order.clone();
        let topic = Topic {
            intent,
            order: order.clone(),
            need: Need::Order,
            tries: 0,
            form: Default::default(),
            rule: None,
        };
        if order.is_some() {
            return self.pursue(topic);
        }
        self.memory.topic = Some(topic);
        self.ask_which_order(Say::AskOrder);
    }
}

fn order_status() -> Option<IntentId> {
    IntentId::parse("order_status").ok()
}

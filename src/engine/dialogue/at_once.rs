//! Several orders that are meant at once, without their numbers: "both my orders", "all three of them". They are taken up one after another.

use super::facts::ORDERS_PER_MESSAGE;
use super::named::only_tells;
use super::request::Request;
use super::speaker::Speaker;
use crate::domain::ids::OrderId;
use crate::engine::rules::book::Act;
use crate::engine::say::Say;

/// The circumstance of somebody who means two orders.
const BOTH_ORDERS: &str = "both_orders";
/// The circumstance of somebody who means all of their orders.
const ALL_ORDERS: &str = "all_orders";
/// The circumstance of somebody who wants all of the money.
const ALL_THE_MONEY: &str = "all_the_money";

impl Speaker<'_> {
    /// The orders that "both" or "all" means: those of the account, or those that were proven here. None where it is not plain which, or
    /// where there are more than are taken up at once.
    pub(super) fn meant_at_once(&self) -> Vec<OrderId> {
        // "All of my money?" asks how much of one, not for how many.
        let bare = self.heard.reading.does(Act::All) && !self.asks_at_all();
        let all = self.tells(ALL_ORDERS) || bare && !self.tells(ALL_THE_MONEY);
        let fits = |orders: usize| match orders {
            2 => all || self.tells(BOTH_ORDERS),
            some => (3..=ORDERS_PER_MESSAGE).contains(&some) && all,
        };
        let own = &self.facts.own_orders;
        if fits(own.len()) {
            return own.clone();
        }
        let proven = &self.memory.proven;
        match fits(proven.len()) {
            true => proven.keys().cloned().collect(),
            false => Vec::new(),
        }
    }

    /// A request that is about several orders at once becomes one for each.
    pub(super) fn spread(&self, requests: Vec<Request>) -> Vec<Request> {
        let mut meant = self.meant_at_once();
        if meant.is_empty() {
            meant = self.orders_of_listed_goods();
        }
        if meant.is_empty() || !self.named_orders().is_empty() {
            return requests;
        }
        let each = |request: Request| -> Vec<Request> {
            if request.order.is_some() || !self.is_about_orders(&request.scored.intent) {
                return vec![request];
            }
            let of = |order: &OrderId| Request {
                order: Some(order.clone()),
                ..request.clone()
            };
            meant.iter().map(of).collect()
        };
        requests.into_iter().flat_map(each).collect()
    }

    /// Where something is done for several orders, each with questions of its own: which one comes first.
    pub(super) fn lead_one_by_one(&mut self, requests: &[Request]) {
        let asks = |it: &Request| {
            let does = self.action(&it.scored.intent);
            does.is_some_and(|action| !only_tells(action))
        };
        let mut requests = requests.iter();
        let Some(first) = requests.next() else { return };
        let waits = |it: &Request| asks(it) && it.order.is_some() && it.order != first.order;
        if let Some(order) = first.order.as_ref().filter(|_| asks(first))
            && requests.any(waits)
        {
            self.lead_with_order(Say::OneByOne, order);
        }
    }

    /// A sentence that names an order, in the same breath as what comes next.
    pub(super) fn lead_with_order(&mut self, say: Say, order: &OrderId) {
        self.prove_by_identity(order);
        let before = self.memory.order.replace(order.clone());
        let values = self.values(self.facts.orders.get(order));
        let text = self.rules.replies.say(say, self.language, &values);
        self.memory.order = before;
        self.lead_with(text);
    }
}

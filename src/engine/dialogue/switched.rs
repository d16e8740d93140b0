//! "Not the boots, the umbrella": what is wanted back instead of what was understood, and what is wanted back by its name alone.

use super::beside::{PLACES, clauses};
use super::circumstances::{KEPT, MONEY_BACK, NOT_THIS};
use super::form::CORRECTION;
use super::kept::sides;
use super::speaker::Speaker;
use crate::domain::conversation::{Form, Need, Portion, Topic};
use crate::domain::ids::OrderId;
use crate::domain::order::Order;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of somebody who means another thing than what was understood.
const INSTEAD: &str = "takes_instead";
/// The circumstance of a clause that says which one is not meant.
const DENIED: &str = "names_denied";

impl Speaker<'_> {
    /// Takes up another of the customer's own orders where the goods of that one are named instead: the form begins anew with it, and what
    /// is its reason stays. False: none is.
    pub(super) fn switches_order(&mut self, topic: &Topic) -> bool {
        let refund = self.fills_form(topic);
        let short = self.heard.text.chars().count() <= CORRECTION;
        let asks = !refund || !short || !self.tells(INSTEAD) || !self.named_orders().is_empty();
        let Some((order, said)) = self.meant_instead(topic).filter(|_| !asks) else {
            return false;
        };
        self.turn_to(order, said, topic);
        true
    }

    /// Goes on with a form for another order, and says for which: what was wanted of the one before says nothing of this one.
    pub(super) fn turn_to(&mut self, order: OrderId, said: String, topic: &Topic) {
        self.lead_with_order(Say::NextOrder, &order);
        let form = Form {
            portion: Some(Portion {
                said: Some(said),
                ..Portion::default()
            }),
            prices: Vec::new(),
            ..topic.form.clone()
        };
        self.pursue(Topic {
            order: Some(order),
            form,
            tries: 0,
            ..topic.clone()
        });
    }

    /// Whether a form is being filled in, so that another order's number changes what it is for.
    pub(super) fn fills_form(&self, topic: &Topic) -> bool {
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        refund && matches!(topic.need, Need::Cause | Need::Details | Need::Portion)
    }

    /// The order whose goods are named in a clause that denies nothing, and what is said there. None: it is the one at hand, or the order
    /// at hand has such goods, too.
    fn meant_instead(&self, topic: &Topic) -> Option<(OrderId, String)> {
        let said = self.undenied();
        let order = self.order_with_item(&said)?;
        let at_hand = topic
            .order
            .as_ref()
            .and_then(|id| self.facts.orders.get(id));
        let here = at_hand.is_some_and(|it| self.names_item_of(it, &said));
        (Some(&order) != topic.order.as_ref() && !here).then_some((order, said))
    }

    /// Takes up a refund where one thing is wanted back and another is not ("the towel goes back, not the kettle"), of an order for which none
    /// waits that could be called off. False: it is one.
    pub(super) fn returns_rest(&mut self, topic: &Topic) -> bool {
        let withdraws = self.action(&topic.intent) == Some(Action::WithdrawRefund);
        let meant = if withdraws { self.meant(topic) } else { None };
        let facts = self.facts;
        let order = meant.and_then(|id| facts.orders.get(&id));
        let Some(order) = order.filter(|_| !self.is_merchant() && !self.asks_something()) else {
            return false;
        };
        let open = self
            .claims_of(order)
            .claims
            .iter()
            .any(|it| it.state.is_open())
            || order.latest_refund().is_some_and(|it| it.state.is_open());
        let rest = self.keeps_beside(order) || self.denies_other(&order.id);
        if open || !rest {
            return false;
        }
        self.take_up_told(super::apply::MATTER, &order.id);
        true
    }

    /// Whether the message wants an item of an order back and keeps another.
    fn keeps_beside(&self, order: &Order) -> bool {
        let text = self.heard.without_orders();
        let sides = sides(self.rules, &text, &order.items, true);
        sides.is_some_and(|it| !it.wanted.items.is_empty() && !it.kept.is_empty())
    }

    /// Whether the goods of this order are wanted back, and those of another one are not.
    fn denies_other(&self, order: &OrderId) -> bool {
        let all = self.order_with_item(self.heard.text).is_none();
        all && self.order_with_item(&self.undenied()).as_ref() == Some(order)
    }

    /// The clauses of the message that say of nothing that it is not meant.
    pub(super) fn undenied(&self) -> String {
        let text = self.heard.text;
        let parts = clauses(text).into_iter().take(PLACES);
        let parts = parts.filter_map(|(from, to)| text.get(from..to));
        let denies = |part: &&str| {
            let part = self.rules.matcher.read(part);
            part.tells(DENIED) || part.tells(NOT_THIS) || part.tells(KEPT)
        };
        let said: Vec<&str> = parts.filter(|part| !denies(part)).collect();
        said.join(" ")
    }

    /// Whether something of their own orders is to be given back, in so few words that no rule knows them: "refund the hat".
    pub(super) fn wants_own_item(&self) -> bool {
        let is_short = self.heard.text.chars().count() <= CORRECTION;
        let names = |id: &OrderId| {
            let order = self.facts.orders.get(id);
            order.is_some_and(|order| self.names_item_of(order, self.heard.text))
        };
        let orders = self.facts.own_orders.iter().filter(|id| names(id));
        let named = is_short && !self.is_merchant() && orders.clone().count() > 0;
        let own = || orders.filter_map(|id| self.facts.orders.get(id));
        named
            && (self.tells(MONEY_BACK)
                || self.tells(DENIED) && own().any(|it| self.keeps_beside(it)))
    }

    /// Which of the items are claimed already, in words.
    pub(super) fn claimed_in_words(&self, portion: &Portion, order: &Order) -> String {
        let free = self.claims_of(order).free_items(order);
        let claimed = portion.items.iter().filter(|item| !free.contains(item));
        let claimed = Portion {
            items: claimed.cloned().collect(),
            ..Portion::default()
        };
        let values = self.portion_values(&claimed, order);
        self.rules
            .replies
            .say(Say::PortionClaimed, self.language, &values)
    }
}

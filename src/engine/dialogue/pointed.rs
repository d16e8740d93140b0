//! An order that is pointed at without its number: "the second one", "my other order", "what about the lamp?".

use super::form::QUESTION;
use super::how_much::THE_OTHER_ONE;
use super::speaker::Speaker;
use crate::domain::ids::{IntentId, OrderId};
use crate::engine::reading::Reading;

/// Circumstances that point at an entry of the customer's list of orders, from its beginning.
const NTH: [(&str, usize); 4] = [
    ("latest_order", 0),
    ("first_order", 0),
    ("second_order", 1),
    ("third_order", 2),
];
/// The circumstance of somebody who means an order beside the one that is talked about.
pub(super) const OTHER_ORDER: &str = "other_order";
/// In a message of at most so many characters, the name of a thing points at its order.
const SHORT: usize = 40;

/// Whether a part of a message asks about an order that it points at, and about nothing else: "and where is the second?".
pub(super) fn asks_where(part: &Reading) -> bool {
    let points = NTH.iter().map(|(name, _)| *name).chain([OTHER_ORDER]);
    part.tells(QUESTION) && points.into_iter().any(|name| part.tells(name))
}

impl Speaker<'_> {
    /// The orders that are known to be theirs, in the order in which they are listed.
    fn known_orders(&self) -> Vec<&OrderId> {
        match self.facts.own_orders.as_slice() {
            [] => self.memory.proven.keys().collect(),
            own => own.iter().collect(),
        }
    }

    /// The only order beside the one that was talked about before this message.
    fn other_order(&self) -> Option<OrderId> {
        let before = self.conversation.memory.order.as_ref()?;
        let known = self.known_orders().into_iter();
        let mut others = known.filter(|order| *order != before);
        let other = others.next()?;
        others.next().is_none().then(|| other.clone())
    }

    /// Whether another order is meant than the one that is talked about.
    pub(super) fn means_other_order(&self) -> bool {
        self.tells(OTHER_ORDER) && self.conversation.memory.order.is_some()
    }

    /// The order that these words of a message point at.
    pub(super) fn pointed_at(&self, told: &[IntentId]) -> Option<OrderId> {
        let tells = |name: &str| told.iter().any(|it| it.as_str() == name);
        let known = self.known_orders();
        let several = known.len() > 1;
        let nth = NTH.iter().find(|(name, _)| several && tells(name));
        let nth = nth.and_then(|(_, at)| known.get(*at));
        match nth {
            Some(order) => Some((*order).clone()),
            None if tells(OTHER_ORDER) => self.other_order(),
            None => None,
        }
    }

    /// "No, the other one": another item of the order. With an order's number it is another order.
    pub(super) fn means_other_item(&self) -> bool {
        self.tells(THE_OTHER_ONE) && self.named_orders().is_empty()
    }

    /// How many orders the message points at.
    pub(super) fn points_at(&self) -> usize {
        let names = NTH.iter().map(|(name, _)| *name).chain([OTHER_ORDER]);
        names.filter(|name| self.tells(name)).count()
    }

    /// The order that a message without a matter of its own points at.
    pub(super) fn points_at_order(&self) -> Option<OrderId> {
        let is_short = self.heard.text.chars().count() <= SHORT;
        let before = self.conversation.memory.order.as_ref();
        let by_item = || {
            let found = self.order_by_item().filter(|_| is_short);
            found.filter(|order| Some(order) != before)
        };
        self.pointed_at(&self.told)
            .or_else(|| self.other_order().filter(|_| self.tells(THE_OTHER_ONE)))
            .or_else(by_item)
    }
}

//! Which items a part of a message is about, and which it only mentions: what is told of one, what another is put on or does not match.
//! It must not know what follows from that.

use super::Rules;
use super::beside::Beside;
use super::circumstances::{ASKS_WHAT_OF, THIS_TOO};
use super::items::{folded, named, places_of};
use super::speaker::Speaker;
use crate::domain::claim::ClaimCause;
use crate::domain::conversation::Topic;
use crate::engine::reading::Scored;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of somebody who wants something back, or how much of it.
const WISHES: [&str; 3] = ["money_back", "amount_back", "only_that"];
/// Something is told of what is named before these words, or behind them.
const STATES: &str = "goods_state";
const SUBJECT: &str = "goods_stated";
/// The words before it begin with what was named before: "it was a present with the teapot".
const OF_ANOTHER: &str = "goods_named_before";
/// What stands before an item that is only mentioned: another one is compared with it or put there.
const COMPARED: &str = "goods_compared";
/// In Chinese such words stand on both sides of it.
const HELD: &str = "goods_held";
const HOLDS: &str = "goods_holding";
/// A place, which it is where the part is about something else.
const PLACE: &str = "goods_place";

impl Speaker<'_> {
    /// "And what about the red one?", while a form is for the blue one: it is told what the form is for, and that stays. Whether the other
    /// one is faulty, too, nobody has said. False: nothing of the kind is asked.
    pub(super) fn answers_other_goods(&mut self, topic: &Topic) -> bool {
        let facts = self.facts;
        let order = topic.order.as_ref().and_then(|id| facts.orders.get(id));
        let portion = topic.form.portion.as_ref();
        let portion = portion.filter(|it| !it.open && !it.items.is_empty());
        let (Some(order), Some(portion)) = (order, portion) else {
            return false;
        };
        let text = self.heard.without_orders();
        let found = named(self.rules, &text, &order.items, true).items;
        let other = !found.is_empty() && found.iter().all(|it| !portion.items.contains(it));
        let says = self.tells(THIS_TOO) || self.says_how_much() || self.told_cause().is_some();
        if !(other && self.fills_form(topic) && self.tells(ASKS_WHAT_OF)) || says || self.agrees() {
            return false;
        }
        self.memory.misunderstood = 0;
        let values = self.portion_values(portion, order);
        let only = (self.rules.replies).say(Say::PortionOnly, self.language, &values);
        self.lead_with(only);
        self.ask_again(topic);
        true
    }
}

/// Whether a part of a message tells of trouble that is a cause.
pub(super) fn is_fault(rules: &Rules, part: &str) -> bool {
    let reading = rules.matcher.read(part);
    ClaimCause::ALL.iter().any(|it| reading.tells(it.name()))
}

/// Whether a part of a message asks for money back, or tells of trouble.
pub(super) fn wishes(rules: &Rules, part: &str) -> bool {
    let reading = rules.matcher.read(part);
    let asks = |scored: &Scored| {
        matches!(
            rules.intent(&scored.intent).map(|it| it.action),
            Some(Action::StartRefund | Action::ReportDelivery | Action::CancelOrder)
        )
    };
    is_fault(rules, part)
        || WISHES.iter().any(|wish| reading.tells(wish))
        || reading.intents.iter().any(asks)
}

/// Whether a part of a message tells something of an item: "the mug is lovely", "I love the mug".
pub(super) fn states(rules: &Rules, part: &str, items: &[String]) -> bool {
    let text = folded(part);
    let places = items.iter().flat_map(|item| places_of(&text, item));
    places.into_iter().any(|(from, to)| {
        let beside = Beside::of(&text, from, to);
        let another = rules.matcher.read(beside.lead).tells(OF_ANOTHER);
        beside.goes_on(rules, STATES) || beside.begins(rules, SUBJECT) || another
    })
}

/// Whether an item is only mentioned in a part of a message, as what another one stands on or is compared with.
pub(super) fn is_only_beside(rules: &Rules, part: &str, item: &str, found: &[String]) -> bool {
    let text = folded(part);
    let stands = |item: &str, free: bool| {
        let places = places_of(&text, item);
        !places.is_empty()
            && places.iter().all(|(from, to)| {
                let beside = Beside::of(&text, *from, *to);
                let held = beside.begins(rules, HELD) && beside.goes_on(rules, HOLDS);
                held || beside.begins(rules, COMPARED) || free && beside.begins(rules, PLACE)
            })
    };
    let free = |other: &String| other != item && !stands(other, true);
    stands(item, found.iter().any(free))
}

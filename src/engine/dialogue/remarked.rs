//! Remarks that answer nothing that was asked and are no matter of their own: that a parcel was refused, that they are away, what the carrier
//! says, whether a replacement was sent. While a form waits for a reason, none of them is one: each is answered, and the form goes on.

use super::recorded::SHORT;
use super::speaker::Speaker;
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::order::{Order, OrderStatus};
use crate::engine::reading::Decision;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of a parcel that was refused, or sent back with the driver.
const REFUSED: &str = "parcel_refused";
/// The circumstance of somebody who will be away.
const AWAY: &str = "goes_away";
/// The circumstance of what the carrier says about a parcel on its way.
const CARRIER_SAYS: &str = "carrier_says";
/// The circumstance of a box, or a tag, that is gone.
const NO_BOX: &str = "without_box";
/// The circumstance of somebody who asks whether a replacement was sent.
const WHETHER_RESENT: &str = "asks_if_resent";

impl Speaker<'_> {
    /// While a refund form waits for its reason, its story or a yes. False: no such remark, or more than that is said.
    pub(super) fn answers_remark(&mut self, topic: &Topic) -> bool {
        let filling = matches!(topic.need, Need::Cause | Need::Details | Need::Portion);
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let short = self.heard.text.chars().count() <= SHORT;
        let more = self.agrees() || !self.named_orders().is_empty();
        if !filling || !refund || !short || more {
            return false;
        }
        let facts = self.facts;
        let order = topic.order.as_ref().and_then(|id| facts.orders.get(id));
        match () {
            () if self.tells(WHETHER_RESENT) => {
                self.say(Say::NoReplacement, order, Outcome::Answer);
            }
            () if self.told_cause().is_some() => return false,
            () if self.tells(REFUSED) => self.say(Say::AsideRefused, None, Outcome::Answer),
            () if self.tells(AWAY) => self.say(Say::AsideAway, None, Outcome::Answer),
            () => return false,
        }
        self.memory.misunderstood = 0;
        self.memory.topic = Some(topic.clone());
        self.ask_again(topic);
        true
    }

    /// Of the order at hand, while nothing waits. False: nothing of the kind is said.
    pub(super) fn answers_remark_on_order(&mut self) -> bool {
        let facts = self.facts;
        let short = self.heard.text.chars().count() <= SHORT;
        let reading = self.heard.reading;
        let guessed = reading.decision != Decision::Answer || reading.by_likeness;
        // A box that was thrown away is no trouble with a delivery.
        if short && guessed && self.tells(NO_BOX) && !self.is_merchant() {
            self.memory.misunderstood = 0;
            self.say(Say::AsideBox, None, Outcome::Answer);
            return true;
        }
        let order = self
            .order_at_hand()
            .filter(|_| short && !self.is_merchant());
        let Some(order) = order.and_then(|id| facts.orders.get(&id)) else {
            return false;
        };
        let says = |order: &Order| order.status == OrderStatus::Shipped && self.tells(CARRIER_SAYS);
        let say = match () {
            () if self.tells(WHETHER_RESENT) => Say::NoReplacement,
            () if says(order) => Say::CarrierKnows,
            () => return false,
        };
        self.memory.misunderstood = 0;
        self.say(say, Some(order), Outcome::GiveOrderStatus);
        self.offer_intents(&["talk_to_human"]);
        true
    }
}

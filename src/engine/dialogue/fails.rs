//! "The link doesn't work", "still the same error": what was advised did not help. A fresh link or another way comes first, then a person.

use super::speaker::Speaker;
use super::turn::Move;
use crate::domain::conversation::Outcome;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::domain::order::Order;
use crate::engine::reading::Decision;
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

/// The circumstance of a link that cannot be used.
const LINK_FAILS: &str = "link_fails";
/// The circumstance of somebody who has tried again in vain.
const STILL_FAILS: &str = "still_fails";
/// How to pay an order that is not paid yet.
const PAY_AGAIN: &str = "payment_resubmit";
/// Trouble for which advice is given, to be tried.
pub(super) const ADVISED: [&str; 4] = [
    PAY_AGAIN,
    "payment_network",
    "payment_system_fault",
    "payment_frozen",
];

/// So many matters back, advice was given just now.
const ADVICE_HOLDS: usize = 2;

impl Speaker<'_> {
    /// Goes on where what was advised, or the link that was given, is of no use. False: the message says nothing of the kind.
    pub(super) fn advice_fails(&mut self) -> bool {
        if self.is_merchant() || self.asks_for_another_matter() {
            return false;
        }
        let (link, still) = (self.tells(LINK_FAILS), self.tells(STILL_FAILS));
        let facts = self.facts;
        let order = self.order_at_hand().and_then(|id| facts.orders.get(&id));
        let unpaid = order.filter(|order| order.is_unpaid());
        match unpaid {
            Some(order) if link || still && self.was_shown_way(order) => self.other_way(order),
            // "Still the same", and no more than that, first hears that there is no more to say.
            _ if still && self.was_advised() && !self.heard.reading.does(Act::FollowUp) => {
                self.hand_over(HandoffReason::SystemFault, Say::HandedOver);
            }
            _ => return false,
        }
        true
    }

    /// Whether the message is about something else than paying.
    fn asks_for_another_matter(&self) -> bool {
        let reading = self.heard.reading;
        let pays = |intent: &IntentId| {
            ADVISED.contains(&intent.as_str()) || self.action(intent) == Some(Action::Soothe)
        };
        reading.decision == Decision::Answer && !reading.intents.iter().all(|it| pays(&it.intent))
    }

    fn was_advised(&self) -> bool {
        let before = &self.conversation.memory;
        let answered = matches!(
            before.last_outcome,
            Some(
                Outcome::Answer
                    | Outcome::ApologiseAnswer
                    | Outcome::GiveOrderStatus
                    | Outcome::Clarify
            )
        );
        let mut last = before.answered.iter().rev().take(ADVICE_HOLDS);
        answered && last.any(|last| ADVISED.contains(&last.as_str()))
    }

    /// Whether they were given a link for the order, or have just heard how else it is paid.
    fn was_shown_way(&self, order: &Order) -> bool {
        let values = self.values(Some(order));
        let replies = &self.rules.replies;
        let by_account = replies.say(Say::PayAgainOrder, self.language, &values);
        self.conversation.links.times_given(&order.id) > 0 || self.has_just_said(&by_account)
    }

    /// Another link where the first one fails, or how else the order is paid; who has had both gets a person.
    fn other_way(&mut self, order: &Order) {
        if let Ok(pays) = IntentId::parse(PAY_AGAIN) {
            self.note_acted(&pays);
            self.memory.note_answered(&pays);
        }
        self.memory.misunderstood = 0;
        let links = &self.conversation.links;
        let waits = links.waiting(&order.id).is_some();
        let values = self.values(Some(order));
        let replies = &self.rules.replies;
        let by_account = replies.say(Say::PayAgainOrder, self.language, &values);
        match links.times_given(&order.id) {
            _ if self.may_ask_link(order) && waits => self.ask_link(order),
            0 if self.may_ask_link(order) => self.ask_link(order),
            1 if self.may_ask_link(order) => {
                self.moves.push(Move::AskLink {
                    order: order.id.clone(),
                    by: self.facts.site.due_by,
                });
                self.say(Say::LinkFresh, Some(order), Outcome::Answer);
            }
            0 if !self.has_just_said(&by_account) => {
                self.say_with(Say::PayAgainOrder, &values, Outcome::Answer);
                self.offer_intents(&["talk_to_human"]);
            }
            _ => self.hand_over(HandoffReason::SystemFault, Say::HandedOver),
        }
    }
}

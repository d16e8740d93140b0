//! What the desk does about each intent: which order is meant, and whether it is proven.

use super::circumstances::ASKS_WHAT_OF;
use super::named::only_tells;
use super::offers::after_answer;
use super::request::Request;
use super::speaker::Speaker;
use super::turn::Move;
use crate::domain::conversation::{Form, Need, Offer, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::proof::ProofLevel;
use crate::engine::rules::book::{Action, SlotKind};
use crate::engine::say::Say;

/// So many orders are offered to choose from.
const ORDERS_OFFERED: usize = 5;

/// A matter at its beginning.
pub(super) fn fresh(intent: &IntentId, order: Option<OrderId>) -> Topic {
    Topic {
        intent: intent.clone(),
        order,
        need: Need::Order,
        tries: 0,
        form: Form::default(),
        rule: None,
    }
}

impl Speaker<'_> {
    /// Takes up a matter that a message brought.
    pub(super) fn take_up(&mut self, request: Request) {
        let mut topic = Topic {
            rule: Some(request.scored.rule.to_string()),
            ..fresh(&request.scored.intent, request.order)
        };
        topic.form = self.form_of_message(&topic.intent);
        self.keep_to_own(&mut topic);
        self.note_words(&topic.intent);
        if request.elsewhere && self.is_about_orders(&topic.intent) {
            return self.ask_order_apart(topic);
        }
        self.sympathise_at_once(&topic);
        self.current = Some(request.scored);
        self.begin(topic);
        self.current = None;
    }

    /// Takes up a matter that a button named, or that goes on.
    pub(super) fn take_up_intent(&mut self, intent: &IntentId, order: Option<OrderId>) {
        self.begin(fresh(intent, order));
    }

    /// Takes up a matter that is as good as sure, with what the message tells of it.
    pub(super) fn take_up_guess(&mut self, intent: &IntentId, order: Option<OrderId>) {
        self.note_words(intent);
        let form = self.form_of_message(intent);
        self.begin(Topic {
            form,
            ..fresh(intent, order)
        });
    }

    /// Takes up a refund of which the message says no more than which order, and how much of it.
    pub(super) fn take_up_portion(&mut self) {
        let Ok(intent) = IntentId::parse(super::apply::MATTER) else {
            return;
        };
        self.memory.misunderstood = 0;
        let order = self.named_orders().first().map(|slot| slot.value.clone());
        self.take_up_guess(&intent, order);
    }

    /// Takes up a matter about the order at hand, with what the message tells of it.
    pub(super) fn take_up_told(&mut self, name: &str, order: &OrderId) {
        let Ok(intent) = IntentId::parse(name) else {
            return;
        };
        self.take_up_guess(&intent, Some(order.clone()));
    }

    pub(super) fn begin(&mut self, topic: Topic) {
        let Some(intent) = self.rules.intent(&topic.intent) else {
            return;
        };
        if self.means_otherwise(&topic) {
            return;
        }
        let (action, needs_order) = (intent.action, intent.slots.contains(&SlotKind::Order));
        self.note(&topic);
        let facts = self.facts;
        let about = self.meant(&topic).and_then(|id| facts.orders.get(&id));
        if self.tell_notice(&topic.intent, about)
            || self.answers_at_large(&topic)
            || self.begins_exchange(&topic)
        {
            return;
        }
        match action {
            Action::Answer if self.knows_why_unpaid(&topic) => self.tell_why_unpaid(topic),
            Action::Answer => self.answer(&topic.intent),
            Action::Thank => self.thanked(&topic.intent),
            Action::Greet => self.greet(&topic.intent),
            Action::Close => self.close(&topic.intent),
            Action::Soothe => self.soothe(&topic.intent),
            _ if self.is_merchant() && changes_an_order(action) => {
                self.hand_over(HandoffReason::NotCovered, Say::HandedOver)
            }
            Action::Handoff(reason) if self.asks_proof_first(&topic) => {
                self.hand_over_once_proven(topic, reason)
            }
            Action::Handoff(reason) if !needs_order || self.meant(&topic).is_some() => {
                self.tell_merchant_facts(&topic);
                self.hand_over_matter(&topic.intent, reason)
            }
            Action::PayAgain if !self.looks_at_payment(&topic) => {
                self.reply(&topic.intent, Outcome::Answer)
            }
            _ if self.memory.topic.is_some() && only_tells(action) && self.is_proven(&topic) => {
                self.tell_in_between(topic)
            }
            _ if self.memory.topic.is_some() => self.park(topic),
            _ => self.pursue(topic),
        }
    }

    /// Notes that a matter is taken up. The same matter with another order is not the same question again.
    pub(super) fn note(&mut self, topic: &Topic) {
        self.note_acted(&topic.intent);
        self.memory.note_answered(&topic.intent);
        if topic.order.is_some() && topic.order != self.memory.order {
            self.memory.same_again = 0;
        }
        // What was paid and bought is another question than where it is.
        if self.asks_bill() {
            self.memory.same_again = 0;
        }
        if let Some(order) = &topic.order {
            self.memory.order = Some(order.clone());
        }
    }

    /// The first greeting says who speaks; a later one that somebody is here.
    fn greet(&mut self, intent: &IntentId) {
        if self.memory.greeted {
            self.reply(intent, Outcome::Answer);
        } else {
            self.say(self.welcome(), None, Outcome::Answer);
        }
        self.offer_menu();
    }

    /// Says what there is to say about a matter without an order. Words that have just been said are not said again.
    fn answer(&mut self, intent: &IntentId) {
        if !self.tell_guide(intent) {
            if self.has_just_answered(intent) {
                let of_rules = intent.as_str() == "refund_policy" && self.tells(ASKS_WHAT_OF);
                let say = match of_rules {
                    true => Say::PolicyNotNamed,
                    false => Say::NothingMore,
                };
                self.say(say, None, Outcome::Answer);
                return self.offer_intents(&["talk_to_human"]);
            }
            self.reply(intent, Outcome::Answer);
            self.tell_evidence(intent);
        }
        match self.wants_told_order_back(intent) {
            Some(refund) => {
                self.note_words(&refund);
                self.ask_whether(&refund);
            }
            None => self.offer_intents(after_answer(intent.as_str())),
        }
    }

    /// Whether an intent's reply stands among what was said last, so that it would be the same words again.
    fn has_just_answered(&self, intent: &IntentId) -> bool {
        let mut last_said = self.conversation.memory.last_said.iter();
        self.own_reply(intent)
            .is_some_and(|reply| last_said.any(|last| last.contains(&reply)))
    }

    /// Anger without a request. About an order that is talked about, what happened is known and not asked again; where its answer
    /// left only a person to turn to, a person it is.
    fn soothe(&mut self, intent: &IntentId) {
        if self.only_a_person_is_left() {
            return self.hand_over(HandoffReason::Angry, Say::HandedOverAngry);
        }
        if self.memory.order.is_some() && self.last_matter().is_some() {
            self.soothed = true;
            self.say(Say::SootheKnown, None, Outcome::ApologiseAnswer);
        } else {
            self.reply(intent, Outcome::ApologiseAnswer);
        }
        self.offer_intents(&["talk_to_human"]);
    }

    /// Says goodbye; nobody says that the matter is solved, and nothing more is to be done about it.
    pub(super) fn close(&mut self, intent: &IntentId) {
        self.reply(intent, Outcome::End);
        self.memory.settle();
        if !self.conversation.status.is_done() {
            self.moves.push(Move::Leave);
        }
    }

    /// A question about a proven order while something else waits: it is answered at once, and the other goes on waiting.
    pub(super) fn tell_in_between(&mut self, topic: Topic) {
        let (waiting, order) = (self.memory.topic.take(), self.memory.order.clone());
        self.pursue(topic);
        if self.memory.topic.is_none() && !self.is_handed_over() {
            self.memory.topic = waiting;
            self.memory.order = order;
        }
    }

    /// Leaves a matter until the one at hand is done, and says that it was heard.
    pub(super) fn park(&mut self, topic: Topic) {
        let same = |other: &Topic| other.intent == topic.intent && other.order == topic.order;
        if self.memory.parked.iter().any(same) || self.memory.topic.as_ref().is_some_and(same) {
            return;
        }
        if self.said.is_empty()
            && self
                .memory
                .topic
                .as_ref()
                .is_some_and(|at_hand| at_hand.intent != topic.intent)
        {
            self.lead_with_reply(&topic.intent);
        }
        self.memory.parked.push(topic);
    }

    /// Goes on with a matter about an order as far as it goes: to an answer, or to the next question.
    pub(super) fn pursue(&mut self, mut topic: Topic) {
        self.memory.topic = None;
        self.note_acted(&topic.intent);
        let Some(id) = self.meant(&topic) else {
            return self.ask_order(topic);
        };
        topic.order = Some(id.clone());
        self.memory.order = Some(id.clone());
        let handoff = match self.action(&topic.intent) {
            Some(Action::Handoff(reason)) => Some(reason),
            _ => None,
        };
        if let Some(reason) = handoff.filter(|_| !self.asks_proof_first(&topic)) {
            return self.hand_over(reason, Say::HandedOver);
        }
        self.prove_by_identity(&id);
        if self.level(&id) < ProofLevel::Contact && !self.prove_by_contact(&id, &topic) {
            return;
        }
        if let Some(reason) = handoff {
            return self.hand_over(reason, Say::HandedOver);
        }
        match self.facts.orders.get(&id) {
            Some(order) if order.customer.vip && !self.is_merchant() => {
                self.hand_over(HandoffReason::PolicyException, Say::HandedOver)
            }
            Some(order) => self.act(topic, order),
            None => self.hand_over(HandoffReason::OrderNotFound, Say::HandedOver),
        }
    }

    /// The order that is meant: the matter's own, the one in the message, the one talked about, or the only one of a signed-in
    /// customer. One that somebody signed in could not prove is not meant again.
    pub(super) fn meant(&self, topic: &Topic) -> Option<OrderId> {
        let named = || self.named_orders().first().map(|slot| slot.value.clone());
        let talked_about = || {
            let signed_in = self.conversation.identity.is_some();
            self.memory
                .order
                .clone()
                .filter(|order| !signed_in || self.is_theirs(order))
        };
        let only = || match self.facts.own_orders.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        let given = topic.order.clone().or_else(named);
        if given.is_none() && self.means_other_order() {
            return self.pointed_at(&self.told);
        }
        given
            .or_else(|| self.pointed_at(&self.told))
            .or_else(|| self.order_by_item())
            .or_else(talked_about)
            .or_else(only)
    }

    /// Whether an order was proven, or stands in the account of the person whom the shop signed in.
    pub(super) fn is_theirs(&self, order: &OrderId) -> bool {
        self.level(order) > ProofLevel::Nothing || self.facts.own_orders.contains(order)
    }

    fn is_proven(&self, topic: &Topic) -> bool {
        self.meant(topic)
            .is_some_and(|order| self.is_theirs(&order))
    }

    /// Asks which order is meant, after a word on the matter: in one breath.
    pub(super) fn ask_order(&mut self, mut topic: Topic) {
        topic.need = Need::Order;
        if self.record_asked().is_none() {
            self.lead_with_reply(&topic.intent);
        }
        self.memory.topic = Some(topic);
        self.ask_which_order(Say::AskOrder);
    }

    /// Asks for an order number, or which of the own orders it is.
    pub(super) fn ask_which_order(&mut self, say: Say) {
        let none = self.conversation.identity.is_some() && self.facts.own_orders.is_empty();
        if none && !self.is_merchant() && say == Say::AskOrder {
            return self.say(Say::NoOrders, None, Outcome::AskOrderId);
        }
        if self.facts.own_orders.len() < 2 {
            return self.say(say, None, Outcome::AskOrderId);
        }
        let are_more = self.facts.own_orders.len() > ORDERS_OFFERED;
        let which = match are_more {
            true => Say::ChooseLatestOrder,
            false => Say::ChooseOrder,
        };
        self.say(which, None, Outcome::AskOrderId);
        let own = self.facts.own_orders.iter().take(ORDERS_OFFERED);
        self.offer(own.cloned().map(Offer::Order).collect());
    }

    pub(super) fn hand_over_matter(&mut self, intent: &IntentId, reason: HandoffReason) {
        if reason != HandoffReason::AskedForHuman {
            self.reply(intent, Outcome::Escalate);
        }
        self.hand_over(reason, Say::HandedOver);
    }
}

/// Whether it changes a customer's order or money, which a merchant does in the back office or with a person.
const fn changes_an_order(action: Action) -> bool {
    matches!(
        action,
        Action::StartRefund
            | Action::WithdrawRefund
            | Action::CancelOrder
            | Action::ChangeOrder
            | Action::ReportDelivery
            | Action::PayAgain
    )
}

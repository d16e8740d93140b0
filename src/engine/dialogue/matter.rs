//! What the desk does about each intent: which order is meant, and whether it is proven.

use super::named::Request;
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
fn fresh(intent: &IntentId, order: Option<OrderId>) -> Topic {
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
    pub(super) fn take_up(&mut self, request: Request<'_>) {
        let mut topic = Topic {
            rule: Some(request.scored.rule.to_string()),
            ..fresh(&request.scored.intent, request.order)
        };
        let reports = self.action(&topic.intent) == Some(Action::ReportDelivery);
        if reports && self.heard.tells_a_story() {
            topic.form.details = Some(self.heard.text.to_owned());
        }
        self.note_words(&topic.intent);
        self.current = Some(request.scored.clone());
        self.begin(topic);
        self.current = None;
    }

    /// Takes up a matter that a button named, or that goes on.
    pub(super) fn take_up_intent(&mut self, intent: &IntentId, order: Option<OrderId>) {
        self.begin(fresh(intent, order));
    }

    fn begin(&mut self, topic: Topic) {
        let Some(intent) = self.rules.intent(&topic.intent) else {
            return;
        };
        let (action, needs_order) = (intent.action, intent.slots.contains(&SlotKind::Order));
        self.note(&topic);
        let facts = self.facts;
        let about = self.meant(&topic).and_then(|id| facts.orders.get(&id));
        if self.tell_notice(&topic.intent, about) {
            return;
        }
        match action {
            Action::Answer | Action::Thank => {
                if !self.tell_guide(&topic.intent) {
                    self.reply(&topic.intent, Outcome::Answer);
                    self.tell_evidence(&topic.intent);
                }
                self.offer_intents(after_answer(topic.intent.as_str()));
            }
            Action::Greet => self.greet(&topic.intent),
            Action::Close => self.close(&topic.intent),
            Action::Soothe => {
                self.reply(&topic.intent, Outcome::ApologiseAnswer);
                self.offer_intents(&["talk_to_human"]);
            }
            _ if self.is_merchant() && changes_an_order(action) => {
                self.hand_over(HandoffReason::NotCovered, Say::HandedOver)
            }
            Action::Handoff(reason) if !needs_order || self.meant(&topic).is_some() => {
                self.hand_over_matter(&topic.intent, reason)
            }
            Action::PayAgain if !self.is_proven(&topic) => {
                self.reply(&topic.intent, Outcome::Answer)
            }
            _ if self.memory.topic.is_some() => self.park(topic),
            _ => self.pursue(topic),
        }
    }

    /// Notes that a matter is taken up. The same matter with another order is not the same question again.
    fn note(&mut self, topic: &Topic) {
        self.note_acted(&topic.intent);
        self.memory.note_answered(&topic.intent);
        if topic.order.is_some() && topic.order != self.memory.order {
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
            self.say(Say::Welcome, None, Outcome::Answer);
        }
        self.offer_menu();
    }

    /// Says goodbye; the matter is done.
    pub(super) fn close(&mut self, intent: &IntentId) {
        self.reply(intent, Outcome::End);
        self.memory.settle();
        if !self.conversation.status.is_done() {
            self.moves.push(Move::Resolve);
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
        if let Some(Action::Handoff(reason)) = self.action(&topic.intent) {
            return self.hand_over(reason, Say::HandedOver);
        }
        self.prove_by_identity(&id);
        if self.level(&id) < ProofLevel::Contact && !self.prove_by_contact(&id, &topic) {
            return;
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
    fn meant(&self, topic: &Topic) -> Option<OrderId> {
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
        topic
            .order
            .clone()
            .or_else(named)
            .or_else(talked_about)
            .or_else(only)
    }

    /// Whether an order was proven, or stands in the account of the person whom the shop signed in.
    fn is_theirs(&self, order: &OrderId) -> bool {
        self.level(order) > ProofLevel::Nothing || self.facts.own_orders.contains(order)
    }

    fn is_proven(&self, topic: &Topic) -> bool {
        self.meant(topic)
            .is_some_and(|order| self.level(&order) >= ProofLevel::Contact)
    }

    /// Asks which order is meant, after a word on the matter: in one breath.
    fn ask_order(&mut self, mut topic: Topic) {
        topic.need = Need::Order;
        self.lead_with_reply(&topic.intent);
        self.memory.topic = Some(topic);
        self.ask_which_order(Say::AskOrder);
    }

    /// Asks for an order number, or which of the own orders it is.
    pub(super) fn ask_which_order(&mut self, say: Say) {
        if self.facts.own_orders.len() < 2 {
            return self.say(say, None, Outcome::AskOrderId);
        }
        self.say(Say::ChooseOrder, None, Outcome::AskOrderId);
        let own = self.facts.own_orders.iter().take(ORDERS_OFFERED);
        self.offer(own.cloned().map(Offer::Order).collect());
    }

    fn hand_over_matter(&mut self, intent: &IntentId, reason: HandoffReason) {
        if reason != HandoffReason::AskedForHuman {
            self.reply(intent, Outcome::Escalate);
        }
        self.hand_over(reason, Say::HandedOver);
    }

    /// The matters that most people come with, and a person.
    pub(super) fn offer_menu(&mut self) {
        if self.is_merchant() {
            return self.offer_intents(&[
                "payout_missing",
                "merchant_error",
                "order_status",
                "talk_to_human",
            ]);
        }
        self.offer_intents(&[
            "order_status",
            "refund_request",
            "payment_system_fault",
            "talk_to_human",
        ]);
    }

    pub(super) fn offer_intents(&mut self, names: &[&str]) {
        let known = names
            .iter()
            .filter_map(|name| IntentId::parse(name).ok())
            .filter(|id| self.rules.intent(id).is_some());
        let offers: Vec<Offer> = known.map(Offer::Intent).collect();
        if !offers.is_empty() {
            self.offer(offers);
        }
    }
}

/// What somebody may want to do who was told how it is done.
fn after_answer(intent: &str) -> &'static [&'static str] {
    match intent {
        "refund_policy" | "refund_how_to" => &["refund_request", "talk_to_human"],
        _ => &[],
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

//! What the desk does about each intent: which order is meant, whether it is proven, and what follows from its state.

use super::proof::Offered;
use super::refund::{cause_numbers, obstacle};
use super::speaker::Speaker;
use super::states::{order_sentence, refund_sentence};
use crate::domain::conversation::{Form, Need, Offer, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::order::{Order, OrderStatus, RefundState};
use crate::domain::proof::ProofLevel;
use crate::engine::reading::Scored;
use crate::engine::rules::book::{Action, SlotKind};
use crate::engine::say::Say;

/// So many wrong proofs, and a person has to look.
const PROOFS: u8 = 3;

impl Speaker<'_> {
    /// Takes up a matter that a message brought.
    pub(super) fn take_up(&mut self, scored: &Scored) {
        let topic = Topic {
            intent: scored.intent.clone(),
            need: Need::Order,
            tries: 0,
            form: Form::default(),
            rule: Some(scored.rule.to_string()),
        };
        self.current = Some(scored.clone());
        self.begin(topic);
        self.current = None;
    }

    /// Takes up a matter that a button named.
    pub(super) fn take_up_offer(&mut self, intent: &IntentId) {
        self.begin(Topic {
            intent: intent.clone(),
            need: Need::Order,
            tries: 0,
            form: Form::default(),
            rule: None,
        });
    }

    fn begin(&mut self, topic: Topic) {
        let Some(intent) = self.rules.intent(&topic.intent) else {
            return;
        };
        let (action, needs_order) = (intent.action, intent.slots.contains(&SlotKind::Order));
        self.acted.push(topic.intent.clone());
        self.memory.note_answered(&topic.intent);
        match action {
            Action::Answer | Action::Thank => self.reply(&topic.intent, Outcome::Answer),
            Action::Greet => {
                self.reply(&topic.intent, Outcome::Answer);
                self.offer_menu();
            }
            Action::Close => {
                self.reply(&topic.intent, Outcome::End);
                self.moves.push(super::turn::Move::Resolve);
            }
            Action::Soothe => {
                self.reply(&topic.intent, Outcome::ApologiseAnswer);
                self.offer_menu();
            }
            Action::Handoff(reason) if !needs_order || self.known_order().is_some() => {
                self.hand_over_matter(&topic.intent, reason)
            }
            Action::PayAgain if self.known_order().is_none() => {
                self.reply(&topic.intent, Outcome::Answer)
            }
            _ if self.memory.topic.is_some() => self.memory.parked.push(topic),
            _ => self.pursue(topic),
        }
    }

    /// Goes on with a matter about an order as far as it goes: to an answer, or to the next question.
    pub(super) fn pursue(&mut self, topic: Topic) {
        self.memory.topic = None;
        let Some(id) = self.known_order() else {
            return self.ask_order(topic);
        };
        self.memory.order = Some(id.clone());
        self.prove_by_identity(&id);
        if self.level(&id) < ProofLevel::Contact && !self.try_contact(&id, &topic) {
            return;
        }
        match self.facts.orders.get(&id) {
            Some(order) if order.customer.vip => {
                self.hand_over(HandoffReason::PolicyException, Say::HandedOver)
            }
            Some(order) => self.act(topic, order),
            None => self.hand_over(HandoffReason::OrderNotFound, Say::HandedOver),
        }
    }

    /// The order that is meant: the one in the message, the one talked about, or the only one of a signed-in customer.
    fn known_order(&self) -> Option<OrderId> {
        let named = self
            .heard
            .reading
            .slots
            .orders
            .first()
            .map(|slot| slot.value.clone());
        let only = || match self.facts.own_orders.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        named.or_else(|| self.memory.order.clone()).or_else(only)
    }

    fn ask_order(&mut self, mut topic: Topic) {
        topic.need = Need::Order;
        self.reply(&topic.intent.clone(), Outcome::AskOrderId);
        self.memory.topic = Some(topic);
        if self.facts.own_orders.len() > 1 {
            self.say(Say::ChooseOrder, None, Outcome::AskOrderId);
            let orders = self
                .facts
                .own_orders
                .iter()
                .take(5)
                .cloned()
                .map(Offer::Order)
                .collect();
            self.offer(orders);
        } else {
            self.say(Say::AskOrder, None, Outcome::AskOrderId);
        }
    }

    /// Contact data in the message proves the order; without any, or with wrong ones, the customer is asked.
    fn try_contact(&mut self, id: &OrderId, topic: &Topic) -> bool {
        let offered = Offered::from(&self.heard.reading.slots);
        if !offered.is_empty() && self.prove_by_contact(id, &offered) {
            return true;
        }
        if self.memory.failed_proofs >= PROOFS {
            self.hand_over(HandoffReason::IdentityNotVerified, Say::HandedOver);
            return false;
        }
        self.memory.topic = Some(Topic {
            need: Need::Proof,
            ..topic.clone()
        });
        self.ask_proof(!offered.is_empty());
        false
    }

    /// Does what the intent asks for, with an order that is proven.
    fn act(&mut self, topic: Topic, order: &Order) {
        let Some(intent) = self.rules.intent(&topic.intent) else {
            return;
        };
        let now = self.facts.now;
        match intent.action {
            Action::ShowRefund => self.explain(refund_sentence(order, now), order),
            Action::ExplainRejection => self.explain(rejection(order, now), order),
            Action::StartRefund => self.fill_refund(topic, order),
            Action::WithdrawRefund => self.withdraw(order),
            Action::CancelOrder => self.cancel(order),
            Action::ChangeOrder => self.change(topic, order),
            Action::ReportDelivery => self.report_delivery(topic, order),
            Action::PayAgain if order.status != OrderStatus::Rejected => {
                self.reply(&topic.intent, Outcome::Answer)
            }
            Action::Handoff(reason) => self.hand_over_matter(&topic.intent, reason),
            _ => self.explain(order_sentence(order, now), order),
        }
    }

    /// Explains a state and offers what may follow from it.
    pub(super) fn explain(&mut self, say: Say, order: &Order) {
        self.say(say, Some(order), Outcome::GiveOrderStatus);
        let next: &[&str] = match say {
            Say::OrderRejected => &["payment_resubmit", "talk_to_human"],
            Say::RefundNone | Say::CancelTooLate => &["refund_request", "talk_to_human"],
            Say::RefundLate
            | Say::RefundFailed
            | Say::RefundRefused
            | Say::RefundWindowEnded
            | Say::RefundSignIn => &["talk_to_human"],
            _ => &[],
        };
        self.offer_intents(next);
    }

    fn fill_refund(&mut self, mut topic: Topic, order: &Order) {
        if let Some(say) = obstacle(order, &self.facts.site.policy, self.facts.now) {
            return self.explain(say, order);
        }
        if self.level(&order.id) < self.facts.site.refund_proof {
            return self.explain(Say::RefundSignIn, order);
        }
        let (need, question) = match &topic.form {
            Form { cause: None, .. } => (Need::Cause, Say::RefundCause),
            Form { details: None, .. } => (Need::Details, Say::RefundDetails),
            _ => return self.file(topic, Say::RefundFiled, order),
        };
        topic.need = need;
        self.say(question, Some(order), Outcome::OpenRefundForm);
        self.memory.topic = Some(topic);
        if need == Need::Cause {
            self.offer(cause_numbers().map(Offer::Cause).collect());
        }
    }

    fn withdraw(&mut self, order: &Order) {
        match order.latest_refund().map(|refund| refund.state) {
            Some(state) if state.is_open() => {
                self.hand_over(HandoffReason::NotCovered, Say::WithdrawFiled)
            }
            Some(RefundState::Paid) => self.explain(Say::RefundPaid, order),
            _ => self.explain(Say::WithdrawNothing, order),
        }
    }

    fn cancel(&mut self, order: &Order) {
        match order.status {
            OrderStatus::Processing | OrderStatus::Processed => {
                self.hand_over(HandoffReason::NotCovered, Say::CancelFiled)
            }
            OrderStatus::Shipped | OrderStatus::Delivered | OrderStatus::Completed => {
                self.explain(Say::CancelTooLate, order)
            }
            _ => self.explain(order_sentence(order, self.facts.now), order),
        }
    }

    fn change(&mut self, mut topic: Topic, order: &Order) {
        match order.status {
            OrderStatus::Processing | OrderStatus::Processed if topic.form.details.is_some() => {
                self.file(topic, Say::ChangeFiled, order)
            }
            OrderStatus::Processing | OrderStatus::Processed => {
                topic.need = Need::Details;
                self.say(Say::ChangeWhat, Some(order), Outcome::Answer);
                self.memory.topic = Some(topic);
            }
            OrderStatus::Shipped => self.hand_over(HandoffReason::NotCovered, Say::ChangeTooLate),
            _ => self.explain(order_sentence(order, self.facts.now), order),
        }
    }

    fn report_delivery(&mut self, mut topic: Topic, order: &Order) {
        match order.status {
            OrderStatus::Processing => self.explain(Say::DeliveryNotShipped, order),
            OrderStatus::Rejected
            | OrderStatus::Cancelled
            | OrderStatus::Refunding
            | OrderStatus::Refunded => {
                self.explain(order_sentence(order, self.facts.now), order);
            }
            _ if topic.form.details.is_some() => self.file(topic, Say::DeliveryFiled, order),
            _ => {
                topic.need = Need::Details;
                self.say(Say::DeliveryDetails, Some(order), Outcome::Answer);
                self.memory.topic = Some(topic);
            }
        }
    }

    /// What was collected goes to a person, who answers by the promised time.
    fn file(&mut self, topic: Topic, say: Say, _order: &Order) {
        self.memory.topic = Some(topic);
        self.hand_over(HandoffReason::NotCovered, say);
    }

    fn hand_over_matter(&mut self, intent: &IntentId, reason: HandoffReason) {
        if reason != HandoffReason::AskedForHuman {
            self.reply(intent, Outcome::Escalate);
        }
        self.hand_over(reason, Say::HandedOver);
    }

    /// The matters that most people come with, and a person.
    pub(super) fn offer_menu(&mut self) {
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

/// The sentence for somebody who was refused: the refund if one was, else the order.
fn rejection(order: &Order, now: jiff::Timestamp) -> Say {
    let refused = order
        .latest_refund()
        .is_some_and(|refund| refund.state == RefundState::Rejected);
    match order.status {
        _ if refused => Say::RefundRefused,
        OrderStatus::Rejected => Say::OrderRejected,
        _ => refund_sentence(order, now),
    }
}

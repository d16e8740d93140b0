//! What each matter comes to with an order that is proven: where the order stands leads to the next step.

use super::circumstances::{ASKS_IF_PAID, HOW_LONG};
use jiff::Timestamp;

use super::invoice::is_invoice;
use super::portion::is_unconfirmed;
use super::refund::obstacle;
use super::speaker::Speaker;
use super::states::{has_come, is_stuck, next_steps, order_sentence, refund_sentence, rejection};
use super::turn::Move;
use crate::domain::conversation::{Awaited, Form, Need, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::IntentId;
use crate::domain::order::{Order, OrderStatus};
use crate::domain::promise::Promised;
use crate::domain::trouble::Cause;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// The circumstance of something that never came.
const NOT_ARRIVED: &str = "not_arrived";

impl Speaker<'_> {
    /// Does what the intent asks for.
    pub(super) fn act(&mut self, topic: Topic, order: &Order) {
        let Some(intent) = self.rules.intent(&topic.intent) else {
            return;
        };
        if self.tell_notice(&topic.intent, Some(order)) {
            return;
        }
        if let Some(record) = self.record_of_matter(intent.action) {
            return self.tell_record(record, order);
        }
        match intent.action {
            _ if self.is_merchant() => self.explain(Say::MerchantOrder, order),
            Action::Answer if is_invoice(&topic) => self.make_out_invoice(topic, order),
            Action::ShowRefund if self.wants_more_of(order) => self.fill_another(topic, order),
            Action::ShowRefund => self.show_refund(&topic, order),
            Action::ExplainRejection => self.explain_rejection(order),
            Action::StartRefund => self.fill_refund(topic, order),
            Action::WithdrawRefund => self.withdraw(topic, order),
            Action::CancelOrder => self.cancel(order),
            Action::ChangeOrder => self.change(topic, order),
            Action::ReportDelivery => self.report_delivery(topic, order),
            Action::PayAgain if self.asks_whether_though_taken(order) => self.tell_not_twice(order),
            Action::PayAgain => self.pay_again(&topic.intent, order),
            Action::ShowOrder if self.tells(ASKS_IF_PAID) => self.tell_if_charged(order),
            Action::ShowOrder if self.asks_bill() || topic.form.details.is_some() => {
                self.tell_bill(order)
            }
            _ if self.says_taken(order) => {}
            _ if self.has_it_with_fault(order) || self.denies_delivery(order) => {
                self.report_missing(order)
            }
            _ => self.show_order(order),
        }
    }

    /// How the refund stands. How long one takes is told in general where none has been asked for.
    fn show_refund(&mut self, topic: &Topic, order: &Order) {
        if self.means_lost(order) {
            return self.hand_over(HandoffReason::NotCovered, Say::HandedOver);
        }
        let say = refund_sentence(order, self.facts.now);
        if say == Say::RefundNone && self.tells(HOW_LONG) {
            return self.tell_how_long();
        }
        if say == Say::RefundNone && self.reports_next() {
            return self.say(Say::RefundNotYet, Some(order), Outcome::GiveOrderStatus);
        }
        let asks = topic.form.details.is_some() || self.asks_after_sums(order);
        if asks && self.compares_sums(order) {
            return;
        }
        self.explain(say, order);
    }

    /// How the order stands; where money is on its way back, that too. What was delivered is no news to somebody who wants it
    /// refunded.
    fn show_order(&mut self, order: &Order) {
        let now = self.facts.now;
        let say = order_sentence(order, now);
        let refund = order
            .latest_refund()
            .filter(|refund| refund.state.is_open());
        let under_way = refund.map(|_| refund_sentence(order, now));
        match (order.status, under_way) {
            (OrderStatus::Delivered | OrderStatus::Completed, Some(refund)) => {
                self.explain(refund, order);
            }
            (
                OrderStatus::Processing | OrderStatus::Processed | OrderStatus::Shipped,
                Some(refund),
            ) => {
                self.explain(say, order);
                self.explain(refund, order);
            }
            _ => self.explain(say, order),
        }
    }

    /// Whether somebody says that nothing came, of an order that counts as delivered, after they were told so, or asked what they mean.
    fn denies_delivery(&self, order: &Order) -> bool {
        let before = &self.conversation.memory;
        let told = before.order.as_ref() == Some(&order.id)
            && matches!(
                before.last_outcome,
                Some(Outcome::GiveOrderStatus | Outcome::Clarify)
            );
        told && has_come(order) && self.tells(NOT_ARRIVED)
    }

    /// What should be there and is not becomes a report.
    pub(super) fn report_missing(&mut self, order: &Order) {
        if let Ok(intent) = IntentId::parse(super::reported::REPORT) {
            let topic = Topic {
                form: self.form_of_message(&intent),
                intent,
                order: Some(order.id.clone()),
                need: Need::Details,
                tries: 0,
                rule: None,
            };
            self.memory.note_answered(&topic.intent);
            self.note_acted(&topic.intent);
            self.sympathise(&topic);
            self.report_delivery(topic, order);
        }
    }

    /// Explains a state and offers what may follow from it.
    pub(super) fn explain(&mut self, say: Say, order: &Order) {
        if self.tells_part_sent(say, order) {
            return;
        }
        let Some(due_by) = self.due_by(say, order) else {
            return self.hand_over(HandoffReason::RepeatContact, Say::HandedOver);
        };
        let values = self.values_with(Some(order), due_by);
        let finding = self.finding(say, order);
        if self.tell_notice_of(finding.as_ref().map(|found| found.cause), order) {
            return;
        }
        let text = self.explanation(say, finding.as_ref(), &values);
        if self.has_just_said(&text) {
            if is_stuck(say) {
                return self.hand_over(HandoffReason::RepeatContact, Say::HandedOver);
            }
            self.lead_with(self.plain(Say::StillSo));
        }
        self.say_explanation(text, say, finding.as_ref(), &values);
        self.note_why(say, order);
        self.promise_payment(say, order);
        match next_steps(say) {
            // Of what is complete, nobody is led to report trouble with it.
            _ if order.status == OrderStatus::Completed => {}
            [] if finding.is_some_and(|found| found.cause != Cause::NotStuck) => {
                self.offer_intents(&["talk_to_human"]);
            }
            steps => self.offer_intents(steps),
        }
    }

    /// Why the order or its refund was refused. Who has just heard how it stands wants the reason alone.
    fn explain_rejection(&mut self, order: &Order) {
        let say = rejection(order, self.facts.now);
        let why = match say {
            Say::OrderRejected => Say::OrderRejectedWhy,
            Say::RefundRefused => Say::RefundRefusedWhy,
            _ => return self.explain(say, order),
        };
        match self.memory.told_why.get(&order.id) {
            None => self.explain(say, order),
            Some(1) => self.explain(why, order),
            Some(_) => self.hand_over(HandoffReason::RepeatContact, Say::HandedOver),
        }
    }

    /// Keeps that the reason for a refusal was told, so that who asks again later hears no more of it than is new.
    fn note_why(&mut self, say: Say, order: &Order) {
        let times = match say {
            Say::OrderRejected | Say::RefundRefused => 1,
            Say::OrderRejectedWhy | Say::RefundRefusedWhy => 2,
            _ => return,
        };
        let told = self.memory.told_why.entry(order.id.clone()).or_default();
        *told = times.max(*told);
    }

    pub(super) fn has_just_said(&self, text: &str) -> bool {
        let mut last_said = self.conversation.memory.last_said.iter();
        last_said.any(|last| last.ends_with(text))
    }

    /// The sentences that name the day by which the money is there promise it.
    pub(super) fn promise_payment(&mut self, say: Say, order: &Order) {
        let names_the_day = matches!(
            say,
            Say::RefundApproved | Say::RefundPaying | Say::OrderRefunding
        );
        let refund = order.latest_refund().filter(|it| it.state.is_open());
        if let Some(refund) = refund.filter(|_| names_the_day)
            && let Some(by) = refund.expected_by
        {
            let what = Promised::Payment {
                order: order.id.clone(),
                refund: refund.id.clone(),
            };
            self.moves.push(Move::Promise { what, by });
        }
    }

    /// By when the customer is told that something happens: the day they were told before. None: that day has passed.
    fn due_by(&mut self, say: Say, order: &Order) -> Option<Timestamp> {
        let by = self.facts.site.due_by;
        let waits = matches!(
            say,
            Say::OrderProcessing
                | Say::OrderProcessed
                | Say::RefundRequested
                | Say::DeliveryNotShipped
        );
        let told = self
            .memory
            .awaited
            .get(&order.id)
            .filter(|told| told.said == say.key());
        match told {
            _ if !waits => Some(by),
            Some(told) => Some(told.by).filter(|by| *by >= self.facts.now),
            None => {
                let said = say.key().to_owned();
                self.memory
                    .awaited
                    .insert(order.id.clone(), Awaited { said, by });
                Some(by)
            }
        }
    }

    fn pay_again(&mut self, intent: &IntentId, order: &Order) {
        let finding = self.finding(Say::OrderRejected, order);
        let values = self.values(Some(order));
        let why = self.explanation(Say::OrderRejected, finding.as_ref(), &values);
        // Of an order that was talked about before, it was told how it stands.
        let before = &self.conversation.memory;
        let known =
            before.order.as_ref() == Some(&order.id) && before.proven.contains_key(&order.id);
        let told = known || self.has_just_said(&why);
        if self.may_ask_link(order) {
            if order.status == OrderStatus::Rejected && !told {
                self.explain(Say::OrderRejected, order);
            }
            if !self.is_handed_over() {
                self.ask_link(order);
            }
            return;
        }
        if order.status == OrderStatus::Rejected && !told {
            self.explain(Say::OrderRejected, order);
        } else if order.is_unpaid() {
            let say = self.how_to_pay();
            let how = (self.rules.replies).say(say, self.language, &values);
            match say == Say::PayOtherWay && self.has_just_said(&how) {
                true => self.tell_nothing_more(),
                false => self.say_with(say, &values, Outcome::Answer),
            }
        } else {
            self.tell_nothing_to_pay(intent, order);
        }
    }

    /// An application for what an earlier one left.
    fn fill_another(&mut self, topic: Topic, order: &Order) {
        let Ok(intent) = IntentId::parse(super::apply::MATTER) else {
            return;
        };
        let form = self.form_of_message(&intent);
        let topic = Topic {
            intent,
            form,
            ..topic
        };
        self.fill_refund(topic, order);
    }

    pub(super) fn fill_refund(&mut self, mut topic: Topic, order: &Order) {
        self.settle_portion(&mut topic, order);
        self.settle_price(&mut topic, order);
        let another = topic.form.portion.is_some() && self.may_claim_more(order);
        if let Some(say) = obstacle(order, &self.facts.site.policy, self.facts.now, another) {
            self.explain(say, order);
            let policy = &self.facts.site.policy;
            if obstacle(order, policy, self.facts.now, true).is_none() {
                self.tell_more_is_left(order);
            }
            return;
        }
        if self.files_exchange(&topic) {
            return;
        }
        if self.level(&order.id) < self.proof_for(&topic) {
            topic.need = Need::SignIn;
            self.memory.topic = Some(topic);
            return self.say(Say::RefundSignIn, Some(order), Outcome::AskVerification);
        }
        if self.portion_is_wrong(&topic, order) {
            return self.wait_for_portion(topic, order);
        }
        let need = match &topic.form {
            Form { cause: None, .. } => Need::Cause,
            form if form.told || form.lacks_story() => Need::Details,
            form if is_unconfirmed(form) => return self.wait_for_portion(topic, order),
            _ => return self.file_claim(topic, order),
        };
        if topic.need != need {
            topic.tries = 0;
        }
        topic.need = need;
        self.memory.topic = Some(topic.clone());
        self.ask_form(&topic, Some(order));
    }
}

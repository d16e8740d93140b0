//! A message that is not clear: asks which of a few matters is meant, asks to put it another way, and then a person helps.

use super::at_large::ACCOUNT;
use super::matter::fresh;
use super::request::Request;
use super::speaker::Speaker;
use super::states::order_sentence;
use crate::domain::conversation::{Offer, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::trouble::{Cause, NextStep};
use crate::engine::reading::Decision;
use crate::engine::replies::Placeholder;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

/// So many messages in a row that are not understood, and a person takes over.
const MISUNDERSTANDINGS: u8 = 2;
/// So many times in a row a matter that the words name is asked about without counting as one.
const DOUBTS: u8 = 2;
/// So much of an unclear message is kept, in characters, to be read together with the next one.
const UNCLEAR: usize = 200;

impl Speaker<'_> {
    /// Not sure: asks which of a few, or whether it is the only one that comes to mind.
    pub(super) fn clarify(&mut self) {
        let found: Vec<IntentId> = self
            .heard
            .reading
            .intents
            .iter()
            .take(3)
            .map(|scored| scored.intent.clone())
            .collect();
        if self.tells_of_misuse(&found) || self.takes_up_listed_goods(&found) {
            return;
        }
        if let Some(likely) = self.likely(&found) {
            self.memory.misunderstood = 0;
            let order = self.named_orders().first().map(|slot| slot.value.clone());
            return self.take_up_guess(&likely, order);
        }
        if found
            .iter()
            .any(|id| self.action(id) == Some(Action::ExplainRejection))
            && self.says_why()
        {
            return;
        }
        // Whose money or account is in danger, and who was told what to do, is not asked to put it another way.
        if self.is_in_danger() {
            return self.hand_over(HandoffReason::NotCovered, Say::HandedOver);
        }
        // Words that are known and a message that is like something else: to ask is no misunderstanding.
        if self.heard.reading.by_likeness && self.memory.doubted < DOUBTS {
            self.memory.doubted = self.memory.doubted.saturating_add(1);
        } else if self.was_unclear() {
            return self.hand_over(HandoffReason::Ambiguous, Say::HandedOverStuck);
        } else {
            self.memory.misunderstood = self.memory.misunderstood.saturating_add(1);
        }
        self.note_unclear();
        if let [only] = found.as_slice() {
            return self.ask_whether(only);
        }
        self.say(Say::Clarify, None, Outcome::Clarify);
        let offers = found.into_iter().map(Offer::Intent).chain([Offer::Else]);
        self.offer(offers.collect());
    }

    /// A refund that is likely, of goods of several orders that are named one after the other: one for each.
    fn takes_up_listed_goods(&mut self, found: &[IntentId]) -> bool {
        let orders = self.orders_of_listed_goods();
        let scored = self.heard.reading.intents.first().cloned();
        let (Some(scored), [only]) = (scored, found) else {
            return false;
        };
        if orders.len() < 2 || self.action(only) != Some(Action::StartRefund) {
            return false;
        }
        self.memory.misunderstood = 0;
        let each = |order| Request::of(scored.clone(), Some(order));
        let requests: Vec<Request> = orders.into_iter().map(each).collect();
        self.lead_one_by_one(&requests);
        self.take_up_each(requests);
        true
    }

    /// Asks whether the one matter that comes to mind is meant.
    pub(super) fn ask_whether(&mut self, intent: &IntentId) {
        let mut values = self.values(None);
        let label = self.rules.replies.label(intent, self.language);
        values.set(Placeholder::TopicLabel, &label);
        self.say_with(Say::ClarifyOne, &values, Outcome::Clarify);
        self.offer(vec![Offer::Intent(intent.clone()), Offer::Else]);
    }

    /// The matter of which it was just asked whether it is meant: what belongs to it is a yes to it. What takes back or calls off is not
    /// done for that.
    pub(super) fn asked_whether(&self) -> Option<IntentId> {
        let [Offer::Intent(asked), Offer::Else] = self.conversation.memory.offered.as_slice()
        else {
            return None;
        };
        let undoes = matches!(
            self.action(asked),
            Some(Action::CancelOrder | Action::WithdrawRefund)
        );
        (!undoes && self.is_about_orders(asked)).then(|| asked.clone())
    }

    /// Takes it up for an order, with what was told of it when it was not clear.
    pub(super) fn take_up_asked(&mut self, asked: &IntentId, order: OrderId) {
        self.memory.misunderstood = 0;
        let before = &self.conversation.memory;
        let before = before.unclear.clone().or_else(|| before.asked.clone());
        let before = before.unwrap_or_default();
        let before_told = self.rules.matcher.read(&before);
        self.told
            .extend(super::tellings::told(&before_told, self.conversation));
        let mut form = self.form_of_message(asked);
        if form.cause.is_some() {
            form.details = Some(before);
        }
        form.portion = self
            .portion_asked_for(&order)
            .filter(|_| form.portion.is_some());
        self.begin(Topic {
            form,
            ..fresh(asked, Some(order))
        });
    }

    /// The guess that is as good as sure: the only one, or of several the one that only tells how the order stands that is named.
    fn likely(&self, found: &[IntentId]) -> Option<IntentId> {
        let tells = |id: &&IntentId| {
            matches!(
                self.action(id),
                Some(Action::ShowOrder | Action::ShowRefund | Action::ExplainRejection)
            )
        };
        if let Some(theirs) = self
            .merchants_own(found)
            .or_else(|| self.known_cause(found))
        {
            return Some(theirs);
        }
        if let Some(refund) = self.trouble_as_refund(found) {
            return Some(refund);
        }
        if let Some(refund) = self.exchange_as_refund(found) {
            return Some(refund);
        }
        match found {
            // "... and I want my money back, can you do that": what happened is told, and of which order.
            [rules] if rules.as_str() == "refund_policy" && self.tells_fault_of_named() => {
                IntentId::parse(super::apply::MATTER).ok()
            }
            [only] => self.is_likely(only).then(|| only.clone()),
            several if !self.named_orders().is_empty() => several.iter().find(tells).cloned(),
            _ => None,
        }
    }

    /// A merchant who may speak of their back office or of a customer's matter means the back office: "I pressed refund twice".
    fn merchants_own(&self, found: &[IntentId]) -> Option<IntentId> {
        if !self.is_merchant() {
            return None;
        }
        let own = |id: &&IntentId| matches!(id.as_str(), "merchant_error" | "payout_missing");
        let changes = |id: &IntentId| {
            matches!(
                self.action(id),
                Some(Action::StartRefund | Action::WithdrawRefund | Action::CancelOrder)
            )
        };
        let named = found.iter().find(own).cloned();
        named.or_else(|| {
            let all = found.iter().all(changes);
            all.then(|| IntentId::parse("merchant_error").ok())?
        })
    }

    /// Trouble with what came, or the money back for it, of an order that is named: the refund form takes the trouble as its cause, and
    /// nothing is handed in before it was said back.
    fn trouble_as_refund(&self, found: &[IntentId]) -> Option<IntentId> {
        let does = |action| found.iter().find(|id| self.action(id) == Some(action));
        let reports = does(Action::ReportDelivery).filter(|_| !self.named_orders().is_empty());
        reports.and_then(|_| does(Action::StartRefund)).cloned()
    }

    /// Goods wanted for those that came: the matter of a refund knows whether the shop exchanges them.
    fn exchange_as_refund(&self, found: &[IntentId]) -> Option<IntentId> {
        let refund = IntentId::parse(super::apply::MATTER).ok()?;
        let order = self.meant(&fresh(&refund, None));
        let order = order.and_then(|id| self.facts.orders.get(&id));
        let near = |id: &IntentId| {
            let refund = self.action(id) == Some(Action::StartRefund);
            refund || matches!(id.as_str(), "refund_policy" | "order_change")
        };
        let may = self.may_be_exchanged(order) && found.iter().any(near);
        may.then_some(refund)
    }

    fn tells_fault_of_named(&self) -> bool {
        !self.named_orders().is_empty() && self.told_cause().is_some()
    }

    /// Of several, the one that is about the cause for which the order at hand hangs.
    fn known_cause(&self, found: &[IntentId]) -> Option<IntentId> {
        let order = self.memory.order.as_ref()?;
        let order = self.facts.orders.get(order)?;
        let finding = self.finding(order_sentence(order, self.facts.now), order)?;
        let name = match finding.cause {
            Cause::WrongDetails if finding.next_step == NextStep::CompleteDetails => "order_change",
            Cause::WrongDetails => "payment_wrong_details",
            Cause::MethodRestricted => "payment_frozen",
            _ => return None,
        };
        found.iter().find(|id| id.as_str() == name).cloned()
    }

    /// Whether a guess is as good as sure: an order is named with it, or it only asks about the order that is talked about.
    fn is_likely(&self, intent: &IntentId) -> bool {
        let named = !self.named_orders().is_empty();
        let just_explained = self.conversation.memory.last_outcome
            == Some(Outcome::GiveOrderStatus)
            && self.memory.order.is_some();
        match self.action(intent) {
            Some(Action::ShowOrder | Action::ShowRefund) => named || self.memory.order.is_some(),
            // Nothing is filed without a form, in which the customer can still say no.
            Some(Action::StartRefund) => named || just_explained,
            Some(Action::CancelOrder | Action::ChangeOrder | Action::ReportDelivery) => named,
            _ => false,
        }
    }

    /// Whether the last message was not clear either.
    fn was_unclear(&self) -> bool {
        let asked = self.memory.misunderstood > 0 || self.memory.doubted > 0;
        self.memory.last_outcome == Some(Outcome::Clarify) && asked
    }

    /// Whether the last answer left only a person to turn to: a story that follows is for that person.
    pub(super) fn only_a_person_is_left(&self) -> bool {
        let person = |intent: &IntentId| {
            self.action(intent) == Some(Action::Handoff(HandoffReason::AskedForHuman))
        };
        matches!(self.conversation.memory.offered.as_slice(), [Offer::Intent(only)] if person(only))
    }

    /// Whether they were just told what to do about an account or a card in strange hands, and have only a person left to turn to.
    fn is_in_danger(&self) -> bool {
        let last = self.conversation.memory.answered.last();
        last.is_some_and(|last| last.as_str() == ACCOUNT) && self.only_a_person_is_left()
    }

    pub(super) fn not_understood(&mut self) {
        self.note_unclear();
        if self.only_a_person_is_left() && self.heard.reading.off_topic.is_none() {
            return self.hand_over(HandoffReason::NotCovered, Say::HandedOver);
        }
        self.memory.misunderstood = self.memory.misunderstood.saturating_add(1);
        if self.memory.misunderstood >= MISUNDERSTANDINGS {
            let asked_which = self.conversation.memory.offered.contains(&Offer::Else);
            let reason = if asked_which {
                HandoffReason::Ambiguous
            } else {
                HandoffReason::NotUnderstood
            };
            return self.hand_over(reason, Say::HandedOverStuck);
        }
        let mind = self.comes_to_mind();
        let theirs = mind.as_ref().filter(|_| self.is_merchant());
        if let Some(theirs) = theirs.and_then(|it| self.merchants_own(std::slice::from_ref(it))) {
            return match mind.as_ref() == Some(&theirs) {
                // No more than a guess: nobody is called for it unasked.
                true => self.ask_whether(&theirs),
                // What they want done to a customer's money is no mistake of theirs.
                false => self.hand_over(HandoffReason::NotCovered, Say::HandedOver),
            };
        }
        let asked = || mind.or_else(|| self.asked_whether());
        match asked().or_else(|| self.refund_on_offer()) {
            Some(intent) => self.ask_whether(&intent),
            None => self.ask_to_rephrase(),
        }
    }

    /// What a message that says nothing clear may be about, if it is our business at all.
    fn comes_to_mind(&self) -> Option<IntentId> {
        let reading = self.heard.reading;
        let is_business = reading.decision == Decision::None && reading.off_topic.is_none();
        let best = reading.runner_up.as_ref().filter(|_| is_business);
        best.map(|scored| scored.intent.clone())
    }

    /// Words that are not clear, after it was told of an order how a refund is asked for: that may be meant.
    fn refund_on_offer(&self) -> Option<IntentId> {
        let first = self.conversation.memory.offered.first();
        let at_hand = self.memory.order.is_some() && self.heard.reading.off_topic.is_none();
        match first.filter(|_| at_hand && self.heard.has_words())? {
            Offer::Intent(it) if self.action(it) == Some(Action::StartRefund) => Some(it.clone()),
            _ => None,
        }
    }

    pub(super) fn ask_to_rephrase(&mut self) {
        let say = match self.heard.reading.off_topic {
            Some(_) => Say::OffTopic,
            None if self.is_merchant() => Say::MerchantNotUnderstood,
            None => Say::NotUnderstood,
        };
        self.say(say, None, Outcome::Clarify);
        self.offer_menu();
    }

    fn note_unclear(&mut self) {
        self.memory.unclear = Some(self.heard.text.chars().take(UNCLEAR).collect());
        // Whatever it means, it is about the order whose goods it names.
        if let Some(order) = self.order_by_item() {
            self.prove_by_identity(&order);
            self.memory.order = Some(order);
        }
    }
}

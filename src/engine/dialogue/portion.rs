//! How much of an order is wanted back, in the customer's own words: items, an amount, a share. It is checked like the field of a form,
//! said back, and handed in after a yes.

use std::collections::BTreeSet;

use super::circumstances::{
    A_PART, ANOTHER_PART, KEPT, MONEY_BACK, NOT_THIS, ONLY_THAT, THE_REST, THIS_TOO,
};
use super::form::CORRECTION;
use super::how_much::Words;
use super::items::named;
use super::speaker::Speaker;
use crate::domain::claim::{ClaimCause, ClaimForm, Fault, Field};
use crate::domain::conversation::{Form, Need, Offer, Outcome, Portion, Topic};
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::money::Money;
use crate::domain::order::Order;
use crate::domain::proof::ProofLevel;
use crate::engine::guide::comma;
use crate::engine::reading::{Decision, Scored};
use crate::engine::replies::{Placeholder, Values};
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

/// The circumstance of somebody who does not know what to choose.
const DOES_NOT_KNOW: &str = "does_not_know";
/// A longer message is not kept to be looked through for items once the order is known.
const SAID: usize = 200;
/// So many items are offered to choose from.
const ITEMS_OFFERED: usize = 7;

/// Whether what the form has of it was not said back yet.
pub(super) fn is_unconfirmed(form: &Form) -> bool {
    form.portion.as_ref().is_some_and(|portion| !portion.agreed)
}

impl<'a> Speaker<'a> {
    /// What a first message may tell of it, kept until the order is known.
    pub(super) fn portion_said(&self) -> Option<Portion> {
        let text = self.heard.without_orders();
        (text.chars().count() <= SAID).then(|| Portion {
            said: Some(text),
            ..Portion::default()
        })
    }

    /// Reads what was kept of it, now that the order is there.
    pub(super) fn settle_portion(&self, topic: &mut Topic, order: &Order) {
        let said = topic.form.portion.as_mut().and_then(|it| it.said.take());
        let Some(text) = said else { return };
        let reading = self.rules.matcher.read(&text);
        let words = Words {
            rules: self.rules,
            text: &text,
            slots: &reading.slots,
            told: &reading.told,
            asked: false,
            free: &self.claims_of(order).free_items(order),
        };
        // Who has not signed in is not asked to because of an item's name.
        let proven = self.level(&order.id) >= ProofLevel::Owner;
        let part = words.tells(A_PART) || words.tells(ONLY_THAT);
        let clear = proven || part || words.amount(&order.items).is_some();
        let rest = words.tells(THE_REST);
        let whole = |portion: &Portion| *portion == Portion::default() && !rest;
        let found = words.portion(order, None).filter(|it| clear && !whole(it));
        topic.form.portion = found;
    }

    /// What the message at hand says of it.
    fn portion_of_message(&self, topic: &Topic) -> Option<Portion> {
        let order = topic
            .order
            .as_ref()
            .and_then(|id| self.facts.orders.get(id))?;
        let text = self.heard.without_orders();
        let words = Words {
            rules: self.rules,
            text: &text,
            slots: &self.heard.reading.slots,
            told: &self.told,
            asked: topic.need == Need::Portion || self.gives_sum(topic),
            free: &self.claims_of(order).free_items(order),
        };
        words.portion(order, topic.form.portion.as_ref())
    }

    /// Takes how much is wanted from a message. True: it says nothing else, so that what was asked for is still to be answered.
    pub(super) fn takes_only_portion(&self, topic: &mut Topic) -> bool {
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let found = self.portion_of_message(topic).filter(|_| refund);
        let plain = self.is_about_portion() || self.keeps_some(topic) || self.gives_sum(topic);
        let Some(portion) = found.filter(|_| plain || !self.interrupts(topic)) else {
            return false;
        };
        self.take_portion(topic, portion);
        self.told_cause().is_none() && self.heard.text.chars().count() <= CORRECTION
    }

    /// Whether the message says which items stay, and others are left to be wanted back: "I'll keep the mug".
    pub(super) fn keeps_some(&self, topic: &Topic) -> bool {
        let some = |portion: Portion| !portion.items.is_empty();
        let stays = self.tells(KEPT) || self.tells(NOT_THIS);
        stays && self.portion_of_message(topic).is_some_and(some)
    }

    /// Whether a message without a matter of its own names an order and how much of it, or how much of the order at hand that is partly
    /// claimed: it is wanted back.
    pub(super) fn wants_portion_back(&self) -> bool {
        let said = self.is_about_portion() || self.tells(A_PART) && !self.asks_something();
        match self.named_orders().as_slice() {
            [] => {
                let more = (said || self.names_another_item()) && self.is_left_of_order();
                more || self.wants_own_item()
            }
            [one] => said || self.wants_item_of(&one.value),
            _ => false,
        }
    }

    /// Whether something that was bought with an order is to be given back, in so few words that no rule knows them: "A1051, refund the hat".
    fn wants_item_of(&self, order: &OrderId) -> bool {
        let is_short = self.heard.text.chars().count() <= CORRECTION;
        let order = self.facts.orders.get(order);
        let names = |order: &Order| self.names_item_of(order, self.heard.text);
        is_short && self.tells(MONEY_BACK) && order.is_some_and(names)
    }

    /// Whether a text names something that was bought with an order.
    pub(super) fn names_item_of(&self, order: &Order, text: &str) -> bool {
        !named(self.rules, text, &order.items, true).items.is_empty()
    }

    /// Whether a refund is asked for of an item that is named, of an order of which others are claimed: no request that was heard before.
    pub(super) fn claims_another_item(&self, intent: &IntentId) -> bool {
        let named_order = self.named_orders().first().map(|slot| &slot.value);
        let order = named_order.or(self.memory.order.as_ref());
        let order = order.and_then(|id| self.facts.orders.get(id));
        let asks = self.action(intent) == Some(Action::StartRefund);
        let text = self.heard.without_orders();
        order.is_some_and(|order| {
            asks && self.may_claim_more(order) && self.names_item_of(order, &text)
        })
    }

    /// Whether a short message names more of what was bought with the order at hand, which is wanted back as well: "and the socks too".
    pub(super) fn names_another_item(&self) -> bool {
        self.names_item_too() && !self.asks_something()
    }

    /// The same, or whether that may be: "can the socks go back too?"
    pub(super) fn names_item_too(&self) -> bool {
        let order = self.memory.order.as_ref();
        let order = order.and_then(|id| self.facts.orders.get(id));
        let is_short = self.heard.text.chars().count() <= CORRECTION;
        let names = |order: &Order| self.names_item_of(order, self.heard.text);
        is_short && self.tells(THIS_TOO) && order.is_some_and(names)
    }

    /// Whether a report of trouble is about an item that is left of an order of which others are claimed.
    pub(super) fn reports_another_item(&self) -> bool {
        let reading = self.heard.reading;
        let reports = |scored: &Scored| self.action(&scored.intent) == Some(Action::ReportDelivery);
        reading.decision == Decision::Answer
            && reading.intents.iter().all(reports)
            && reading.slots.orders.is_empty()
            && self.names_another_item()
            && self.is_left_of_order()
    }

    /// Whether a part is wanted of an order of which nothing was claimed, or more of one of which a part was: "only the shoes", "the
    /// rest, too", however else that may be read.
    pub(super) fn wants_more_of(&self, order: &Order) -> bool {
        let more = self.tells(THE_REST) || self.tells(ANOTHER_PART);
        let first = order.latest_refund().is_none() && !self.says_less_came();
        let part = first && (self.tells(A_PART) || self.says_how_much());
        !self.asks_something() && (part || more && self.may_claim_more(order))
    }

    /// The level that the application needs: a part of an order cannot be spoken of below the level that its items and amounts need.
    pub(super) fn proof_for(&self, topic: &Topic) -> ProofLevel {
        let needed = self.facts.site.refund_proof;
        match topic.form.portion {
            Some(_) => needed.max(ProofLevel::Owner),
            None => needed,
        }
    }

    /// Whether something is left of the order that is talked about, which was told.
    pub(super) fn is_left_of_order(&self) -> bool {
        let order = self.memory.order.as_ref();
        let order = order.and_then(|id| self.facts.orders.get(id));
        order.is_some_and(|order| {
            self.level(&order.id) >= ProofLevel::Owner && self.may_claim_more(order)
        })
    }

    /// Whether something is left beside the applications that were handed in here.
    pub(super) fn may_claim_more(&self, order: &Order) -> bool {
        let claims = self.claims_of(order);
        let ours = order.latest_refund().is_some_and(|refund| {
            claims
                .claims
                .iter()
                .any(|it| it.id.to_string() == refund.id)
        });
        ours && !claims.left(order).amount.is_zero()
    }

    /// After how an application for a part stands: so much is left, which may be asked for as well.
    pub(super) fn tell_more_is_left(&mut self, order: &Order) {
        let proven = self.level(&order.id) >= ProofLevel::Owner;
        if !proven || self.is_handed_over() || !self.may_claim_more(order) {
            return;
        }
        let left = self.claims_of(order).left(order);
        let mut values = self.values(Some(order));
        values.set(Placeholder::ClaimAmount, &left.to_string());
        self.say_with(Say::PortionMore, &values, Outcome::Answer);
    }

    /// The items and the amount, checked like the fields of a form.
    pub(super) fn wanted(
        &self,
        portion: &Portion,
        order: &Order,
    ) -> Result<(Vec<String>, Option<Money>), Fault> {
        let form = ClaimForm {
            cause: ClaimCause::Damaged.name().to_owned(),
            items: portion.items.clone(),
            amount: portion.amount.clone(),
            currency: portion.currency.clone(),
            ..ClaimForm::default()
        };
        let claims = self.claims_of(order);
        match form.check(Some((order, &claims)), &BTreeSet::new()) {
            Ok(application) => Ok((application.items, application.amount)),
            Err(faults) => {
                let items = faults
                    .iter()
                    .find(|(field, _)| matches!(field, Field::Item(_)));
                let fault = items.or(faults.first()).map(|(_, fault)| *fault);
                Err(fault.unwrap_or(Fault::AmountUnreadable))
            }
        }
    }

    /// Whether what the form has of it cannot be handed in as it is.
    pub(super) fn portion_is_wrong(&self, topic: &Topic, order: &Order) -> bool {
        let portion = topic.form.portion.as_ref();
        portion.is_some_and(|it| it.open || self.wanted(it, order).is_err())
    }

    /// Asks about it, and waits for the answer.
    pub(super) fn wait_for_portion(&mut self, mut topic: Topic, order: &Order) {
        if topic.need != Need::Portion {
            topic.tries = 0;
        }
        topic.need = Need::Portion;
        self.memory.topic = Some(topic.clone());
        if self.asked_price_in_vain(&topic, order) {
            // Who says once more which of them is asked once more what it was.
            let names = named(self.rules, self.heard.text, &order.items, true);
            if names.is_empty() || topic.tries > 0 {
                return self.leave_portion_to_person(topic);
            }
            topic.tries = topic.tries.saturating_add(1);
            self.memory.topic = Some(topic.clone());
        }
        self.ask_portion(&topic, Some(order));
    }

    /// Asks which, how much, or whether what was understood is right.
    pub(super) fn ask_portion(&mut self, topic: &Topic, order: Option<&Order>) {
        let (Some(portion), Some(order)) = (&topic.form.portion, order) else {
            return;
        };
        let values = self.portion_values(portion, order);
        let outcome = Outcome::OpenRefundForm;
        match self.wanted(portion, order) {
            _ if portion.postage => self.say_with(Say::PortionPostage, &values, outcome),
            _ if portion.open => self.ask_which(&values, order),
            Ok(_) => self.say_with(Say::PortionConfirm, &values, outcome),
            Err(Fault::AmountNeeded) => {
                let values = self.unpriced_values(topic, portion, order);
                self.note_price(topic, portion, order);
                self.say_with(self.price_question(), &values, outcome);
            }
            Err(fault) => {
                let words = match fault {
                    Fault::ItemClaimed => self.claimed_in_words(portion, order),
                    _ => super::fault_in_words(self.rules, fault, self.language),
                };
                self.lead_with(words);
                if matches!(fault, Fault::ItemUnknown | Fault::ItemClaimed) {
                    self.ask_which(&values, order);
                } else {
                    self.say_with(Say::PortionAmount, &values, outcome);
                }
            }
        }
    }

    /// The items that are left, as choices, and all of the order.
    fn ask_which(&mut self, values: &Values<'_>, order: &Order) {
        let claims = self.claims_of(order);
        let free = claims.free_items(order);
        let mut items: Vec<String> = Vec::new();
        for item in order.items.iter().filter(|item| free.contains(item)) {
            if !items.contains(item) {
                items.push(item.clone());
            }
        }
        if items.len() < 2 && order.items.len() < 2 {
            return self.say_with(Say::PortionAmount, values, Outcome::OpenRefundForm);
        }
        self.say_with(Say::PortionWhich, values, Outcome::OpenRefundForm);
        let offers = items.into_iter().take(ITEMS_OFFERED).map(Offer::Item);
        self.offer(offers.chain([Offer::Whole]).collect());
    }

    pub(super) fn portion_values<'o>(&self, portion: &Portion, order: &'o Order) -> Values<'o>
    where
        'a: 'o,
    {
        let mut values = self.values(Some(order));
        values.set(
            Placeholder::ClaimItems,
            &portion.items.join(comma(self.language)),
        );
        if let Ok((_, amount)) = self.wanted(portion, order) {
            let amount = amount.unwrap_or_else(|| self.claims_of(order).left(order));
            values.set(Placeholder::ClaimAmount, &amount.to_string());
        }
        values
    }

    /// Says back what has just been understood of it, in the breath before the form's next question.
    pub(super) fn note_portion(&mut self, topic: &Topic, order: Option<&Order>) {
        let before = self.conversation.memory.topic.as_ref();
        let known = before.and_then(|topic| topic.form.portion.as_ref());
        if let (Some(portion), Some(order)) = (&topic.form.portion, order)
            && (Some(portion) != known || topic.form.told)
        {
            let values = self.portion_values(portion, order);
            let noted = self
                .rules
                .replies
                .say(Say::PortionNoted, self.language, &values);
            self.lead_with(noted);
        }
    }

    /// An answer to which, how much, or whether that is right.
    pub(super) fn answer_portion(&mut self, topic: &Topic) -> bool {
        let mut topic = topic.clone();
        let order = topic
            .order
            .as_ref()
            .and_then(|id| self.facts.orders.get(id));
        let wrong = order.is_some_and(|order| self.portion_is_wrong(&topic, order));
        match self.chosen_offer() {
            Some(Offer::Item(item)) => {
                topic.form.portion = Some(Portion {
                    items: vec![item],
                    ..Portion::default()
                });
            }
            Some(Offer::Whole) => topic.form.portion = Some(Portion::default()),
            _ if self.agrees() && !wrong => topic.form.agree(),
            _ if self.tells(DOES_NOT_KNOW) && wrong => {
                self.leave_portion_to_person(topic);
                return true;
            }
            _ if self.interrupts(&topic)
                && !self.is_change_of_mind(&topic)
                && !self.is_about_portion()
                && !self.keeps_some(&topic) =>
            {
                return false;
            }
            _ if let Some(said) = self.portion_of_message(&topic) => {
                self.take_portion(&mut topic, said);
                if topic.form.cause.is_none() && self.told_cause().is_some() {
                    self.note_cause(&mut topic);
                }
            }
            _ if self.tells_why() => self.note_cause(&mut topic),
            _ if self.heard.reading.does(Act::No) || self.heard.reading.does(Act::Correct) => {
                topic.form.portion = Some(Portion {
                    open: true,
                    ..Portion::default()
                });
            }
            _ => return false,
        }
        self.pursue(topic);
        true
    }
}

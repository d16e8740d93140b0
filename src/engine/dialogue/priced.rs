//! What items cost: asked for where the order does not say it, and what else is told meanwhile is taken note of.

use super::circumstances::{POSTAGE_TOO, REASON};
use rust_decimal::Decimal;

use super::how_much::Words;
use super::speaker::Speaker;
use crate::domain::claim::{ClaimCause, Fault};
use crate::domain::conversation::{Price, Topic};
use crate::domain::order::Order;
use crate::engine::reading::Decision;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

impl Speaker<'_> {
    /// Keeps what the customer says that items cost, and takes it up again where the same ones are meant without a price: "no, not the socks".
    pub(super) fn settle_price(&self, topic: &mut Topic, order: &Order) {
        let prices = &mut topic.form.prices;
        let Some(portion) = topic
            .form
            .portion
            .as_mut()
            .filter(|it| !it.items.is_empty())
        else {
            return;
        };
        if portion.open || order.price_of(&portion.items).is_some() {
            return;
        }
        // A share of it, or the postage beside it, is another amount.
        let other = self.tells(POSTAGE_TOO) || self.price_question() == Say::PortionShare;
        match &portion.amount {
            Some(amount) if !amount.contains('%') && self.wanted(portion, order).is_ok() => {
                prices.retain(|known| known.items != portion.items);
                prices.push(Price {
                    items: portion.items.clone(),
                    amount: amount.clone(),
                    currency: portion.currency.clone(),
                });
            }
            None if !other => {
                if let Some((amount, currency)) = price_told(prices, &portion.items) {
                    portion.amount = Some(amount);
                    portion.currency = currency;
                }
            }
            _ => {}
        }
    }

    /// How the price of items is asked for: whoever said "half of it" hears why that does not do.
    pub(super) fn price_question(&self) -> Say {
        let text = self.heard.without_orders();
        let words = Words {
            rules: self.rules,
            text: &text,
            slots: &self.heard.reading.slots,
            told: &self.told,
            asked: false,
        };
        match words.amount() {
            Some((share, _)) if share.contains('%') => Say::PortionShare,
            _ => Say::PortionHowMuch,
        }
    }

    /// Whether the price would be asked for in the words of just now, and nothing was learned in between: a person finds out.
    pub(super) fn asked_price_in_vain(&self, topic: &Topic, order: &Order) -> bool {
        let Some(portion) = topic.form.portion.as_ref() else {
            return false;
        };
        let before = self.conversation.memory.topic.as_ref();
        let learned = before.is_none_or(|before| before.form != topic.form);
        if learned || self.wanted(portion, order) != Err(Fault::AmountNeeded) {
            return false;
        }
        let values = self.portion_values(portion, order);
        let replies = &self.rules.replies;
        self.has_just_said(&replies.say(self.price_question(), self.language, &values))
    }

    /// Whether the message tells why the money is wanted back: a cause, or trouble with what came.
    pub(super) fn tells_why(&self) -> bool {
        let reading = self.heard.reading;
        let mut asked = reading.intents.iter();
        let reports = reading.decision == Decision::Answer
            && asked.any(|scored| self.action(&scored.intent) == Some(Action::ReportDelivery));
        self.told_cause().is_some() || self.tells(REASON) || reports && !self.asks_something()
    }

    /// Why it is wanted back, told while something else was asked for: it is heard, and not asked for again.
    pub(super) fn note_cause(&mut self, topic: &mut Topic) {
        topic.form.cause = self
            .told_cause()
            .map(ClaimCause::number)
            .or(topic.form.cause);
        topic.form.told = false;
        let details = &mut topic.form.details;
        details.get_or_insert_with(|| self.heard.text.to_owned());
        self.memory.topic = Some(topic.clone());
        let values = self.values(None);
        let replies = &self.rules.replies;
        let noted = replies.say(Say::PortionWhy, self.language, &values);
        self.lead_with(noted);
    }
}

/// What items cost as the customer told: together, or one after the other.
fn price_told(prices: &[Price], items: &[String]) -> Option<(String, Option<String>)> {
    let mut left = items.to_vec();
    let mut sum = Decimal::ZERO;
    let mut currency = None;
    // The same items together come before each by itself.
    let together = prices.iter().filter(|price| price.items == *items);
    for price in together.chain(prices) {
        let counts = price.items.iter().all(|item| left.contains(item)) && !left.is_empty();
        if let (true, Ok(amount)) = (counts, price.amount.parse::<Decimal>()) {
            left.retain(|item| !price.items.contains(item));
            sum = sum.checked_add(amount)?;
            currency.clone_from(&price.currency);
        }
    }
    left.is_empty().then(|| (sum.to_string(), currency))
}

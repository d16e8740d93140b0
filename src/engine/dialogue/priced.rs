//! What items cost: asked for where the order does not say it, and what else is told meanwhile is taken note of.

use rust_decimal::Decimal;

use super::Rules;
use super::circumstances::{A_PART, POSTAGE_TOO, REASON, THIS_TOO};
use super::items::named;
use super::kept::pieces;
use super::parts::LONGEST;
use super::speaker::Speaker;
use super::sum_said::{Evidence, sums};
use crate::domain::claim::{ClaimCause, Fault};
use crate::domain::conversation::{Portion, Price, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::order::Order;
use crate::engine::reading::Decision;
use crate::engine::replies::Values;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

impl<'a> Speaker<'a> {
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
        match self.says_share() {
            true => Say::PortionShare,
            false => Say::PortionHowMuch,
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
        let values = self.unpriced_values(topic, portion, order);
        let replies = &self.rules.replies;
        self.has_just_said(&replies.say(self.price_question(), self.language, &values))
    }

    /// Takes what a message says of how much. What some of several items cost, of which the order does not say it, leaves the others
    /// meant: "the socks were 8".
    pub(super) fn take_portion(&self, topic: &mut Topic, said: Portion) {
        let order = topic
            .order
            .as_ref()
            .and_then(|id| self.facts.orders.get(id));
        if let (Some(order), Some(before)) = (order, topic.form.portion.as_ref())
            && let Some(price) = self.price_of_some(topic, before, &said, order)
        {
            let items = before.items.clone();
            topic.form.prices.retain(|known| known.items != price.items);
            topic.form.prices.push(price);
            topic.form.portion = Some(Portion {
                items,
                ..Portion::default()
            });
            return;
        }
        topic.form.portion = Some(said);
    }

    fn price_of_some(
        &self,
        topic: &Topic,
        before: &Portion,
        said: &Portion,
        order: &Order,
    ) -> Option<Price> {
        let amount = said.amount.clone().filter(|it| !it.contains('%'))?;
        let narrows = self.tells(A_PART) || self.tells(THIS_TOO);
        let waits = before.items.len() > 1 && before.amount.is_none();
        if narrows || !waits || order.price_of(&before.items).is_some() {
            return None;
        }
        let items = match said.items == before.items {
            true => unpriced(&topic.form.prices, &before.items),
            false => said.items.clone(),
        };
        let some = !items.is_empty() && items.len() < before.items.len();
        let meant = items.iter().all(|item| before.items.contains(item));
        let currency = said.currency.clone();
        let price = Price {
            items,
            amount,
            currency,
        };
        (some && meant && self.wanted(said, order).is_ok()).then_some(price)
    }

    /// The placeholders of the question what items cost: those of which it was not told.
    pub(super) fn unpriced_values<'o>(
        &self,
        topic: &Topic,
        portion: &Portion,
        order: &'o Order,
    ) -> Values<'o>
    where
        'a: 'o,
    {
        let unpriced = unpriced(&topic.form.prices, &portion.items);
        // Where each has a price, something else is asked: what they make with the postage.
        let items = match unpriced.is_empty() {
            true => portion.items.clone(),
            false => unpriced,
        };
        let left = Portion {
            items,
            ..portion.clone()
        };
        self.portion_values(&left, order)
    }

    /// What some of the items cost was told, and is said back before it is asked of the others.
    pub(super) fn note_price(&mut self, topic: &Topic, portion: &Portion, order: &Order) {
        let left = unpriced(&topic.form.prices, &portion.items);
        let items = portion.items.iter().filter(|item| !left.contains(item));
        let items: Vec<String> = items.cloned().collect();
        let Some((amount, currency)) = price_told(&topic.form.prices, &items) else {
            return;
        };
        if left.is_empty() || items.is_empty() {
            return;
        }
        let priced = Portion {
            items,
            amount: Some(amount),
            currency,
            ..Portion::default()
        };
        let values = self.portion_values(&priced, order);
        let replies = &self.rules.replies;
        let noted = replies.say(Say::PortionNoted, self.language, &values);
        self.lead_with(noted);
    }

    /// The customer cannot tell what it cost: a person finds out, with the items before them.
    pub(super) fn leave_portion_to_person(&mut self, mut topic: Topic) {
        let items = topic.form.portion.iter().flat_map(|it| &it.items);
        let items: Vec<&str> = items.map(String::as_str).collect();
        let words = topic.form.details.take().into_iter();
        let words: Vec<String> = words.chain([items.join(", ")]).collect();
        topic.form.details = Some(words.join(" / "));
        self.memory.topic = Some(topic);
        self.hand_over(HandoffReason::MissingInfo, Say::PortionUnknown);
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

/// The items that have a price beside them: "hat 20 and socks 8".
pub(super) fn pairs(rules: &Rules, text: &str, items: &[String]) -> Vec<Price> {
    if text.len() > LONGEST || items.len() < 2 || !text.contains(char::is_numeric) {
        return Vec::new();
    }
    let names = |piece: &str| named(rules, piece, items, true);
    let has_item = |piece: &str| !names(piece).items.is_empty();
    let pieces = pieces(rules, text, &has_item);
    let price = |piece: &str| {
        let found = names(piece);
        let reading = rules.matcher.read(piece);
        let sums = sums((rules, items), piece, &reading.slots, Evidence::Price);
        match sums.as_slice() {
            [sum] if found.unclear.is_empty() => Some(Price {
                items: found.items,
                amount: sum.amount.clone(),
                currency: sum.currency.clone(),
            }),
            _ => None,
        }
    };
    let priced: Vec<Price> = pieces.iter().filter_map(|it| price(it.text)).collect();
    if priced.len() > 1 {
        return priced;
    }
    let rows: Option<Vec<Price>> = rows(text).into_iter().map(price).collect();
    let single = |rows: &Vec<Price>| rows.len() > 1 && rows.iter().all(|it| it.items.len() == 1);
    rows.filter(single).unwrap_or(priced)
}

/// A text that goes on without a mark between its numbers, each with what stands before it: "hat 20 socks 8".
fn rows(text: &str) -> Vec<&str> {
    let mut rows = Vec::new();
    let (mut start, mut in_number) = (0, false);
    for (at, c) in text.char_indices() {
        let digit = c.is_ascii_digit() || in_number && c == '.';
        if in_number && !digit {
            rows.push(text.get(start..at).unwrap_or_default());
            start = at;
        }
        in_number = digit;
    }
    let rest = text.get(start..).unwrap_or_default();
    rows.extend(Some(rest).filter(|it| it.contains(char::is_alphanumeric)));
    rows
}

/// Those of the items of which no price was told.
fn unpriced(prices: &[Price], items: &[String]) -> Vec<String> {
    let known = |item: &&String| !prices.iter().any(|price| price.items.contains(*item));
    items.iter().filter(known).cloned().collect()
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

//! Another sum than the one that was said back, in whatever words stand beside it: "yes, 25.50", "it should be the full 25.50". It is said
//! back in its turn, so that the words beside it need not say that it is one. It must not know what is written on a yes.

use rust_decimal::Decimal;

use super::beside::cuts;
use super::circumstances::QUESTION;
use super::items::named;
use super::speaker::Speaker;
use super::stance::is_said_back;
use super::sum_said::{Evidence, Sum, sums};
use crate::domain::conversation::{Portion, Topic};
use crate::domain::order::Order;
use crate::domain::proof::ProofLevel;
use crate::engine::rules::book::Action;

/// A longer message tells a story, in which numbers stand by the way.
const LONGEST: usize = 60;

impl Speaker<'_> {
    /// Takes such a sum while a refund waits for a yes. False: the message has none, or several.
    pub(super) fn takes_other_sum(&mut self, topic: &Topic) -> bool {
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let short = self.heard.text.chars().count() <= LONGEST;
        let chosen = self.heard.choice.or(self.heard.reading.choice).is_some();
        if !refund || !is_said_back(topic) || !short || chosen || !self.named_orders().is_empty() {
            return false;
        }
        let facts = self.facts;
        let order = topic.order.as_ref().and_then(|id| facts.orders.get(id));
        let order = order.filter(|it| self.level(&it.id) >= ProofLevel::Owner);
        let Some(portion) = order.and_then(|order| self.other_sum(topic, order)) else {
            return false;
        };
        self.memory.misunderstood = 0;
        let mut topic = topic.clone();
        topic.form.portion = Some(portion);
        self.pursue(topic);
        true
    }

    /// What is wanted back with the only sum of the message that the form does not have.
    fn other_sum(&self, topic: &Topic, order: &Order) -> Option<Portion> {
        let before = topic.form.portion.clone();
        let known = before.clone().unwrap_or_default();
        if known.open || known.postage || self.says_share() {
            return None;
        }
        let text = self.heard.without_orders();
        let meant = named(self.rules, &text, &order.items, true).items;
        if !meant.iter().all(|item| known.items.contains(item)) {
            return None;
        }
        let (_, present) = self.wanted(&known, order).ok()?;
        let present = present.unwrap_or_else(|| self.claims_of(order).left(order));
        let mut found = self.sums_stated(&text, &order.items);
        // Where nothing was said of a part, a number may be of anything else.
        found.retain(|sum| before.is_some() || sum.currency.is_some());
        found.retain(|sum| sum.amount.parse::<Decimal>().ok() != Some(present.amount));
        found.dedup_by(|one, other| one.amount == other.amount);
        match found.as_slice() {
            [one] => Some(Portion {
                items: known.items,
                amount: Some(one.amount.clone()),
                currency: one.currency.clone(),
                ..Portion::default()
            }),
            _ => None,
        }
    }

    /// The sums in those clauses of a text that ask nothing.
    fn sums_stated(&self, text: &str, items: &[String]) -> Vec<Sum> {
        let mut start = 0;
        let parts = cuts(self.rules, text).into_iter().map(|(end, _)| {
            let part = text.get(start..end).unwrap_or_default();
            let asked = text
                .get(end..)
                .is_some_and(|it| it.starts_with(['?', '\u{ff1f}']));
            start = end;
            (part, asked)
        });
        let stated = parts.filter(|(_, asked)| !asked).flat_map(|(part, _)| {
            let reading = self.rules.matcher.read(part);
            match reading.tells(QUESTION) {
                true => Vec::new(),
                false => sums((self.rules, items), part, &reading.slots, Evidence::Asked),
            }
        });
        stated.collect()
    }
}

//! What one message says of the goods of several orders: each order's own words, so that the fault of one never pays for another. It must
//! not know what becomes of a form.

use super::beside::cuts;
use super::kept::pieces;
use super::parts::LONGEST;
use super::speaker::Speaker;
use super::stated::cause_stated;
use crate::domain::claim::ClaimCause;
use crate::domain::conversation::{Form, Portion, Topic};
use crate::domain::ids::OrderId;
use crate::engine::rules::book::Action;

/// What is said of one order.
struct Own {
    order: OrderId,
    text: String,
    cause: Option<ClaimCause>,
}

impl Speaker<'_> {
    /// What a message says of each of their orders by its number or its goods. Empty: it names no more than one.
    fn said_of_each(&self) -> Vec<Own> {
        let text = self.heard.text;
        if self.facts.own_orders.len() < 2 || text.len() > LONGEST {
            return Vec::new();
        }
        let names = |part: &str| self.order_named_in(part);
        let pieces = pieces(self.rules, text, &|part| names(part).is_some());
        let mut said: Vec<(Own, bool)> = Vec::new();
        for piece in &pieces {
            let Some(order) = names(piece.text) else {
                continue;
            };
            match said.iter_mut().find(|(it, _)| it.order == order) {
                Some((known, _)) => known.text = format!("{} {}", known.text, piece.text.trim()),
                None => {
                    let text = piece.text.trim().to_owned();
                    let cause = None;
                    said.push((Own { order, text, cause }, piece.joined));
                }
            }
        }
        for (own, _) in &mut said {
            own.cause = cause_stated(&self.rules.matcher.read(&own.text));
        }
        // "A1001 and A1002 came broken" says so of both.
        for at in (1..said.len()).rev() {
            let (next, joined) = &said[at];
            let shared = (next.text.clone(), next.cause, *joined);
            if let Some((before, _)) = said.get_mut(at - 1).filter(|(it, _)| it.cause.is_none())
                && shared.2
                && shared.1.is_some()
            {
                (before.text, before.cause) = (shared.0, shared.1);
            }
        }
        said.into_iter().map(|(own, _)| own).collect()
    }

    /// The order of theirs that a part of a message names, by its number or by its goods.
    fn order_named_in(&self, part: &str) -> Option<OrderId> {
        let reading = self.rules.matcher.read(part);
        let own = &self.facts.own_orders;
        let mut numbered = reading.slots.orders.iter().map(|slot| &slot.value);
        let numbered = numbered.find(|id| own.contains(id)).cloned();
        numbered.or_else(|| self.order_with_item(part))
    }

    /// Another order of theirs whose goods are told to be at fault, where nothing of the kind is told of this one's.
    pub(super) fn fault_of_other(&self, topic: &Topic) -> Option<(OrderId, Form)> {
        if self.told_cause().is_none() || self.asks_something() {
            return None;
        }
        // What is told before any goods are named is told of these.
        let text = self.heard.text;
        let first = cuts(self.rules, text).first().map_or(text.len(), |it| it.0);
        let first = text.get(..first).unwrap_or(text);
        let told = cause_stated(&self.rules.matcher.read(first));
        if told.is_some() && self.order_named_in(first).is_none() {
            return None;
        }
        let at_fault = self.said_of_each().into_iter();
        let mut at_fault = at_fault.filter(|own| own.cause.is_some());
        let only = at_fault
            .next()
            .filter(|own| Some(&own.order) != topic.order.as_ref())?;
        at_fault.next().is_none().then(|| {
            let form = only.form();
            (only.order, form)
        })
    }

    /// Of a message that is about several orders, a form keeps what is said of its own; it is said back before it is handed in. What is said of
    /// the goods of others that wait is kept for those.
    pub(super) fn keep_to_own(&mut self, topic: &mut Topic) {
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let Some(here) = topic.order.clone().filter(|_| refund) else {
            return;
        };
        let said = self.said_of_each();
        if said.iter().all(|own| own.order == here) {
            return;
        }
        for own in said {
            if own.order == here {
                let before = topic.form.portion.take().filter(|it| it.said.is_none());
                let form = own.form();
                topic.form = Form {
                    portion: before.or(form.portion),
                    prices: std::mem::take(&mut topic.form.prices),
                    ..form
                };
                continue;
            }
            let mut parked = self.memory.parked.iter_mut();
            let waits = parked.find(|it| {
                it.order.as_ref() == Some(&own.order)
                    && it.intent == topic.intent
                    && it.form.cause.is_none()
            });
            if let (Some(waits), Some(_)) = (waits, own.cause) {
                waits.form = own.form();
            }
        }
        topic.form.told |= topic.form.cause.is_some();
    }
}

impl Own {
    /// What a form has of it.
    fn form(&self) -> Form {
        Form {
            cause: self.cause.map(ClaimCause::number),
            details: self.cause.map(|_| self.text.clone()),
            told: self.cause.is_some(),
            portion: Some(Portion {
                said: Some(self.text.clone()),
                ..Portion::default()
            }),
            ..Form::default()
        }
    }
}

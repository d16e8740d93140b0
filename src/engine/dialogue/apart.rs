//! What one message says of several orders, by their numbers or their goods: "refund A1001 because it's too small and A1002 because it's
//! broken". Each has its own words, so that the fault of one never pays for another. It must not know what becomes of a form.

use super::beside::cuts;
use super::kept::pieces;
use super::parts::LONGEST;
use super::request::Request;
use super::speaker::Speaker;
use super::stated::cause_stated;
use super::turn::Heard;
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
    /// What a message says of each order that it names, and of each of theirs of which it names the goods.
    fn said_of_each(&self) -> Vec<Own> {
        let text = self.heard.text;
        let several = self.facts.own_orders.len() > 1 || self.named_orders().len() > 1;
        if !several || text.len() > LONGEST {
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

    /// The order that a part of a message names by its number, or the one of theirs that it names by its goods.
    fn order_named_in(&self, part: &str) -> Option<OrderId> {
        let reading = self.rules.matcher.read(part);
        let (own, named) = (&self.facts.own_orders, self.named_orders());
        let is_known = |id: &OrderId| own.contains(id) || named.iter().any(|it| it.value == *id);
        let mut numbered = reading.slots.orders.iter().map(|slot| &slot.value);
        let numbered = numbered.find(|id| is_known(id)).cloned();
        numbered.or_else(|| self.order_with_item(part))
    }

    /// The orders of which a cause is told for each: all of them are wanted back, though only one of them is asked for in so many words.
    pub(super) fn orders_with_cause(&self) -> Vec<OrderId> {
        let each = self.said_of_each();
        if each.len() < 2 || each.iter().any(|own| own.cause.is_none()) {
            return Vec::new();
        }
        each.into_iter().map(|own| own.order).collect()
    }

    /// Trouble with another order than the one whose money is wanted back is no reason of that one: it is wanted back as well where a
    /// cause is told of each, and else reported.
    pub(super) fn keep_other_reports(&self, requests: &mut Vec<Request>, refund: &Request) {
        let does = |it: &Request, action| self.action(&it.scored.intent) == Some(action);
        let refunds = requests
            .iter()
            .filter(|it| does(it, Action::StartRefund))
            .filter_map(|it| it.order.clone());
        let refunds: Vec<OrderId> = refunds.collect();
        let with_cause = self.orders_with_cause();
        let reports = |it: &Request| does(it, Action::ReportDelivery);
        requests.retain(|it| {
            let mut order = it.order.iter();
            !reports(it) || order.any(|order| !refunds.is_empty() && !refunds.contains(order))
        });
        for report in requests.iter_mut().filter(|it| reports(it)) {
            if report
                .order
                .as_ref()
                .is_some_and(|it| with_cause.contains(it))
            {
                report.scored = refund.scored.clone();
            }
        }
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
            let form = self.form_on(&only);
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
            let form = self.form_on(&own);
            if own.order == here {
                let before = topic.form.portion.take().filter(|it| it.said.is_none());
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
                waits.form = form;
            }
        }
        topic.form.told |= topic.form.cause.is_some();
    }

    /// What a form has of the words on its order.
    fn form_on(&self, own: &Own) -> Form {
        Form {
            cause: own.cause.map(ClaimCause::number),
            details: own.cause.map(|_| own.text.clone()),
            told: own.cause.is_some(),
            portion: Some(self.portion_in(&own.text)),
            ..Form::default()
        }
    }

    /// What words on an order may tell of how much of it is wanted.
    pub(super) fn portion_in(&self, words: &str) -> Portion {
        let reading = self.rules.matcher.read(words);
        let heard = Heard {
            text: words,
            reading: &reading,
            choice: None,
        };
        Portion {
            said: Some(heard.without_orders()),
            ..Portion::default()
        }
    }
}

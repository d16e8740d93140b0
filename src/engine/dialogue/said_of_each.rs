//! What a message says of each of several orders that are wanted back: "refund A1001 because it's too small and A1002 because it's broken".
//! The words on one of them are never those on another.

use super::parts::{Cut, LONGEST, pieces};
use super::request::Request;
use super::speaker::Speaker;
use super::stated::cause_stated;
use super::turn::Heard;
use crate::domain::claim::ClaimCause;
use crate::domain::conversation::{Form, Portion, Topic};
use crate::domain::ids::OrderId;
use crate::engine::rules::book::Action;

/// The words on an order, and the cause that they tell.
struct SaidOf<'t> {
    order: OrderId,
    words: &'t str,
    cause: ClaimCause,
}

impl<'a> Speaker<'a> {
    /// What a message tells already of the form of a request: of its own order, where it tells something of each.
    pub(super) fn form_of_request(&self, topic: &Topic) -> Form {
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let mut each = self.causes_of_each().into_iter().filter(|_| refund);
        let own = |it: &SaidOf<'_>| Some(&it.order) == topic.order.as_ref();
        match each.find(own) {
            None => self.form_of_message(&topic.intent),
            Some(said) => Form {
                cause: Some(said.cause.number()),
                details: Some(said.words.trim().to_owned()),
                told: true,
                portion: Some(self.portion_in(said.words)),
                ..Form::default()
            },
        }
    }

    /// The orders of which a cause is told for each: all of them are wanted back, though only one of them is asked for in so many words.
    pub(super) fn orders_with_cause(&self) -> Vec<OrderId> {
        let each = self.causes_of_each().into_iter();
        each.map(|said| said.order).collect()
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

    /// The words on each order with the cause in them. None where an order has no such words: what is told may be said of all of them.
    fn causes_of_each(&self) -> Vec<SaidOf<'a>> {
        let text = self.heard.text;
        let named = self.named_orders();
        if named.len() < 2 || text.len() > LONGEST {
            return Vec::new();
        }
        let mut runs: Vec<(Option<OrderId>, usize, usize)> = Vec::new();
        for (from, to) in pieces(self.rules, self.heard, Cut::Clauses) {
            let inside = named.iter().filter(|it| (from..to).contains(&it.start));
            let mut inside = inside.map(|it| it.value.clone());
            let order = inside.next();
            if inside.next().is_some() {
                return Vec::new();
            }
            match runs.last_mut() {
                Some(last) if order.is_none() || last.0.is_none() => {
                    last.0 = last.0.take().or(order);
                    last.2 = to;
                }
                _ => runs.push((order, from, to)),
            }
        }
        let said = runs.into_iter().map(|(order, from, to)| {
            let words = text.get(from..to)?;
            let cause = cause_stated(&self.rules.matcher.read(words))?;
            let order = order?;
            Some(SaidOf {
                order,
                words,
                cause,
            })
        });
        let each: Option<Vec<SaidOf<'a>>> = said.collect();
        each.filter(|each| each.len() > 1).unwrap_or_default()
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

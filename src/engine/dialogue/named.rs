//! Which of the orders named in a message belongs to which of its requests: "where is A1002? And please cancel A1001".

use std::collections::BTreeSet;

use super::circumstances::{HOW_LONG, NEW_DETAILS, OTHER_ORDER, QUESTION};
use super::facts::ORDERS_PER_MESSAGE;
use super::parts::{Cut, parts, pieces};
use super::request::{Request, Which, asks_where};
use super::speaker::Speaker;
use crate::domain::ids::{IntentId, OrderId};
use crate::engine::reading::{Decision, Matched, Scored};
use crate::engine::rules::book::{Act, Action};
use crate::engine::slots::Slot;

/// So many letters stand between two entries of a list at the most: "and", "plus".
const LIST_WORD: usize = 4;
/// A part that is joined to another counts from this score on: its words may go on with what the other says.
const SURE_FROM: u8 = 64;
/// The circumstance of somebody who says that they want their money.
const WANTS_MONEY: &str = "wants_money";
/// So many bytes are enough to say that a number was wrong.
const TAKEN_BACK: usize = 60;

/// How far a request's words are from an order's number in the text, in bytes. Words before the number are nearer than words behind. A
/// number of another order is none of its words, though a rule may have asked for one.
fn distance(scored: &Scored, order: &Slot<OrderId>, named: &[Slot<OrderId>]) -> usize {
    let is_order = |it: &Matched| {
        named
            .iter()
            .any(|slot| it.start < slot.end && slot.start < it.end)
    };
    let mut words = scored.matched.iter().filter(|it| !is_order(it));
    let first = words.next();
    let start = first.map_or(0, |matched| matched.start);
    let end = words
        .next_back()
        .or(first)
        .map_or(start, |matched| matched.end);
    if order.start >= end {
        2 * (order.start - end)
    } else {
        2 * start.saturating_sub(order.end) + 1
    }
}

/// Whether an action only tells, so that what comes after it is still heard. The others may hand the conversation over.
pub(super) const fn only_tells(action: Action) -> bool {
    matches!(
        action,
        Action::Answer
            | Action::ShowOrder
            | Action::ShowRefund
            | Action::ExplainRejection
            | Action::PayAgain
            | Action::Greet
            | Action::Thank
            | Action::Soothe
    )
}

/// The question how an order stands, asked by the words of another request.
fn as_status(scored: &Scored) -> Option<Scored> {
    let intent = IntentId::parse("order_status").ok()?;
    Some(Scored {
        intent,
        ..scored.clone()
    })
}

impl<'a> Speaker<'a> {
    /// The orders that the message names, each once.
    pub(super) fn named_orders(&self) -> Vec<&'a Slot<OrderId>> {
        let reading = self.heard.reading;
        let mut named: Vec<&Slot<OrderId>> = Vec::new();
        for slot in &reading.slots.orders {
            if let Some(before) = named.last()
                && self.takes_back(before.end, slot)
            {
                named.pop();
            }
            if named.iter().all(|known| known.value != slot.value) {
                named.push(slot);
            }
        }
        named.truncate(ORDERS_PER_MESSAGE);
        named
    }

    /// "A1003, no sorry, A1002": whether what stands between two numbers says that the first was wrong.
    /// "A1001 I don't want any more, A1002 to another address" takes nothing back: it asks for something with the first, and then with the second.
    fn takes_back(&self, from: usize, next: &Slot<OrderId>) -> bool {
        let text = self.heard.text;
        let between = text.get(from..next.start).unwrap_or_default();
        let behind = text.get(next.end..).unwrap_or_default();
        let goes_on = behind.contains(char::is_alphabetic);
        if between.len() > TAKEN_BACK || !between.contains(char::is_alphabetic) {
            return false;
        }
        let mut pieces = between.split(|c: char| !c.is_alphanumeric() && c != ' ' && c != '\'');
        pieces.any(|piece| {
            let reading = self.rules.matcher.read(piece);
            let asks = goes_on && reading.decision == Decision::Answer;
            !asks && (reading.does(Act::Correct) || reading.does(Act::No))
        })
    }

    /// What the message asks for, in the order in which it asks; what may hand the conversation over comes last.
    pub(super) fn requests(&self) -> Vec<Request> {
        let mut requests = match self.requests_in_parts() {
            Some(requests) => requests,
            None => self.requests_in_one(),
        };
        self.add_change(&mut requests);
        self.take_as_refund(&mut requests);
        requests = self.spread(requests);
        self.ask_how_long(&mut requests);
        let begins = |it: &Request| self.begins_money_back(&it.scored);
        if requests.iter().any(begins) && !self.tells(OTHER_ORDER) {
            self.ask_in_general(&mut requests);
        }
        // What has to ask which order it is about comes first, and of several such what acts: what only tells may go on with its order.
        requests.sort_by_key(|it| {
            let acts = !self.action(&it.scored.intent).is_some_and(only_tells);
            (!it.elsewhere, acts != it.elsewhere)
        });
        requests
    }

    /// A change that one part of a message asks for with its new value, where the whole is read as what another part asks for.
    fn add_change(&self, requests: &mut Vec<Request>) {
        let changes = |intent: &IntentId| self.action(intent) == Some(Action::ChangeOrder);
        let known = requests.iter().any(|it| changes(&it.scored.intent));
        if known || requests.is_empty() || !self.tells(NEW_DETAILS) {
            return;
        }
        let corrections = self.corrections_of_message();
        if corrections.iter().all(|it| it.value.is_none()) {
            return;
        }
        let text = self.heard.text;
        let mut pieces = pieces(self.rules, self.heard, Cut::Clauses).into_iter();
        let change = pieces.find_map(|(from, to)| {
            let reading = self.rules.matcher.read(text.get(from..to)?);
            let found = reading.best().filter(|it| changes(&it.intent));
            found.cloned()
        });
        if let Some(scored) = change {
            let order = self.named_orders().first().map(|it| it.value.clone());
            requests.push(Request::of(scored, order));
        }
    }

    /// A message whose parts each ask for something by themselves: "where is A1001 and where is my refund for A1002". Each part's
    /// order belongs to it. None: it is one piece, or its parts say no more than the whole does.
    fn requests_in_parts(&self) -> Option<Vec<Request>> {
        let whole = &self.heard.reading.intents;
        let joined = self.requests_of(Cut::Joins).filter(|requests| {
            let new = |it: &Request| whole.iter().all(|scored| scored.intent != it.scored.intent);
            requests.iter().any(new) || self.sets_apart(requests)
        });
        joined.or_else(|| {
            let orders = self.named_orders().len().max(self.points_at());
            if orders < 2 && !self.means_another() {
                return None;
            }
            let mut cuts = [Cut::Clauses, Cut::Orders].into_iter();
            cuts.find_map(|cut| {
                let requests = self.requests_of(cut)?;
                let orders = requests.iter().filter_map(|it| it.order.as_ref());
                let several = orders.collect::<BTreeSet<_>>().len() > 1;
                (several || self.sets_apart(&requests)).then_some(requests)
            })
        })
    }

    /// Whether something is asked for each of several orders, though the whole is not clear.
    pub(super) fn asks_for_each_order(&self) -> bool {
        self.named_orders().len() > 1 && self.requests_in_parts().is_some()
    }

    /// What the parts ask for, if they are several: about an order, or put as a question of its own.
    fn requests_of(&self, cut: Cut) -> Option<Vec<Request>> {
        let mut requests: Vec<(Scored, Which)> = Vec::new();
        for part in parts(self.rules, self.heard, cut) {
            let named = part.slots.orders.first().map(|slot| slot.value.clone());
            let by_itself = cut == Cut::Clauses || named.is_some();
            let sure = |scored: &&Scored| by_itself || scored.score >= SURE_FROM;
            let mut sure = part.intents.iter().filter(sure);
            let about_order = sure.find(|scored| self.needs_order(scored));
            let asks = || {
                let first = part.intents.first();
                first.filter(|_| part.tells(QUESTION))
            };
            let before = requests.first().filter(|_| asks_where(&part));
            let stands = before.and_then(|(scored, _)| as_status(scored));
            // "A1001 an invoice, A1002 cancel": a matter that needs no order is asked for with one.
            let own = || {
                let mut all = part.intents.iter().filter(|_| named.is_some());
                all.find(|scored| self.is_matter(&scored.intent))
            };
            let scored = about_order.or_else(asks).or_else(own).cloned();
            let scored = scored.or(stands)?;
            let which = self.which_order(named, &scored, &part);
            let known = |it: &(Scored, Which)| it.0.intent == scored.intent && it.1 == which;
            if !requests.iter().any(known) {
                requests.push((scored, which));
            }
        }
        (requests.len() > 1).then(|| self.told_apart(&requests))
    }

    /// What a message asks for that is read as one piece: each order belongs to the request whose words are nearest.
    fn requests_in_one(&self) -> Vec<Request> {
        let reading = self.heard.reading;
        let mut asked: Vec<&'a Scored> = reading.intents.iter().collect();
        asked.sort_by_key(|scored| scored.matched.first().map_or(0, |matched| matched.start));
        let named = self.named_orders();
        // "A receipt for A1001, and cancel A1002": an order may belong to what needs none.
        let nearest = |slot: &Slot<OrderId>| {
            let matters = asked
                .iter()
                .copied()
                .filter(|it| self.is_matter(&it.intent));
            matters.min_by_key(|scored| distance(scored, slot, &reading.slots.orders))
        };
        let mut requests = Vec::new();
        for scored in asked.iter().copied() {
            let own = named
                .iter()
                .filter(|slot| nearest(slot).is_some_and(|it| it.intent == scored.intent));
            let mut orders: Vec<OrderId> = own.map(|slot| slot.value.clone()).collect();
            if orders.is_empty() {
                let closest = named
                    .iter()
                    .min_by_key(|slot| distance(scored, slot, &reading.slots.orders));
                orders.extend(closest.map(|slot| slot.value.clone()));
            }
            let others = self.not_listed(scored, &mut orders);
            if orders.is_empty() || !self.needs_order(scored) {
                let (scored, order) = (scored.clone(), orders.into_iter().next());
                requests.push(Request::of(scored, order));
            } else {
                let each = |order| Request::of(scored.clone(), Some(order));
                requests.extend(orders.into_iter().map(each));
            }
            requests.extend(others);
        }
        requests
    }

    /// "Cancel A1001 and tell me where A1002 is": what changes an order does so only to those that stand in one list with the first.
    /// Of the others it is told how they stand.
    fn not_listed(&self, scored: &Scored, orders: &mut Vec<OrderId>) -> Vec<Request> {
        let changes = !self.action(&scored.intent).is_some_and(only_tells);
        let (Some(status), true) = (as_status(scored), changes && orders.len() > 1) else {
            return Vec::new();
        };
        let mut listed = self.listed_with(&orders[0]);
        if self.action(&scored.intent) == Some(Action::StartRefund) {
            listed.extend(self.orders_with_cause());
        }
        let others = orders.iter().filter(|order| !listed.contains(order));
        let others = others.map(|order| Request::of(status.clone(), Some(order.clone())));
        let others = others.collect();
        orders.retain(|order| listed.contains(order));
        others
    }

    /// The orders that stand with one in a list, so that hardly a word is between them: "A1001, A1002 and A1003".
    fn listed_with(&self, first: &OrderId) -> Vec<OrderId> {
        let mut listed: Vec<OrderId> = Vec::new();
        let mut end = None;
        for slot in self.named_orders() {
            let between = |end| self.heard.text.get(end..slot.start).unwrap_or_default();
            let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
            let near = end.is_some_and(|end| letters(between(end)) <= LIST_WORD);
            if slot.value == *first || near && listed.contains(first) {
                listed.push(slot.value.clone());
                end = Some(slot.end);
            }
        }
        listed
    }

    /// "Cancel it; when do I get my money?" asks about a refund that is only about to begin.
    fn begins_money_back(&self, scored: &Scored) -> bool {
        matches!(
            self.action(&scored.intent),
            Some(Action::CancelOrder | Action::StartRefund)
        )
    }

    /// Trouble with what came, and the money wanted back for it, are one request: the refund form takes the trouble as its cause.
    fn take_as_refund(&self, requests: &mut Vec<Request>) {
        let does = |it: &Request, action| self.action(&it.scored.intent) == Some(action);
        let reports = |it: &Request| does(it, Action::ReportDelivery);
        if !requests.iter().any(reports) {
            return;
        }
        let wanted = requests.iter().find(|it| does(it, Action::StartRefund));
        if let Some(refund) = wanted.cloned() {
            return self.keep_other_reports(requests, &refund);
        }
        let clauses = parts(self.rules, self.heard, Cut::Clauses);
        let mut asked = clauses.iter().flat_map(|clause| &clause.intents);
        let refund = asked.find(|scored| self.action(&scored.intent) == Some(Action::StartRefund));
        // Dictated in one breath, the wish is no clause of its own.
        let in_one_breath = || {
            let wish = self.tells(WANTS_MONEY) && self.told_cause().is_some();
            let report = requests.iter().find(|it| reports(it)).filter(|_| wish)?;
            let intent = IntentId::parse(super::apply::MATTER).ok()?;
            Some(Scored {
                intent,
                ..report.scored.clone()
            })
        };
        if let Some(refund) = refund.cloned().or_else(in_one_breath) {
            for request in requests.iter_mut().filter(|it| reports(it)) {
                request.scored = refund.clone();
            }
        }
    }

    /// "How do I apply, and how long does it take?": the second question is about the rules.
    fn ask_how_long(&self, requests: &mut Vec<Request>) {
        let how = requests
            .iter()
            .find(|it| it.scored.intent.as_str() == "refund_how_to");
        let known = !self.facts.site.policy.refund_time.is_empty();
        let Some(how) = how.filter(|_| self.tells(HOW_LONG)).cloned() else {
            return;
        };
        let is_status = |it: &Request| self.action(&it.scored.intent) == Some(Action::ShowOrder);
        requests.retain(|it| !is_status(it));
        let policy = IntentId::parse("refund_policy").ok().filter(|_| known);
        if let (1, Some(intent)) = (requests.len(), policy) {
            let scored = Scored {
                intent,
                ..how.scored
            };
            requests.push(Request::of(scored, None));
        }
    }

    /// Where is a refund that is only about to begin? That can only be asked in general: how long one takes, if that was the question.
    fn ask_in_general(&self, requests: &mut Vec<Request>) {
        let policy = IntentId::parse("refund_policy").ok();
        let known = !self.facts.site.policy.refund_time.is_empty();
        let general = policy.filter(|_| known && self.tells(HOW_LONG));
        let shows = |it: &Request| self.action(&it.scored.intent) == Some(Action::ShowRefund);
        match general {
            Some(policy) => {
                for request in requests.iter_mut().filter(|it| shows(it)) {
                    request.scored.intent = policy.clone();
                    request.order = None;
                }
            }
            None => requests.retain(|it| !shows(it)),
        }
    }

    fn needs_order(&self, scored: &Scored) -> bool {
        self.is_about_orders(&scored.intent)
    }

    /// One request for each of the orders that the message names.
    pub(super) fn requests_for(&self, scored: &Scored) -> Vec<Request> {
        let named = self.named_orders().into_iter();
        let mut orders: Vec<OrderId> = named.map(|slot| slot.value.clone()).collect();
        let others = self.not_listed(scored, &mut orders);
        let each = |order| Request::of(scored.clone(), Some(order));
        orders.into_iter().map(each).chain(others).collect()
    }
}

//! A report of trouble with goods that came: where the policy gives money back for it, a claim is offered, said back, and handed in after a
//! yes; else, and where the customer wants something else, a person looks into it. It must not know how a claim is filled in.

use super::circumstances::{ALL_OF_IT, HOW_LONG};
use super::exchange::WANTS_EXCHANGE;
use super::form::CORRECTION;
use super::refund::obstacle;
use super::request::Request;
use super::speaker::Speaker;
use super::states::has_come;
use crate::domain::claim::ClaimCause;
use crate::domain::conversation::{Form, Need, Portion, Topic};
use crate::domain::ids::{IntentId, OrderId};
use crate::domain::order::{Order, OrderStatus};
use crate::domain::verdict::Decision;
use crate::engine::rules::book::{Act, Action};
use crate::engine::say::Say;

/// The circumstance of somebody who wants what is missing sent after.
const WANTS_RESENT: &str = "wants_resent";
/// The matter of a report: trouble with a delivery.
pub(super) const REPORT: &str = "delivery_problem";

impl Speaker<'_> {
    /// A word on what was told, before anything is asked, where nothing else is at hand: on what happened, or on goods that are wanted
    /// instead of money.
    pub(super) fn sympathise_at_once(&mut self, topic: &Topic) {
        let refund = self.action(&topic.intent) == Some(Action::StartRefund);
        let either = self.tells(WANTS_EXCHANGE) && !self.wants_only_exchange();
        if refund && self.memory.topic.is_none() && either {
            let either = self.plain(self.either());
            self.lead_with(either);
        }
        let reports = self.action(&topic.intent) == Some(Action::ReportDelivery);
        if reports && self.memory.topic.is_none() && self.meant(topic).is_some() {
            self.sympathise(topic);
        }
    }

    /// Whether somebody who seems to ask how an order stands that came tells that it is faulty or not what was ordered: they have it.
    pub(super) fn has_it_with_fault(&self, order: &Order) -> bool {
        self.states_fault_of_goods() && has_come(order)
    }

    /// Whether it is told that goods are faulty, or not what was ordered.
    pub(super) fn states_fault_of_goods(&self) -> bool {
        let cause = self.told_cause();
        let of_goods = matches!(cause, Some(ClaimCause::Damaged | ClaimCause::WrongItem));
        of_goods && self.states_cause()
    }

    /// "It came broken, what do I do and how long does it take?": the money takes its time, and nobody asks where the parcel is.
    pub(super) fn tells_time_of_report(&mut self, requests: &mut Vec<Request>) {
        let does = |it: &Request| self.action(&it.scored.intent);
        let reports = |it: &&Request| {
            let does = does(it);
            matches!(does, Some(Action::ReportDelivery | Action::StartRefund))
        };
        let asks = self.tells(HOW_LONG) && self.states_fault_of_goods();
        let Some(report) = requests.iter().find(reports).filter(|_| asks) else {
            return;
        };
        let order = report.order.clone();
        let same = |it: &Request| it.order.is_none() || it.order == order;
        let before = requests.len();
        let stays: Vec<Request> = requests
            .iter()
            .filter(|it| does(it) != Some(Action::ShowOrder) || !same(it))
            .cloned()
            .collect();
        *requests = stays;
        if requests.len() < before {
            self.tell_how_long();
        }
    }

    /// Takes trouble with goods of somebody signed in, told in so few words that no rule knows them, as a report on their order: "the blue
    /// one is cracked". False: it is not plain whose goods they are, or nothing is wrong with them.
    pub(super) fn reports_own_item(&mut self) -> bool {
        let short = self.heard.text.chars().count() <= CORRECTION;
        let facts = self.facts;
        let has_it = |id: &&OrderId| {
            let order = facts.orders.get(*id);
            order.is_some_and(|it| has_come(it) && self.names_item_of(it, self.heard.text))
        };
        let mut own = facts.own_orders.iter().filter(has_it);
        let (Some(order), None) = (own.next(), own.next()) else {
            return false;
        };
        let told = self.told_cause().is_some() && self.states_cause();
        if !short || !told || !self.named_orders().is_empty() || self.is_merchant() {
            return false;
        }
        self.memory.misunderstood = 0;
        self.take_up_told(REPORT, order);
        true
    }

    /// Offers to claim the money for what a report tells of. False: it goes to a person.
    pub(super) fn offers_claim(&mut self, topic: &Topic, order: &Order) -> bool {
        let Some(claim) = self.claim_of_report(topic, order) else {
            return false;
        };
        let exchange = claim
            .form
            .details
            .iter()
            .any(|it| self.rules.matcher.read(it).tells(WANTS_EXCHANGE));
        let offer = match exchange {
            true => self.either(),
            false => Say::ClaimOffered,
        };
        let offer = self.plain(offer);
        self.lead_with(offer);
        self.fill_refund(claim, order);
        true
    }

    /// The claim that the policy would give money for, or want to see something for: goods that came and are not what was ordered, of an
    /// order that is proven far enough. Of several items, it is asked which where none is named.
    fn claim_of_report(&self, topic: &Topic, order: &Order) -> Option<Topic> {
        let cause = topic.form.cause.and_then(ClaimCause::from_number)?;
        let of_goods = matches!(cause, ClaimCause::Damaged | ClaimCause::WrongItem);
        let came = matches!(
            order.status,
            OrderStatus::Shipped | OrderStatus::Delivered | OrderStatus::Completed
        );
        let details = topic.form.details.clone()?;
        let told = self.rules.matcher.read(&details);
        let (policy, now) = (&self.facts.site.policy, self.facts.now);
        let free = obstacle(order, policy, now, false).is_none();
        // Where goods may be exchanged, a person does that.
        let exchanged = told.tells(WANTS_EXCHANGE) && self.either() != Say::EitherRefund;
        if !of_goods || !came || !free || exchanged {
            return None;
        }
        let mut claim = Topic {
            intent: IntentId::parse(super::apply::MATTER).ok()?,
            need: Need::Details,
            form: Form {
                cause: Some(cause.number()),
                told: true,
                offered: true,
                portion: Some(self.portion_in(&details)),
                details: Some(details),
                ..Form::default()
            },
            ..topic.clone()
        };
        self.settle_portion(&mut claim, order);
        if claim.form.portion.is_none() && order.items.len() > 1 && !told.tells(ALL_OF_IT) {
            claim.form.portion = Some(Portion {
                open: true,
                ..Portion::default()
            });
        }
        let proven = self.level(&order.id) >= self.proof_for(&claim);
        (proven && self.would_be_given(&claim, order)).then_some(claim)
    }

    /// Whether the policy itself decides on a claim, in its favour.
    fn would_be_given(&self, claim: &Topic, order: &Order) -> bool {
        let claims = self.claims_of(order);
        let draft = claims.draft(order, self.application(claim, order), self.facts.now);
        draft.is_ok_and(|draft| {
            let verdict = self.verdict_on(&draft, order, &claims);
            matches!(
                verdict.decision,
                Decision::Accept | Decision::NeedsEvidence(_)
            )
        })
    }

    /// "No" to a claim that was only offered, or goods wanted and no money: what was reported goes to a person, as it was told. False:
    /// nothing was offered, or it is no such word.
    pub(super) fn declines_offer(&mut self, topic: &Topic) -> bool {
        let reading = self.heard.reading;
        let withdraws = reading
            .intents
            .iter()
            .any(|it| self.action(&it.intent) == Some(Action::WithdrawRefund));
        let goods = self.tells(WANTS_RESENT);
        let denies = reading.does(Act::No) || withdraws || goods;
        let order = topic.order.as_ref();
        let order = order.and_then(|id| self.facts.orders.get(id));
        // "No, the red one" answers which.
        let names = order.is_some_and(|it| self.names_item_of(it, self.heard.text));
        let goes_on =
            self.told_cause().is_some() || self.tells(WANTS_EXCHANGE) || names && !withdraws;
        let goes_on = goes_on && !goods;
        if !topic.form.offered || !denies || goes_on || self.agrees() || self.keeps_some(topic) {
            return false;
        }
        let Ok(intent) = IntentId::parse(REPORT) else {
            return false;
        };
        self.memory.misunderstood = 0;
        self.note_acted(&intent);
        let report = Topic {
            intent,
            form: Form {
                cause: topic.form.cause,
                details: topic.form.details.clone(),
                ..Form::default()
            },
            ..topic.clone()
        };
        self.file(report, Say::DeliveryFiled);
        true
    }
}

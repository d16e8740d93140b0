//! Handing a claim in and calling it off: what the policy says leads to what is said, who decides, and what is written down.

use super::items::named;
use super::signs::signs_in_words;
use super::speaker::Speaker;
use super::turn::Move;
use crate::domain::claim::{Application, Claim, ClaimCause, ClaimState, OrderClaims};
use crate::domain::conversation::{Need, Outcome, Topic};
use crate::domain::handoff::HandoffReason;
use crate::domain::judge::{Asking, History, judge};
use crate::domain::order::{Order, RefundState};
use crate::domain::verdict::{Decision, Verdict, VerdictReason};
use crate::engine::replies::Placeholder;
use crate::engine::rules::book::Action;
use crate::engine::say::Say;

impl Speaker<'_> {
    /// The form is filled in.
    pub(super) fn file_claim(&mut self, topic: Topic, order: &Order) {
        let application = self.application(&topic, order);
        self.file_application(Some(topic), order, application);
    }

    /// The claim is held against the policy, and handed in. Gives what the policy said, if there was something to claim.
    pub(super) fn file_application(
        &mut self,
        topic: Option<Topic>,
        order: &Order,
        application: Application,
    ) -> Option<Verdict> {
        let mut claims = self.claims_of(order);
        let now = self.facts.now;
        let Ok(draft) = claims.draft(order, application, now) else {
            // Nothing is left to be paid back: a person explains what became of the money.
            self.memory.topic = topic;
            self.hand_over(HandoffReason::NotCovered, Say::RefundFiled);
            return None;
        };
        let verdict = self.verdict_on(&draft, order, &claims);
        if verdict.decision == Decision::Refuse {
            self.refuse(verdict.reason, order);
            self.cite(&verdict);
            return Some(verdict);
        }
        let claim = claims.submit(order, draft, verdict.clone()).cloned().ok()?;
        // What it tells of was reported with it.
        let reports = |it: &Topic| self.action(&it.intent) == Some(Action::ReportDelivery);
        let cause = Some(claim.cause.number());
        let told = |it: &Topic| it.form.cause.is_none() || it.form.cause == cause;
        let mut parked = self.memory.parked.clone();
        parked.retain(|it| !(reports(it) && told(it) && it.order.as_ref() == Some(&order.id)));
        self.memory.parked = parked;
        self.moves.push(Move::Claim {
            claims: Box::new(claims),
            id: claim.id.clone(),
        });
        match &verdict.decision {
            Decision::Accept => {
                self.memory.topic = topic;
                self.say_of_claim(Say::RefundAccepted, &claim, order);
                self.memory.topic = None;
            }
            Decision::NeedsEvidence(_) => self.wait_to_be_shown(&claim, order),
            Decision::Person | Decision::Refuse => {
                self.memory.topic = topic;
                self.hand_over(reason(verdict.reason), Say::RefundFiled);
                self.tell_signs(&verdict, order);
            }
        }
        self.cite(&verdict);
        Some(verdict)
    }

    /// The clause that decided stands beside what is said of the decision.
    fn cite(&mut self, verdict: &Verdict) {
        if let Some(last) = self.said.last_mut() {
            last.because.policy.push(verdict.applied());
        }
    }

    /// What the policy says to a claim.
    pub(super) fn verdict_on(&self, draft: &Claim, order: &Order, claims: &OrderClaims) -> Verdict {
        let none = History::default();
        let history = self.facts.histories.get(&order.id).unwrap_or(&none);
        let anything = self.plain(Say::ClaimShowAnything);
        let asking = Asking {
            history,
            anything: &anything,
            language: self.language,
            now: self.facts.now,
        };
        judge(&self.facts.site.policy, order, claims, draft, asking)
    }

    /// The person who looks because of the history learns what it looks like; the customer does not.
    fn tell_signs(&mut self, verdict: &Verdict, order: &Order) {
        let is_about_it = matches!(
            verdict.reason,
            VerdictReason::AbuseReview | VerdictReason::SlowedDown
        );
        let none = History::default();
        let history = self.facts.histories.get(&order.id).unwrap_or(&none);
        let signs = signs_in_words(self.rules, &history.meter, self.language);
        let handed = self.moves.iter_mut().rev().find_map(|done| match done {
            Move::HandOff(handoff) => Some(handoff),
            _ => None,
        });
        if let Some(handoff) = handed.filter(|_| is_about_it) {
            handoff.brief.likely_cause = Some(signs);
        }
    }

    /// What the customer wants: the part that the form names, or all that is left, for the cause and in the words that it has.
    pub(super) fn application(&self, topic: &Topic, order: &Order) -> Application {
        let cause = topic.form.cause.and_then(ClaimCause::from_number);
        let wanted = topic.form.portion.as_ref();
        let wanted = wanted.and_then(|portion| self.wanted(portion, order).ok());
        let (items, amount) = wanted.unwrap_or_default();
        Application {
            conversation: Some(self.conversation.id.clone()),
            amount,
            items,
            cause: cause.unwrap_or(ClaimCause::Other),
            note: topic.form.details.clone(),
            evidence: Vec::new(),
        }
    }

    /// The policy rules it out: says why, and that a person may look.
    fn refuse(&mut self, reason: VerdictReason, order: &Order) {
        let say = match reason {
            VerdictReason::FinalSale => Say::RefundFinalSale,
            VerdictReason::NotPaid => Say::RefundNotPaid,
            VerdictReason::AlreadyRefunded => Say::RefundPaid,
            _ => Say::RefundWindowEnded,
        };
        self.explain(say, order);
    }

    /// Calls a claim off. A refund that stands only in the shop's own books is called off by a person.
    pub(super) fn withdraw(&mut self, mut topic: Topic, order: &Order) {
        let mut claims = self.claims_of(order);
        let Some(claim) = self.meant_to_withdraw(&claims, order) else {
            return self.withdraw_in_shop(order);
        };
        if self.level(&order.id) < self.facts.site.refund_proof {
            topic.need = Need::SignIn;
            self.memory.topic = Some(topic);
            return self.say(Say::RefundSignIn, Some(order), Outcome::AskVerification);
        }
        if !self.calls_off_in_words() {
            return self.ask_whether(&topic.intent);
        }
        if claims.withdraw(&claim.id, self.facts.now).is_err() {
            self.say_of_claim(Say::RefundBeingPaid, &claim, order);
            return self.offer_intents(&["talk_to_human"]);
        }
        let goes_on = claims.claims.iter().find(|it| it.state.is_open()).cloned();
        self.moves.push(Move::Claim {
            claims: Box::new(claims),
            id: claim.id.clone(),
        });
        self.say_of_claim(Say::RefundCalledOff, &claim, order);
        // Whoever has several must not think that all of them are off.
        if let Some(other) = goes_on {
            self.say_of_claim(Say::RefundGoesOn, &other, order);
        }
    }

    /// Which of the open applications is called off: the one for what the message names, else the latest.
    fn meant_to_withdraw(&self, claims: &OrderClaims, order: &Order) -> Option<Claim> {
        let named = named(self.rules, &self.heard.without_orders(), &order.items, true).items;
        let open = || claims.claims.iter().rev().filter(|it| it.state.is_open());
        let is_named = |claim: &&Claim| claim.items.iter().any(|item| named.contains(item));
        open().find(is_named).or_else(|| open().next()).cloned()
    }

    fn withdraw_in_shop(&mut self, order: &Order) {
        match order.latest_refund().map(|refund| refund.state) {
            Some(state) if state.is_open() => {
                self.hand_over(HandoffReason::NotCovered, Say::WithdrawFiled)
            }
            Some(RefundState::Paid) => self.explain(Say::RefundPaid, order),
            _ => self.explain(Say::WithdrawNothing, order),
        }
    }

    pub(super) fn claims_of(&self, order: &Order) -> OrderClaims {
        let known = self.facts.claims.get(&order.id).cloned();
        known.unwrap_or_else(|| OrderClaims::none(order.merchant.clone(), order.id.clone()))
    }

    pub(super) fn say_of_claim(&mut self, say: Say, claim: &Claim, order: &Order) {
        let mut values = self.values(Some(order));
        values.set(Placeholder::ClaimId, &claim.id.to_string());
        values.set(Placeholder::RefundAmount, &claim.amount.to_string());
        if let ClaimState::NeedsEvidence { what } = &claim.state {
            values.set(Placeholder::ClaimWanted, what);
        }
        self.say_with(say, &values, Outcome::Answer);
    }
}

/// Why a person decides.
const fn reason(reason: VerdictReason) -> HandoffReason {
    match reason {
        VerdictReason::OverLimit => HandoffReason::AmountOverLimit,
        VerdictReason::AbuseReview => HandoffReason::AbuseSuspected,
        VerdictReason::WindowEnded | VerdictReason::FinalSale => HandoffReason::PolicyException,
        _ => HandoffReason::NotCovered,
    }
}

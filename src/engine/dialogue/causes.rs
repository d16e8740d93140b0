//! Why something hangs, in an answer and in the brief: where the facts show the cause, one sentence names it, who must act, and
//! what comes next.

use super::speaker::Speaker;
use crate::domain::conversation::Outcome;
use crate::domain::notice::surge::cause_fact;
use crate::domain::order::{Order, RefundState};
use crate::domain::trouble::{Actor, Case, Cause, Evidence, Finding, NextStep, Subject, find};
use crate::engine::replies::Values;
use crate::engine::say::Say;

impl Speaker<'_> {
    /// The cause behind what a sentence explains, if it is worth saying: something hangs, or the usual time is known and no day was
    /// named.
    pub(super) fn finding(&self, say: Say, order: &Order) -> Option<Finding> {
        let found = find(&self.case(subject(say)?, order))?;
        let says_more = match found.cause {
            Cause::NotStuck => has_usual_time(&found) && !names_a_day(order),
            _ => true,
        };
        says_more.then_some(found)
    }

    fn case(&self, subject: Subject, order: &Order) -> Case {
        let incident = self.incident(subject, order);
        Case::gather(
            subject,
            order,
            self.facts.claims.get(&order.id),
            &self.facts.site.calendar,
            incident.as_ref(),
            self.facts.now,
        )
    }

    /// How something stands and, where it is known, why.
    pub(super) fn explanation(
        &self,
        say: Say,
        finding: Option<&Finding>,
        values: &Values,
    ) -> String {
        let replies = &self.rules.replies;
        let Some(found) = finding else {
            return replies.say(say, self.language, values);
        };
        // The usual cause is not worth naming beside the known one.
        let how = match say {
            Say::RefundFailed => Say::RefundFailedKnown,
            Say::OrderProcessing => Say::OrderProcessingKnown,
            Say::OrderRejected => Say::OrderRejectedKnown,
            Say::OrderRejectedWhy => Say::OrderRejectedWhyKnown,
            other => other,
        };
        let text = replies.say(how, self.language, values);
        let why = replies.say(sentence(found.next_step), self.language, values);
        self.language.join(&text, &why)
    }

    /// Says how something stands; the facts that show the cause stand beside those that the sentence used.
    pub(super) fn say_explanation(
        &mut self,
        text: String,
        say: Say,
        finding: Option<&Finding>,
        values: &Values,
    ) {
        let sentence = self.sentence(say, values);
        self.push(text, sentence, values, Outcome::GiveOrderStatus);
        if let (Some(found), Some(said)) = (finding, self.said.last_mut()) {
            let facts = found.speaks_for.iter().map(Evidence::name);
            said.because.facts.extend(facts.map(str::to_owned));
            said.because.facts.push(cause_fact(found.cause));
            self.link_incident(found);
        }
    }

    /// The cause for the brief: its name, who must act, and the payment side's own codes.
    pub(super) fn cause_for_agents(&self, order: &Order) -> Option<String> {
        let open = |state: RefundState| state != RefundState::Withdrawn;
        let refunds = order
            .latest_refund()
            .is_some_and(|refund| open(refund.state));
        let subject = if refunds {
            Subject::Refund
        } else {
            Subject::Payment
        };
        let found = find(&self.case(subject, order))?;
        let parts = [
            self.plain(cause_word(found.cause)?),
            self.plain(actor_word(found.actor)),
        ];
        let codes = found.speaks_for.iter().filter_map(Evidence::code);
        let parts: Vec<String> = parts.into_iter().chain(codes.map(str::to_owned)).collect();
        Some(parts.join(" \u{b7} "))
    }
}

/// What a sentence explains; none where it names the cause itself, or nothing can hang.
const fn subject(say: Say) -> Option<Subject> {
    match say {
        Say::OrderProcessing | Say::OrderUnpaid | Say::OrderRejected | Say::OrderRejectedWhy => {
            Some(Subject::Payment)
        }
        Say::OrderRefunding
        | Say::RefundRequested
        | Say::RefundApproved
        | Say::RefundPaying
        | Say::RefundLate
        | Say::RefundDecisionLate
        | Say::RefundFailed
        | Say::RefundRefused => Some(Subject::Refund),
        _ => None,
    }
}

/// Whether the money is with the bank, and for how long it usually is.
fn has_usual_time(found: &Finding) -> bool {
    let usual = |evidence: &Evidence| matches!(evidence, Evidence::UsualTime(_));
    found.actor == Actor::Bank && found.speaks_for.iter().any(usual)
}

fn names_a_day(order: &Order) -> bool {
    order
        .latest_refund()
        .is_some_and(|refund| refund.expected_by.is_some())
}

/// The sentence that names the cause, who must act, and what comes next.
pub(super) const fn sentence(step: NextStep) -> Say {
    match step {
        NextStep::WaitForRepair => Say::CauseWaitForRepair,
        NextStep::MerchantDecides => Say::CauseMerchantDecides,
        NextStep::MerchantSends => Say::CauseMerchantSends,
        NextStep::MerchantTopsUp => Say::CauseMerchantTopsUp,
        NextStep::MerchantCorrects => Say::CauseMerchantCorrects,
        NextStep::MerchantHandles => Say::CauseMerchantHandles,
        NextStep::CorrectAndPayAgain => Say::CauseCorrectAndPayAgain,
        NextStep::CompleteDetails => Say::CauseCompleteDetails,
        NextStep::UseOtherMethod => Say::CauseUseOtherMethod,
        NextStep::GiveOtherAccount => Say::CauseGiveOtherAccount,
        NextStep::PayBackOtherWay => Say::CausePayBackOtherWay,
        NextStep::AskForException => Say::CauseAskForException,
        NextStep::ShowEvidence => Say::CauseShowEvidence,
        NextStep::TryAgain => Say::CauseTryAgain,
        NextStep::WaitForRetry => Say::CauseWaitForRetry,
        NextStep::Wait => Say::CauseWait,
    }
}

/// What agents call a cause; nothing where nothing hangs.
const fn cause_word(cause: Cause) -> Option<Say> {
    Some(match cause {
        Cause::PlatformFault => Say::BriefFoundPlatformFault,
        Cause::MerchantError => Say::BriefFoundMerchantError,
        Cause::WrongDetails => Say::BriefFoundWrongDetails,
        Cause::MethodRestricted => Say::BriefFoundMethodRestricted,
        Cause::Policy => Say::BriefFoundPolicy,
        Cause::Network => Say::BriefFoundNetwork,
        Cause::NotStuck => return None,
    })
}

const fn actor_word(actor: Actor) -> Say {
    match actor {
        Actor::Customer => Say::BriefActsCustomer,
        Actor::Merchant => Say::BriefActsMerchant,
        Actor::Platform => Say::BriefActsPlatform,
        Actor::Bank => Say::BriefActsBank,
        Actor::Nobody => Say::BriefActsNobody,
    }
}

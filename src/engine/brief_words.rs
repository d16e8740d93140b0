//! The short sentences of a brief in another language than the one it was written in: it is written in the customer's, and an agent reads
//! their own. Only those without anything filled in: they are known by their text.

use std::collections::BTreeMap;

use super::Rules;
use super::replies::Values;
use super::say::Say;
use crate::domain::language::Language;
use crate::domain::promise::Promised;

/// The sentences that a brief is made of and that always say the same.
const FIXED: [Say; 38] = [
    Say::BriefMissingOrder,
    Say::BriefMissingProof,
    Say::BriefMissingStory,
    Say::BriefMissingSignIn,
    Say::BriefMissingItem,
    Say::BriefMissingName,
    Say::BriefMissingSettlement,
    Say::PromisedReply,
    Say::PromisedCancel,
    Say::PromisedChange,
    Say::PromisedInvoice,
    Say::PromisedReport,
    Say::PromisedRefund,
    Say::PromisedWithdraw,
    Say::PromisedSums,
    Say::PromisedRepair,
    Say::PromisedLink,
    Say::PromisedPayment,
    Say::BriefCauseBank,
    Say::BriefCauseUnpaid,
    Say::BriefCauseRejected,
    Say::BriefFoundPlatformFault,
    Say::BriefFoundMerchantError,
    Say::BriefFoundWrongDetails,
    Say::BriefFoundMethodRestricted,
    Say::BriefFoundPolicy,
    Say::BriefFoundNetwork,
    Say::BriefActsCustomer,
    Say::BriefActsMerchant,
    Say::BriefActsPlatform,
    Say::BriefActsBank,
    Say::BriefActsNobody,
    Say::CauseDamaged,
    Say::CauseWrongItem,
    Say::CauseNotArrived,
    Say::CauseChangedMind,
    Say::CausePaidTwice,
    Say::CauseOther,
];

/// These sentences in every other language, each with what it is in this one.
#[must_use]
pub fn brief_words(rules: &Rules, to: Language) -> BTreeMap<String, String> {
    let others = Language::ALL.into_iter().filter(|from| *from != to);
    let all = others.flat_map(|from| FIXED.map(|say| (say, from)));
    let text = |say, language| rules.replies.say(say, language, &Values::default());
    all.map(|(say, from)| (text(say, from), text(say, to)))
        .filter(|(from, to)| from != to)
        .collect()
}

/// What is promised by a sentence with which a matter goes to a person.
#[must_use]
pub const fn promised_by(say: Say) -> Say {
    match say {
        Say::CancelFiled => Say::PromisedCancel,
        Say::ChangeFiled | Say::ChangeTooLate => Say::PromisedChange,
        Say::InvoiceFiled => Say::PromisedInvoice,
        Say::DeliveryFiled => Say::PromisedReport,
        Say::RefundFiled | Say::PortionUnknown => Say::PromisedRefund,
        Say::WithdrawFiled => Say::PromisedWithdraw,
        Say::SumsChecked => Say::PromisedSums,
        _ => Say::PromisedReply,
    }
}

/// What was promised, as an agent reads it.
#[must_use]
pub fn promised_in_words(rules: &Rules, what: &Promised, language: Language) -> String {
    let say = match what {
        Promised::Answer { claim: None } => Say::PromisedReply,
        Promised::Answer { claim: Some(_) } | Promised::TakeUp { .. } => Say::PromisedRefund,
        Promised::Repair { .. } => Say::PromisedRepair,
        Promised::Link { .. } => Say::PromisedLink,
        Promised::Payment { .. } => Say::PromisedPayment,
    };
    rules.replies.say(say, language, &Values::default())
}

//! The short sentences of a brief in another language than the one it was written in: it is written in the customer's, and an agent reads
//! their own. Only those without anything filled in: they are known by their text.

use std::collections::BTreeMap;

use super::Rules;
use super::replies::Values;
use super::say::Say;
use crate::domain::language::Language;

/// The sentences that a brief is made of and that always say the same.
const FIXED: [Say; 24] = [
    Say::BriefMissingOrder,
    Say::BriefMissingProof,
    Say::BriefMissingStory,
    Say::BriefMissingSignIn,
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

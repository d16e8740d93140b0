//! What an unusual history of claims looks like, in words for the person who decides.

use super::Rules;
use crate::domain::abuse::{Meter, Sign};
use crate::domain::language::Language;
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;

/// The score and what it is made of, the most telling first.
pub(super) fn signs_in_words(rules: &Rules, meter: &Meter, language: Language) -> String {
    let say = |say, count: &str, of: &str| {
        let values = Values::new()
            .with(Placeholder::HistoryCount, count)
            .with(Placeholder::HistoryOf, of);
        rules.replies.say(say, language, &values)
    };
    let mut signs = meter.signs.clone();
    signs.sort_by_key(|(_, points)| std::cmp::Reverse(*points));
    let signs = signs.into_iter().map(|(sign, _)| match sign {
        Sign::ClaimsInMonth(count) => say(Say::HistoryMonth, &count.to_string(), ""),
        Sign::ClaimsInQuarter(count) => say(Say::HistoryQuarter, &count.to_string(), ""),
        Sign::ShareRefunded(count, of) => {
            say(Say::HistoryShare, &count.to_string(), &of.to_string())
        }
        Sign::EvidenceReused(count) => say(Say::HistoryEvidence, &count.to_string(), ""),
        Sign::AccountsBehindPayment(count) => say(Say::HistoryPayment, &count.to_string(), ""),
        Sign::AccountsBehindAddress(count) => say(Say::HistoryAddress, &count.to_string(), ""),
        Sign::Merchants(count) => say(Say::HistoryMerchants, &count.to_string(), ""),
    });
    let score = say(Say::HistoryScore, &meter.score.to_string(), "");
    let parts: Vec<String> = std::iter::once(score).chain(signs).collect();
    parts.join(" \u{b7} ")
}

//! What a customer is told about their claim without being asked, when somebody else moved it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::because::unasked;
use super::values::late_values;
use crate::domain::claim::{Claim, ClaimState};
use crate::domain::conversation::{Because, Outcome, Prompt};
use crate::domain::language::Language;
use crate::domain::payment_code::{Direction, Meaning, PaymentCode};
use crate::domain::verdict::VerdictReason;
use crate::engine::Rules;
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;

/// The sentence for where a claim stands now, with the time by which a person answers where one has to; none where the customer moved it.
#[must_use]
pub fn told(
    rules: &Rules,
    claim: &Claim,
    due_by: Timestamp,
    (language, zone): (Language, &TimeZone),
) -> Option<String> {
    let order = claim.id.order().as_str();
    let mut values = late_values(rules, language, zone, Some(order), due_by)
        .with(Placeholder::ClaimId, &claim.id.to_string())
        .with(Placeholder::RefundAmount, &claim.amount.to_string());
    let say = match &claim.state {
        ClaimState::Accepted | ClaimState::Approved { .. } => Say::ToldApproved,
        ClaimState::Rejected { reason, .. } => {
            values.set(Placeholder::RefundRejectReason, reason);
            Say::ToldRejected
        }
        ClaimState::NeedsEvidence { what } => {
            values.set(Placeholder::ClaimWanted, what);
            Say::ToldNeedsEvidence
        }
        ClaimState::Paying { .. } => Say::ToldPaying,
        ClaimState::Paid { .. } => Say::ToldPaid,
        ClaimState::Failed { .. } => Say::ToldFailed,
        ClaimState::Draft | ClaimState::Submitted | ClaimState::Withdrawn => return None,
    };
    let said = rules.replies.say(say, language, &values);
    let ClaimState::Failed { code, .. } = &claim.state else {
        return Some(said);
    };
    let code = PaymentCode::read(code, Direction::Refund);
    let why = rules.replies.say(of_code(code.meaning), language, &values);
    Some(language.join(&said, &why))
}

/// The sentence for a claim that a person takes up with what was shown, by when they answer, and why it is said.
#[must_use]
pub fn told_taken_up(
    rules: &Rules,
    claim: &Claim,
    due_by: Timestamp,
    (language, zone): (Language, &TimeZone),
) -> (String, Because) {
    let say = Say::RefundFiled;
    let order = claim.id.order().as_str();
    let cause = super::cause_in_words(rules, claim.cause, language);
    let mut values = late_values(rules, language, zone, Some(order), due_by);
    values.set(Placeholder::ClaimCause, &cause);
    let why = (Prompt::Claim, Outcome::Escalate);
    unasked(rules, say, language, &values, why)
}

/// Why a claim may be rejected, as the policy saw it: what an agent begins with, in the customer's language.
#[must_use]
pub fn rejection(rules: &Rules, claim: &Claim, language: Language) -> String {
    let verdict = claim.verdict.as_ref().map(|verdict| verdict.reason);
    let say = match verdict {
        Some(VerdictReason::WindowEnded) => Say::RejectWindowEnded,
        Some(VerdictReason::FinalSale) => Say::RejectFinalSale,
        Some(VerdictReason::EvidenceMissing) => Say::RejectEvidenceMissing,
        Some(VerdictReason::NotPaid) => Say::RejectNotPaid,
        Some(VerdictReason::AlreadyRefunded) => Say::RejectAlreadyRefunded,
        _ => Say::RejectNotCovered,
    };
    rules.replies.say(say, language, &Values::default())
}

/// What a code about a refund means, in a sentence.
const fn of_code(meaning: Meaning) -> Say {
    match meaning {
        Meaning::OnItsWay => Say::CodeOnItsWay,
        Meaning::Succeeded => Say::CodeSucceeded,
        Meaning::CardVoidNeedsOtherAccount => Say::CodeCardVoidNeedsOtherAccount,
        Meaning::BalanceShort => Say::CodeBalanceShort,
        Meaning::LimitExceeded => Say::CodeLimitExceeded,
        Meaning::MethodRestricted => Say::CodeMethodRestricted,
        Meaning::WrongDetails => Say::CodeWrongDetails,
        Meaning::Duplicate => Say::CodeDuplicate,
        Meaning::NotFound => Say::CodeNotFound,
        Meaning::TryAgainLater => Say::CodeTryAgainLater,
        Meaning::ProviderFault => Say::CodeProviderFault,
        Meaning::Closed => Say::CodeClosed,
        Meaning::Unknown => Say::CodeUnknown,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{of_code, told};
    use crate::domain::claim::{Claim, ClaimCause, ClaimId, ClaimState};
    use crate::domain::ids::OrderId;
    use crate::domain::language::Language;
    use crate::domain::money::Money;
    use crate::domain::payment_code::Meaning;
    use crate::engine::Rules;
    use crate::engine::replies::Values;
    use crate::engine::rules::check::accept;
    use crate::rules_folder::built_in_rules;

    fn shipped() -> Rules {
        let accepted = accept(built_in_rules()).unwrap();
        Rules::new(&accepted.book, accepted.replies)
    }

    fn failed(code: &str) -> Claim {
        Claim {
            id: ClaimId::new(OrderId::parse("A1001").unwrap(), 1),
            conversation: None,
            amount: Money::parse("64.00", "GBP").unwrap(),
            items: Vec::new(),
            cause: ClaimCause::Damaged,
            note: None,
            evidence: Vec::new(),
            by: Vec::new(),
            verdict: None,
            approved_once: None,
            decided_under: None,
            state: ClaimState::Failed {
                attempt: 1,
                code: code.to_owned(),
                reason: Some("internal words".to_owned()),
            },
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// Whoever reports it, the customer hears what the code means and never the code, nor the payment side's own words.
    #[test]
    fn a_failed_payment_is_told_with_what_its_code_means() {
        let rules = shipped();
        let table = [
            ("NOT_ENOUGH", "top it up"),
            ("insufficient_funds", "top it up"),
            ("ACQ.SELLER_BALANCE_NOT_ENOUGH", "top it up"),
            ("ABNORMAL", "another account"),
            ("expired_or_canceled_card", "another account"),
            ("REFUND_WINDOW_EXCEED", "another way"),
            ("api_error", "own system"),
            ("E4711", "no clear reason"),
        ];
        for (code, part) in table {
            let reader = (Language::En, &jiff::tz::TimeZone::UTC);
            let due_by = "2026-11-24T18:00:00Z".parse().unwrap();
            let text = told(&rules, &failed(code), due_by, reader).unwrap();
            assert!(text.contains("24 November"), "{code}: {text}");
            assert!(
                text.contains("64.00") && text.contains(part),
                "{code}: {text}"
            );
            assert!(
                !text.contains(code) && !text.contains("internal"),
                "{code}: {text}"
            );
        }
    }

    #[test]
    fn every_meaning_has_a_sentence_of_its_own_in_every_language() {
        let rules = shipped();
        for language in Language::ALL {
            let mut texts: Vec<String> = Meaning::ALL
                .map(|meaning| {
                    rules
                        .replies
                        .say(of_code(meaning), language, &Values::new())
                })
                .into();
            texts.sort();
            texts.dedup();
            assert_eq!(texts.len(), Meaning::ALL.len(), "{language:?}");
            assert!(texts.iter().all(|text| !text.is_empty()));
        }
    }
}

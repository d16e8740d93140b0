//! What a merchant's policy says, in the customer's language: the pieces of its refund guide.

use std::collections::BTreeSet;

use super::Rules;
use crate::domain::language::Language;
use crate::domain::policy::{AppliedClause, Clause, Payer, Policy, ReturnShipping};
use crate::engine::replies::{Placeholder, Values};
use crate::engine::say::Say;

/// What stands between the parts of a list.
pub(super) const fn comma(language: Language) -> &'static str {
    if language.is_chinese() {
        "\u{3001}"
    } else {
        ", "
    }
}

/// Who pays for sending things back: the merchant's own words, or who pays in which case.
pub(super) fn return_shipping(
    rules: &Rules,
    said: &ReturnShipping,
    language: Language,
) -> Option<String> {
    if let Some(words) = said.words.in_language(language) {
        return Some(words.to_owned());
    }
    let faulty = said.faulty.map(|payer| match payer {
        Payer::Shop => Say::ReturnFaultyShop,
        Payer::Customer => Say::ReturnFaultyCustomer,
    });
    let changed_mind = said.changed_mind.map(|payer| match payer {
        Payer::Shop => Say::ReturnChangedMindShop,
        Payer::Customer => Say::ReturnChangedMindCustomer,
    });
    let cases = [faulty, changed_mind].into_iter().flatten();
    let cases: Vec<String> = cases
        .map(|say| rules.replies.say(say, language, &Values::default()))
        .collect();
    let between = if language.is_chinese() {
        "\u{ff1b}"
    } else {
        "; "
    };
    (!cases.is_empty()).then(|| cases.join(between))
}

/// The clauses that a sentence told, from the placeholders in it.
pub(super) fn cited(
    policy: &Policy,
    used: &BTreeSet<Placeholder>,
    values: &Values,
) -> Vec<AppliedClause> {
    let told = used.iter().filter(|used| !values.get(**used).is_empty());
    let applied = |(placeholder, clause): (Placeholder, Clause)| AppliedClause {
        clause: format!("{clause} = {}", values.get(placeholder)),
        at: policy.place(&clause),
    };
    told.filter_map(|used| Some((*used, clause_of(*used, policy)?)))
        .map(applied)
        .collect()
}

/// The clause that a placeholder tells.
fn clause_of(placeholder: Placeholder, policy: &Policy) -> Option<Clause> {
    match placeholder {
        Placeholder::PolicyWindowDays => Some(Clause::Window),
        Placeholder::PolicyRefundTime => Some(Clause::RefundTime),
        Placeholder::PolicyReturnShipping => Some(Clause::ReturnShipping),
        Placeholder::PolicyRefundTypes => Some(Clause::Offers),
        // Of several kinds, the first: they stand one below the other.
        Placeholder::PolicyNonRefundable => {
            let first = policy.excluded.first()?;
            Some(Clause::Excluded(first.kind.clone()))
        }
        _ => None,
    }
}

//! `[alone]`: up to how much each role approves alone.

use std::collections::{BTreeMap, BTreeSet};

use iso_currency::Currency;
use toml::de::DeValue;

use super::money;
use crate::domain::policy::{Alone, Policy};
use crate::domain::rights::AgentRole;
use crate::engine::rules::book::Place;
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::{self, Fields};
use crate::engine::rules::source::Source;

/// No limit at all.
const ANY: &str = "any";
/// Who approves at all, the one that may least first. A viewer reads.
const ROLES: [(&str, AgentRole); 3] = [
    ("agent", AgentRole::Agent),
    ("lead", AgentRole::Lead),
    ("admin", AgentRole::Admin),
];

/// The limits that are named, each with its place.
pub fn read(
    source: &mut Source<'_>,
    fields: &Fields<'_, '_>,
) -> (BTreeMap<AgentRole, Alone>, BTreeMap<AgentRole, Place>) {
    let used = money::currencies(source, fields);
    let (mut limits, mut places) = (BTreeMap::new(), BTreeMap::new());
    for (name, value) in fields.entries(source, "alone") {
        let Some(role) = source.one_of("role that approves", &name, &ROLES) else {
            continue;
        };
        let alone = match value.get_ref() {
            DeValue::String(text) if text == ANY => Alone::Any,
            DeValue::Table(table) => {
                let entries = fields::entries(source, table).into_iter();
                Alone::UpTo(
                    entries
                        .filter_map(|entry| money::limit(source, entry, &used))
                        .collect(),
                )
            }
            _ => {
                let message = format!("`alone.{}` is no limit", name.value);
                let help = format!(
                    "write an amount for each currency, `{} = {{ GBP = \"100.00\" }}`, or \"{ANY}\" for no limit",
                    name.value
                );
                let at = source.place(value.span());
                source.complain(
                    Diagnostic::new(code::BAD_AMOUNT, message)
                        .at(at, "")
                        .help(help),
                );
                continue;
            }
        };
        places.insert(role, name.at);
        limits.insert(role, alone);
    }
    (limits, places)
}

/// A role may at least what those below it may.
pub fn lint(source: &mut Source<'_>, policy: &Policy, places: &BTreeMap<AgentRole, Place>) {
    let roles = ROLES.windows(2);
    for pair in roles {
        let [(low, lower), (high, higher)] = pair else {
            continue;
        };
        let at = places.get(higher).or_else(|| places.get(lower));
        let Some(at) = at else { continue };
        for currency in currencies(policy) {
            let limit = |role: &AgentRole| policy.alone_up_to(*role, currency);
            let (below, above) = (limit(lower), limit(higher));
            if above.is_none_or(|above| below.is_some_and(|below| below <= above)) {
                continue;
            }
            let message = format!(
                "`{high}` may approve less {} alone than `{low}`",
                currency.code()
            );
            let help = "a higher role may do all that a lower one may: raise its limit, or lower the other; what names no limit has that of `[two_people]`";
            source.complain(
                Diagnostic::new(code::LIMITS_FALL, message)
                    .at(*at, "")
                    .help(help),
            );
        }
    }
}

fn currencies(policy: &Policy) -> BTreeSet<Currency> {
    let own = policy.alone.values().filter_map(|alone| match alone {
        Alone::UpTo(limits) => Some(limits),
        Alone::Any => None,
    });
    let all = own.flatten().chain(&policy.two_people);
    all.map(|limit| limit.currency).collect()
}

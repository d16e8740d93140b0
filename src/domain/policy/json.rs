//! Policies as another program writes them: JSON, with texts in one language.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;

use super::{AutoAccept, Excluded, Policy, ReturnShipping, WindowStart, Words};
use crate::domain::claim::ClaimCause;
use crate::domain::ids::MerchantId;
use crate::domain::language::Language;
use crate::domain::money::Money;

/// What is wrong with a policy file, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct InvalidPolicy {
    /// The path of the field, such as `merchants[2].refund_window_days`.
    pub place: String,
    /// What is wrong and how to mend it.
    pub problem: String,
}

/// Takes the policies of a JSON file: `{"merchants":[{"id": …}, …]}`, or the list alone. Fields we do not know are passed over.
///
/// # Errors
/// The first field that cannot be used.
pub fn parse_many(text: &str) -> Result<Vec<(MerchantId, Policy)>, InvalidPolicy> {
    let value: Value = serde_json::from_str(text).map_err(|error| invalid("the file", &error))?;
    let list = value.get("merchants").unwrap_or(&value).as_array();
    let list = list.ok_or_else(|| {
        invalid(
            "the file",
            &"expected {\"merchants\": [..]} or a list of merchants",
        )
    })?;
    list.iter()
        .enumerate()
        .map(|(index, value)| parse(value, &format!("merchants[{index}]")))
        .collect()
}

fn parse(value: &Value, at: &str) -> Result<(MerchantId, Policy), InvalidPolicy> {
    let record: Record =
        serde_json::from_value(value.clone()).map_err(|error| invalid(at, &error))?;
    let auto_accept = auto_accept(&record, &format!("{at}.auto_refund_limit"))?;
    let said = |text: Option<String>| text.map(Words::plain).unwrap_or_default();
    let evidence = record.evidence.into_iter();
    let policy = Policy {
        name: record.name,
        language: record.lang.as_deref().and_then(Language::from_locale),
        refund_window_days: record.refund_window_days,
        window_starts: record.window_starts.unwrap_or_default(),
        refund_types: list(record.refund_types),
        excluded: list(record.non_refundable).into_iter().map(kind).collect(),
        return_shipping: ReturnShipping {
            words: said(record.return_shipping),
            ..ReturnShipping::default()
        },
        refund_time: said(record.refund_time),
        auto_accept,
        evidence: evidence
            .map(|(cause, said)| {
                let all = list(Some(said)).into_iter();
                (cause, all.map(Words::plain).collect())
            })
            .collect(),
        ..Policy::default()
    };
    Ok((record.id, policy))
}

fn kind(word: String) -> Excluded {
    Excluded {
        kind: word.clone(),
        label: Words::plain(word.clone()),
        words: vec![word],
    }
}

/// The limit in the merchant's currency; in that of each order, where the record names none.
fn auto_accept(record: &Record, at: &str) -> Result<AutoAccept, InvalidPolicy> {
    let Some(limit) = &record.auto_refund_limit else {
        return Ok(AutoAccept::default());
    };
    let amount = decimal(limit, at)?;
    let Some(currency) = record.currency.as_deref() else {
        return Ok(AutoAccept {
            any_currency: Some(amount),
            limits: Vec::new(),
        });
    };
    let limit = Money::parse(&amount.to_string(), currency).map_err(|error| invalid(at, &error))?;
    Ok(AutoAccept {
        limits: vec![limit],
        any_currency: None,
    })
}

/// A policy as it stands in a file.
#[derive(Debug, Deserialize)]
struct Record {
    id: MerchantId,
    name: Option<String>,
    lang: Option<String>,
    currency: Option<String>,
    refund_window_days: Option<u32>,
    window_starts: Option<WindowStart>,
    refund_types: Option<OneOrMany>,
    non_refundable: Option<OneOrMany>,
    return_shipping: Option<String>,
    refund_time: Option<String>,
    auto_refund_limit: Option<Value>,
    #[serde(default)]
    evidence: BTreeMap<ClaimCause, OneOrMany>,
}

/// A list of words, or one text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

fn list(said: Option<OneOrMany>) -> Vec<String> {
    match said {
        None => Vec::new(),
        Some(OneOrMany::One(text)) => vec![text],
        Some(OneOrMany::Many(list)) => list,
    }
}

/// An exact decimal from a JSON string or number.
fn decimal(value: &Value, at: &str) -> Result<Decimal, InvalidPolicy> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        other => return Err(invalid(at, &format!("{other} is no amount"))),
    };
    Decimal::from_str_exact(text.trim())
        .map_err(|_| invalid(at, &format!("`{text}` is no decimal number")))
}

fn invalid(place: &str, problem: &dyn fmt::Display) -> InvalidPolicy {
    InvalidPolicy {
        place: place.to_owned(),
        problem: problem.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use iso_currency::Currency;

    use super::{WindowStart, parse_many};
    use crate::domain::language::Language;

    #[test]
    fn a_policy_keeps_what_it_says_and_assumes_nothing_else() {
        let text = r#"{"merchants":[{"id":"m_1","lang":"zh-TW","refund_window_days":7,"window_starts":"paid_at","non_refundable":["x","y"],
            "refund_types":"full only","auto_refund_limit":50.10,"currency":"TWD"},{"id":"m_2","auto_refund_limit":5}]}"#;
        let policies = parse_many(text).unwrap();
        assert_eq!(policies[0].1.window_starts, WindowStart::Paid);
        let limit = |index: usize, currency| policies[index].1.auto_accept.limit(currency);
        let (own, other) = (limit(0, Currency::TWD), limit(0, Currency::GBP));
        assert_eq!(own.map(|own| own.to_string()).as_deref(), Some("50.10"));
        assert_eq!(other, None, "fifty pounds are not fifty dollars");
        assert_eq!(limit(1, Currency::GBP), Some(5.into()));
        assert_eq!(policies[0].1.excluded_in(Language::En), ["x", "y"]);
        assert_eq!(policies[0].1.refund_types, ["full only"]);
        assert_eq!(policies[1].1.refund_window_days, None);
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let problem = |text| parse_many(text).unwrap_err().to_string();
        let limit = "merchants[0].auto_refund_limit: `ten`";
        assert!(problem(r#"[{"id":"m","auto_refund_limit":"ten"}]"#).starts_with(limit));
        let currency = problem(r#"[{"id":"m","auto_refund_limit":"10","currency":"quid"}]"#);
        assert!(
            currency.contains("`quid` is no ISO 4217 currency"),
            "{currency}"
        );
        assert!(problem(r#"[{"name":"m"}]"#).contains("missing field `id`"));
        assert!(problem("3").contains("expected"));
    }
}

//! A merchant's refund policy as it is known to the desk: when, what, by whom. Texts are the merchant's own words.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::claim::ClaimCause;
use super::ids::MerchantId;
use super::language::Language;

/// What a merchant promises about refunds. A field that is not known is none; nothing is assumed for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Whose it is.
    pub merchant: MerchantId,
    /// The merchant's name as customers know it.
    pub name: Option<String>,
    /// The language the merchant's customers mostly read.
    pub language: Option<Language>,
    /// For how many days after `window_starts` a refund may be asked for.
    pub refund_window_days: Option<u32>,
    /// What the window is counted from.
    pub window_starts: WindowStart,
    /// Full, partial, exchange …
    pub refund_types: Vec<String>,
    /// What is never refunded.
    pub non_refundable: Vec<String>,
    /// Who pays for sending things back.
    pub return_shipping: Option<String>,
    /// How long the money takes.
    pub refund_time: Option<String>,
    /// Below this a claim needs no person, in the merchant's currency.
    pub auto_refund_limit: Option<Decimal>,
    /// What has to be shown for a claim with this cause, in the merchant's words: `damaged` -> "a photo of the damage".
    #[serde(default)]
    pub evidence: BTreeMap<ClaimCause, String>,
}

/// What a refund window is counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum WindowStart {
    /// The delivery.
    #[default]
    #[serde(rename = "delivered_at")]
    Delivered,
    /// The dispatch.
    #[serde(rename = "shipped_at")]
    Shipped,
    /// The payment.
    #[serde(rename = "paid_at")]
    Paid,
    /// The placing of the order.
    #[serde(rename = "created_at")]
    Created,
}

impl Policy {
    /// A policy of which nothing is known.
    #[must_use]
    pub const fn unknown(merchant: MerchantId) -> Self {
        Self {
            merchant,
            name: None,
            language: None,
            refund_window_days: None,
            window_starts: WindowStart::Delivered,
            refund_types: Vec::new(),
            non_refundable: Vec::new(),
            return_shipping: None,
            refund_time: None,
            auto_refund_limit: None,
            evidence: BTreeMap::new(),
        }
    }

    /// The kinds of refund as one text.
    #[must_use]
    pub fn refund_types_text(&self) -> Option<String> {
        listed(&self.refund_types)
    }

    /// What is never refunded, as one text.
    #[must_use]
    pub fn non_refundable_text(&self) -> Option<String> {
        listed(&self.non_refundable)
    }
}

fn listed(words: &[String]) -> Option<String> {
    (!words.is_empty()).then(|| words.join(", "))
}

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
pub fn parse_many(text: &str) -> Result<Vec<Policy>, InvalidPolicy> {
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

fn parse(value: &Value, at: &str) -> Result<Policy, InvalidPolicy> {
    let record: Record =
        serde_json::from_value(value.clone()).map_err(|error| invalid(at, &error))?;
    let limit = record
        .auto_refund_limit
        .as_ref()
        .map(|limit| decimal(limit, &format!("{at}.auto_refund_limit")))
        .transpose()?;
    Ok(Policy {
        merchant: record.id,
        name: record.name,
        language: record.lang.as_deref().and_then(Language::from_locale),
        refund_window_days: record.refund_window_days,
        window_starts: record.window_starts.unwrap_or_default(),
        refund_types: words(record.refund_types),
        non_refundable: words(record.non_refundable),
        return_shipping: record.return_shipping,
        refund_time: record.refund_time,
        auto_refund_limit: limit,
        evidence: record.evidence,
    })
}

/// A policy as it stands in a file.
#[derive(Debug, Deserialize)]
struct Record {
    id: MerchantId,
    name: Option<String>,
    lang: Option<String>,
    refund_window_days: Option<u32>,
    window_starts: Option<WindowStart>,
    refund_types: Option<Words>,
    non_refundable: Option<Words>,
    return_shipping: Option<String>,
    refund_time: Option<String>,
    auto_refund_limit: Option<Value>,
    #[serde(default)]
    evidence: BTreeMap<ClaimCause, String>,
}

/// A list of words, or one text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Words {
    One(String),
    Many(Vec<String>),
}

fn words(words: Option<Words>) -> Vec<String> {
    match words {
        None => Vec::new(),
        Some(Words::One(text)) => vec![text],
        Some(Words::Many(list)) => list,
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
    use super::{WindowStart, parse_many};

    #[test]
    fn a_policy_keeps_what_it_says_and_assumes_nothing_else() {
        let text = r#"{"merchants":[{"id":"m_1","lang":"zh-TW","refund_window_days":7,"window_starts":"paid_at","non_refundable":["x","y"],
            "refund_types":"full only","auto_refund_limit":50.10,"currency":"TWD"},{"id":"m_2"}]}"#;
        let policies = parse_many(text).unwrap();
        assert_eq!(policies[0].window_starts, WindowStart::Paid);
        assert_eq!(policies[0].auto_refund_limit.unwrap().to_string(), "50.10");
        assert_eq!(policies[0].non_refundable_text().unwrap(), "x, y");
        assert_eq!(policies[0].refund_types_text().unwrap(), "full only");
        assert_eq!(policies[1].refund_window_days, None);
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let problem = |text| parse_many(text).unwrap_err().to_string();
        assert!(
            problem(r#"[{"id":"m","auto_refund_limit":"ten"}]"#)
                .starts_with("merchants[0].auto_refund_limit: `ten`")
        );
        assert!(problem(r#"[{"name":"m"}]"#).contains("missing field `id`"));
        assert!(problem("3").contains("expected"));
    }
}

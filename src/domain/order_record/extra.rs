//! Fields of a record that the desk does not know: kept as a JSON object of the same shape as the record, and given back with it.

use serde_json::Value;

use super::section::{Problems, Section};
use super::{Object, known};
use crate::domain::language::Language;
use crate::domain::redact::redact;

/// How many bytes of unknown fields one order may bring.
const LIMIT: usize = 3_000;

/// The unknown fields of a record, as JSON; none if there are none.
pub(super) fn of(root: &Section<'_>, problems: &mut Problems) -> Option<String> {
    let mut extra = unknown(root.map, known::ROOT);
    for (key, known) in [("customer", known::CUSTOMER), ("shipping", known::SHIPPING)] {
        if let Some(part) = root.map.get(key).and_then(Value::as_object) {
            keep(&mut extra, key, unknown(part, known));
        }
    }
    keep_language(root, &mut extra);
    for (key, known) in [
        ("items", known::ITEM),
        ("refund_history", known::REFUND),
        ("payments", known::PAYMENT),
    ] {
        let list = match root.map.get(key) {
            Some(Value::Array(list)) => list.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => continue,
        };
        let parts: Vec<_> = list
            .iter()
            .map(|part| {
                part.as_object()
                    .map(|part| unknown(part, known))
                    .unwrap_or_default()
            })
            .collect();
        if parts.iter().any(|part| !part.is_empty()) {
            let parts = parts.into_iter().map(Value::Object).collect();
            extra.insert(key.to_owned(), Value::Array(parts));
        }
    }
    let text = (!extra.is_empty()).then(|| masked(Value::Object(extra)).to_string())?;
    if text.len() > LIMIT {
        problems.add(
            "",
            format!(
                "has more than {LIMIT} bytes of fields that the desk does not know: leave some out"
            ),
        );
    }
    Some(text)
}

/// A customer's language that the desk does not speak is not forgotten.
fn keep_language(root: &Section<'_>, extra: &mut Object) {
    let language = root
        .map
        .get("customer")
        .and_then(|customer| customer.get("lang"));
    if let Some(Value::String(tag)) = language
        && Language::from_locale(tag).is_none()
    {
        let customer = extra
            .entry("customer")
            .or_insert_with(|| Value::Object(Object::new()));
        if let Some(customer) = customer.as_object_mut() {
            customer.insert("lang".to_owned(), Value::String(tag.clone()));
        }
    }
}

fn unknown(map: &Object, known: &[&str]) -> Object {
    map.iter()
        .filter(|(key, _)| !known.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn keep(extra: &mut Object, key: &str, part: Object) {
    if !part.is_empty() {
        extra.insert(key.to_owned(), Value::Object(part));
    }
}

/// The value with secrets masked in every text and number of it.
fn masked(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(redact(&text).text),
        Value::Number(number) => {
            let redacted = redact(&number.to_string());
            match redacted.found.is_empty() {
                true => Value::Number(number),
                false => Value::String(redacted.text),
            }
        }
        Value::Array(list) => Value::Array(list.into_iter().map(masked).collect()),
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(key, value)| (key, masked(value)))
                .collect(),
        ),
        other => other,
    }
}

/// Gives the unknown fields back to a record. A known field is never replaced, unless it is `null`.
pub(super) fn merge(record: &mut Value, extra: Value) {
    match (record, extra) {
        (Value::Object(record), Value::Object(extra)) => {
            for (key, value) in extra {
                merge(record.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(record), Value::Array(extra)) => {
            for (part, value) in record.iter_mut().zip(extra) {
                merge(part, value);
            }
        }
        // An item that came as an object is written as one again.
        (item @ Value::String(_), Value::Object(mut extra)) if !extra.is_empty() => {
            extra.insert("name".to_owned(), item.take());
            *item = Value::Object(extra);
        }
        (missing @ Value::Null, extra) => *missing = extra,
        _ => {}
    }
}

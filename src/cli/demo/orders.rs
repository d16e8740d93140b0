//! The demo's orders, whose dates are told from today.

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// Orders, with times such as `@-3d`: three days ago.
const ORDERS: &str = include_str!("../../web/demo/orders.json");

/// The demo's orders as they stand now.
pub(super) fn as_of(now: Timestamp) -> anyhow::Result<Value> {
    let mut records: Value = serde_json::from_str(ORDERS).context("the demo's orders")?;
    tell_times(&mut records, now);
    Ok(records)
}

/// Turns `@-3d` into the time three days before now.
fn tell_times(value: &mut Value, now: Timestamp) {
    match value {
        Value::String(text) => {
            let days = text
                .strip_prefix('@')
                .and_then(|text| text.strip_suffix('d'));
            if let Some(days) = days.and_then(|days| days.parse::<i64>().ok()) {
                *text = (now + SignedDuration::from_hours(24 * days)).to_string();
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| tell_times(value, now)),
        Value::Object(map) => map.values_mut().for_each(|value| tell_times(value, now)),
        _ => {}
    }
}

//! Many records in one text: a JSON array, `{"orders": [..]}`, one object, or one object a line.

use std::fmt;

use serde_json::Value;

use super::{Defaults, FieldProblem, parse};
use crate::domain::ids::MerchantId;
use crate::domain::order::Order;

/// A record of many that is no order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// Its place: the number of the entry, or of the line, from 1.
    pub row: u64,
    /// All that is wrong with it.
    pub problems: Vec<FieldProblem>,
}

impl fmt::Display for RefusedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}: ", self.row)?;
        for (index, problem) in self.problems.iter().enumerate() {
            let between = if index == 0 { "" } else { "; " };
            write!(f, "{between}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for RefusedRow {}

/// Takes all records of a text; those that name no merchant are the given one's. What is wrong with one does not touch the others.
#[must_use]
pub fn parse_many(
    text: &str,
    default_merchant: Option<&MerchantId>,
) -> Vec<Result<Order, RefusedRow>> {
    let defaults = Defaults::default();
    let take = |mut record: Value| {
        // Other merchants' records may be among them: the default fills a gap, it does not own them all.
        if let (Some(merchant), Some(map)) = (default_merchant, record.as_object_mut())
            && map.get("merchant").is_none_or(Value::is_null)
        {
            map.insert("merchant".to_owned(), Value::from(merchant.as_str()));
        }
        parse(&record, &defaults)
    };
    rows(text, take)
        .into_iter()
        .map(|(row, order)| order.map_err(|problems| RefusedRow { row, problems }))
        .collect()
}

/// Takes all records of a text, each with its number.
#[must_use]
pub fn parse_all(text: &str, defaults: &Defaults) -> Vec<(u64, Parsed)> {
    rows(text, |record| parse(&record, defaults))
}

/// An order, or all that is wrong with its record.
pub type Parsed = Result<Order, Vec<FieldProblem>>;

fn rows(text: &str, take: impl Fn(Value) -> Parsed) -> Vec<(u64, Parsed)> {
    let text = text.trim_start_matches('\u{feff}').trim();
    match serde_json::from_str::<Value>(text) {
        _ if text.is_empty() => Vec::new(),
        Ok(whole) => (1..).zip(entries(whole).into_iter().map(take)).collect(),
        Err(error) if !is_lines(text) => vec![(error.line() as u64, Err(vec![no_json(&error)]))],
        Err(_) => lines(text)
            .map(|(row, line)| match serde_json::from_str(line) {
                Ok(record) => (row, take(record)),
                Err(error) => (row, Err(vec![no_json(&error)])),
            })
            .collect(),
    }
}

fn entries(whole: Value) -> Vec<Value> {
    match whole {
        Value::Array(records) => records,
        Value::Object(mut map) => match map.remove("orders") {
            Some(Value::Array(records)) => records,
            Some(other) => {
                map.insert("orders".to_owned(), other);
                vec![Value::Object(map)]
            }
            None => vec![Value::Object(map)],
        },
        other => vec![other],
    }
}

/// Whether the text is one record a line: its first line is an object of its own, or several lines begin as one.
fn is_lines(text: &str) -> bool {
    let whole =
        |line: &str| serde_json::from_str::<Value>(line).is_ok_and(|value| value.is_object());
    text.lines().next().is_some_and(whole)
        || text.lines().filter(|line| line.starts_with("{\"")).count() > 1
}

fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let numbered = (1..).zip(text.lines().map(str::trim));
    numbered.filter(|(_, line)| !line.is_empty())
}

/// Takes one line of JSON as an order.
///
/// # Errors
/// With every fault of the record, or that the line is no JSON.
pub fn parse_line(line: &str, defaults: &Defaults) -> Parsed {
    match serde_json::from_str::<Value>(line) {
        Ok(record) => parse(&record, defaults),
        Err(error) => Err(vec![no_json(&error)]),
    }
}

fn no_json(error: &serde_json::Error) -> FieldProblem {
    FieldProblem {
        field: String::new(),
        problem: format!("is no JSON: {error}"),
    }
}

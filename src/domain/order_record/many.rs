//! Many records in one text: a JSON array, `{"orders": [..]}`, one object, or one object a line.

use serde_json::Value;

use super::{Defaults, FieldProblem, parse};
use crate::domain::order::Order;

/// One record of many.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its place: the number of the entry, or of the line, from 1.
    pub number: usize,
    /// The order, or what is wrong with it.
    pub order: Result<Order, Vec<FieldProblem>>,
}

/// Takes all records of a text. What is wrong with one does not touch the others.
#[must_use]
pub fn parse_many(text: &str, defaults: &Defaults) -> Vec<Row> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Vec::new();
    }
    match serde_json::from_str::<Value>(text) {
        Ok(whole) => entries(whole, defaults),
        Err(error) if text.starts_with('[') || !is_lines(text) => vec![broken(&error)],
        Err(_) => lines(text, defaults),
    }
}

fn entries(whole: Value, defaults: &Defaults) -> Vec<Row> {
    let records = match whole {
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
    };
    let row = |(index, record): (usize, Value)| Row {
        number: index + 1,
        order: parse(&record, defaults),
    };
    records.into_iter().enumerate().map(row).collect()
}

/// Whether the text looks like one record a line: its first line is an object of its own.
fn is_lines(text: &str) -> bool {
    text.lines()
        .next()
        .is_some_and(|line| serde_json::from_str::<Value>(line).is_ok())
        || text
            .lines()
            .filter(|line| line.trim_start().starts_with("{\""))
            .count()
            > 1
}

fn lines(text: &str, defaults: &Defaults) -> Vec<Row> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| Row {
            number: index + 1,
            order: parse_line(line, defaults),
        })
        .collect()
}

/// Takes one line of JSON as an order.
fn parse_line(line: &str, defaults: &Defaults) -> Result<Order, Vec<FieldProblem>> {
    match serde_json::from_str::<Value>(line) {
        Ok(record) => parse(&record, defaults),
        Err(error) => Err(vec![no_json(&error)]),
    }
}

fn broken(error: &serde_json::Error) -> Row {
    Row {
        number: error.line(),
        order: Err(vec![no_json(error)]),
    }
}

fn no_json(error: &serde_json::Error) -> FieldProblem {
    FieldProblem {
        field: String::new(),
        problem: format!("is no JSON: {error}"),
    }
}

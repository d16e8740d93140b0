//! Slots of a reading as JSON and for people.

use std::fmt::Display;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::engine::slots::{Amount, SaidDate, Slot, Slots};

/// An object with a list for each kind that was found.
pub(super) fn to_json(slots: &Slots) -> Value {
    let mut out = Map::new();
    let mut add = |name: &str, values: Vec<Value>| {
        if !values.is_empty() {
            out.insert(name.to_owned(), Value::Array(values));
        }
    };
    add("orders", list(&slots.orders, |id| json!(id.as_str())));
    add("amounts", list(&slots.amounts, amount));
    add("dates", list(&slots.dates, date));
    add("phones", list(&slots.phones, |phone| json!(phone)));
    add("emails", list(&slots.emails, |email| json!(email)));
    add("tails", list(&slots.tails, |tail| json!(tail)));
    add("numbers", list(&slots.numbers, |n| json!(n.to_string())));
    Value::Object(out)
}

fn list<T>(slots: &[Slot<T>], value: impl Fn(&T) -> Value) -> Vec<Value> {
    slots
        .iter()
        .map(|slot| json!({ "value": value(&slot.value), "start": slot.start, "end": slot.end }))
        .collect()
}

fn amount(amount: &Amount) -> Value {
    let currency = amount.currency.map(|currency| currency.code());
    json!({ "amount": amount.value.to_string(), "currency": currency })
}

fn date(date: &SaidDate) -> Value {
    match date {
        SaidDate::Day { year, month, day } => json!({ "year": year, "month": month, "day": day }),
        SaidDate::FromToday(days) => json!({ "days_from_today": days }),
    }
}

/// A line for each slot.
pub(super) fn print(slots: &Slots, text: &str, out: &mut impl Write) -> io::Result<()> {
    show("order", &slots.orders, text, out)?;
    show("phone", &slots.phones, text, out)?;
    show("e-mail", &slots.emails, text, out)?;
    show("last four", &slots.tails, text, out)?;
    show("number", &slots.numbers, text, out)?;
    let amounts = slots
        .amounts
        .iter()
        .map(|it| (it.start, it.end, amount(&it.value)));
    let dates = slots
        .dates
        .iter()
        .map(|it| (it.start, it.end, date(&it.value)));
    for (start, end, value) in amounts.chain(dates) {
        writeln!(out, "slot        {} = {value}", &text[start..end])?;
    }
    Ok(())
}

fn show<T: Display>(
    what: &str,
    slots: &[Slot<T>],
    text: &str,
    out: &mut impl Write,
) -> io::Result<()> {
    for slot in slots {
        writeln!(
            out,
            "{what:<12}{} = {}",
            &text[slot.start..slot.end],
            slot.value
        )?;
    }
    Ok(())
}

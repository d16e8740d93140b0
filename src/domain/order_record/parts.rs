//! The parts of a record: who bought, what, how it travels, its refunds and payments.

use serde_json::Value;

use super::limit;
use super::section::{self, Problems, Section};
use crate::domain::language::Language;
use crate::domain::money::Money;
use crate::domain::order::{
    Contact, Payment, Refund, RefundState, Shipping, fold_email, fold_phone,
};
use crate::domain::redact::redact;

pub(super) fn customer(root: &Section<'_>, problems: &mut Problems) -> Contact {
    let Some(section) = root.section("customer", problems) else {
        return Contact::default();
    };
    let email = section
        .text("email", 254, problems)
        .map(|email| fold_email(&email));
    if let Some(email) = email.as_deref().filter(|email| !looks_like_email(email)) {
        problems.add(
            &section.path("email"),
            format!("`{email}` is no e-mail address: write name@host, or leave it out"),
        );
    }
    let phone = section
        .text("phone", 40, problems)
        .map(|phone| (fold_phone(&phone), phone));
    if let Some((_, written)) = phone
        .as_ref()
        .filter(|(folded, _)| !(4..=20).contains(&folded.len()))
    {
        problems.add(&section.path("phone"), format!("`{written}` is no phone number: write its digits, with + and country code, or leave it out"));
    }
    let language = section.text("lang", 35, problems);
    Contact {
        name: section.text("name", limit::SHORT, problems),
        email,
        phone: phone.map(|(folded, _)| folded),
        language: language.as_deref().and_then(Language::from_locale),
        vip: section.flag("vip", problems),
    }
}

fn looks_like_email(email: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control())
    };
    email
        .rsplit_once('@')
        .is_some_and(|(name, host)| plain(name) && plain(host))
}

/// What was bought, and what was paid for each: names, or objects that have one.
pub(super) fn items(
    root: &Section<'_>,
    currency: Option<&str>,
    problems: &mut Problems,
) -> (Vec<String>, Vec<Option<Money>>) {
    let mut names = Vec::new();
    let mut prices = Vec::new();
    for (index, item) in root
        .list("items", limit::ITEMS, problems)
        .iter()
        .enumerate()
    {
        let name = match item {
            Value::Object(object) => object.get("name").and_then(Value::as_str),
            other => other.as_str(),
        };
        let path = format!("items[{index}]");
        match name.map(str::trim) {
            Some(name) if name.chars().count() > limit::SHORT => {
                problems.add(
                    &path,
                    format!("is longer than {} characters: shorten it", limit::SHORT),
                );
            }
            Some(name) if !name.is_empty() => {
                names.push(redact(name).text);
                let section = item.as_object().map(|map| root.entry(path, map));
                prices.push(section.and_then(|item| price(&item, currency, problems)));
            }
            _ => problems.add(&path, "has no name: write the name of the item as a text"),
        }
    }
    if prices.iter().all(Option::is_none) {
        prices.clear();
    }
    (names, prices)
}

/// What was paid for an item, which is a part of what was paid for the order.
fn price(item: &Section<'_>, currency: Option<&str>, problems: &mut Problems) -> Option<Money> {
    let own = item.text("currency", 3, problems);
    if let (Some(own), Some(of_order)) = (&own, currency)
        && !own.eq_ignore_ascii_case(of_order)
    {
        problems.add(
            &item.path("currency"),
            format!("is `{own}`, but the order was paid in {of_order}: write the price in {of_order}, or leave it out"),
        );
        return None;
    }
    item.money("price", currency, false, problems)
}

pub(super) fn shipping(
    root: &Section<'_>,
    currency: Option<&str>,
    problems: &mut Problems,
) -> Option<Shipping> {
    let section = root.section("shipping", problems)?;
    let shipping = Shipping {
        carrier: section.safe_text("carrier", limit::SHORT, problems),
        tracking: section.text("tracking", limit::SHORT, problems),
        address: section.safe_text("address", limit::ADDRESS, problems),
        amount: section.money("amount", currency, false, problems),
        shipped_at: section.time("shipped_at", problems),
        delivered_at: section.time("delivered_at", problems),
    };
    (shipping != Shipping::default()).then_some(shipping)
}

pub(super) fn refunds(
    root: &Section<'_>,
    currency: Option<&str>,
    problems: &mut Problems,
) -> Vec<Refund> {
    let sections = root.sections("refund_history", limit::REFUNDS, problems);
    let read = sections.iter().enumerate().filter_map(|(index, section)| {
        let own = section.text("currency", 3, problems);
        let currency = own.as_deref().or(currency);
        let written = section.required_text("state", 40, "\"approved\"", problems)?;
        let state = RefundState::from_name(&written);
        if state.is_none() {
            let names = [
                "requested",
                "approved",
                "paying",
                "paid",
                "rejected",
                "failed",
                "withdrawn",
            ];
            problems.add(
                &section.path("state"),
                section::not_one_of(&written, &names),
            );
        }
        let id = section.text("id", limit::SHORT, problems);
        Some(Refund {
            id: id.unwrap_or_else(|| (index + 1).to_string()),
            amount: section.money("amount", currency, false, problems),
            reason: section.safe_text("reason", limit::LONG, problems),
            requested_at: section.time("requested_at", problems),
            approved_at: section.time("approved_at", problems),
            expected_by: section.time("expected_by", problems),
            state: state?,
        })
    });
    read.collect()
}

pub(super) fn payments(
    root: &Section<'_>,
    currency: Option<&str>,
    problems: &mut Problems,
) -> Vec<Payment> {
    let sections = root.sections("payments", limit::PAYMENTS, problems);
    let read = sections.iter().enumerate().map(|(index, section)| {
        let own = section.text("currency", 3, problems);
        let reference = section.text("ref", limit::SHORT, problems);
        Payment {
            reference: reference.unwrap_or_else(|| (index + 1).to_string()),
            amount: section.money("amount", own.as_deref().or(currency), false, problems),
            status: section.text("status", limit::SHORT, problems),
            at: section.time("at", problems),
        }
    });
    read.collect()
}

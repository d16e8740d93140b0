//! The order record of import and API, and the [`Order`] it stands for.
//!
//! `{"id": "A1042", "merchant": "m_linden", "status": "shipped", "amount": "64.00", "currency": "GBP", "created_at": "2026-11-20", ..}`
//! A record that is wrong is refused with every fault in it, each with the path of its field and how to mend it. Fields we do not know
//! are kept and given back. Free texts lose card numbers here, before an order can reach the store.

mod columns;
mod extra;
mod many;
mod parts;
mod section;
mod twice;
mod write;

use serde_json::{Map, Value};

use super::ids::{MerchantId, OrderId};
use super::money::Money;
use super::order::{Contact, Order, OrderStatus, Payment, Refund, Shipping};
use super::redact::redact;

pub use columns::{Columns, EXPORT_COLUMNS, export_row};
pub use many::{Parsed, RefusedRow, parse_all, parse_line, parse_many};
pub use section::FieldProblem;
pub use twice::{Seen, number_of, stands_twice};
pub use write::to_json;

use section::{Problems, Section};

/// What a record may leave out.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// Whose orders these are when they do not say; when they do, and it is somebody else, the record is refused.
    pub merchant: Option<MerchantId>,
    /// ISO 4217 code for amounts without a currency.
    pub currency: Option<String>,
    /// Where clocks and calendars without an offset are.
    pub zone: jiff::tz::TimeZone,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            merchant: None,
            currency: None,
            zone: jiff::tz::TimeZone::UTC,
        }
    }
}

/// Words around something that must never be stored. A bare number may look like a card's and still be an order's.
fn is_sentence_with_secret(written: &str) -> bool {
    written.trim().contains(char::is_whitespace) && !redact(written).found.is_empty()
}

/// The longest texts, in characters.
mod limit {
    pub const SHORT: usize = 200;
    pub const ADDRESS: usize = 500;
    pub const LONG: usize = 2_000;
    pub const ITEMS: usize = 200;
    pub const REFUNDS: usize = 50;
    pub const PAYMENTS: usize = 50;
}

/// Takes a record as an order.
///
/// # Errors
/// With every fault of the record, in the order of its fields.
pub fn parse(record: &Value, defaults: &Defaults) -> Parsed {
    let mut problems = Problems::default();
    let Some(map) = record.as_object() else {
        problems.add("", "is no JSON object: write {\"id\": \"A1042\", ..}");
        return Err(problems.0);
    };
    let root = Section::root(map, &defaults.zone);
    let draft = Draft::read(&root, defaults, &mut problems);
    let extra = extra::of(&root, &mut problems);
    match draft.and_then(|draft| draft.finish(extra)) {
        Some(order) if problems.0.is_empty() => Ok(order),
        _ => Err(problems.0),
    }
}

/// The fields of a record that an order cannot be without, read; what is missing has been reported.
struct Draft {
    id: Option<OrderId>,
    written_id: String,
    merchant: Option<MerchantId>,
    status: Option<OrderStatus>,
    amount: Option<Money>,
    created_at: Option<jiff::Timestamp>,
    rest: Rest,
}

/// The fields of a record that may be left out.
struct Rest {
    customer: Contact,
    payment_method: Option<String>,
    paid_at: Option<jiff::Timestamp>,
    items: (Vec<String>, Vec<Option<Money>>),
    shipping: Option<Shipping>,
    reject_reason: Option<String>,
    refunds: Vec<Refund>,
    payments: Vec<Payment>,
    note: Option<String>,
}

impl Draft {
    fn read(root: &Section<'_>, defaults: &Defaults, problems: &mut Problems) -> Option<Self> {
        let written_id = root.required_text("id", limit::SHORT, "\"A1042\"", problems);
        let id = written_id.as_deref().and_then(|written| {
            if is_sentence_with_secret(written) {
                problems.add(
                    "id",
                    "is no order number: it has a card number or a code in it",
                );
                return None;
            }
            let id = OrderId::parse(written);
            id.map_err(|error| problems.add("id", error.to_string()))
                .ok()
        });
        let merchant = merchant(root, defaults, problems);
        let status = status(root, problems);
        let currency = root
            .text("currency", 3, problems)
            .or_else(|| defaults.currency.clone());
        let amount = root.money("amount", currency.as_deref(), true, problems);
        let paid_at = root.time("paid_at", problems);
        let created_at = root.time("created_at", problems).or(paid_at);
        if created_at.is_none() && !problems.mentions("created_at") {
            problems.add(
                "created_at",
                "is missing: write when the order was placed, such as \"2026-11-20T10:00:00Z\"",
            );
        }
        Some(Self {
            id,
            written_id: written_id.unwrap_or_default(),
            merchant,
            status,
            amount,
            created_at,
            rest: Rest {
                customer: parts::customer(root, problems),
                payment_method: root.safe_text("payment_method", limit::SHORT, problems),
                paid_at,
                items: parts::items(root, currency.as_deref(), problems),
                shipping: parts::shipping(root, currency.as_deref(), problems),
                reject_reason: root.safe_text("reject_reason", limit::LONG, problems),
                refunds: parts::refunds(root, currency.as_deref(), problems),
                payments: parts::payments(root, currency.as_deref(), problems),
                note: root.safe_text("note", limit::LONG, problems),
            },
        })
    }

    /// The order, if nothing is missing.
    fn finish(self, extra: Option<String>) -> Option<Order> {
        let rest = self.rest;
        Some(Order {
            id: self.id?,
            written_id: self.written_id,
            merchant: self.merchant?,
            customer: rest.customer,
            status: self.status?,
            amount: self.amount?,
            payment_method: rest.payment_method,
            created_at: self.created_at?,
            paid_at: rest.paid_at,
            items: rest.items.0,
            prices: rest.items.1,
            shipping: rest.shipping,
            reject_reason: rest.reject_reason,
            refunds: rest.refunds,
            payments: rest.payments,
            note: rest.note,
            extra,
        })
    }
}

fn merchant(
    root: &Section<'_>,
    defaults: &Defaults,
    problems: &mut Problems,
) -> Option<MerchantId> {
    let Some(written) = root.text("merchant", 64, problems) else {
        if defaults.merchant.is_none() && !problems.mentions("merchant") {
            problems.add(
                "merchant",
                "is missing: write the id of the merchant, such as \"m_linden\"",
            );
        }
        return defaults.merchant.clone();
    };
    match (MerchantId::parse(&written), &defaults.merchant) {
        (Err(error), _) => problems.add("merchant", error.to_string()),
        (Ok(named), Some(own)) if named != *own => problems.add(
            "merchant",
            format!("is `{named}`, but these orders are `{own}`'s: leave the field out, or write `{own}`"),
        ),
        (Ok(named), _) => return Some(named),
    }
    None
}

fn status(root: &Section<'_>, problems: &mut Problems) -> Option<OrderStatus> {
    let written = root.required_text("status", 40, "\"processing\"", problems)?;
    let name = written.trim().to_lowercase();
    let name = if name == "canceled" {
        "cancelled"
    } else {
        name.as_str()
    };
    let status = OrderStatus::from_name(name);
    if status.is_none() {
        let names = OrderStatus::ALL.map(OrderStatus::name);
        problems.add("status", section::not_one_of(&written, &names));
    }
    status
}

/// The fields that each part of a record has.
mod known {
    pub const ROOT: &[&str] = &[
        "id",
        "merchant",
        "customer",
        "status",
        "amount",
        "currency",
        "payment_method",
        "created_at",
        "paid_at",
        "items",
        "shipping",
        "reject_reason",
        "refund_history",
        "payments",
        "note",
    ];
    pub const CUSTOMER: &[&str] = &["name", "email", "phone", "lang", "vip"];
    pub const SHIPPING: &[&str] = &[
        "carrier",
        "tracking",
        "address",
        "amount",
        "shipped_at",
        "delivered_at",
    ];
    pub const REFUND: &[&str] = &[
        "id",
        "amount",
        "currency",
        "reason",
        "requested_at",
        "approved_at",
        "expected_by",
        "state",
    ];
    pub const PAYMENT: &[&str] = &["ref", "amount", "currency", "status", "at"];
    pub const ITEM: &[&str] = &["name", "price"];
}

/// An empty JSON object to stand for one that is not there.
type Object = Map<String, Value>;

#[cfg(test)]
mod tests;

//! An order as the record it came from.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::extra;
use crate::domain::money::Money;
use crate::domain::order::{Contact, Order, Payment, Refund, Shipping};

/// The record of an order, with the unknown fields it came with.
#[must_use]
pub fn to_json(order: &Order) -> Value {
    let currency = order.amount.currency.code();
    let mut record = json!({
        "id": order.written_id,
        "merchant": order.merchant.as_str(),
        "customer": customer(&order.customer),
        "status": order.status.name(),
        "amount": order.amount.amount.to_string(),
        "currency": currency,
        "payment_method": order.payment_method,
        "created_at": order.created_at.to_string(),
        "paid_at": time(order.paid_at),
        "items": (0..).zip(&order.items).map(|(at, name)| item(name, order.price(at))).collect::<Vec<_>>(),
        "shipping": order.shipping.as_ref().map(|one| shipping(one, currency)),
        "reject_reason": order.reject_reason,
        "refund_history": order.refunds.iter().map(|one| refund(one, currency)).collect::<Vec<_>>(),
        "payments": order.payments.iter().map(|one| payment(one, currency)).collect::<Vec<_>>(),
        "note": order.note,
    });
    if let Some(extra) = order.extra.as_deref()
        && let Ok(extra) = serde_json::from_str(extra)
    {
        extra::merge(&mut record, extra);
    }
    record
}

fn time(time: Option<Timestamp>) -> Option<String> {
    time.map(|time| time.to_string())
}

fn item(name: &str, price: Option<Money>) -> Value {
    match price {
        Some(price) => json!({ "name": name, "price": price.amount.to_string() }),
        None => json!(name),
    }
}

fn customer(customer: &Contact) -> Value {
    json!({
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "lang": customer.language.map(|language| language.tag()),
        "vip": customer.vip,
    })
}

fn shipping(shipping: &Shipping, currency: &str) -> Value {
    let mut record = json!({
        "carrier": shipping.carrier,
        "tracking": shipping.tracking,
        "address": shipping.address,
        "shipped_at": time(shipping.shipped_at),
        "delivered_at": time(shipping.delivered_at),
    });
    if let Some(paid) = shipping
        .amount
        .filter(|paid| paid.currency.code() == currency)
    {
        record["amount"] = json!(paid.amount.to_string());
    }
    record
}

fn refund(refund: &Refund, currency: &str) -> Value {
    let record = json!({
        "id": refund.id,
        "amount": amount(refund.amount),
        "reason": refund.reason,
        "requested_at": time(refund.requested_at),
        "approved_at": time(refund.approved_at),
        "expected_by": time(refund.expected_by),
        "state": refund.state.name(),
    });
    with_currency(record, refund.amount, currency)
}

fn payment(payment: &Payment, currency: &str) -> Value {
    let record = json!({
        "ref": payment.reference,
        "amount": amount(payment.amount),
        "status": payment.status,
        "at": time(payment.at),
    });
    with_currency(record, payment.amount, currency)
}

fn amount(money: Option<Money>) -> Option<String> {
    money.map(|money| money.amount.to_string())
}

/// A part in another currency than its order says so.
fn with_currency(mut record: Value, money: Option<Money>, currency: &str) -> Value {
    let other = money
        .map(|money| money.currency.code())
        .filter(|own| *own != currency);
    if let (Some(own), Some(record)) = (other, record.as_object_mut()) {
        record.insert("currency".to_owned(), Value::from(own));
    }
    record
}

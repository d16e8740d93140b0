//! Orders as a shop hands them in: the record, its states, its refunds. What may be said about one to whom is `proof`'s business.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ids::{MerchantId, OrderId};
use super::language::Language;
use super::money::Money;

/// One order of one merchant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Its number in canonical form.
    pub id: OrderId,
    /// Its number as the shop writes it.
    pub written_id: String,
    /// Whose order it is, on the selling side.
    pub merchant: MerchantId,
    /// Who bought.
    pub customer: Contact,
    /// Where it stands.
    pub status: OrderStatus,
    /// What it costs in all.
    pub amount: Money,
    /// How it was paid, masked by the shop: `visa *0934`.
    pub payment_method: Option<String>,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When the payment came through.
    pub paid_at: Option<Timestamp>,
    /// What was bought, by name.
    pub items: Vec<String>,
    /// What was paid for each of them, in the same order; shorter, or without a price, where the shop does not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<Option<Money>>,
    /// How it travels.
    pub shipping: Option<Shipping>,
    /// Why it was rejected, in the shop's words.
    pub reject_reason: Option<String>,
    /// Its refunds, oldest first.
    pub refunds: Vec<Refund>,
    /// Its payments, oldest first.
    pub payments: Vec<Payment>,
    /// The shop's own remark, for agents.
    pub note: Option<String>,
    /// Fields we do not know, as a JSON object, kept and given back.
    pub extra: Option<String>,
}

/// Who bought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Full name.
    pub name: Option<String>,
    /// E-mail address, lower case.
    pub email: Option<String>,
    /// Phone number, digits and a leading `+` only.
    pub phone: Option<String>,
    /// The language the customer reads.
    pub language: Option<Language>,
    /// Goes to a person sooner.
    pub vip: bool,
}

impl Contact {
    /// The last four digits of the phone number, by which a customer shows that an order is theirs.
    #[must_use]
    pub fn phone_tail(&self) -> Option<&str> {
        let phone = self.phone.as_deref()?;
        phone
            .len()
            .checked_sub(4)
            .and_then(|start| phone.get(start..))
    }
}

/// An e-mail address as it is compared: without white space, lower case.
#[must_use]
pub fn fold_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A phone number as it is compared: its digits and a leading `+`.
#[must_use]
pub fn fold_phone(phone: &str) -> String {
    let plus = phone.trim_start().starts_with('+');
    let digits = phone.chars().filter(char::is_ascii_digit);
    plus.then_some('+').into_iter().chain(digits).collect()
}

/// Where an order stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// The payment or the shop's own work is under way.
    Processing,
    /// The shop has done its part; the bank or the carrier comes next.
    Processed,
    /// On its way.
    Shipped,
    /// Handed over.
    Delivered,
    /// All done.
    Completed,
    /// Refused, for the reason in `reject_reason`.
    Rejected,
    /// Money is on its way back.
    Refunding,
    /// Money is back.
    Refunded,
    /// Called off.
    Cancelled,
}

impl OrderStatus {
    /// All states, in the order of an order's life.
    pub const ALL: [Self; 9] = [
        Self::Processing,
        Self::Processed,
        Self::Shipped,
        Self::Delivered,
        Self::Completed,
        Self::Rejected,
        Self::Refunding,
        Self::Refunded,
        Self::Cancelled,
    ];

    /// The name in records and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Processed => "processed",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Completed => "completed",
            Self::Rejected => "rejected",
            Self::Refunding => "refunding",
            Self::Refunded => "refunded",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// How an order travels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipping {
    /// Who carries it.
    pub carrier: Option<String>,
    /// The carrier's number for it.
    pub tracking: Option<String>,
    /// Where to. Never spoken back in full.
    pub address: Option<String>,
    /// What of the amount was paid for it, where the shop says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// When it left.
    pub shipped_at: Option<Timestamp>,
    /// When it arrived.
    pub delivered_at: Option<Timestamp>,
}

/// One refund in an order's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refund {
    /// The shop's own number for it.
    pub id: String,
    /// How much, if the shop said.
    pub amount: Option<Money>,
    /// Why, in the shop's or the customer's words.
    pub reason: Option<String>,
    /// When it was asked for.
    pub requested_at: Option<Timestamp>,
    /// When it was approved.
    pub approved_at: Option<Timestamp>,
    /// When the money should be there.
    pub expected_by: Option<Timestamp>,
    /// Where it stands.
    pub state: RefundState,
}

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Asked for, not decided.
    Requested,
    /// Decided for, the money not yet sent.
    Approved,
    /// The money is on its way.
    Paying,
    /// The money is back.
    Paid,
    /// Decided against.
    Rejected,
    /// The payment failed.
    Failed,
    /// Called off by the customer.
    Withdrawn,
}

impl RefundState {
    /// The state that a shop's word stands for; shops name them differently, so the common words are taken.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "requested" | "submitted" | "pending" | "open" | "review" | "in_review" => {
                Self::Requested
            }
            "approved" | "accepted" => Self::Approved,
            "paying" | "processing" | "refunding" | "in_progress" | "sent" => Self::Paying,
            "paid" | "refunded" | "completed" | "done" | "succeeded" => Self::Paid,
            "rejected" | "declined" | "denied" | "refused" => Self::Rejected,
            "failed" | "error" => Self::Failed,
            "withdrawn" | "cancelled" | "canceled" => Self::Withdrawn,
            _ => return None,
        })
    }

    /// The name in records and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Paying => "paying",
            Self::Paid => "paid",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether something is still to happen.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::Approved | Self::Paying)
    }
}

/// One payment for an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    /// The payment platform's reference.
    pub reference: String,
    /// How much.
    pub amount: Option<Money>,
    /// The shop's word for its state.
    pub status: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
}

impl Order {
    /// Whether it waits to be paid.
    #[must_use]
    pub fn is_unpaid(&self) -> bool {
        self.paid_at.is_none()
            && matches!(self.status, OrderStatus::Processing | OrderStatus::Rejected)
    }

    /// Whether it is not on its way yet, so that its details can still be corrected.
    #[must_use]
    pub const fn is_here_still(&self) -> bool {
        matches!(
            self.status,
            OrderStatus::Processing | OrderStatus::Processed | OrderStatus::Rejected
        )
    }

    /// The refund that a question about "my refund" means: the latest one.
    #[must_use]
    pub fn latest_refund(&self) -> Option<&Refund> {
        self.refunds.last()
    }

    /// What was paid for one entry of the items, where the shop says so.
    #[must_use]
    pub fn price(&self, index: usize) -> Option<Money> {
        let price = self.prices.get(index).copied().flatten()?;
        (price.currency == self.amount.currency).then_some(price)
    }

    /// What was paid for these items together. None where the shop does not say it of each, or they are not all in the order.
    #[must_use]
    pub fn price_of(&self, items: &[String]) -> Option<Money> {
        let mut taken = Vec::new();
        let mut sum = Decimal::ZERO;
        for item in items {
            let named = |index: &usize| self.items.get(*index) == Some(item);
            let index = (0..self.items.len())
                .filter(named)
                .find(|index| !taken.contains(index))?;
            taken.push(index);
            sum = sum.checked_add(self.price(index)?.amount)?;
        }
        (!items.is_empty()).then_some(Money {
            amount: sum,
            currency: self.amount.currency,
        })
    }

    /// When it was delivered, if it was.
    #[must_use]
    pub fn delivered_at(&self) -> Option<Timestamp> {
        self.shipping
            .as_ref()
            .and_then(|shipping| shipping.delivered_at)
    }
}

//! A detail of an order that its customer corrects: checked, and said back only in part.

use serde::{Deserialize, Serialize};

use super::email::Email;
use super::ids::OrderId;
use super::order::{Contact, Order, fold_phone};

/// Digits of a phone number.
const PHONE: std::ops::RangeInclusive<usize> = 7..=15;
/// Characters of an address.
const ADDRESS: std::ops::RangeInclusive<usize> = 6..=200;
/// Characters of a name.
const NAME: std::ops::RangeInclusive<usize> = 2..=60;
/// A name has at most so many words.
const NAME_WORDS: usize = 6;
/// What ends a sentence, and stands in no name.
const ENDS: [char; 6] = ['?', '!', ';', '\u{ff1f}', '\u{ff01}', '\u{3002}'];

/// Which detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
    /// Where it is sent.
    Address,
    /// Who receives it.
    Recipient,
}

impl Detail {
    /// The name in records and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Recipient => "recipient",
        }
    }

    /// What was written, in the form in which orders have it; none if it cannot be one.
    #[must_use]
    pub fn read(self, written: &str) -> Option<String> {
        let text = written.trim();
        let length = text.chars().count();
        let plain = !text
            .chars()
            .any(|c| c.is_control() || matches!(c, '<' | '>' | '{' | '}'));
        let link = text.contains("://") || text.to_lowercase().contains("www.");
        match self {
            _ if !plain || link => None,
            Self::Email => Email::parse(text).ok().map(String::from),
            Self::Phone => {
                let folded = fold_phone(text);
                let digits = folded.trim_start_matches('+').len();
                let only = text
                    .chars()
                    .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '.'));
                (only && PHONE.contains(&digits)).then_some(folded)
            }
            Self::Address => {
                let told = text.chars().filter(|c| c.is_alphabetic()).count() >= 2;
                (told && ADDRESS.contains(&length)).then(|| text.to_owned())
            }
            Self::Recipient => {
                let named = text.chars().any(char::is_alphabetic);
                let digits = text.chars().any(|c| c.is_ascii_digit() || c == '@');
                let clause = text.contains(ENDS) || text.split_whitespace().count() > NAME_WORDS;
                let fits = !digits && !clause && NAME.contains(&length);
                (named && fits).then(|| text.to_owned())
            }
        }
    }

    /// What the order has now.
    #[must_use]
    pub fn of(self, order: &Order) -> Option<&str> {
        let Contact {
            name, email, phone, ..
        } = &order.customer;
        match self {
            Self::Email => email.as_deref(),
            Self::Phone => phone.as_deref(),
            Self::Recipient => name.as_deref(),
            Self::Address => order.shipping.as_ref()?.address.as_deref(),
        }
    }

    /// So much of a value that its owner recognises it, and nobody else learns it.
    #[must_use]
    pub fn masked(self, value: &str) -> String {
        let chars: Vec<char> = value.chars().collect();
        let first = |n: usize| chars.iter().take(n).collect::<String>();
        let last = |n: usize| {
            chars
                .iter()
                .skip(chars.len().saturating_sub(n))
                .collect::<String>()
        };
        match self {
            Self::Email => {
                let host = value.rsplit_once('@').map_or("", |(_, host)| host);
                format!("{}***@{host}", first(1))
            }
            Self::Phone => format!("***{}", last(4.min(chars.len() / 2))),
            Self::Recipient => format!("{}***", first(1)),
            Self::Address if chars.len() >= 16 => format!("{}\u{2026}{}", first(6), last(3)),
            Self::Address => format!("{}\u{2026}", first(3)),
        }
    }
}

/// A correction that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Corrected {
    /// Which order.
    pub order: OrderId,
    /// Which detail.
    pub detail: Detail,
    /// What is right.
    pub value: String,
}

/// What a customer wants to be corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Which detail.
    pub detail: Detail,
    /// The right value, once it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Why an agent cannot have it done for a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDone {
    /// The customer has not shown that the order is theirs.
    #[error("the customer has not shown that the order is theirs: ask them to, first")]
    NotShown,
    /// The order has left, or is over.
    #[error("the order is on its way or over: its details are not corrected any more")]
    Left,
    /// Nobody waits for its money.
    #[error("the order does not wait to be paid")]
    NotUnpaid,
    /// The site's merchant gives no links to pay by.
    #[error("the merchant gives no payment links here: the site names no `payment_hosts`")]
    NoLinks,
    /// A link was asked for, or given and still works.
    #[error("a payment link was asked for already")]
    AskedAlready,
    /// No program of the merchant's would hear of it.
    #[error("no endpoint of the merchant's is told of this: set one under `webhooks`")]
    NobodyListens,
}

#[cfg(test)]
mod tests {
    use super::Detail;

    #[test]
    fn what_cannot_be_such_a_detail_is_not_taken() {
        let table = [
            (Detail::Email, "Mia@New.example ", Some("mia@new.example")),
            (Detail::Email, "mia@new", None),
            (Detail::Email, "a@b@c.example", None),
            (Detail::Phone, "+44 7700 900-123", Some("+447700900123")),
            (Detail::Phone, "12345", None),
            (Detail::Phone, "call me on 7700900123", None),
            (
                Detail::Address,
                "5 New Road, York",
                Some("5 New Road, York"),
            ),
            (Detail::Address, "12345678", None),
            (Detail::Address, "see https://evil.example/", None),
            (Detail::Address, "5 Road <script>", None),
            (Detail::Address, "line\nline two", None),
            (Detail::Recipient, "Ann Bell", Some("Ann Bell")),
            (Detail::Recipient, "Ann 5", None),
            (Detail::Recipient, "Ann Bell?", None),
            (Detail::Recipient, "do I have to pay for this", None),
        ];
        for (detail, written, expected) in table {
            assert_eq!(detail.read(written).as_deref(), expected, "{written}");
        }
        assert_eq!(Detail::Address.read(&"a".repeat(201)), None);
    }

    #[test]
    fn a_value_is_said_back_in_part() {
        let table = [
            (Detail::Email, "mia@new.example", "m***@new.example"),
            (Detail::Phone, "+447700900123", "***0123"),
            (Detail::Phone, "1234567", "***567"),
            (
                Detail::Address,
                "5 New Road, York YO1 1AA",
                "5 New \u{2026}1AA",
            ),
            (Detail::Address, "5 Road", "5 R\u{2026}"),
            (Detail::Recipient, "Ann Bell", "A***"),
        ];
        for (detail, value, expected) in table {
            assert_eq!(detail.masked(value), expected);
        }
    }
}

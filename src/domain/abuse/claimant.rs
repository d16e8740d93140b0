//! By what claims of the same person, or of people who share something, are found again: hashes, so that the index tells nobody's address.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::order::{Order, fold_email, fold_phone};

/// Digits that tell a card or an account from others.
const TAIL: usize = 4;
/// Digits of a phone number that are the same with and without a country's prefix.
const PHONE: usize = 8;
/// Characters of an address that is more than a town.
const ADDRESS: usize = 8;

/// What a key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Email,
    Phone,
    Payment,
    Address,
}

/// One thing by which claims are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CustomerKey {
    of: Of,
    hash: u64,
}

impl CustomerKey {
    fn new(of: Of, text: &str) -> Self {
        let digest = Sha256::digest(text);
        let hash = digest.first_chunk().copied().unwrap_or_default();
        Self {
            of,
            hash: u64::from_be_bytes(hash),
        }
    }

    /// Whether it names the person, rather than something that several may share.
    #[must_use]
    pub const fn is_person(&self) -> bool {
        matches!(self.of, Of::Email | Of::Phone)
    }

    /// Whether it names a card or an account.
    #[must_use]
    pub const fn is_payment(&self) -> bool {
        matches!(self.of, Of::Payment)
    }

    /// As bytes of a fixed length.
    #[must_use]
    pub fn bytes(&self) -> [u8; 9] {
        let mut bytes = [self.letter(); 9];
        for (to, from) in bytes.iter_mut().skip(1).zip(self.hash.to_be_bytes()) {
            *to = from;
        }
        bytes
    }

    const fn letter(&self) -> u8 {
        match self.of {
            Of::Email => b'e',
            Of::Phone => b'p',
            Of::Payment => b'm',
            Of::Address => b'a',
        }
    }
}

impl fmt::Display for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:016x}", char::from(self.letter()), self.hash)
    }
}

/// A text that is no key.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("this is no key of a customer")]
pub struct InvalidCustomerKey;

impl FromStr for CustomerKey {
    type Err = InvalidCustomerKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (letter, hash) = text.split_at_checked(1).ok_or(InvalidCustomerKey)?;
        let of = match letter {
            "e" => Of::Email,
            "p" => Of::Phone,
            "m" => Of::Payment,
            "a" => Of::Address,
            _ => return Err(InvalidCustomerKey),
        };
        let hash = u64::from_str_radix(hash, 16).map_err(|_| InvalidCustomerKey)?;
        Ok(Self { of, hash })
    }
}

impl TryFrom<String> for CustomerKey {
    type Error = InvalidCustomerKey;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CustomerKey> for String {
    fn from(key: CustomerKey) -> Self {
        key.to_string()
    }
}

/// The keys of whoever placed an order.
#[must_use]
pub fn keys_of(order: &Order) -> Vec<CustomerKey> {
    let contact = &order.customer;
    let email = contact.email.as_deref().map(fold_email);
    let email = email.filter(|email| !email.is_empty());
    let phone = contact.phone.as_deref().map(fold_phone).and_then(|phone| {
        let start = phone.len().checked_sub(PHONE)?;
        phone.get(start..).map(str::to_owned)
    });
    // "PayPal" is no account of anybody's in particular: there have to be digits.
    let payment = order.payment_method.as_deref().map(letters_and_digits);
    let payment = payment.filter(|text| text.chars().filter(char::is_ascii_digit).count() >= TAIL);
    let shipping = order.shipping.as_ref();
    let address = shipping.and_then(|shipping| shipping.address.as_deref());
    let address = address.map(letters_and_digits);
    let address = address.filter(|text| text.chars().count() >= ADDRESS);
    let keys = [
        (Of::Email, email),
        (Of::Phone, phone),
        (Of::Payment, payment),
        (Of::Address, address),
    ];
    keys.into_iter()
        .filter_map(|(of, text)| Some(CustomerKey::new(of, &text?)))
        .collect()
}

fn letters_and_digits(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

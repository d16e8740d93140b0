//! Secrets leave a message before anything else happens to it: card numbers, security codes, one-time codes, passwords, identity
//! numbers.
//!
//! A card keeps its last four digits, so that people still know which one was meant. Order and phone numbers survive: a number is a
//! card only when its check digit, a known issuer prefix and that issuer's length agree, and no word calls it an order.
//! The words are data (`words.txt`), for they are Chinese as well as English.

mod cards;
mod digits;
mod fold;
mod identity;
mod mask;
mod told;
mod words;

pub use mask::{escape_hidden, mask_email, mask_phone};

use fold::Folded;

/// A message without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redacted {
    /// What may be stored and shown.
    pub text: String,
    /// What was masked, in the order of the text.
    pub found: Vec<Kind>,
}

/// A kind of secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A payment card's number.
    Card,
    /// The three or four digits on the back of a card.
    Cvv,
    /// A one-time code.
    OneTimeCode,
    /// The number of an identity card.
    IdentityNumber,
    /// A password or PIN.
    Password,
}

impl Kind {
    /// The name in logs and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Cvv => "cvv",
            Self::OneTimeCode => "one_time_code",
            Self::IdentityNumber => "identity_number",
            Self::Password => "password",
        }
    }
}

/// A stretch of the folded text that is a secret.
#[derive(Clone, Debug)]
struct Secret {
    start: usize,
    end: usize,
    kind: Kind,
    /// The end of a card number, which stays.
    tail: String,
}

impl Secret {
    fn new(kind: Kind, start: usize, end: usize) -> Self {
        Self {
            start,
            end,
            kind,
            tail: String::new(),
        }
    }

    fn touches(&self, start: usize, end: usize) -> bool {
        self.start < end && start < self.end
    }
}

/// Masks what must never be stored. Masking the result again changes nothing.
#[must_use]
pub fn redact(text: &str) -> Redacted {
    let mut redacted = pass(text);
    // A mask may bring a word and a value together that stood apart: look until nothing more is found.
    for _ in 0..4 {
        if redacted.found.is_empty() {
            break;
        }
        let again = pass(&redacted.text);
        if again.found.is_empty() {
            break;
        }
        redacted.text = again.text;
        redacted.found.extend(again.found);
    }
    redacted
}

/// Masks what one look finds.
fn pass(text: &str) -> Redacted {
    let folded = Folded::new(text);
    let words = words::find(&folded.text);
    let groups = digits::groups(&folded.text);
    let mut secrets = identity::find(&folded.text, &groups);
    cards::find(&folded.text, &groups, &words, &mut secrets);
    told::find(&folded.text, &groups, &words, &mut secrets);
    secrets.sort_by_key(|secret| secret.start);
    apply(text, &folded, &secrets)
}

/// The text with every secret replaced.
fn apply(text: &str, folded: &Folded, secrets: &[Secret]) -> Redacted {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for secret in secrets {
        let (start, end) = folded.original(secret.start, secret.end);
        out.push_str(text.get(done..start).unwrap_or_default());
        match secret.tail.as_str() {
            "" => out.push_str("***"),
            tail => {
                out.push_str("**** ");
                out.push_str(tail);
            }
        }
        done = end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Redacted {
        text: out,
        found: secrets.iter().map(|secret| secret.kind).collect(),
    }
}

#[cfg(test)]
mod tests;

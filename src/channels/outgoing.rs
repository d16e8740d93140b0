//! A message on its way out: the requests that it becomes, and what a platform's answer to one means.

use jiff::SignedDuration;
use serde_json::Value;

use super::account::Account;
use crate::domain::channel::Recipient;
use crate::domain::conversation::Choice;

/// What is said to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbound {
    /// The text.
    pub text: String,
    /// Answers offered as buttons.
    pub choices: Vec<Choice>,
}

impl Outbound {
    /// The text with its choices as lines, for a platform without buttons: the number that stands there is taken as the choice.
    #[must_use]
    pub fn numbered(&self) -> String {
        let lines = self.choices.iter();
        lines.fold(self.text.clone(), |text, choice| {
            format!("{text}\n{}. {}", choice.number, choice.label)
        })
    }
}

/// Everything that a request is made of.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// Who sends.
    pub account: &'a Account,
    /// To whom.
    pub to: &'a Recipient,
    /// The desk's name for the message, the same on every attempt.
    pub name: &'a str,
    /// The token that was fetched for the account, on platforms where one is.
    pub token: &'a str,
    /// When it is sent, in seconds since 1970.
    pub second: i64,
    /// Whether it may still be sent as the answer to the customer's last message, on platforms where that is cheaper.
    pub answers: bool,
    /// Whether a person wrote it, and no rule: some platforms take that for longer.
    pub by_person: bool,
}

/// What is done with what stands at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// It is read.
    Get,
    /// Something is added to it.
    Post,
    /// It is changed: done twice, it is as done once.
    Patch,
}

/// A request to be made.
#[derive(Clone)]
pub struct Request {
    /// What is done with what stands at the address.
    pub verb: Verb,
    /// The whole address. It may hold a secret, and is never logged.
    pub url: String,
    /// Headers beside `Content-Type`. They may hold secrets, too.
    pub headers: Vec<(&'static str, String)>,
    /// What the body is.
    pub media_type: &'static str,
    /// The body.
    pub body: String,
}

impl std::fmt::Debug for Request {
    /// The body alone: address and headers may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request").field("body", &self.body).finish()
    }
}

impl Request {
    /// A request to an address below the account's base.
    pub(super) fn json(account: &Account, path: &str, body: &Value) -> Self {
        Self {
            verb: Verb::Post,
            url: format!("{}{path}", account.base),
            headers: Vec::new(),
            media_type: "application/json",
            body: body.to_string(),
        }
    }

    /// The same with a form.
    pub(super) fn form(account: &Account, path: &str, body: String) -> Self {
        Self {
            verb: Verb::Post,
            url: format!("{}{path}", account.base),
            headers: Vec::new(),
            media_type: "application/x-www-form-urlencoded",
            body,
        }
    }

    /// A question that is asked with an address alone.
    pub(super) fn get(account: &Account, path: &str) -> Self {
        Self {
            verb: Verb::Get,
            ..Self::form(account, path, String::new())
        }
    }

    /// The same as a change of what stands there.
    pub(super) fn patch(self) -> Self {
        Self {
            verb: Verb::Patch,
            ..self
        }
    }

    /// The same with a header.
    pub(super) fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// What a platform answered.
#[derive(Clone, Copy, Debug)]
pub struct Responded<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The body, as far as it was read.
    pub body: &'a [u8],
}

impl Responded<'_> {
    /// The body as JSON; null when it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(self.body).unwrap_or_default()
    }

    /// Whether the status says that it was done.
    pub(super) const fn is_success(&self) -> bool {
        self.status / 100 == 2
    }

    /// It was taken, perhaps under a name; unless what answered was not the platform, but a page of something that stands before it: then
    /// the message has gone nowhere.
    pub(super) fn sent_as(&self, id: Option<String>) -> Judgement {
        match self.json().is_object() {
            true => Judgement::Sent(id),
            false => Judgement::unreadable(),
        }
    }

    /// What a status says that comes without words.
    pub(super) fn by_status(&self) -> Judgement {
        let why = format!("it answered {}", self.status);
        match self.status {
            _ if self.is_success() => Judgement::Sent(None),
            401 | 402 | 407 => Judgement::Account(why),
            _ if self.asks_again() => Judgement::Later(why, None),
            _ => Judgement::Never(why),
        }
    }

    /// A reason with what the platform says at a place.
    pub(super) fn with_words(&self, why: &str, place: &str) -> String {
        let said = self.json();
        let said = said.pointer(place).and_then(Value::as_str);
        said.map_or(why.to_owned(), |said| format!("{why}: {said}"))
    }

    /// Whether the status says that the same may be right at another time: too much, too slow, in the middle of something, or a fault of
    /// whoever answers. Any other refusal stays one.
    pub(super) const fn asks_again(&self) -> bool {
        !matches!(self.status, 400..=499)
            || matches!(self.status, 408 | 409 | 421 | 423 | 425 | 429)
    }

    /// What a refusal means of which the platform's own words say nothing that is known.
    pub(super) const fn refused(&self, why: String) -> Judgement {
        match self.asks_again() {
            true => Judgement::Later(why, None),
            false => Judgement::Never(why),
        }
    }
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It was taken; perhaps under a name by which the platform will tell what becomes of it.
    Sent(Option<String>),
    /// Not now; perhaps not before so long.
    Later(String, Option<SignedDuration>),
    /// Nothing of the account, before its owner has mended something: its token, a permission, a bill.
    Account(String),
    /// The token that was fetched has ended: the same with another.
    Renew(String),
    /// Not until the customer writes again.
    Closed(String),
    /// Not as it is, however often it is tried.
    Never(String),
}

impl Judgement {
    /// Nothing that the platform would answer.
    pub(super) fn unreadable() -> Self {
        Self::Later("its answer cannot be read".to_owned(), None)
    }

    /// There is nothing to be had, and why.
    pub(super) fn nowhere(why: &str) -> Self {
        Self::Never(why.to_owned())
    }

    /// Why it was not taken; nothing where it was.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Sent(_) => String::new(),
            Self::Later(why, _)
            | Self::Account(why)
            | Self::Renew(why)
            | Self::Closed(why)
            | Self::Never(why) => why,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_become_lines_with_the_number_that_is_to_be_typed() {
        let choice = |number, label: &str| Choice {
            number,
            label: label.to_owned(),
        };
        let out = Outbound {
            text: "Which?".to_owned(),
            choices: vec![choice(1, "Refund"), choice(2, "Order")],
        };
        assert_eq!(out.numbered(), "Which?\n1. Refund\n2. Order");
    }

    #[test]
    fn a_request_does_not_show_its_secrets() {
        let request = Request {
            verb: Verb::Post,
            url: "https://api.example/bot123:s3cr3t/send".to_owned(),
            headers: vec![("authorization", "Bearer s3cr3t".to_owned())],
            media_type: "application/json",
            body: "{}".to_owned(),
        };
        assert!(!format!("{request:?}").contains("s3cr3t"));
    }
}

//! Platforms that do not bring their messages, and are asked for them: from where they were read last.

use super::account::Account;
use super::incoming::Accepted;
use super::outgoing::{Judgement, Request, Responded};
use super::platforms::named;
use super::{telegram, wecom};
use crate::domain::channel::Channel;

/// A question for what is new.
#[derive(Clone, Copy, Debug)]
pub struct Pull<'a> {
    /// Whose messages.
    pub account: &'a Account,
    /// Which part of the account, on platforms that have some.
    pub place: &'a str,
    /// Up to where they were read; empty if they never were.
    pub cursor: &'a str,
    /// What the platform said when there was something.
    pub hint: &'a str,
    /// The token that was fetched for the account, on platforms where one is.
    pub token: &'a str,
    /// When it is asked, in seconds since 1970.
    pub second: i64,
}

/// What is new.
#[derive(Clone, Debug, Default)]
pub struct Pulled {
    /// What was written, and what became of messages.
    pub accepted: Accepted,
    /// Up to where it was read; to be kept when all of it is.
    pub cursor: Option<String>,
    /// Whether there is more.
    pub more: bool,
    /// What the platform waits for beside: a button shows a clock until it is answered.
    pub requests: Vec<Request>,
}

/// Whether an account is asked for its messages.
#[must_use]
pub fn is_pulled(account: &Account) -> bool {
    account.poll || account.key.channel == Channel::Wecom
}

/// Whether an account is asked all the time, and not only when it said that there is something.
#[must_use]
pub fn is_polled(account: &Account) -> bool {
    account.poll && account.key.channel == Channel::Telegram
}

/// The question; none on platforms that bring their messages.
#[must_use]
pub fn pull_request(pull: &Pull<'_>) -> Option<Request> {
    match pull.account.key.channel {
        Channel::Wecom => Some(wecom::pull_request(pull)),
        Channel::Telegram => Some(telegram::pull_request(pull)),
        _ => None,
    }
}

/// What the answer says.
///
/// # Errors
/// What it means when it is none.
pub fn pulled(pull: &Pull<'_>, responded: &Responded<'_>) -> Result<Pulled, Judgement> {
    let mut found = match pull.account.key.channel {
        Channel::Telegram => telegram::pulled(pull, responded),
        _ => wecom::pulled(pull, responded),
    }?;
    named(&mut found.accepted);
    Ok(found)
}

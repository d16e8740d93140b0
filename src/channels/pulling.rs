//! Platforms that do not bring their messages, and are asked for them: from where they were read last.

use super::account::Account;
use super::news::{Pull, Pulled};
use super::outgoing::{Judgement, Request, Responded};
use super::platforms::named;
use super::{telegram, wecom};
use crate::domain::channel::Channel;

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

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

/// Whether all that is there is read before any of it is taken: what people there did with a customer may stand pages behind what that
/// customer wrote. Of a platform that forgets what was read when it is asked for more, nothing may be read ahead.
#[must_use]
pub fn reads_on(account: &Account) -> bool {
    account.key.channel == Channel::Wecom
}

/// What was read, and what stands behind it, as if it had been read at once.
#[must_use]
pub fn joined(before: Pulled, more: Pulled) -> Pulled {
    let mut accepted = before.accepted.and(more.accepted);
    wecom::for_people(&mut accepted);
    let mut requests = before.requests;
    requests.extend(more.requests);
    let mut entered = before.entered;
    entered.extend(more.entered);
    Pulled {
        accepted,
        cursor: more.cursor.or(before.cursor),
        more: more.more,
        entered,
        requests,
    }
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

/// The greetings for those who have just come and have not written: whoever has is answered. None on platforms that take none.
#[must_use]
pub fn welcomes(account: &Account, found: &Pulled, token: &str, words: &str) -> Vec<Request> {
    let has_written = |user: &String| {
        let mut messages = found.accepted.messages.iter();
        messages.any(|message| message.user == *user)
    };
    let silent = found.entered.iter().filter(|one| !has_written(&one.user));
    silent
        .filter(|_| account.key.channel == Channel::Wecom && !words.is_empty())
        .map(|one| wecom::welcome(account, token, &one.code, words))
        .collect()
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

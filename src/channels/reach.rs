//! Whether what is said to a customer by and by would reach them, as far as the account and the platform's own limits say.

use jiff::Timestamp;

use super::account::Account;
use super::pace::quota;
use super::platforms::{token_request, window};
use crate::domain::channel::Recipient;

/// Why a platform takes no answer to a customer's last message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// The customer has not written for so long that the platform takes nothing.
    Late,
    /// The platform takes so many answers to a message of the customer, and they are used up.
    UsedUp(u32),
}

/// How long what a person says to a customer would not go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptBack {
    /// Ever: the account may answer within the answer to a message, and say nothing else.
    Always,
    /// Until the customer writes again.
    UntilTheyWrite,
}

/// Whether the account has nothing to fetch a token with, which its platform wants to see beside each message.
#[must_use]
pub fn says_only_inline(account: &Account) -> bool {
    account.token.is_none() && token_request(account).is_some()
}

/// Why a platform takes no answer to a customer's last message; nothing where it does.
#[must_use]
pub fn is_shut(to: &Recipient, by_person: bool, now: Timestamp) -> Option<Shut> {
    if window(to, by_person).is_some_and(|most| now.duration_since(to.heard_at) > most) {
        return Some(Shut::Late);
    }
    let most = quota(to.channel).filter(|most| to.answered >= *most)?;
    Some(Shut::UsedUp(most))
}

/// How long what a person says to a customer would not go out; nothing where it would.
#[must_use]
pub fn keeps_back(account: &Account, to: &Recipient, now: Timestamp) -> Option<KeptBack> {
    if says_only_inline(account) {
        return Some(KeptBack::Always);
    }
    let is_open = to.door.as_ref().is_some_and(|door| door.is_open(now));
    let is_shut = is_shut(to, true, now).is_some() && !is_open;
    is_shut.then_some(KeptBack::UntilTheyWrite)
}

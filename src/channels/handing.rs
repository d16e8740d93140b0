//! Platforms with an inbox of their own, whose people take over what the desk hands over: how they are told, and who has a customer there.

use super::account::Account;
use super::incoming::{Answer, Incoming};
use super::outgoing::{Judgement, Request, Responded, Way};
use super::platforms::judge;
use super::{chatwoot, wechat, wecom};
use crate::domain::channel::{Channel, Recipient};
use crate::domain::conversation::Hands;

/// Whether people at a platform can take over what the desk hands over.
#[must_use]
pub const fn hands_over(channel: Channel) -> bool {
    matches!(
        channel,
        Channel::Chatwoot | Channel::Wecom | Channel::Wechat
    )
}

/// Whether a platform can be told who of them is to take it.
#[must_use]
pub const fn knows_servicers(channel: Channel) -> bool {
    matches!(channel, Channel::Wecom | Channel::Wechat)
}

/// The answer to the request that brought a message, by which people at the platform have its customer, on platforms that are told so.
#[must_use]
pub fn hand_over_inline(
    account: &Account,
    incoming: &Incoming<'_>,
    to: &Recipient,
    now: (i64, [u8; 16]),
) -> Option<Answer> {
    match account.key.channel {
        Channel::Wechat if account.hands_over => wechat::hand_over(account, incoming, to, now),
        _ => None,
    }
}

/// The requests that hand a conversation over, with what its people are to know; none on platforms that have none.
#[must_use]
pub fn hand_over(way: &Way<'_>, brief: &str) -> Vec<Request> {
    match way.account.key.channel {
        Channel::Chatwoot => chatwoot::hand_over(way, brief),
        Channel::Wecom => wecom::hand_over(way),
        _ => Vec::new(),
    }
}

/// The requests by which people at the platform have a conversation no more that somebody here has taken over from them.
#[must_use]
pub fn take_back(way: &Way<'_>) -> Vec<Request> {
    match way.account.key.channel {
        Channel::Chatwoot => chatwoot::take_back(way),
        Channel::Wecom => wecom::take_back(way),
        _ => Vec::new(),
    }
}

/// What the answer to one of them means: of one that is closed the platform is asked who has the customer.
#[must_use]
pub fn judge_moving(channel: Channel, responded: &Responded<'_>) -> Judgement {
    match channel {
        Channel::Wecom => wecom::judge_moving(responded),
        other => judge(other, responded),
    }
}

/// The question who has a customer, by their name and where they write, on platforms that do not say so with each message.
#[must_use]
pub fn hands_request(account: &Account, token: &str, of: (&str, Option<&str>)) -> Option<Request> {
    match account.key.channel {
        Channel::Wecom => Some(wecom::hands_request(account, token, of)),
        Channel::Chatwoot => Some(chatwoot::hands_request(account, of)),
        _ => None,
    }
}

/// What the answer says.
///
/// # Errors
/// What it means when it is none.
pub fn hands_in(channel: Channel, responded: &Responded<'_>) -> Result<Hands, Judgement> {
    match channel {
        Channel::Chatwoot => chatwoot::hands_in(responded),
        _ => wecom::hands_in(responded),
    }
}

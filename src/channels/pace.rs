//! How many messages each platform takes within which time, from an account and to one customer.

use jiff::SignedDuration;

use crate::domain::channel::Channel;

/// So many within so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// So many.
    pub most: usize,
    /// Within so long.
    pub within: SignedDuration,
}

/// What a platform takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paces {
    /// From an account.
    pub account: Pace,
    /// From an account at once, where it takes less than that in a shorter time.
    pub at_once: Option<Pace>,
    /// To one customer.
    pub conversation: Pace,
}

/// What a platform takes, by its manual; where it says nothing, so much as no conversation needs.
#[must_use]
pub const fn paces(channel: Channel) -> Paces {
    let (account, conversation) = match channel {
        // 30 a second in all, one a second to a chat on average.
        Channel::Telegram => ((30, 1), (20, 20)),
        // 80 a second from a number, some ten a minute to a customer, more of them at once.
        Channel::WhatsApp => ((80, 1), (45, 270)),
        // One a second to a channel, more of them at once.
        Channel::Slack => ((50, 1), (20, 20)),
        // 1,000 a minute from an app and 50 a second, 5 a second to a person.
        Channel::Feishu => ((1000, 60), (5, 1)),
        // 50 a second from an app, 5 within two seconds under one token.
        Channel::Discord => ((50, 1), (5, 2)),
        _ => ((100, 1), (30, 30)),
    };
    let at_once = match channel {
        Channel::Feishu => Some(within((50, 1))),
        _ => None,
    };
    Paces {
        account: within(account),
        at_once,
        conversation: within(conversation),
    }
}

/// So many answers a platform takes to one message of a customer; none where it does not count them.
#[must_use]
pub const fn quota(channel: Channel) -> Option<u32> {
    match channel {
        // What goes back with the answer to the request is not among them.
        Channel::Wechat | Channel::Wecom => Some(5),
        _ => None,
    }
}

const fn within((most, seconds): (usize, i64)) -> Pace {
    Pace {
        most,
        within: SignedDuration::from_secs(seconds),
    }
}

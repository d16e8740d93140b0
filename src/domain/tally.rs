//! Counts of wrong proofs, per order number and per network address, over a day, and of wrong passwords. They slow down guessing.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ids::{AgentId, MerchantId, OrderId};

/// For how long a wrong proof counts.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// So many wrong proofs for one order number, and it can no longer be proven by contact data that day.
const ORDER_LIMIT: u32 = 6;
/// So many wrong proofs from one address, and nothing can be proven by contact data from there that day.
const ADDRESS_LIMIT: u32 = 20;
/// For how long a wrong password counts: whoever is locked out by somebody else's guesses is let in again after so long.
const LOG_IN_WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// So many wrong passwords for one name.
const LOG_IN_LIMIT: u32 = 8;
/// So many wrong passwords from one network, whatever the names.
const LOG_IN_NETWORK_LIMIT: u32 = 40;

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TallyKey {
    /// Wrong proofs for an order number, whether the order exists or not.
    Order(MerchantId, OrderId),
    /// Wrong proofs from a network address (an IPv6 address by its /64).
    Address(String),
    /// Wrong passwords for a log-in, whether there is such an agent or not.
    LogIn(AgentId),
    /// Wrong passwords from a network.
    LogInFrom(String),
    /// The last code of an agent's second factor that opened: it is `since` when it was shown.
    Code(AgentId),
}

impl TallyKey {
    const fn limit(&self) -> u32 {
        match self {
            Self::Order(..) => ORDER_LIMIT,
            Self::Address(_) => ADDRESS_LIMIT,
            Self::LogIn(_) => LOG_IN_LIMIT,
            Self::LogInFrom(_) => LOG_IN_NETWORK_LIMIT,
            Self::Code(_) => u32::MAX,
        }
    }

    const fn window(&self) -> SignedDuration {
        match self {
            Self::Order(..) | Self::Address(_) => WINDOW,
            Self::LogIn(_) | Self::LogInFrom(_) | Self::Code(_) => LOG_IN_WINDOW,
        }
    }
}

/// A count and when it began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// What is counted.
    pub key: TallyKey,
    /// How many.
    pub count: u32,
    /// Since when.
    pub since: Timestamp,
}

impl Tally {
    /// One more. A count that is too old begins anew.
    #[must_use]
    pub fn add(previous: Option<Self>, key: TallyKey, now: Timestamp) -> Self {
        match previous {
            Some(tally) if tally.counts(now) => Self {
                count: tally.count.saturating_add(1),
                ..tally
            },
            _ => Self {
                key,
                count: 1,
                since: now,
            },
        }
    }

    /// Whether there have been too many.
    #[must_use]
    pub fn is_spent(&self, now: Timestamp) -> bool {
        self.counts(now) && self.count >= self.key.limit()
    }

    /// How long it still counts.
    #[must_use]
    pub fn lasts(&self, now: Timestamp) -> SignedDuration {
        let lasted = now.duration_since(self.since);
        (self.key.window() - lasted).max(SignedDuration::ZERO)
    }

    fn counts(&self, now: Timestamp) -> bool {
        now.duration_since(self.since) < self.key.window()
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{ORDER_LIMIT, Tally, TallyKey};

    #[test]
    fn a_count_is_spent_at_its_limit_and_forgotten_after_a_day() {
        let now = Timestamp::UNIX_EPOCH;
        let key = TallyKey::Address("192.0.2.1".to_owned());
        let order = TallyKey::Order(
            "m".to_owned().try_into().unwrap(),
            "A1".to_owned().try_into().unwrap(),
        );
        let mut tally = Tally::add(None, order.clone(), now);
        for _ in 1..ORDER_LIMIT {
            assert!(!tally.is_spent(now));
            tally = Tally::add(Some(tally), order.clone(), now);
        }
        assert!(tally.is_spent(now));
        let tomorrow = now + SignedDuration::from_hours(24);
        assert!(!tally.is_spent(tomorrow));
        assert_eq!(Tally::add(Some(tally), key, tomorrow).count, 1);
    }
}

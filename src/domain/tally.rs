//! Counts of wrong proofs, per order number and per network address, over a day. They slow down guessing.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ids::{MerchantId, OrderId};

/// For how long a wrong proof counts.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// So many wrong proofs for one order number, and it can no longer be proven by contact data that day.
const ORDER_LIMIT: u32 = 6;
/// So many wrong proofs from one address, and nothing can be proven by contact data from there that day.
const ADDRESS_LIMIT: u32 = 20;

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TallyKey {
    /// Wrong proofs for an order number, whether the order exists or not.
    Order(MerchantId, OrderId),
    /// Wrong proofs from a network address (an IPv6 address by its /64).
    Address(String),
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
    /// One more. A count older than a day begins anew.
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
        let limit = match self.key {
            TallyKey::Order(..) => ORDER_LIMIT,
            TallyKey::Address(_) => ADDRESS_LIMIT,
        };
        self.counts(now) && self.count >= limit
    }

    fn counts(&self, now: Timestamp) -> bool {
        now.duration_since(self.since) < WINDOW
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

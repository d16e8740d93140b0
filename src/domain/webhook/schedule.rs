//! When a delivery that failed is tried again: soon at first, then at longer and longer intervals for three days, then no more.

use jiff::{SignedDuration, Timestamp};

use super::{Delivery, DeliveryState};

/// How long to wait after the first attempt, the second, ... in seconds; after the last one nothing is tried any more.
const WAITS: [i64; 9] = [
    5,
    5 * 60,
    30 * 60,
    2 * 3600,
    5 * 3600,
    10 * 3600,
    14 * 3600,
    20 * 3600,
    24 * 3600,
];
/// A wait is made longer by up to this part of it, so that what failed together does not come back together.
const JITTER: i64 = 5;
/// An endpoint may ask for patience, for so long at most.
pub const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// A wait that is not longer than this is nobody's news.
pub const NO_NEWS: SignedDuration = SignedDuration::from_secs(60);

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The endpoint took it.
    Delivered,
    /// The endpoint is gone, by its own word.
    Gone,
    /// It did not, and why, in a few words; perhaps it said for how long not to come again.
    Failed(String, Option<SignedDuration>),
    /// It is there, and will not have this event.
    Refused(String),
    /// It is there, and will not have this event however often it is sent.
    Unwanted(String),
}

/// The delivery after an attempt that failed: it waits for the next one, or this was the last. `random` is any number.
#[must_use]
pub fn after_attempt(
    mut delivery: Delivery,
    why: String,
    patience: Option<SignedDuration>,
    now: Timestamp,
    random: u64,
) -> Delivery {
    let attempts = delivery.attempts.saturating_add(1);
    delivery.tried(now, &why);
    let state = match wait(attempts, random) {
        None => DeliveryState::Failed { at: now },
        Some(wait) => {
            let wait = wait.max(patience.unwrap_or_default().min(PATIENCE));
            let from = now.checked_add(wait).unwrap_or(Timestamp::MAX);
            DeliveryState::Waiting { from }
        }
    };
    Delivery {
        attempts,
        failure: Some(why),
        state,
        ..delivery
    }
}

impl Delivery {
    /// For how long it could have been tried.
    #[must_use]
    pub fn waited(&self, now: Timestamp) -> SignedDuration {
        match self.state {
            DeliveryState::Waiting { from } => now.duration_since(from),
            DeliveryState::Failed { .. } | DeliveryState::Delivered { .. } => SignedDuration::ZERO,
        }
    }

    /// Whether it has failed, and is not tried again for so long that somebody is to know.
    #[must_use]
    pub fn waits_long(&self) -> bool {
        let (DeliveryState::Waiting { from }, Some(last)) = (self.state, self.tries.last()) else {
            return false;
        };
        self.attempts > 0 && from.duration_since(last.at) > NO_NEWS
    }
}

/// How long to wait after so many attempts; none when there have been enough.
fn wait(attempts: u32, random: u64) -> Option<SignedDuration> {
    let index = usize::try_from(attempts).ok()?.checked_sub(1)?;
    let wait = WAITS.get(index)? * 1000;
    let spread = u64::try_from(wait / JITTER + 1).unwrap_or(1);
    let more = i64::try_from(random % spread).unwrap_or(0);
    Some(SignedDuration::from_millis(wait + more))
}

/// What a `Retry-After` asks for: a number of seconds, or a date. One that says neither, or a time that has passed, asks for nothing.
#[must_use]
pub fn retry_after(value: &str, now: Timestamp) -> Option<SignedDuration> {
    let value = value.trim();
    let wait = match value.parse::<u32>() {
        Ok(seconds) => SignedDuration::from_secs(seconds.into()),
        Err(_) => {
            let date = jiff::fmt::rfc2822::DateTimeParser::new();
            let until = date.parse_timestamp(value).ok()?;
            until.duration_since(now)
        }
    };
    wait.is_positive().then_some(wait)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-20T10:00:00Z".parse().unwrap()
    }

    fn seconds(attempts: u32, random: u64) -> Option<i64> {
        wait(attempts, random).map(|wait| wait.as_secs())
    }

    #[test]
    fn the_waits_grow_from_seconds_to_a_day_and_then_end() {
        let waits: Vec<i64> = (1..=9)
            .filter_map(|attempts| seconds(attempts, 0))
            .collect();
        assert_eq!(
            waits,
            [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
        );
        assert_eq!(seconds(10, 0), None);
        assert_eq!(seconds(u32::MAX, 0), None);
    }

    proptest! {
        #[test]
        fn a_wait_is_never_shorter_and_at_most_a_fifth_longer(attempts in 1_u32..=9, random: u64) {
            let least = wait(attempts, 0).unwrap();
            let found = wait(attempts, random).unwrap();
            prop_assert!(least <= found && found <= least + least / 5);
        }
    }

    #[test]
    fn what_failed_together_does_not_come_back_together() {
        let waits: std::collections::BTreeSet<_> = (0..100).map(|n| wait(2, n * 7919)).collect();
        assert!(waits.len() > 90);
    }

    #[test]
    fn an_endpoint_that_asks_for_patience_gets_it_as_seconds_or_as_a_date() {
        let table = [
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("0", None),
            ("-5", None),
            ("soon", None),
            ("", None),
            ("99999999999", None),
            ("Fri, 20 Nov 2026 10:02:00 GMT", Some(120)),
            ("Fri, 20 Nov 2026 09:59:00 GMT", None),
        ];
        for (value, expected) in table {
            let found = retry_after(value, now()).map(|wait| wait.as_secs());
            assert_eq!(found, expected, "{value}");
        }
    }
}

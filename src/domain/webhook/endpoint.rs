//! What is known of an endpoint beside its deliveries: whether it takes what it is sent, and what follows when it does not.
//!
//! An endpoint that is down is left alone for a while, whatever waits for it; one that refuses a single event is not. One that has
//! taken nothing for three days, when an event has used up its attempts, gets no more until somebody says that it is back.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::schedule::PATIENCE;
use crate::domain::is_default;
use crate::domain::spoken::{Spoken, spoke};

/// An endpoint that is down is left alone for so long, in seconds, after the first time, the second, ...
const PAUSES: [i64; 4] = [5, 30, 2 * 60, 5 * 60];
/// A pause is made longer by up to this part of it, and by no more than so many seconds, so that what went down together does not come
/// back together.
const JITTER: (i64, i64) = (5, 30);
/// After so long without taking anything it gets no more.
const HOPE: SignedDuration = SignedDuration::from_hours(72);

/// What is known of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointRecord {
    /// The number of its last delivery.
    pub last: u64,
    /// The address at which it said that it is gone (410), or took nothing for days: nothing is sent there until another address is
    /// configured or somebody sends again.
    #[serde(default, skip_serializing_if = "is_default")]
    pub gone: Option<String>,
    /// The address at which it is known. What is said of another is not said of it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub address: Option<String>,
    /// When it last took something.
    #[serde(default, skip_serializing_if = "is_default")]
    pub taken_at: Option<Timestamp>,
    /// Since it last took something, it has failed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub failing: Option<Failing>,
    /// Why and since when nothing is sent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub disabled: Option<Disabled>,
    /// Up to where the messages of an account at a platform were read, by the part of the account.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pulls: BTreeMap<String, PullState>,
    /// How much went out of late from an account at a platform, by the second, so that a desk that starts again does not send it all anew.
    #[serde(default, skip_serializing_if = "is_default")]
    pub spoken: Vec<Spoken>,
}

/// Up to where messages were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullState {
    /// The platform's name for the place; empty if nothing was ever read.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cursor: String,
    /// What the platform said when there was something that has not been read.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hint: Option<String>,
}

/// How an endpoint fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// Since when.
    pub since: Timestamp,
    /// How often in a row it was down.
    pub times: u32,
    /// It is left alone until then.
    pub until: Timestamp,
}

/// Why nothing is sent to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disabled {
    /// Since when.
    pub at: Timestamp,
    /// Why, in a few words.
    pub why: String,
}

/// What an attempt, or somebody, says about an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointChange {
    /// It took something.
    Took(Timestamp),
    /// It refused one event; the next one may be to its liking.
    Refused(Timestamp),
    /// It is down: it is left alone for a while, at least for so long, and a little longer, by any number.
    Down(Timestamp, Option<SignedDuration>, u64),
    /// It is at this address, as it is kept.
    At(String),
    /// Nothing more is sent to this address.
    Disabled {
        /// The address, as it is kept.
        address: String,
        /// Since when, and why.
        disabled: Disabled,
    },
    /// Somebody says that it is back.
    Back,
    /// A message went out; what is longer ago does not matter any more.
    Spoke {
        /// When.
        at: Timestamp,
        /// So long it matters.
        within: SignedDuration,
    },
    /// There is something to be read.
    Asked {
        /// In which part of the account.
        place: String,
        /// What the platform said.
        hint: String,
    },
    /// All was kept that was read.
    Pulled {
        /// In which part of the account.
        place: String,
        /// Up to where.
        cursor: String,
        /// What had been said when it was read to its end.
        done_with: Option<String>,
    },
}

impl EndpointRecord {
    /// The record after a change.
    #[must_use]
    pub fn after(mut self, change: EndpointChange) -> Self {
        match change {
            EndpointChange::Took(at) => Self {
                taken_at: Some(at),
                gone: None,
                disabled: None,
                failing: None,
                ..self
            },
            EndpointChange::Refused(at) => self.failed(at, |_| (0, at)),
            EndpointChange::Down(at, patience, random) => self.failed(at, |times| {
                let index = usize::try_from(times).unwrap_or(usize::MAX);
                let pause = PAUSES[index.min(PAUSES.len() - 1)];
                let patience = patience.unwrap_or_default().min(PATIENCE);
                let pause = SignedDuration::from_secs(pause).max(patience);
                let until = at.checked_add(longer(pause, random));
                let until = until.unwrap_or(Timestamp::MAX);
                (times.saturating_add(1), until)
            }),
            EndpointChange::At(address) => self.at(address),
            EndpointChange::Disabled { address, disabled } => Self {
                gone: Some(address),
                disabled: Some(disabled),
                ..self
            },
            EndpointChange::Back => Self {
                gone: None,
                disabled: None,
                failing: None,
                ..self
            },
            EndpointChange::Spoke { at, within } => {
                spoke(&mut self.spoken, at, within);
                self
            }
            EndpointChange::Asked { place, hint } => {
                self.pulls.entry(place).or_default().hint = Some(hint);
                self
            }
            EndpointChange::Pulled {
                place,
                cursor,
                done_with,
            } => {
                let state = self.pulls.entry(place).or_default();
                state.cursor = cursor;
                // What was said meanwhile is still to be read.
                if done_with.is_some() && state.hint == done_with {
                    state.hint = None;
                }
                self
            }
        }
    }

    /// It is at an address: at another one than before, it begins anew.
    fn at(self, address: String) -> Self {
        let before = self.address.as_ref().or(self.gone.as_ref());
        let has_moved = before.is_some_and(|before| *before != address);
        let known = if has_moved {
            self.after(EndpointChange::Back)
        } else {
            self
        };
        Self {
            address: Some(address),
            ..known
        }
    }

    /// It failed, for the first time or once more: how often in a row it was down then, and until when it is left alone.
    fn failed(mut self, at: Timestamp, then: impl Fn(u32) -> (u32, Timestamp)) -> Self {
        let (since, before) = match &self.failing {
            Some(failing) => (failing.since, failing.times),
            None => (at, 0),
        };
        let (times, until) = then(before);
        self.failing = Some(Failing {
            since,
            times,
            until,
        });
        self
    }

    /// Whether it has taken nothing for so long that it is to get no more.
    #[must_use]
    pub fn is_hopeless(&self, now: Timestamp) -> bool {
        let since = self.failing.as_ref().map(|failing| failing.since);
        since.is_some_and(|since| now.duration_since(since) >= HOPE)
    }

    /// The word in the API.
    #[must_use]
    pub const fn state(&self) -> &'static str {
        match (&self.gone, &self.failing, &self.taken_at) {
            (Some(_), ..) => "disabled",
            (None, Some(_), _) => "failing",
            (None, None, Some(_)) => "working",
            (None, None, None) => "unused",
        }
    }
}

/// A pause, and up to a part of it.
fn longer(pause: SignedDuration, random: u64) -> SignedDuration {
    let most = (pause.as_secs() / JITTER.0).min(JITTER.1) * 1000;
    let spread = u64::try_from(most + 1).unwrap_or(1);
    pause + SignedDuration::from_millis(i64::try_from(random % spread).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn pause(record: &EndpointRecord, now: Timestamp) -> i64 {
        let failing = record.failing.as_ref().unwrap();
        failing.until.duration_since(now).as_secs()
    }

    #[test]
    fn what_went_out_is_counted_by_the_second_and_forgotten_when_it_does_not_matter() {
        let within = SignedDuration::from_secs(60);
        let mut record = EndpointRecord::default();
        for second in [0, 0, 0, 1, 59] {
            let at = at(second);
            record = record.after(EndpointChange::Spoke { at, within });
        }
        let counted = |record: &EndpointRecord| {
            let all = record.spoken.iter();
            all.map(|one| (one.at, one.times)).collect::<Vec<_>>()
        };
        assert_eq!(counted(&record), [(at(0), 3), (at(1), 1), (at(59), 1)]);
        let at_last = at(61);
        record = record.after(EndpointChange::Spoke {
            at: at_last,
            within,
        });
        assert_eq!(counted(&record), [(at(59), 1), (at(61), 1)]);
    }

    #[test]
    fn one_that_is_down_is_left_alone_for_longer_each_time_and_never_for_long() {
        let mut record = EndpointRecord::default();
        let mut pauses = Vec::new();
        for n in 0..6 {
            record = record.after(EndpointChange::Down(at(n), None, 0));
            pauses.push(pause(&record, at(n)));
        }
        assert_eq!(pauses, [5, 30, 120, 300, 300, 300]);
        let asked = Some(SignedDuration::from_secs(900));
        record = record.after(EndpointChange::Down(at(9), asked, 0));
        assert_eq!(pause(&record, at(9)), 900);
        let took = record.after(EndpointChange::Took(at(10)));
        assert_eq!(
            (took.failing.clone(), took.state()),
            (None, "working"),
            "{took:?}"
        );
    }

    #[test]
    fn those_that_went_down_together_come_back_one_by_one_and_none_much_later() {
        for (asked, most) in [
            (None, 1_000),
            (Some(SignedDuration::from_hours(20)), 30_000),
        ] {
            let until = |n: u64| {
                let down = EndpointChange::Down(at(0), asked, n * 7919);
                let failing = EndpointRecord::default().after(down).failing.unwrap();
                failing.until
            };
            let times: std::collections::BTreeSet<_> = (0..100).map(until).collect();
            let least = at(0) + asked.unwrap_or(SignedDuration::from_secs(5));
            assert!(times.len() > 90, "{times:?}");
            let last = *times.last().unwrap();
            assert!(*times.first().unwrap() >= least);
            assert!(last <= least + SignedDuration::from_millis(most), "{last}");
        }
    }

    #[test]
    fn one_that_refuses_an_event_is_not_left_alone_and_is_hopeless_only_when_it_takes_nothing() {
        let record = EndpointRecord::default().after(EndpointChange::Refused(at(0)));
        assert_eq!(pause(&record, at(0)), 0);
        let three_days = 72 * 3600;
        assert!(!record.is_hopeless(at(three_days - 1)));
        let again = record.after(EndpointChange::Refused(at(50)));
        assert!(again.is_hopeless(at(three_days)));
        let took = again.after(EndpointChange::Took(at(60)));
        let refused = took.after(EndpointChange::Refused(at(70)));
        assert!(!refused.is_hopeless(at(three_days)));
    }

    #[test]
    fn what_is_disabled_stays_so_until_it_is_back_and_keeps_its_numbers() {
        let change = EndpointChange::Disabled {
            address: "00ff".to_owned(),
            disabled: Disabled {
                at: at(1),
                why: "it answered 410".to_owned(),
            },
        };
        let record = EndpointRecord {
            last: 7,
            ..EndpointRecord::default()
        };
        let record = record.after(change);
        assert_eq!((record.last, record.state()), (7, "disabled"));
        let back = record.after(EndpointChange::Back);
        assert_eq!((back.last, back.state(), back.gone), (7, "unused", None));
    }
}

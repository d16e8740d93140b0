//! When the next backup is to be taken: decided from times and sizes alone, so that a table can show every case.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A backup that failed is tried again after so long, or sooner if they are to be taken more often.
const AGAIN_AFTER: Duration = Duration::from_secs(15 * 60);
/// A backup that is wanted may take so long before somebody has to look.
const GRACE: Duration = Duration::from_secs(60 * 60);

/// How often backups are taken, and how many are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The time between two of them.
    pub every: Duration,
    /// A journal of so many bytes is reason enough to take one sooner, for it is what a backup makes shorter.
    pub journal: u64,
    /// How many stay in the data folder.
    pub keep: usize,
}

/// What is known about earlier backups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// When the last one was finished.
    pub taken: Option<Timestamp>,
    /// When one failed since then.
    pub failed: Option<Timestamp>,
    /// Since when this process has wanted one.
    pub wanted: Option<Timestamp>,
    /// Journal records that the last one does not cover.
    pub uncovered: u64,
    /// The length of the journal, in bytes.
    pub journal: u64,
}

/// Why a backup is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// There is none yet.
    First,
    /// The last one is old enough.
    Time,
    /// The journal has grown long.
    Journal,
}

impl Due {
    /// The word in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Time => "time",
            Self::Journal => "journal",
        }
    }
}

impl Schedule {
    /// Why a backup is to be taken now, if one is.
    #[must_use]
    pub fn due(&self, past: &Past, now: Timestamp) -> Option<Due> {
        let again = AGAIN_AFTER.min(self.every);
        let waits = past.failed.is_some_and(|at| !passed(at, again, now));
        self.wanted(past, now).filter(|_| !waits)
    }

    /// Why a backup is wanted, whether or not the last attempt is too fresh. An idle desk wants none: its last one covers everything.
    #[must_use]
    pub fn wanted(&self, past: &Past, now: Timestamp) -> Option<Due> {
        match past.taken {
            _ if past.uncovered == 0 => None,
            None => Some(Due::First),
            Some(at) if passed(at, self.every, now) => Some(Due::Time),
            Some(_) if past.journal >= self.journal => Some(Due::Journal),
            Some(_) => None,
        }
    }

    /// Whether a wanted backup is so late that somebody has to look.
    #[must_use]
    pub fn overdue(&self, past: &Past, now: Timestamp) -> bool {
        let old = past.taken.is_none_or(|at| passed(at, self.every * 2, now));
        let grace = GRACE.min(self.every);
        let waited = past.wanted.is_some_and(|since| passed(since, grace, now));
        old && waited && self.wanted(past, now).is_some()
    }
}

/// Whether so long has passed since then. A time that is still to come is of a clock that was wrong, and says nothing.
fn passed(since: Timestamp, span: Duration, now: Timestamp) -> bool {
    let span = SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
    since > now || now.duration_since(since) >= span
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;
    const DAILY: Schedule = Schedule {
        every: Duration::from_secs(24 * 3600),
        journal: 1000,
        keep: 7,
    };

    fn at(hours: f64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + (hours * HOUR as f64) as i64).unwrap()
    }

    /// Hours since the last one, since a failure, since one is wanted; what is not covered, the journal; whether one is due, and overdue.
    type Row = (
        Option<f64>,
        Option<f64>,
        Option<f64>,
        [u64; 2],
        Option<Due>,
        bool,
    );

    #[test]
    fn a_backup_is_due_when_there_is_something_to_cover_and_its_time_has_come() {
        let (first, time, journal) = (Some(Due::First), Some(Due::Time), Some(Due::Journal));
        let table: &[Row] = &[
            (None, None, None, [1, 0], first, false),
            (None, None, None, [0, 0], None, false),
            (Some(1.0), None, None, [5, 10], None, false),
            (Some(23.99), None, None, [5, 10], None, false),
            (Some(24.0), None, None, [5, 10], time, false),
            (Some(24.0), None, None, [0, 10], None, false),
            (Some(400.0), None, Some(99.0), [0, 5000], None, false),
            (Some(1.0), None, None, [5, 1000], journal, false),
            (Some(1.0), None, None, [5, 999], None, false),
            (Some(1.0), None, None, [0, 9999], None, false),
            // A failure is waited out, then tried again; after a while somebody has to look.
            (Some(25.0), Some(0.1), Some(1.0), [5, 10], None, false),
            (Some(25.0), Some(0.25), Some(1.0), [5, 10], time, false),
            (Some(1.0), Some(0.1), Some(1.0), [5, 2000], None, false),
            (None, Some(0.1), Some(0.9), [5, 10], None, false),
            (None, Some(0.1), Some(1.0), [5, 10], None, true),
            (None, Some(0.3), Some(2.0), [5, 10], first, true),
            (Some(47.9), Some(0.1), Some(9.0), [5, 10], None, false),
            (Some(48.0), Some(0.1), Some(9.0), [5, 10], None, true),
            (Some(48.0), None, Some(9.0), [5, 10], time, true),
            // A desk that slept for weeks is not late a moment after it woke up.
            (Some(900.0), None, Some(0.0), [1, 10], time, false),
            // The clock was ahead when the last one was taken: its time says nothing.
            (Some(-100.0), None, None, [5, 10], time, false),
            (Some(-100.0), None, None, [0, 10], None, false),
        ];
        for row in table {
            let (taken, failed, wanted, [uncovered, journal], due, overdue) = *row;
            let now = at(1000.0);
            let before = |hours: f64| at(1000.0 - hours);
            let past = Past {
                taken: taken.map(before),
                failed: failed.map(before),
                wanted: wanted.map(before),
                uncovered,
                journal,
            };
            let found = (DAILY.due(&past, now), DAILY.overdue(&past, now));
            assert_eq!(found, (due, overdue), "{row:?}");
        }
    }

    #[test]
    fn a_failed_backup_of_a_short_schedule_is_not_waited_for_longer_than_the_schedule() {
        let often = Schedule {
            every: Duration::from_secs(60),
            ..DAILY
        };
        let past = Past {
            taken: Some(at(0.0)),
            failed: Some(at(0.0)),
            uncovered: 1,
            ..Past::default()
        };
        assert_eq!(often.due(&past, at(0.0) + Duration::from_secs(59)), None);
        let now = at(0.0) + Duration::from_secs(60);
        assert_eq!(often.due(&past, now), Some(Due::Time));
    }
}

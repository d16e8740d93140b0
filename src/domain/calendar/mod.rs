//! Working days and hours: when a person is there, and by when something is promised.
//!
//! A calendar is a site's: its time zone, the hours of each weekday, its holidays, and the days that are worked instead (make-up
//! days, as in China around the long holidays). Pure arithmetic; the time comes in as an argument.

mod hours;
mod ical;
mod record;

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

pub use hours::{Hours, InvalidHours, Span};
pub use ical::{DayKind, InvalidIcal, PublicDay, public_days};
pub use record::{CalendarRecord, InvalidCalendar};

/// When a site's people work. There is at least one working day in a week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "CalendarRecord", into = "CalendarRecord")]
pub struct Calendar {
    zone: TimeZone,
    week: Hours,
    holidays: BTreeSet<Date>,
    make_up_days: BTreeSet<Date>,
}

impl Default for Calendar {
    /// Monday to Friday from nine to six, UTC.
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            week: Hours::default(),
            holidays: BTreeSet::new(),
            make_up_days: BTreeSet::new(),
        }
    }
}

impl Calendar {
    /// A calendar.
    ///
    /// # Errors
    /// When no weekday has hours, or a date is both a holiday and a make-up day.
    pub fn new(
        zone: TimeZone,
        week: Hours,
        holidays: BTreeSet<Date>,
        make_up_days: BTreeSet<Date>,
    ) -> Result<Self, InvalidCalendar> {
        if week.is_empty() {
            return Err(InvalidCalendar::NeverOpen);
        }
        if let Some(both) = holidays.intersection(&make_up_days).next() {
            return Err(InvalidCalendar::Both(*both));
        }
        Ok(Self {
            zone,
            week,
            holidays,
            make_up_days,
        })
    }

    /// The time zone in which the hours are meant.
    #[must_use]
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The date that it is there.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// Whether anybody works on that day.
    #[must_use]
    pub fn is_working_day(&self, date: Date) -> bool {
        !self.spans(date).is_empty()
    }

    /// Whether somebody is there now.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.openings(self.date(at))
            .any(|(from, to)| from <= at && at < to)
    }

    /// The hours of the day of `at`, as people write them; none on a day off.
    #[must_use]
    pub fn hours_of_day(&self, at: Timestamp) -> Option<String> {
        let spans: Vec<String> = self
            .spans(self.date(at))
            .iter()
            .map(Span::to_string)
            .collect();
        (!spans.is_empty()).then(|| spans.join(", "))
    }

    /// From when somebody is there: now, if somebody is.
    #[must_use]
    pub fn next_open(&self, at: Timestamp) -> Timestamp {
        self.days_from(self.date(at))
            .flat_map(|date| self.openings(date))
            .find(|(_, to)| at < *to)
            .map_or(at, |(from, _)| from.max(at))
    }

    /// The end of the hours of the n-th working day after the day of `at`, which does not count itself.
    ///
    /// With 0 it is the end of today's hours if they are not over, otherwise of the next working day's.
    #[must_use]
    pub fn add_working_days(&self, at: Timestamp, n: u32) -> Timestamp {
        let today = self.date(at);
        let ends = self
            .days_from(today)
            .filter_map(|date| Some((date, self.end_of(date)?)));
        let mut ends = ends.skip_while(|(date, end)| match n {
            0 => *end <= at,
            _ => *date <= today,
        });
        ends.nth(n.saturating_sub(1) as usize)
            .map_or(at, |(_, end)| end)
    }

    /// How much of the time between two moments somebody was there. Nothing, if the second is not after the first.
    #[must_use]
    pub fn working_time_between(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let last = self.date(to);
        self.days_from(self.date(from))
            .take_while(|date| *date <= last)
            .flat_map(|date| self.openings(date))
            .map(|(open, close)| close.min(to).duration_since(open.max(from)))
            .filter(|time| time.is_positive())
            .sum()
    }

    /// The latest moment before which somebody is there and from which so much working time is left until `at`; the beginning of time
    /// if there never was so much.
    #[must_use]
    pub fn working_time_before(&self, at: Timestamp, time: SignedDuration) -> Timestamp {
        let mut left = time;
        for date in self.days_back_from(self.date(at)) {
            let openings: Vec<_> = self.openings(date).collect();
            for (open, close) in openings.into_iter().rev() {
                let close = close.min(at);
                let worked = close.duration_since(open);
                if worked.is_positive() && worked >= left {
                    return close.checked_sub(left).unwrap_or(open);
                }
                left -= worked.max(SignedDuration::ZERO);
            }
        }
        Timestamp::MIN
    }

    /// The first moment by which so much working time has passed since `at`; `at` itself if none has to.
    #[must_use]
    pub fn working_time_after(&self, at: Timestamp, time: SignedDuration) -> Timestamp {
        if !time.is_positive() {
            return at;
        }
        let mut left = time;
        for date in self.days_from(self.date(at)) {
            for (open, close) in self.openings(date) {
                let open = open.max(at);
                let worked = close.duration_since(open);
                if worked >= left {
                    return open.checked_add(left).unwrap_or(close);
                }
                left -= worked.max(SignedDuration::ZERO);
            }
        }
        Timestamp::MAX
    }

    /// The end of the day that it is there, at midnight.
    #[must_use]
    pub fn end_of_day(&self, at: Timestamp) -> Timestamp {
        self.moment(self.date(at), 1440).unwrap_or(at)
    }

    /// The hours of a day. A make-up day on a free weekday has the hours of the first weekday that has any.
    fn spans(&self, date: Date) -> &[Span] {
        if self.holidays.contains(&date) {
            return &[];
        }
        match self.week.on(date.weekday()) {
            [] if self.make_up_days.contains(&date) => self.week.usual(),
            spans => spans,
        }
    }

    /// The hours of a day as moments.
    fn openings(&self, date: Date) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        self.spans(date).iter().filter_map(move |span| {
            Some((
                self.moment(date, span.from())?,
                self.moment(date, span.to())?,
            ))
        })
    }

    fn end_of(&self, date: Date) -> Option<Timestamp> {
        self.moment(date, self.spans(date).last()?.to())
    }

    /// A minute of a day as a moment. A time that the clocks skip is taken as if they had not been changed.
    fn moment(&self, date: Date, minute: u16) -> Option<Timestamp> {
        let (date, minute) = match minute {
            1440 => (date.tomorrow().ok()?, 0),
            minute => (date, minute),
        };
        let (hour, minute) = (i8::try_from(minute / 60).ok()?, (minute % 60) as i8);
        let zoned = date
            .at(hour, minute, 0, 0)
            .to_zoned(self.zone.clone())
            .ok()?;
        Some(zoned.timestamp())
    }

    /// This day and all before it.
    fn days_back_from(&self, date: Date) -> impl Iterator<Item = Date> + use<> {
        std::iter::successors(Some(date), |date| date.checked_sub(1.day()).ok())
    }

    /// This day and all that follow.
    fn days_from(&self, date: Date) -> impl Iterator<Item = Date> + use<> {
        std::iter::successors(Some(date), |date| date.checked_add(1.day()).ok())
    }
}

/// The weekdays in the order of the week.
const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

#[cfg(test)]
mod tests;

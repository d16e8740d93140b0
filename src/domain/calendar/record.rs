//! A calendar as the configuration writes it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::Calendar;
use super::hours::{Hours, InvalidHours};
use super::ical::{DayKind, PublicDay};

/// A calendar as texts: `zone = "Asia/Shanghai"`, `hours = { mon-fri = "09:00-18:00" }`, `holidays = ["2026-10-01"]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CalendarRecord {
    /// The IANA name of the time zone; UTC when left out.
    pub zone: Option<String>,
    /// The hours by weekday; Monday to Friday from nine to six when left out.
    pub hours: Option<BTreeMap<String, String>>,
    /// Days on which nobody works.
    pub holidays: Vec<String>,
    /// Days that are worked although their weekday is free.
    pub make_up_days: Vec<String>,
    /// An iCalendar file with more of both. Whoever reads files adds its days ([`Self::add_days`]).
    #[serde(skip_serializing)]
    pub holidays_file: Option<String>,
}

impl CalendarRecord {
    /// Adds the days of an iCalendar file. Where the lists say otherwise about a day, they hold: a shop may work on a holiday.
    pub fn add_days(&mut self, days: &[PublicDay]) {
        for day in days {
            let date = day.date.to_string();
            if self.holidays.contains(&date) || self.make_up_days.contains(&date) {
                continue;
            }
            match day.kind {
                DayKind::Holiday => self.holidays.push(date),
                DayKind::MakeUp => self.make_up_days.push(date),
            }
        }
        self.holidays_file = None;
    }

    /// Takes out what is wrong, so that the next mistake shows as well; says whether there was any of it.
    pub fn leave_out(&mut self, wrong: &InvalidCalendar) -> bool {
        let days = self.holidays.len() + self.make_up_days.len();
        match wrong {
            InvalidCalendar::Zone(_) => self.zone.take().is_some(),
            InvalidCalendar::Hours(_) | InvalidCalendar::NeverOpen => self.hours.take().is_some(),
            InvalidCalendar::Date(text) => {
                self.holidays.retain(|day| day != text);
                self.make_up_days.retain(|day| day != text);
                self.holidays.len() + self.make_up_days.len() < days
            }
            InvalidCalendar::Both(date) => {
                let is_it = |day: &String| day.trim().parse::<Date>().is_ok_and(|day| day == *date);
                self.make_up_days.retain(|day| !is_it(day));
                self.holidays.len() + self.make_up_days.len() < days
            }
            InvalidCalendar::Unread(_) => self.holidays_file.take().is_some(),
        }
    }
}

/// Why a record is no calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCalendar {
    /// The time zone is unknown.
    #[error("`{0}` is no time zone: write an IANA name such as \"Asia/Shanghai\"")]
    Zone(String),
    /// The hours are wrong.
    #[error(transparent)]
    Hours(#[from] InvalidHours),
    /// A day is no date.
    #[error("`{0}` is no date: write \"2026-10-01\"")]
    Date(String),
    /// No weekday has hours.
    #[error(
        "no weekday has hours: write at least one, such as hours = {{ mon-fri = \"09:00-18:00\" }}"
    )]
    NeverOpen,
    /// The days of a file have not been added.
    #[error("the days of `{0}` are missing")]
    Unread(String),
    /// A day is free and worked at once.
    #[error("{0} is both a holiday and a make-up day")]
    Both(Date),
}

impl TryFrom<CalendarRecord> for Calendar {
    type Error = InvalidCalendar;

    fn try_from(record: CalendarRecord) -> Result<Self, Self::Error> {
        if let Some(file) = record.holidays_file {
            return Err(InvalidCalendar::Unread(file));
        }
        let zone = match record.zone.as_deref() {
            None | Some("UTC") => TimeZone::UTC,
            Some(name) => {
                TimeZone::get(name).map_err(|_| InvalidCalendar::Zone(name.to_owned()))?
            }
        };
        let week = match &record.hours {
            Some(hours) => Hours::parse(hours)?,
            None => Hours::default(),
        };
        Self::new(
            zone,
            week,
            dates(&record.holidays)?,
            dates(&record.make_up_days)?,
        )
    }
}

fn dates(texts: &[String]) -> Result<BTreeSet<Date>, InvalidCalendar> {
    texts
        .iter()
        .map(|text| {
            text.trim()
                .parse()
                .map_err(|_| InvalidCalendar::Date(text.clone()))
        })
        .collect()
}

impl From<Calendar> for CalendarRecord {
    fn from(calendar: Calendar) -> Self {
        let texts = |dates: &BTreeSet<Date>| dates.iter().map(Date::to_string).collect();
        Self {
            zone: calendar.zone.iana_name().map(str::to_owned),
            hours: Some(calendar.week.to_record()),
            holidays: texts(&calendar.holidays),
            make_up_days: texts(&calendar.make_up_days),
            holidays_file: None,
        }
    }
}

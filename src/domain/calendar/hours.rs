//! The hours of a week, as people write them: `mon-fri = "09:00-12:00, 13:00-18:00"`.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Weekday;

use super::WEEK;

/// A stretch of a day, in minutes from midnight; it ends after it begins, at 24:00 at the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    from: u16,
    to: u16,
}

impl Span {
    /// Its first minute of the day.
    #[must_use]
    pub const fn from(self) -> u16 {
        self.from
    }

    /// The minute at which it is over: 1440 is midnight.
    #[must_use]
    pub const fn to(self) -> u16 {
        self.to
    }

    /// Reads `09:00-18:00`.
    fn parse(text: &str) -> Result<Self, InvalidHours> {
        let invalid = || InvalidHours::Span(text.to_owned());
        let (from, to) = text.split_once('-').ok_or_else(invalid)?;
        let span = Self {
            from: minute(from.trim()).ok_or_else(invalid)?,
            to: minute(to.trim()).ok_or_else(invalid)?,
        };
        if span.from < span.to {
            Ok(span)
        } else {
            Err(InvalidHours::Backwards(text.to_owned()))
        }
    }
}

/// `9:00` or `09:00` as a minute of the day; `24:00` is the last.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |digits: &str| match digits.len() {
        1 | 2 if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse::<u16>().ok(),
        _ => None,
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= 1440).then_some(total)
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        write!(f, "{}-{}", clock(self.from), clock(self.to))
    }
}

/// The hours of every weekday, from Monday, each in the order of the day and without overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours([Vec<Span>; 7]);

/// Why a text says no hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHours {
    /// No stretch of time.
    #[error("`{0}` is no stretch of a day: write \"09:00-18:00\", several with commas between")]
    Span(String),
    /// The end is not after the beginning.
    #[error(
        "`{0}` ends before it begins: for a night write \"22:00-24:00\" and \"00:00-06:00\" on the next day"
    )]
    Backwards(String),
    /// Two stretches of a day overlap.
    #[error("the hours of {0} overlap")]
    Overlap(&'static str),
    /// No weekday.
    #[error(
        "`{0}` is no weekday: write mon, tue, wed, thu, fri, sat, sun, or a range such as mon-fri"
    )]
    Weekday(String),
}

impl Default for Hours {
    /// Monday to Friday from nine to six.
    fn default() -> Self {
        let nine_to_six = vec![Span {
            from: 9 * 60,
            to: 18 * 60,
        }];
        Self(std::array::from_fn(|day| match day {
            0..5 => nine_to_six.clone(),
            _ => Vec::new(),
        }))
    }
}

impl Hours {
    /// Round the clock, every day.
    #[must_use]
    pub fn always() -> Self {
        Self(std::array::from_fn(|_| vec![Span { from: 0, to: 1440 }]))
    }

    /// Reads hours by weekday or range of weekdays. A single day wins over a range that holds it.
    ///
    /// # Errors
    /// At the first text that is no weekday or no hours.
    pub fn parse(days: &BTreeMap<String, String>) -> Result<Self, InvalidHours> {
        let mut week: [Vec<Span>; 7] = Default::default();
        let mut days: Vec<_> = days.iter().collect();
        days.sort_by_key(|(day, _)| !day.contains('-'));
        for (day, text) in days {
            let (first, last) = weekdays(day)?;
            let spans = spans(text)?;
            for (index, hours) in week.iter_mut().enumerate() {
                if in_range(index, first, last) {
                    *hours = spans.clone();
                }
            }
        }
        for (spans, name) in week.iter().zip(NAMES) {
            if spans
                .windows(2)
                .any(|two| matches!(two, [a, b] if a.to > b.from))
            {
                return Err(InvalidHours::Overlap(name));
            }
        }
        Ok(Self(week))
    }

    /// The hours of a weekday.
    #[must_use]
    pub fn on(&self, day: Weekday) -> &[Span] {
        let index = usize::try_from(day.to_monday_zero_offset()).unwrap_or(0);
        self.0.get(index).map_or(&[], Vec::as_slice)
    }

    /// The hours of the first weekday that has any.
    #[must_use]
    pub fn usual(&self) -> &[Span] {
        let first = self.0.iter().find(|spans| !spans.is_empty());
        first.map_or(&[], Vec::as_slice)
    }

    /// Whether no weekday has hours.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.usual().is_empty()
    }

    /// The hours as they are written, by weekday.
    #[must_use]
    pub fn to_record(&self) -> BTreeMap<String, String> {
        let written = |spans: &[Span]| {
            let spans: Vec<_> = spans.iter().map(Span::to_string).collect();
            spans.join(", ")
        };
        WEEK.iter()
            .zip(NAMES)
            .map(|(day, name)| (name.to_owned(), written(self.on(*day))))
            .filter(|(_, hours)| !hours.is_empty())
            .collect()
    }
}

/// The weekdays' names, from Monday.
const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// First and last weekday of `mon-fri`, by index from Monday.
fn weekdays(text: &str) -> Result<(usize, usize), InvalidHours> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let index = |name: &str| {
        let name = name.trim().to_ascii_lowercase();
        let found = NAMES.iter().position(|known| name.starts_with(known));
        found.ok_or_else(|| InvalidHours::Weekday(text.to_owned()))
    };
    Ok((index(first)?, index(last)?))
}

/// Whether a weekday lies in a range, which may go over the end of the week.
const fn in_range(day: usize, first: usize, last: usize) -> bool {
    if first <= last {
        first <= day && day <= last
    } else {
        first <= day || day <= last
    }
}

fn spans(text: &str) -> Result<Vec<Span>, InvalidHours> {
    let mut spans = text
        .split(',')
        .map(str::trim)
        .filter(|span| !span.is_empty())
        .map(Span::parse)
        .collect::<Result<Vec<_>, _>>()?;
    spans.sort();
    Ok(spans)
}

//! Public holidays and make-up working days from an iCalendar file (RFC 5545): the all-day events, and nothing else of the format.
//!
//! The few lines that are needed are read here rather than by a crate, because a mistake has to be shown with its line, and an event
//! that this cannot mean exactly (a time of day, a recurrence) has to be refused instead of being left out of somebody's holidays.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// Events of more days are a mistake.
const LONGEST: i32 = 366;

/// A day that is not as its weekday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicDay {
    /// Which.
    pub date: Date,
    /// How it differs.
    pub kind: DayKind,
}

/// How a day differs from its weekday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DayKind {
    /// Nobody works.
    Holiday,
    /// It is worked although its weekday may be free.
    MakeUp,
}

/// Why a text is no such calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct InvalidIcal {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub why: String,
}

/// Words that mark an event as a make-up working day, in lower case: English, and Chinese in both scripts.
const MAKE_UP: [&str; 8] = [
    "make-up",
    "makeup",
    "make up day",
    "\u{8c03}\u{4f11}",
    "\u{8abf}\u{4f11}",
    "\u{8865}\u{73ed}",
    "\u{88dc}\u{73ed}",
    "\u{4e0a}\u{73ed}",
];
/// Words that make it a day off all the same: the first of the Chinese words also stands for a day off that was worked for.
const DAY_OFF: [&str; 3] = ["day off", "\u{653e}\u{5047}", "\u{4f11}\u{5047}"];

/// The days of a calendar, in order.
///
/// # Errors
/// At the first line that is wrong or cannot be meant exactly.
pub fn public_days(text: &str) -> Result<Vec<PublicDay>, InvalidIcal> {
    let mut reader = Reader::default();
    for line in content_lines(text) {
        reader.take(&line)?;
    }
    reader.finish(text.lines().count().max(1))
}

/// A line with those that continue it.
struct Line {
    number: usize,
    text: String,
}

/// The lines, unfolded: one that begins with a blank continues the one before.
fn content_lines(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some(last)) => last.text.push_str(more),
            _ if line.trim().is_empty() => {}
            _ => lines.push(Line {
                number: index + 1,
                text: line.to_owned(),
            }),
        }
    }
    lines
}

/// An event being read.
#[derive(Default)]
struct Event {
    line: usize,
    start: Option<Date>,
    end: Option<Date>,
    days: Option<i32>,
    words: String,
    cancelled: bool,
}

#[derive(Default)]
struct Reader {
    /// The components that are open, the innermost last.
    open: Vec<String>,
    event: Option<Event>,
    found: Vec<(PublicDay, usize)>,
    begun: bool,
}

impl Reader {
    fn take(&mut self, line: &Line) -> Result<(), InvalidIcal> {
        let wrong = |why: String| Err(invalid(line.number, why));
        let Some((head, value)) = split(&line.text) else {
            return wrong("this is no line of an iCalendar file: NAME:VALUE".to_owned());
        };
        let name = head.split(';').next().unwrap_or_default().to_uppercase();
        let value = value.trim();
        match name.as_str() {
            "BEGIN" => self.begin(value, line.number),
            "END" => self.end(value, line.number),
            _ if !self.begun => wrong("an iCalendar file begins with BEGIN:VCALENDAR".to_owned()),
            _ if self.open.last().is_some_and(|name| name == "VEVENT") => match &mut self.event {
                Some(event) => event.property(&name, head, value, line.number),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn begin(&mut self, component: &str, line: usize) -> Result<(), InvalidIcal> {
        let component = component.to_uppercase();
        if !self.begun && component != "VCALENDAR" {
            return Err(invalid(
                line,
                "an iCalendar file begins with BEGIN:VCALENDAR",
            ));
        }
        self.begun = true;
        if component == "VEVENT" {
            self.event = Some(Event {
                line,
                ..Event::default()
            });
        }
        self.open.push(component);
        Ok(())
    }

    fn end(&mut self, component: &str, line: usize) -> Result<(), InvalidIcal> {
        let component = component.to_uppercase();
        if self.open.pop().is_none_or(|open| open != component) {
            return Err(invalid(
                line,
                format!("END:{component} ends what has not begun"),
            ));
        }
        if component != "VEVENT" {
            return Ok(());
        }
        let days = self.event.take().map(|event| (event.line, event.days()));
        if let Some((line, days)) = days {
            for day in days? {
                self.add(day, line)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, day: PublicDay, line: usize) -> Result<(), InvalidIcal> {
        let known = self.found.iter().find(|(known, _)| known.date == day.date);
        match known {
            Some((known, before)) if known.kind != day.kind => {
                let date = day.date;
                let why = format!(
                    "{date} is both a holiday and a make-up day: see the event in line {before}"
                );
                Err(invalid(line, why))
            }
            Some(_) => Ok(()),
            None => {
                self.found.push((day, line));
                Ok(())
            }
        }
    }

    fn finish(self, last: usize) -> Result<Vec<PublicDay>, InvalidIcal> {
        match self.open.last() {
            Some(open) => Err(invalid(last, format!("END:{open} is missing"))),
            None if !self.begun => Err(invalid(1, "an iCalendar file begins with BEGIN:VCALENDAR")),
            None => {
                let mut days: Vec<_> = self.found.into_iter().map(|(day, _)| day).collect();
                days.sort();
                Ok(days)
            }
        }
    }
}

impl Event {
    fn property(
        &mut self,
        name: &str,
        head: &str,
        value: &str,
        line: usize,
    ) -> Result<(), InvalidIcal> {
        match name {
            "DTSTART" => self.start = Some(date(value, line)?),
            "DTEND" => self.end = Some(date(value, line)?),
            "DURATION" => self.days = Some(whole_days(value, line)?),
            "SUMMARY" | "CATEGORIES" => {
                self.words.push(' ');
                self.words.push_str(&value.to_lowercase());
            }
            "STATUS" => self.cancelled = value.eq_ignore_ascii_case("CANCELLED"),
            "RRULE" | "RDATE" => {
                let why = format!("{head} is not understood: write an event for each year");
                return Err(invalid(line, why));
            }
            _ => {}
        }
        Ok(())
    }

    /// Its days. The end is the day after the last; without one it is one day.
    fn days(self) -> Result<Vec<PublicDay>, InvalidIcal> {
        let Some(start) = self.start else {
            return Err(invalid(self.line, "this event has no DTSTART"));
        };
        if self.cancelled {
            return Ok(Vec::new());
        }
        let length = match (self.end, self.days) {
            (Some(end), _) => start.until(end).as_ref().map(Span::get_days).unwrap_or(0),
            (None, days) => days.unwrap_or(1),
        };
        if !(1..=LONGEST).contains(&length) {
            let why = format!("this event has {length} days: 1 to {LONGEST} are taken");
            return Err(invalid(self.line, why));
        }
        let kind = self.kind();
        let dates = (0..length).filter_map(|n| start.checked_add(n.days()).ok());
        Ok(dates.map(|date| PublicDay { date, kind }).collect())
    }

    fn kind(&self) -> DayKind {
        let says = |words: &[&str]| words.iter().any(|word| self.words.contains(word));
        if says(&MAKE_UP) && !says(&DAY_OFF) {
            DayKind::MakeUp
        } else {
            DayKind::Holiday
        }
    }
}

/// Name with parameters, and value: parted by the first colon outside quotes.
fn split(line: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let at = line.find(|c| {
        quoted ^= c == '"';
        c == ':' && !quoted
    })?;
    let (name, value) = (&line[..at], &line[at + 1..]);
    let first = name.split(';').next()?;
    let named = !first.is_empty() && first.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    named.then_some((name, value))
}

/// `20261001`; a time of day is no day off.
fn date(value: &str, line: usize) -> Result<Date, InvalidIcal> {
    if value.contains('T') {
        let why =
            "this event has a time of day: days off are whole days, DTSTART;VALUE=DATE:20261001";
        return Err(invalid(line, why));
    }
    let digits = value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = digits
        .then(|| Date::strptime("%Y%m%d", value).ok())
        .flatten();
    parsed.ok_or_else(|| invalid(line, format!("`{value}` is no date: write 20261001")))
}

/// `P3D` or `P1W`.
fn whole_days(value: &str, line: usize) -> Result<i32, InvalidIcal> {
    let days = value.strip_prefix('P').and_then(|rest| {
        let (number, unit) = rest.split_at_checked(rest.len().checked_sub(1)?)?;
        let number: i32 = number
            .parse()
            .ok()
            .filter(|number| (1..=LONGEST).contains(number))?;
        match unit {
            "D" => Some(number),
            "W" => Some(number * 7),
            _ => None,
        }
    });
    days.ok_or_else(|| invalid(line, format!("`{value}` is no number of days: write P3D")))
}

fn invalid(line: usize, why: impl Into<String>) -> InvalidIcal {
    InvalidIcal {
        line,
        why: why.into(),
    }
}

#[cfg(test)]
mod tests;

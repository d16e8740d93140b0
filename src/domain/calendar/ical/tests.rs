//! Tables of `ical`.

use jiff::civil::date;

use super::*;
use crate::domain::calendar::{Calendar, CalendarRecord};

/// The lines of events, as calendars write them.
fn calendar(events: &str) -> String {
    let lines = events
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let lines: Vec<&str> = lines.collect();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}\r\nEND:VCALENDAR\r\n",
        lines.join("\r\n")
    )
}

fn event(properties: &str) -> String {
    calendar(&format!("BEGIN:VEVENT\n{properties}\nEND:VEVENT"))
}

#[test]
fn all_day_events_are_days_off_up_to_the_day_before_their_end() {
    let text = calendar(
        "X-WR-CALNAME:Holidays
        BEGIN:VTIMEZONE
        BEGIN:STANDARD
        DTSTART:19700101T000000
        RRULE:FREQ=YEARLY
        END:STANDARD
        END:VTIMEZONE
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20261001
        DTEND;VALUE=DATE:20261004
        SUMMARY;LANGUAGE=en;ALTREP=\"http://a/b\":National Day
        BEGIN:VALARM
        TRIGGER:-PT15M
        SUMMARY:make-up
        END:VALARM
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20270101
        SUMMARY:New Year
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20261231
        DURATION:P1D
        SUMMARY:Old Year
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20261224
        STATUS:CANCELLED
        SUMMARY:Not this year
        END:VEVENT",
    );
    let days: Vec<Date> = public_days(&text)
        .unwrap()
        .iter()
        .map(|day| day.date)
        .collect();
    let october = |day| date(2026, 10, day);
    let expected = [
        october(1),
        october(2),
        october(3),
        date(2026, 12, 31),
        date(2027, 1, 1),
    ];
    assert_eq!(days, expected);
}

#[test]
fn a_word_in_the_summary_or_the_categories_marks_a_day_that_is_worked() {
    let table = [
        ("SUMMARY:National Day (make-up)", DayKind::MakeUp),
        ("SUMMARY:Makeup workday", DayKind::MakeUp),
        ("SUMMARY:X\nCATEGORIES:WORK,MAKE-UP", DayKind::MakeUp),
        ("SUMMARY:\u{56fd}\u{5e86} \u{8865}\u{73ed}", DayKind::MakeUp),
        ("SUMMARY:\u{56fd}\u{5e86}\u{8c03}\u{4f11}", DayKind::MakeUp),
        ("SUMMARY:\u{570b}\u{6176}\u{8abf}\u{4f11}", DayKind::MakeUp),
        ("SUMMARY:\u{8c03}\u{4f11}\u{4e0a}\u{73ed}", DayKind::MakeUp),
        // The same word, but the day off that was worked for.
        ("SUMMARY:\u{8c03}\u{4f11}\u{653e}\u{5047}", DayKind::Holiday),
        ("SUMMARY:National Day", DayKind::Holiday),
        // A folded line is one line.
        ("SUMMARY:National Day ma\n ke-up", DayKind::MakeUp),
        ("DESCRIPTION:no make-up", DayKind::Holiday),
    ];
    for (said, kind) in table {
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261010\n{said}\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        let days = public_days(&text).unwrap();
        assert_eq!(days[0].kind, kind, "{said}");
    }
}

#[test]
fn what_cannot_be_meant_exactly_is_refused_with_its_line() {
    let start = "DTSTART;VALUE=DATE:20261001";
    let twice = calendar(
        "BEGIN:VEVENT
        DTSTART;VALUE=DATE:20261001
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20261001
        SUMMARY:make-up
        END:VEVENT",
    );
    let table = [
        (event("DTSTART:20261001T090000Z"), 4, "time of day"),
        (event("DTSTART;VALUE=DATE:20261301"), 4, "is no date"),
        (event("DTSTART;VALUE=DATE:2026-10-01"), 4, "is no date"),
        (
            event(&format!("{start}\nRRULE:FREQ=YEARLY")),
            5,
            "for each year",
        ),
        (event("SUMMARY:x"), 3, "no DTSTART"),
        (
            event(&format!("{start}\nDTEND;VALUE=DATE:20261001")),
            3,
            "0 days",
        ),
        (
            event(&format!("{start}\nDTEND;VALUE=DATE:20281001")),
            3,
            "731 days",
        ),
        (
            event(&format!("{start}\nDURATION:PT3H")),
            5,
            "number of days",
        ),
        (event(&format!("{start}\nnonsense")), 5, "NAME:VALUE"),
        (
            twice,
            6,
            "both a holiday and a make-up day: see the event in line 3",
        ),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\n".to_owned(),
            2,
            "END:VEVENT is missing",
        ),
        (
            "BEGIN:VCALENDAR\nEND:VEVENT\n".to_owned(),
            2,
            "has not begun",
        ),
        ("2026-10-01\n".to_owned(), 1, "NAME:VALUE"),
        ("SUMMARY:x\n".to_owned(), 1, "begins with BEGIN:VCALENDAR"),
        (String::new(), 1, "begins with BEGIN:VCALENDAR"),
    ];
    for (text, line, why) in table {
        let error = public_days(&text).unwrap_err();
        assert!(error.why.contains(why), "{error}\n{text}");
        assert_eq!(error.line, line, "{error}\n{text}");
    }
}

#[test]
fn the_shops_own_lists_outdo_the_file() {
    let day = |day, kind| PublicDay {
        date: date(2026, 10, day),
        kind,
    };
    let mut record = CalendarRecord {
        holidays: vec!["2026-10-10".to_owned()],
        make_up_days: vec!["2026-10-03".to_owned()],
        ..CalendarRecord::default()
    };
    record.add_days(&[
        day(1, DayKind::Holiday),
        day(3, DayKind::Holiday),
        day(10, DayKind::MakeUp),
        day(11, DayKind::MakeUp),
    ]);
    let calendar = Calendar::try_from(record).unwrap();
    let worked = |day| calendar.is_working_day(date(2026, 10, day));
    assert_eq!(
        [1, 2, 3, 10, 11].map(worked),
        [false, true, true, false, true]
    );
}

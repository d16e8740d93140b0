//! Tables and properties of `calendar`.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

/// A shop in Shanghai around the National Day of 2026: a week off, two weekend days worked for it, a lunch break.
fn shanghai() -> Calendar {
    let record: CalendarRecord = serde_json::from_value(serde_json::json!({
        "zone": "Asia/Shanghai",
        "hours": {"mon-fri": "13:00-18:00, 09:00-12:00"},
        "holidays": ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07", "2027-01-01"],
        "make_up_days": ["2026-09-27", "2026-10-10"],
    }))
    .unwrap();
    Calendar::try_from(record).unwrap()
}

fn new_york() -> Calendar {
    let record = CalendarRecord {
        zone: Some("America/New_York".to_owned()),
        hours: Some([("mon-sun".to_owned(), "00:00-24:00".to_owned())].into()),
        ..CalendarRecord::default()
    };
    Calendar::try_from(record).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn working_days_are_weekdays_without_holidays_and_with_make_up_days() {
    let calendar = shanghai();
    let table = [
        (date(2026, 9, 30), true),
        (date(2026, 10, 1), false),
        (date(2026, 10, 3), false),
        (date(2026, 10, 8), true),
        (date(2026, 10, 10), true),
        (date(2026, 10, 11), false),
    ];
    for (day, expected) in table {
        assert_eq!(calendar.is_working_day(day), expected, "{day}");
    }
}

#[test]
fn open_now_and_from_when() {
    let calendar = shanghai();
    let table = [
        ("2026-09-30T09:00+08:00", true, "2026-09-30T09:00+08:00"),
        ("2026-09-30T08:59:59+08:00", false, "2026-09-30T09:00+08:00"),
        ("2026-09-30T12:00+08:00", false, "2026-09-30T13:00+08:00"),
        ("2026-09-30T18:00+08:00", false, "2026-10-08T09:00+08:00"),
        ("2026-10-09T20:00+08:00", false, "2026-10-10T09:00+08:00"),
        ("2026-12-31T18:00+08:00", false, "2027-01-04T09:00+08:00"),
    ];
    for (now, open, next) in table {
        assert_eq!(calendar.is_open(at(now)), open, "{now}");
        assert_eq!(calendar.next_open(at(now)), at(next), "{now}");
    }
}

#[test]
fn a_promise_in_working_days_ends_with_the_hours_of_the_last_one() {
    let calendar = shanghai();
    let table = [
        ("2026-09-29T10:00+08:00", 1, "2026-09-30T18:00+08:00"),
        ("2026-09-30T10:00+08:00", 1, "2026-10-08T18:00+08:00"),
        ("2026-09-30T10:00+08:00", 3, "2026-10-10T18:00+08:00"),
        ("2026-10-03T10:00+08:00", 2, "2026-10-09T18:00+08:00"),
        ("2026-09-30T10:00+08:00", 0, "2026-09-30T18:00+08:00"),
        ("2026-09-30T18:00+08:00", 0, "2026-10-08T18:00+08:00"),
        ("2026-12-30T23:00+08:00", 2, "2027-01-04T18:00+08:00"),
        // Still the 29th in London, already the 30th in Shanghai.
        ("2026-09-29T17:00+00:00", 1, "2026-10-08T18:00+08:00"),
    ];
    for (from, days, end) in table {
        assert_eq!(
            calendar.add_working_days(at(from), days),
            at(end),
            "{from} + {days}"
        );
    }
}

#[test]
fn working_time_counts_hours_only() {
    let calendar = shanghai();
    let table = [
        ("2026-09-30T11:00+08:00", "2026-09-30T14:00+08:00", 2),
        ("2026-09-30T17:00+08:00", "2026-10-08T10:00+08:00", 2),
        ("2026-10-01T00:00+08:00", "2026-10-08T00:00+08:00", 0),
        ("2026-09-30T14:00+08:00", "2026-09-30T11:00+08:00", 0),
    ];
    for (from, to, hours) in table {
        assert_eq!(
            calendar.working_time_between(at(from), at(to)),
            SignedDuration::from_hours(hours),
            "{from} to {to}"
        );
    }
}

#[test]
fn days_are_shorter_and_longer_when_clocks_change() {
    let calendar = new_york();
    let day = |from, to| calendar.working_time_between(at(from), at(to));
    assert_eq!(
        day("2026-03-08T00:00-05:00", "2026-03-09T00:00-04:00"),
        SignedDuration::from_hours(23)
    );
    assert_eq!(
        day("2026-11-01T00:00-04:00", "2026-11-02T00:00-05:00"),
        SignedDuration::from_hours(25)
    );
    assert!(calendar.is_open(at("2026-03-08T07:30Z")));
}

#[test]
fn a_wrong_calendar_says_what_to_write() {
    let table = [
        (serde_json::json!({"zone": "Mars/Olympus"}), "no time zone"),
        (
            serde_json::json!({"hours": {"mon": "18:00-09:00"}}),
            "ends before it begins",
        ),
        (
            serde_json::json!({"hours": {"mon": "9 to 6"}}),
            "no stretch of a day",
        ),
        (
            serde_json::json!({"hours": {"mon": "09:00-13:00, 12:00-18:00"}}),
            "mon overlap",
        ),
        (
            serde_json::json!({"hours": {"someday": "09:00-13:00"}}),
            "no weekday",
        ),
        (
            serde_json::json!({"hours": {"mon": "25:00-26:00"}}),
            "no stretch of a day",
        ),
        (serde_json::json!({"hours": {}}), "no weekday has hours"),
        (serde_json::json!({"holidays": ["1 October"]}), "is no date"),
        (
            serde_json::json!({"holidays": ["2026-10-01"], "make_up_days": ["2026-10-01"]}),
            "both a holiday",
        ),
        (serde_json::json!({"holiday": []}), "unknown field"),
    ];
    for (record, expected) in table {
        let error = serde_json::from_value::<Calendar>(record)
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_calendar_survives_being_written() {
    let written = serde_json::to_string(&shanghai()).unwrap();
    assert_eq!(
        serde_json::from_str::<Calendar>(&written).unwrap(),
        shanghai()
    );
}

#[test]
fn so_much_working_time_before_a_moment_skips_nights_and_days_off() {
    let calendar = shanghai();
    let table = [
        ("2026-09-30T18:00+08:00", 2, "2026-09-30T16:00+08:00"),
        // The lunch break is none of it.
        ("2026-09-30T14:00+08:00", 2, "2026-09-30T11:00+08:00"),
        ("2026-10-08T10:00+08:00", 2, "2026-09-30T17:00+08:00"),
        ("2026-10-12T00:00+08:00", 1, "2026-10-10T17:00+08:00"),
        ("2027-01-04T09:30+08:00", 1, "2026-12-31T17:30+08:00"),
        ("2026-10-05T12:00+08:00", 0, "2026-09-30T18:00+08:00"),
    ];
    for (at_, hours, expected) in table {
        let found = calendar.working_time_before(at(at_), SignedDuration::from_hours(hours));
        assert_eq!(found, at(expected), "{hours} h before {at_}");
    }
}

#[test]
fn a_day_ends_at_midnight_where_the_shop_is() {
    let table = [
        (shanghai(), "2026-11-24T15:59Z", "2026-11-24T16:00Z"),
        (shanghai(), "2026-11-24T16:00Z", "2026-11-25T16:00Z"),
        (new_york(), "2026-11-01T05:00Z", "2026-11-02T05:00Z"),
        (new_york(), "2026-12-31T23:00Z", "2027-01-01T05:00Z"),
    ];
    for (calendar, given, end) in table {
        assert_eq!(calendar.end_of_day(at(given)), at(end), "{given}");
    }
}

proptest! {
    #[test]
    fn due_dates_are_working_days_and_never_go_back(seconds in 1_700_000_000_i64..1_900_000_000, later in 0_i64..5_000_000, days in 0_u32..40) {
        for calendar in [shanghai(), new_york(), Calendar::default()] {
            let now = Timestamp::from_second(seconds).unwrap();
            let then = Timestamp::from_second(seconds + later).unwrap();
            let due = calendar.add_working_days(now, days);
            prop_assert!(due > now || days > 0);
            prop_assert!(due <= calendar.add_working_days(now, days + 1));
            prop_assert!(due <= calendar.add_working_days(then, days));
            let last_minute = due - SignedDuration::from_secs(60);
            prop_assert!(calendar.is_open(last_minute));
            prop_assert!(calendar.is_working_day(calendar.date(last_minute)));
        }
    }

    #[test]
    fn working_time_adds_up_and_fits_into_time(seconds in 1_700_000_000_i64..1_900_000_000, first in 0_i64..2_000_000, second in 0_i64..2_000_000) {
        for calendar in [shanghai(), new_york()] {
            let a = Timestamp::from_second(seconds).unwrap();
            let b = Timestamp::from_second(seconds + first).unwrap();
            let c = Timestamp::from_second(seconds + first + second).unwrap();
            let whole = calendar.working_time_between(a, c);
            prop_assert_eq!(calendar.working_time_between(a, b) + calendar.working_time_between(b, c), whole);
            prop_assert!(whole <= c.duration_since(a));
            let open = calendar.next_open(a);
            prop_assert!(open >= a && calendar.is_open(open));
            prop_assert!(calendar.working_time_between(a, open).is_zero());
        }
    }

    #[test]
    fn looking_early_leaves_just_so_much_working_time(seconds in 1_700_000_000_i64..1_900_000_000, hours in 1_i64..60, later in 0_i64..2_000_000) {
        for calendar in [shanghai(), new_york(), Calendar::default()] {
            let by = Timestamp::from_second(seconds).unwrap();
            let lead = SignedDuration::from_hours(hours);
            let look = calendar.working_time_before(by, lead);
            prop_assert!(look < by);
            prop_assert_eq!(calendar.working_time_between(look, by), lead);
            prop_assert!(calendar.is_working_day(calendar.date(look)));
            let later = Timestamp::from_second(seconds + later).unwrap();
            prop_assert!(look <= calendar.working_time_before(later, lead));
        }
    }

    /// Whatever days are free, worked instead, or at the end of a year: a due date is a day that is worked.
    #[test]
    fn no_due_date_is_a_day_off(
        seconds in 1_700_000_000_i64..1_900_000_000,
        days in 0_u32..15,
        free in proptest::collection::btree_set(0_i64..60, 0..20),
        worked in proptest::collection::btree_set(0_i64..60, 0..5),
        zone in proptest::sample::select(vec!["Asia/Shanghai", "America/New_York", "Europe/London", "Pacific/Apia", "Asia/Kathmandu"]),
    ) {
        let zone = TimeZone::get(zone).unwrap();
        let start = Timestamp::from_second(seconds).unwrap();
        let first = start.to_zoned(zone.clone()).date();
        let dates = |numbers: &BTreeSet<i64>| -> BTreeSet<Date> {
            numbers.iter().map(|n| first.checked_add((*n).days()).unwrap()).collect()
        };
        let holidays = dates(&free);
        let make_up: BTreeSet<Date> = dates(&worked).difference(&holidays).copied().collect();
        let calendar = Calendar::new(zone, Hours::default(), holidays.clone(), make_up.clone()).unwrap();
        let due = calendar.add_working_days(start, days);
        let last = calendar.date(due - SignedDuration::from_secs(1));
        let weekend = matches!(last.weekday(), Weekday::Saturday | Weekday::Sunday);
        prop_assert!(!holidays.contains(&last), "{last}");
        prop_assert!(!weekend || make_up.contains(&last), "{last}");
        if days > 0 {
            let between = std::iter::successors(Some(first), |date| date.tomorrow().ok()).skip(1).take_while(|date| *date <= last);
            prop_assert_eq!(between.filter(|date| calendar.is_working_day(*date)).count(), days as usize);
        }
    }
}

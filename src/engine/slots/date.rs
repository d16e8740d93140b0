//! Days of the calendar, and so many days ago.

use super::lexicon::{LEXICON, Words};
use super::number::{digits, numerals};
use super::plain::Plain;
use super::values::SaidDate;

/// A date that starts here, and its end.
pub(super) fn date(text: &Plain, at: usize) -> Option<(usize, SaidDate)> {
    if text.at(at).is_ascii_alphabetic() {
        return month_first(text, at);
    }
    numeric(text, at)
        .or_else(|| with_signs(text, at))
        .or_else(|| day_first(text, at))
        .or_else(|| ago(text, at))
}

/// Where a time of day that starts here ends: `10:30`, `3 pm`.
pub(super) fn time(text: &Plain, at: usize) -> Option<usize> {
    if text.at(at).is_ascii_alphabetic() {
        return None;
    }
    let (hour, end) = small(text, at)?;
    if hour > 24 {
        return None;
    }
    if text.at(end) == ':' {
        let minutes = text.run(end + 1, |c| c.is_ascii_digit());
        return (minutes == end + 3).then_some(minutes);
    }
    let sign = text.skip_spaces(end);
    text.word_at(sign, &LEXICON.hour_sign).map(|(end, ())| end)
}

/// `2026-06-07`, `2026/6/7`, `2026.06.07`; with the year last only when it is clear which is the day.
fn numeric(text: &Plain, at: usize) -> Option<(usize, SaidDate)> {
    let first = text.run(at, |c| c.is_ascii_digit());
    let sign = text.at(first);
    if !matches!(sign, '-' | '/' | '.') || !matches!(first - at, 1 | 2 | 4) {
        return None;
    }
    let second = text.run(first + 1, |c| c.is_ascii_digit());
    if text.at(second) != sign || second == first + 1 {
        return None;
    }
    let third = text.run(second + 1, |c| c.is_ascii_digit());
    let part = |from: usize, to: usize| text.text(from, to).parse::<i16>().ok();
    let (a, b) = (part(at, first)?, part(first + 1, second)?);
    let c = part(second + 1, third)?;
    if text.at(third).is_ascii_digit()
        || text.at(third) == sign && text.at(third + 1).is_ascii_digit()
    {
        return None;
    }
    let (year, month, day) = match (a, b, c) {
        (1900..=2100, month, day) => (a, month, day),
        (day, month, 1900..=2100) if day > 12 => (c, month, day),
        (month, day, 1900..=2100) if day > 12 => (c, month, day),
        _ => return None,
    };
    let day = day_of(
        Some(year),
        u32::try_from(month).ok(),
        u32::try_from(day).ok()?,
    )?;
    Some((third, day))
}

/// Month and day with their Chinese signs, the year and the month being optional.
fn with_signs(text: &Plain, at: usize) -> Option<(usize, SaidDate)> {
    let (mut year, mut month) = (None, None);
    let mut from = at;
    if let Some((value, end)) = signed(text, from, &LEXICON.year_sign)
        && (1900..=2100).contains(&value)
    {
        year = i16::try_from(value).ok();
        from = text.skip_spaces(end);
    }
    if let Some((value, end)) = signed(text, from, &LEXICON.month_sign) {
        month = Some(value);
        from = text.skip_spaces(end);
    }
    let (day, end) = match signed(text, from, &LEXICON.day_sign) {
        Some(found) => found,
        None if month.is_some() => small(text, from)?,
        None => return None,
    };
    // a day without its month must not be the number of something
    let is_order = month.is_none() && text.cue_before(at, &LEXICON.order_cue);
    (!is_order).then_some(())?;
    Some((end, day_of(year, month, day)?))
}

/// A small number with a sign after it.
fn signed(text: &Plain, at: usize, sign: &Words<()>) -> Option<(u32, usize)> {
    let (value, end) = small(text, at)?;
    let (end, ()) = text.word_at(text.skip_spaces(end), sign)?;
    Some((value, end))
}

/// A number of at most four digits or numerals.
fn small(text: &Plain, at: usize) -> Option<(u32, usize)> {
    let end = text.run(at, |c| c.is_ascii_digit());
    if end > at {
        return (end - at <= 4).then(|| Some((text.text(at, end).parse().ok()?, end)))?;
    }
    let number = numerals(text, at)?;
    Some((u32::try_from(number.value).ok()?, number.end))
}

/// `June 2nd`, `May 28`, `Jun 7, 2026`.
fn month_first(text: &Plain, at: usize) -> Option<(usize, SaidDate)> {
    if text.before(at).is_ascii_alphanumeric() {
        return None;
    }
    let (end, month) = text.word_at(at, &LEXICON.months)?;
    let from = text.run(end, |c| matches!(c, ' ' | '.'));
    let number = text.run(from, |c| c.is_ascii_digit());
    if from == end || !(1..=2).contains(&(number - from)) {
        return None;
    }
    let day = text.text(from, number).parse().ok()?;
    let end = ordinal_end(text, number)?;
    let (year, end) = year_after(text, end);
    Some((end, day_of(year, Some(u32::from(*month)), day)?))
}

/// `2 June`, `28th of May`, `the 2nd`.
fn day_first(text: &Plain, at: usize) -> Option<(usize, SaidDate)> {
    let number = text.run(at, |c| c.is_ascii_digit());
    if !(1..=2).contains(&(number - at)) {
        return None;
    }
    let day = text.text(at, number).parse().ok()?;
    let ordinal = ordinal_end(text, number)?;
    let mut from = text.skip_spaces(ordinal);
    if text.text(from, (from + 3).min(text.len())) == "of " {
        from += 3;
    }
    if let Some((end, month)) = text.word_at(from, &LEXICON.months) {
        let (year, end) = year_after(text, end);
        return Some((end, day_of(year, Some(u32::from(*month)), day)?));
    }
    let is_the = at >= 4 && text.text(at - 4, at) == "the ";
    let stands_alone = !text.at(text.skip_spaces(ordinal)).is_ascii_alphabetic()
        || is_the && text.cue_before(at - 4, &LEXICON.day_preposition);
    (is_the && ordinal > number && stands_alone)
        .then(|| Some((ordinal, day_of(None, None, day)?)))?
}

/// Where `2nd` ends; none when other letters follow the digits.
fn ordinal_end(text: &Plain, number: usize) -> Option<usize> {
    match text.word_at(number, &LEXICON.ordinal_sign) {
        Some((end, ())) => Some(end),
        None => (!text.at(number).is_ascii_alphabetic()).then_some(number),
    }
}

fn year_after(text: &Plain, end: usize) -> (Option<i16>, usize) {
    let from = text.run(end, |c| matches!(c, ' ' | ','));
    let to = text.run(from, |c| c.is_ascii_digit());
    if to == from + 4
        && let Ok(year @ 1900..=2100) = text.text(from, to).parse()
    {
        return (Some(year), to);
    }
    (None, end)
}

/// `3 days ago`.
fn ago(text: &Plain, at: usize) -> Option<(usize, SaidDate)> {
    let number = digits(text, at).or_else(|| numerals(text, at))?;
    let (end, days) = text.word_at(text.skip_spaces(number.end), &LEXICON.ago)?;
    let count = i32::try_from(number.value).ok()?;
    Some((end, SaidDate::FromToday(-count.checked_mul(*days)?)))
}

fn day_of(year: Option<i16>, month: Option<u32>, day: u32) -> Option<SaidDate> {
    let month = match month {
        Some(month @ 1..=12) => u8::try_from(month).ok(),
        Some(_) => return None,
        None => None,
    };
    let day = u8::try_from(day)
        .ok()
        .filter(|day| (1..=31).contains(day))?;
    Some(SaidDate::Day { year, month, day })
}

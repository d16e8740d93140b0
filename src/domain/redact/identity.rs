//! Chinese identity-card numbers: region, date of birth, serial, and a check character by ISO 7064 MOD 11-2.

use jiff::civil::Date;

use super::digits::{Group, digits, joined};
use super::{Kind, Secret};

/// Weights of the 17 digits before the check character.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// Finds identity-card numbers, in one piece or in groups.
pub(super) fn find(text: &str, groups: &[Group]) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut first = 0;
    while let Some(start) = groups.get(first) {
        match longest(text, groups, first) {
            Some((last, end)) => {
                found.push(Secret::new(Kind::IdentityNumber, start.start, end));
                first = last;
            }
            None => first += 1,
        }
    }
    found
}

/// The identity number that begins with this group: the index after its last group, and its end.
fn longest(text: &str, groups: &[Group], first: usize) -> Option<(usize, usize)> {
    let mut total = 0;
    for (index, group) in groups.iter().enumerate().skip(first) {
        if index > first && !joined(text, *groups.get(index - 1)?, *group) {
            return None;
        }
        total += group.len();
        if total > 18 {
            return None;
        }
        if let Some(end) = (total >= 17)
            .then(|| complete(text, groups.get(first..=index)?))
            .flatten()
        {
            return Some((index + 1, end));
        }
    }
    None
}

/// The end of the number, if these groups and perhaps an `x` after them are one.
fn complete(text: &str, groups: &[Group]) -> Option<usize> {
    let values = digits(text, groups);
    let end = groups.last()?.end;
    let check = match values.get(17) {
        Some(check) => u32::from(*check),
        None if text.as_bytes().get(end) == Some(&b'x') => 10,
        None => return None,
    };
    let end = if check == 10 { end + 1 } else { end };
    (is_region(&values) && is_birthday(&values) && expected_check(&values) == check).then_some(end)
}

/// Provinces have the codes 11 to 82.
fn is_region(values: &[u8]) -> bool {
    (11..=82).contains(&number(values, 0, 2))
}

fn is_birthday(values: &[u8]) -> bool {
    let (year, month, day) = (
        number(values, 6, 10),
        number(values, 10, 12),
        number(values, 12, 14),
    );
    let date = Date::new(
        i16::try_from(year).unwrap_or(0),
        i8::try_from(month).unwrap_or(0),
        i8::try_from(day).unwrap_or(0),
    );
    (1900..2100).contains(&year) && date.is_ok()
}

fn number(values: &[u8], from: usize, to: usize) -> u32 {
    let part = values.get(from..to).unwrap_or_default();
    part.iter()
        .fold(0, |sum, digit| sum * 10 + u32::from(*digit))
}

fn expected_check(values: &[u8]) -> u32 {
    let sum: u32 = values
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum();
    (12 - sum % 11) % 11
}

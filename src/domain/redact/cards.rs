//! Payment card numbers: the check digit (Luhn), the issuer's prefix and length, and what stands around the number.

use super::digits::{Group, digits, joined};
use super::words::{List, Words, leading};
use super::{Kind, Secret};

/// A card network: first and last prefix (of as many digits as written), shortest and longest number.
type Network = (u32, u32, usize, usize);

/// Networks whose cards a customer may hold. Networks with one length only are given it; a number of another length is no card.
const NETWORKS: [Network; 24] = [
    (4, 4, 16, 16),           // Visa
    (4, 4, 13, 13),           // Visa, old cards
    (4, 4, 19, 19),           // Visa, and older cards of Chinese banks
    (51, 55, 16, 16),         // Mastercard
    (2221, 2720, 16, 16),     // Mastercard, second range
    (34, 34, 15, 15),         // American Express
    (37, 37, 15, 15),         // American Express
    (62, 62, 16, 19),         // UnionPay
    (8100, 8171, 16, 19),     // UnionPay, second range
    (3528, 3589, 16, 16),     // JCB
    (6011, 6011, 16, 16),     // Discover
    (644, 659, 16, 16),       // Discover, RuPay
    (300, 305, 14, 14),       // Diners Club
    (36, 36, 14, 14),         // Diners Club
    (38, 39, 14, 14),         // Diners Club
    (9558, 9559, 16, 19),     // Chinese banks, cards from before UnionPay
    (601382, 601382, 16, 19), // the same
    (602907, 603708, 16, 19), // the same
    (2200, 2204, 16, 16),     // Mir
    (6304, 6304, 16, 19),     // Maestro
    (6759, 6763, 16, 19),     // Maestro
    (5018, 5038, 16, 19),     // Maestro
    (5893, 5893, 16, 19),     // Maestro
    (506099, 506198, 16, 19), // Verve
];

/// Finds card numbers, and a security code that follows one without a word.
pub(super) fn find(text: &str, groups: &[Group], words: &Words, secrets: &mut Vec<Secret>) {
    let mut first = 0;
    while first < groups.len() {
        let Some((count, secret)) = card_from(text, groups, words, first) else {
            first += 1;
            continue;
        };
        if secrets
            .iter()
            .any(|known| known.touches(secret.start, secret.end))
        {
            first += 1;
            continue;
        }
        let code_digits = if count == 15 { 4 } else { 3 };
        let end = secret.end;
        first += groups
            .iter()
            .skip(first)
            .take_while(|group| group.start < end)
            .count();
        secrets.push(secret);
        secrets.extend(code_after(text, groups, first, code_digits));
    }
}

/// The shortest card number that begins with this group, and how many digits it has.
fn card_from(text: &str, groups: &[Group], words: &Words, first: usize) -> Option<(usize, Secret)> {
    let start = groups.get(first)?;
    let mut total = 0;
    for (index, group) in groups.iter().enumerate().skip(first) {
        if index > first && !joined(text, *groups.get(index - 1)?, *group) {
            return None;
        }
        total += group.len();
        if total > 19 {
            return None;
        }
        let parts = groups.get(first..=index)?;
        let values = digits(text, parts);
        if is_card(&values) && stands_as_card(text, parts, &values, words) {
            let tail = values
                .iter()
                .rev()
                .take(4)
                .rev()
                .map(|digit| char::from(b'0' + digit));
            let mut secret = Secret::new(Kind::Card, start.start, group.end);
            secret.tail = tail.collect();
            return Some((total, secret));
        }
    }
    None
}

/// Whether check digit, prefix and length agree.
fn is_card(values: &[u8]) -> bool {
    (13..=19).contains(&values.len())
        && NETWORKS.iter().any(|network| fits(values, network))
        && luhn(values)
}

fn fits(values: &[u8], &(low, high, shortest, longest): &Network) -> bool {
    if !(shortest..=longest).contains(&values.len()) {
        return false;
    }
    let prefix = values
        .iter()
        .take(low.ilog10() as usize + 1)
        .fold(0, |sum, digit| sum * 10 + u32::from(*digit));
    (low..=high).contains(&prefix)
}

fn luhn(values: &[u8]) -> bool {
    let sum: u32 = values
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit @ 0..=4) => digit * 2,
            (_, digit) => digit * 2 - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether the surroundings allow a card: order numbers, phone numbers and codes with letters may look like one by chance.
fn stands_as_card(text: &str, parts: &[Group], values: &[u8], words: &Words) -> bool {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return false;
    };
    if words.near(List::Card, first.start, last.end, 24) {
        return true;
    }
    if text[..first.start].ends_with('+') {
        return false;
    }
    if parts.len() > 1 {
        // Cards are printed in groups of four to six digits; two long halves are two order numbers.
        let short = values.len() <= 13;
        return first.len() <= 6 && (!short || is_old_visa(text, parts, words));
    }
    !(words.calls(text, List::Order, first.start)
        || is_letter_code(text, first.start)
        || begins_with_date(values))
}

/// Thirteen digits in groups are a phone number, but for the two ways in which old cards of Visa are written.
fn is_old_visa(text: &str, parts: &[Group], words: &Words) -> bool {
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let printed = matches!(lengths[..], [4, 4, 4, 1] | [4, 3, 3, 3]);
    printed
        && !parts
            .first()
            .is_some_and(|first| words.calls(text, List::Order, first.start))
}

/// `#4532…`, `SO4532…`: capitals (folded by now) of a code before the digits, without a space.
fn is_letter_code(text: &str, start: usize) -> bool {
    let before = &text[..start];
    let letters = before
        .bytes()
        .rev()
        .take_while(u8::is_ascii_alphabetic)
        .count();
    before.ends_with('#') || (1..=5).contains(&letters)
}

/// Shops number orders by day: 261123… is in the second Mastercard range only by the way.
fn begins_with_date(values: &[u8]) -> bool {
    let pair = |at: usize| {
        values
            .get(at..at + 2)
            .map_or(0, |two| u32::from(two[0]) * 10 + u32::from(two[1]))
    };
    (22..=27).contains(&pair(0)) && (1..=12).contains(&pair(2)) && (1..=31).contains(&pair(4))
}

/// A security code right after a card, perhaps with the date of expiry in between: `12/28 123`. The last group that may be one is.
fn code_after(text: &str, groups: &[Group], next: usize, length: usize) -> Option<Secret> {
    let mut from = groups.get(next.checked_sub(1)?)?.end;
    let mut code = None;
    for group in groups.iter().skip(next).take(3) {
        let between = text.get(from..group.start)?;
        let after = &text[group.end..];
        let glued = after.starts_with(|c: char| c.is_ascii_alphanumeric())
            || leading(List::Unit, after.trim_start()).is_some();
        if glued || !is_plain(between) || !(1..=4).contains(&group.len()) {
            break;
        }
        if group.len() == length && between.trim() != "/" {
            code = Some(Secret::new(Kind::Cvv, group.start, group.end));
        }
        from = group.end;
    }
    code
}

fn is_plain(between: &str) -> bool {
    between.chars().count() <= 3
        && between.chars().all(|c| {
            matches!(
                c,
                ' ' | '/' | '-' | ',' | '.' | ';' | '\n' | '\u{ff0c}' | '\u{3001}'
            )
        })
}

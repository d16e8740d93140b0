//! Which number or share of a message is so much money that is wanted back, by the few words beside it: any other number counts, measures
//! or names something. It must not know what the order has, but for what its items are called.

use rust_decimal::Decimal;

use super::Rules;
use super::beside::{Beside, PLACES, clauses, words};
use super::items::{ends_with_item, without_items};
use super::parts::LONGEST;
use crate::domain::ids::IntentId;
use crate::engine::slots::Slots;

/// `share_50`: 50 % of what was paid.
const SHARE: &str = "share_";

/// The circumstances of the words before a sum: it is given back, it may begin there, or an item costs so much.
const GIVEN_BACK: &str = "sum_given_back";
const MAY_BEGIN: &str = "sum_may_begin";
const PRICE_IS: &str = "sum_price_is";
const FOR: &str = "sum_for";
/// It is not this one that is meant.
const DENIED: &str = "sum_denied";
const TAKEN_BACK: &str = "sum_taken_back";
/// Those of the words behind it: it may end there, or it ends with them.
const MAY_END: &str = "sum_may_end";
const ENDS_WITH: &str = "sum_ends_with";
/// A number is none: the words before it say of what it is one, or those behind it what it counts.
const NUMBER_OF: &str = "number_of";
const COUNTS: &str = "number_counts";
/// Behind a number, they make a share of it.
const PERCENT: [&str; 5] = ["%", "\u{ff05}", "percent", "per cent", "pct"];
/// So many words stand between an item and its price at the most.
const PRICE_WORDS: usize = 3;

/// A number of a text, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    start: usize,
    end: usize,
    pub(super) amount: String,
    pub(super) currency: Option<String>,
}

/// How near to "give it back" a number must stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// It was asked for: any number that counts and names nothing.
    Asked,
    /// Something was said of money: the words beside the number must say that it is a sum.
    Beside,
    /// What an item costs, too.
    Price,
}

/// The numbers of a text that are sums.
pub(super) fn sums(
    (rules, items): (&Rules, &[String]),
    text: &str,
    slots: &Slots,
    evidence: Evidence,
) -> Vec<Sum> {
    let stands = |sum: &Sum| {
        let beside = Beside::of(text, sum.start, sum.end);
        let clear = match evidence {
            Evidence::Asked => true,
            Evidence::Beside => stands_as_sum((rules, items), &beside, false),
            Evidence::Price => stands_as_sum((rules, items), &beside, true),
        };
        let denied = beside.begins(rules, DENIED) || beside.goes_on(rules, TAKEN_BACK);
        clear && !denied && !is_count(rules, &beside)
    };
    let numbers = numbers(text, slots).into_iter().take(PLACES);
    numbers.filter(stands).collect()
}

/// Whether this number of a text counts, measures or names something.
pub(super) fn counts(rules: &Rules, text: &str, (start, end): (usize, usize)) -> bool {
    is_count(rules, &Beside::of(text, start, end))
}

fn is_count(rules: &Rules, beside: &Beside<'_>) -> bool {
    beside.begins(rules, NUMBER_OF) || beside.goes_on(rules, COUNTS)
}

/// Whether what stands beside it says that it is a sum. `priced`: or what an item costs.
fn stands_as_sum((rules, items): (&Rules, &[String]), beside: &Beside<'_>, priced: bool) -> bool {
    let given = beside.begins(rules, GIVEN_BACK);
    let costs = if priced { PRICE_IS } else { FOR };
    let of_item = ends_with_item(&beside.before, items) || is_price(rules, items, beside, costs);
    let begins = beside.before.is_empty() || given || of_item || beside.begins(rules, MAY_BEGIN);
    let rest = || {
        rules
            .matcher
            .read(&without_items(beside.rest, items))
            .tells(ENDS_WITH)
    };
    let ends = beside.behind.is_empty()
        || beside.goes_on(rules, MAY_END)
        || given && beside.goes_on(rules, ENDS_WITH)
        || rest();
    begins && ends
}

/// "The socks were 8": an item, and that it costs so much.
fn is_price(rules: &Rules, items: &[String], beside: &Beside<'_>, costs: &str) -> bool {
    let parts = beside.before.iter().take(PRICE_WORDS);
    let told = parts.filter(|part| rules.matcher.read(part).tells(costs));
    let longest = beside.before.last().copied().unwrap_or_default();
    let mut before = told.filter_map(|part| longest.strip_suffix(part));
    before.any(|text| {
        let end = text.trim_end().len();
        ends_with_item(&Beside::of(text, end, end).before, items)
    })
}

/// The share of a text that is wanted back, as `50%`.
pub(super) fn share(
    (rules, items): (&Rules, &[String]),
    text: &str,
    told: &[IntentId],
) -> Option<String> {
    let stands = |start: usize, end: usize| {
        let beside = Beside::of(text, start, end);
        !beside.begins(rules, DENIED) && stands_as_sum((rules, items), &beside, false)
    };
    let named = told.iter().find_map(|told| {
        let share = told.as_str().strip_prefix(SHARE)?;
        let found = place_of(rules, text, told.as_str());
        let found = found.filter(|(start, end)| stands(*start, *end));
        found.map(|_| format!("{}%", share.replace('_', ".")))
    });
    named.or_else(|| {
        let mut found = percentages(text).into_iter().take(PLACES);
        found.find_map(|(start, end, share)| stands(start, end).then_some(share))
    })
}

/// The fewest words of a clause that tell something by themselves.
fn place_of(rules: &Rules, text: &str, circumstance: &str) -> Option<(usize, usize)> {
    let tells = |from: usize, to: usize| {
        let part = text.get(from..to).unwrap_or_default();
        rules.matcher.read(part).tells(circumstance)
    };
    clauses(text)
        .into_iter()
        .take(PLACES)
        .find_map(|(from, to)| {
            let clause = text.get(from..to).filter(|it| it.len() <= LONGEST)?;
            let words = words(clause);
            let words: Vec<_> = words.iter().map(|(a, b)| (from + a, from + b)).collect();
            let (mut first, mut last) = (0, words.len().checked_sub(1)?);
            if !tells(from, to) {
                return None;
            }
            let end = words.get(last)?.1;
            while first < last && tells(words.get(first + 1)?.0, end) {
                first += 1;
            }
            let start = words.get(first)?.0;
            while last > first && tells(start, words.get(last - 1)?.1) {
                last -= 1;
            }
            Some((start, words.get(last)?.1))
        })
}

/// What has a currency or is a number by itself; the digits of a text in which none was found.
fn numbers(text: &str, slots: &Slots) -> Vec<Sum> {
    let sum = |start: usize, end: usize, value: Decimal, currency: Option<String>| Sum {
        start,
        end,
        amount: format!("{}{value}", sign(text, start)),
        currency,
    };
    let amounts = slots.amounts.iter().map(|it| {
        let currency = it.value.currency.map(|it| it.code().to_owned());
        sum(it.start, it.end, it.value.value, currency)
    });
    let plain = slots.numbers.iter();
    let plain = plain.map(|it| sum(it.start, it.end, it.value, None));
    let found: Vec<Sum> = amounts.chain(plain).collect();
    match found.is_empty() {
        true => only_number(text).into_iter().collect(),
        false => found,
    }
}

/// A minus before a number is kept, so that it is answered and not passed over.
fn sign(text: &str, start: usize) -> &'static str {
    let before = text.get(..start).unwrap_or_default().trim_end();
    if before.ends_with(['-', '\u{2212}']) {
        "-"
    } else {
        ""
    }
}

/// The only number of a text, whatever else four digits may be elsewhere.
fn only_number(text: &str) -> Option<Sum> {
    let is_number = |c: char| {
        let c = narrow(&c.to_string());
        c.chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
    };
    let mut found = text.split(|c: char| !is_number(c)).filter(|part| {
        let part = narrow(part);
        part.bytes().any(|byte| byte.is_ascii_digit())
    });
    let number = found.next().filter(|_| found.next().is_none())?;
    let start = number.as_ptr() as usize - text.as_ptr() as usize;
    Some(Sum {
        start,
        end: start + number.len(),
        amount: narrow(number).trim_end_matches('.').to_owned(),
        currency: None,
    })
}

/// Numbers with the sign of a percentage behind them, each with its minus, and where they stand.
fn percentages(text: &str) -> Vec<(usize, usize, String)> {
    let digit = |c: char| narrow(&c.to_string()).contains(|c: char| c.is_ascii_digit() || c == '.');
    let lower = text.to_ascii_lowercase();
    let marks = PERCENT.iter().flat_map(|mark| lower.match_indices(mark));
    let mut found: Vec<(usize, usize, String)> = marks
        .filter_map(|(at, mark)| {
            let before = text.get(..at)?.trim_end();
            let start = before.trim_end_matches(digit).len();
            let digits = before.get(start..).filter(|it| !it.is_empty())?;
            let minus = sign(before, start);
            Some((
                start,
                at + mark.len(),
                format!("{minus}{}%", narrow(digits)),
            ))
        })
        .collect();
    found.sort_unstable();
    found
}

/// Digits, points and minus signs in the form of ASCII.
pub(super) fn narrow(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{ff0e}' => '.',
        '\u{2212}' | '\u{ff0d}' => '-',
        other => other,
    };
    text.to_lowercase().chars().map(narrow).collect()
}

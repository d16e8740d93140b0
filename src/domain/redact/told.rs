//! Secrets that only the word beside them gives away: "cvv 123", "482913 is my verification code", "password: hunter2".

use super::digits::Group;
use super::words::{self, List, REACH, Word, Words};
use super::{Kind, Secret};

/// Finds values that are told beside their word.
pub(super) fn find(text: &str, groups: &[Group], words: &Words, secrets: &mut Vec<Secret>) {
    for word in words.iter() {
        let value = match word.list {
            List::Cvv => number_after(text, groups, word, 3..=4, Kind::Cvv)
                .or_else(|| number_before(text, groups, words, word, 3..=4, Kind::Cvv)),
            List::Code => number_after(text, groups, word, 4..=8, Kind::OneTimeCode)
                .or_else(|| number_before(text, groups, words, word, 4..=8, Kind::OneTimeCode)),
            List::Id => number_after(text, groups, word, 15..=18, Kind::IdentityNumber),
            List::Password => password_after(text, word),
            _ => None,
        };
        let fresh = |value: &Secret| {
            !secrets
                .iter()
                .any(|known| known.touches(value.start, value.end))
        };
        secrets.extend(value.filter(fresh));
    }
}

/// The number after a word, with nothing but glue between; perhaps in several groups.
fn number_after(
    text: &str,
    groups: &[Group],
    word: &Word,
    length: std::ops::RangeInclusive<usize>,
    kind: Kind,
) -> Option<Secret> {
    let first = groups.iter().position(|group| group.start >= word.end)?;
    let start = groups.get(first)?.start;
    let prefix = code_prefix(text, start);
    if start - word.end > REACH || !words::only(text, word.end, start - prefix, List::Between) {
        return None;
    }
    let mut end = start;
    let mut total = 0;
    for group in groups.iter().skip(first) {
        let near =
            end == start || matches!(text.get(end..group.start), Some(" " | "-" | "  " | " - "));
        if !near || total + group.len() > *length.end() {
            break;
        }
        total += group.len();
        end = group.end;
    }
    (length.contains(&total) && !goes_on(text, end)).then(|| Secret::new(kind, start, end))
}

/// Some senders put a letter and a dash before a code: `G-482913`.
fn code_prefix(text: &str, start: usize) -> usize {
    match &text.as_bytes()[..start] {
        [.., letter, b'-'] if letter.is_ascii_alphabetic() => 2,
        _ => 0,
    }
}

/// Whether more letters or digits follow: then it was the beginning of something else, an order number or an amount.
fn goes_on(text: &str, end: usize) -> bool {
    let mut after = text[end..].chars();
    match after.next() {
        Some('x') => false,
        Some(c) if c.is_ascii_alphanumeric() => true,
        Some('.') => after.next().is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    }
}

/// The number before a word: only with "is" between, for "order 88412033, no code came" speaks of no code.
fn number_before(
    text: &str,
    groups: &[Group],
    words: &Words,
    word: &Word,
    length: std::ops::RangeInclusive<usize>,
    kind: Kind,
) -> Option<Secret> {
    let group = groups.iter().rfind(|group| group.end <= word.start)?;
    let between = text.get(group.end..word.start)?.trim_start();
    let named = between.len() <= REACH
        && words::leading(List::Says, between).is_some()
        && words::only(text, group.end, word.start, List::Naming);
    let free = !words.calls(text, List::Order, group.start);
    (named && free && length.contains(&group.len()))
        .then(|| Secret::new(kind, group.start, group.end))
}

/// The password after a word. After "password:" anything is one; after "is" what is no ordinary word; else what has a digit in it.
fn password_after(text: &str, word: &Word) -> Option<Secret> {
    let (start, said) = skip_glue(text, word.end);
    let rest = text.get(start..)?;
    let length = rest
        .find(|c: char| !c.is_ascii_graphic() || matches!(c, ',' | ';' | '"' | '\'' | ')' | ']'))
        .unwrap_or(rest.len());
    let value = rest.get(..length)?.trim_end_matches(['.', '!', '?']);
    let digit = value.bytes().any(|byte| byte.is_ascii_digit());
    let ordinary = words::is_in(List::NoPassword, value) || value.bytes().all(|byte| byte == b'*');
    let secret = match said {
        Said::Sign => value.len() >= 3 && !ordinary,
        Said::Verb => value.len() >= 4 && !ordinary,
        Said::Nothing => value.len() >= 4 && digit,
    };
    secret.then(|| Secret::new(Kind::Password, start, start + value.len()))
}

/// How a value is introduced.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Nothing,
    Verb,
    Sign,
}

/// Where the value after a word begins, and how it was introduced.
fn skip_glue(text: &str, from: usize) -> (usize, Said) {
    let mut at = from;
    let mut said = Said::Nothing;
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start_matches(' ').len();
        let rest = &text[at..];
        if rest.starts_with([':', '=']) {
            said = Said::Sign;
        } else if words::leading(List::Says, rest).is_some() {
            said = said.max(Said::Verb);
        }
        match words::leading(List::Between, rest) {
            Some(length) if at - from < REACH => at += length,
            _ => return (at, said),
        }
    }
}

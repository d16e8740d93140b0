//! Order numbers as customers type them.

use super::lexicon::LEXICON;
use super::plain::Plain;

/// A number of an order that starts here: its end.
pub(super) fn order(text: &Plain, at: usize) -> Option<usize> {
    if text.at(at) == '#' {
        return decorated(text, text.skip_spaces(at + 1));
    }
    if text.before(at).is_ascii_alphanumeric() || matches!(text.before(at), '-' | '_' | '/' | '.') {
        return None;
    }
    let cued = text.cue_before(at, &LEXICON.order_cue);
    if !cued && text.cue_before(at, &LEXICON.no_order_cue) {
        return None;
    }
    let end = if text.at(at).is_ascii_digit() {
        numeric(text, at, cued)
    } else {
        lettered(text, at, cued)
    };
    end.filter(|end| !continues(text, *end))
}

/// What stands after `#`: three signs or more, with a digit.
fn decorated(text: &Plain, at: usize) -> Option<usize> {
    let end = token_end(text, at);
    let end = if end - at == 1 && text.at(at).is_ascii_alphabetic() {
        spaced(text, at).unwrap_or(end)
    } else {
        end
    };
    (end - at >= 3 && has_digit(text, at, end)).then_some(end)
}

/// Digits, and groups of them with hyphens.
fn numeric(text: &Plain, at: usize, cued: bool) -> Option<usize> {
    let end = token_end(text, at);
    let written = text.text(at, end);
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let only_digits = digits.len() == written.len();
    let fits = match (only_digits, cued) {
        (true, true) => (3..=24).contains(&digits.len()) && digits.contains(|c| c != '0'),
        (true, false) => (6..=20).contains(&digits.len()) && !is_card(&digits),
        (false, true) => digits.len() >= 3,
        (false, false) => {
            let joined = written.chars().all(|c| c.is_ascii_digit() || c == '-');
            joined && (10..=24).contains(&digits.len()) && written.matches('-').count() == 1
        }
    };
    (fits && end - at <= 40).then_some(end)
}

/// Letters and then digits: `a1042`, `a 1042`, `ord-krkj4`.
fn lettered(text: &Plain, at: usize, cued: bool) -> Option<usize> {
    let letters = text.run(at, |c| c.is_ascii_alphabetic());
    if letters == at {
        return None;
    }
    let end = token_end(text, at);
    let digits = (at..end).filter(|at| text.at(*at).is_ascii_digit()).count();
    let prefix = text.text(at, letters);
    let is_named = matches!(
        prefix.as_str(),
        "ord" | "order" | "ordr" | "so" | "po" | "inv"
    );
    let rest = end.saturating_sub(letters + 1);
    let fits = if cued || (is_named && text.at(letters) == '-') {
        digits >= 1 && (digits >= 3 || rest >= 4)
    } else {
        letters - at <= 5 && digits >= 3
    };
    if fits && end - at <= 40 {
        return Some(end);
    }
    // "It's 07700 900999": what an apostrophe leaves is the end of a word.
    let ends_word = matches!(text.before(at), '\'' | '\u{2019}');
    (prefix.len() == 1 && prefix != "i" && !ends_word)
        .then(|| spaced(text, at))
        .flatten()
}

/// One letter, a space, four digits or more.
fn spaced(text: &Plain, at: usize) -> Option<usize> {
    if text.at(at + 1) != ' ' {
        return None;
    }
    let end = text.run(at + 2, |c| c.is_ascii_digit());
    (end >= at + 6).then_some(end)
}

/// Letters, digits, and single hyphens between them.
fn token_end(text: &Plain, at: usize) -> usize {
    let mut end = text.run(at, |c| c.is_ascii_alphanumeric());
    while matches!(text.at(end), '-' | '_') && end > at && text.at(end + 1).is_ascii_alphanumeric()
    {
        end = text.run(end + 1, |c| c.is_ascii_alphanumeric());
    }
    end
}

fn has_digit(text: &Plain, at: usize, end: usize) -> bool {
    (at..end).any(|at| text.at(at).is_ascii_digit())
}

/// Whether more of the same kind follows: a decimal, an address.
fn continues(text: &Plain, end: usize) -> bool {
    match text.at(end) {
        '@' | '%' | ':' if text.at(end + 1) != ' ' => {
            text.at(end) != ':' || text.at(end + 1).is_ascii_digit()
        }
        '.' | ',' | '/' => text.at(end + 1).is_ascii_digit(),
        _ => false,
    }
}

/// Where a payment card's number ends that starts here, in groups or in one piece.
pub(super) fn card(text: &Plain, at: usize) -> Option<usize> {
    let mut end = text.run(at, |c| c.is_ascii_digit());
    while matches!(text.at(end), ' ' | '-') && text.at(end + 1).is_ascii_digit() && end < at + 24 {
        end = text.run(end + 1, |c| c.is_ascii_digit());
    }
    let digits = text.text(at, end).replace([' ', '-'], "");
    let is_in_groups = digits.len() < end - at;
    (is_in_groups && is_card(&digits)).then_some(end)
}

/// A payment card's number has a check digit. It is no order number, and nothing should be kept that holds it.
fn is_card(digits: &str) -> bool {
    if !(13..=19).contains(&digits.len()) || !digits.starts_with(['3', '4', '5', '6']) {
        return false;
    }
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let sum: u32 = (digits.bytes().rev().map(|byte| u32::from(byte - b'0')))
        .enumerate()
        .map(|(nth, digit)| if nth % 2 == 1 { doubled(digit) } else { digit })
        .sum();
    sum.is_multiple_of(10)
}

//! Phone numbers.

use super::lexicon::LEXICON;
use super::plain::Plain;

/// The phone number that starts at a digit, a plus or a bracket: its end and its digits.
pub(super) fn phone(text: &Plain, at: usize) -> Option<(usize, String)> {
    let plus = text.at(at) == '+';
    let bracket = text.at(at) == '(';
    if !plus && !bracket && !text.at(at).is_ascii_digit() {
        return None;
    }
    let cued = text.cue_before(at, &LEXICON.phone_cue);
    let refused = text.cue_before(at, &LEXICON.order_cue) || text.before(at) == '#';
    ends(text, at).into_iter().rev().find_map(|end| {
        let written = text.text(at, end);
        let digits: String = written.chars().filter(char::is_ascii_digit).collect();
        let grouped = written.contains(['-', ' ', '(']);
        let fits = if plus {
            (8..=15).contains(&digits.len())
        } else {
            is_phone(&digits, grouped) && !refused || cued && (7..=15).contains(&digits.len())
        };
        fits.then(|| {
            let sign = if plus { "+" } else { "" };
            (end, format!("{sign}{digits}"))
        })
    })
}

/// Where a number in groups may end: after each group of digits.
fn ends(text: &Plain, at: usize) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut end = text.run(at, |c| matches!(c, '+' | '('));
    for _ in 0..6 {
        let group = text.run(end, |c| c.is_ascii_digit());
        if group == end || group - at > 24 {
            break;
        }
        if !text.at(group).is_ascii_alphabetic() {
            ends.push(group);
        }
        let between = text.run(group, |c| matches!(c, ' ' | '-' | '(' | ')' | '.'));
        if between == group || between - group > 2 {
            break;
        }
        end = between;
    }
    ends
}

/// The shapes of phone numbers where we are known: mainland China, Taiwan, the United Kingdom, North America, land lines.
fn is_phone(digits: &str, grouped: bool) -> bool {
    let bytes = digits.as_bytes();
    match (bytes, digits.len()) {
        ([b'1', b'3'..=b'9', ..], 11) | ([b'0', b'7', ..], 11) | ([b'0', b'9', ..], 10) => true,
        ([b'0', ..], 9..=12) => grouped,
        ([b'2'..=b'9', ..], 10) => grouped,
        _ => false,
    }
}

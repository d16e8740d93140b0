//! What something is to become, where a message says it in one breath: "change the address to 5 High Street, please".

use super::lexicon::{LEXICON, Words};
use super::plain::Plain;
use crate::engine::text::is_han;

/// What introduces a value with a colon is at most so long.
const INTRODUCES: usize = 24;

/// The part of a message behind the last word that says "to", without what politeness puts behind it. None: there is no such word.
#[must_use]
pub fn new_value(text: &str) -> Option<&str> {
    let mut plain = Plain::default();
    plain.take(text);
    let mut places = (0..plain.len()).rev();
    let from = places.find_map(|at| {
        let (end, ()) = plain.word_at(at, &LEXICON.into)?;
        let apart = is_han(plain.at(at)) || !plain.before(at).is_ascii_alphanumeric();
        apart.then_some(end)
    })?;
    let end = without_last(&plain, from, &LEXICON.after_value);
    let from = plain.run(from, |c| !c.is_alphanumeric());
    let (start, end) = (from < end).then(|| plain.bytes(from, end))?;
    text.get(start..end)
}

/// A message that is nothing but a new value, without what introduces it: "it should be 5 High St".
#[must_use]
pub fn bare_value(text: &str) -> &str {
    let mut plain = Plain::default();
    plain.take(text);
    let mut from = 0;
    loop {
        from = plain.run(from, |c| !c.is_alphanumeric());
        let Some((end, ())) = plain.word_at(from, &LEXICON.before_value) else {
            break;
        };
        let apart = is_han(plain.before(end))
            || !(end < plain.len() && plain.at(end).is_ascii_alphanumeric());
        if !apart {
            break;
        }
        from = end;
    }
    from = behind_colon(&plain, from);
    if from >= plain.len() {
        return text;
    }
    let (start, _) = plain.bytes(from, plain.len());
    text.get(start..).unwrap_or(text)
}

/// Where a value begins behind a few words and a colon: "the full one: 5 High St". A number before the colon is a part of the value.
fn behind_colon(plain: &Plain, from: usize) -> usize {
    let introduces = |at: &usize| !plain.at(*at).is_ascii_digit();
    let end = plain.len().min(from + INTRODUCES);
    let behind_word = |at: &usize| plain.at(*at) == ':' && plain.at(at + 1) != '/';
    let colon = (from..end).take_while(introduces).find(behind_word);
    let value = colon.map(|at| plain.run(at, |c| !c.is_alphanumeric()));
    value.filter(|at| *at < plain.len()).unwrap_or(from)
}

/// Where a text ends without the words of a list and the signs at its end.
fn without_last(plain: &Plain, from: usize, words: &Words<()>) -> usize {
    let mut end = plain.len();
    loop {
        while end > from && !plain.before(end).is_alphanumeric() {
            end -= 1;
        }
        match plain.word_before(end, words) {
            Some(start) if start > from => end = start,
            _ => return end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{bare_value, new_value};

    #[test]
    fn what_introduces_a_value_is_no_part_of_it() {
        let table = [
            ("it should be 4 Park Row, Bristol", "4 Park Row, Bristol"),
            ("It's: 4 Park Row", "4 Park Row"),
            ("4 Park Row, it is blue", "4 Park Row, it is blue"),
            ("Itself Road 5", "Itself Road 5"),
            ("Northgate 5", "Northgate 5"),
            ("\u{5e94}\u{8be5}\u{662f} 5 High St", "5 High St"),
            ("it is", "it is"),
            ("the full one: 4 Park Row", "4 Park Row"),
            (
                "\u{8865}\u{4e00}\u{4e0b}\u{ff1a}\u{6587}\u{4e09}\u{8def}100\u{53f7}",
                "\u{6587}\u{4e09}\u{8def}100\u{53f7}",
            ),
            ("4 Park Row: the blue door", "4 Park Row: the blue door"),
            ("the full one:", "the full one:"),
        ];
        for (text, expected) in table {
            assert_eq!(bare_value(text), expected, "{text}");
        }
    }

    #[test]
    fn what_stands_behind_the_last_word_for_to_is_meant() {
        let table = [
            ("change it to 5 High St", Some("5 High St")),
            (
                "I want to change the address of A1001 to 5 New Road, York YO1 1AA, please.",
                Some("5 New Road, York YO1 1AA"),
            ),
            (
                "please send it to 12 Mill Lane instead",
                Some("12 Mill Lane"),
            ),
            ("I want to change my address", Some("change my address")),
            ("my address is wrong", None),
            ("change it to", None),
            ("the tomato is at 5 High St", None),
        ];
        for (text, expected) in table {
            assert_eq!(new_value(text), expected, "{text}");
        }
    }
}

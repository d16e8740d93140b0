//! What a reader of JSON or of queries says of what it cannot take, in our words. Its own repeat the value that was sent, which may be a
//! secret, so only what was expected is taken from them.

use std::borrow::Cow;

use crate::http::code::Code;

/// What is wrong with a value.
pub struct Misread {
    /// What kind of mistake it is.
    pub code: Code,
    /// Which field or parameter, as far as that is known.
    pub place: String,
    /// What is wrong, and what would be right.
    pub detail: String,
}

/// Turns a reader's words about something that stands at `path` into ours. `what` it is: a field, or a parameter.
pub fn misread(path: &str, words: &str, what: &str) -> Misread {
    let invalid = |place: &str, detail: String| Misread {
        code: Code::InvalidValue,
        place: place.to_owned(),
        detail,
    };
    if words.starts_with("unknown field") {
        let expected = words.rsplit_once(", expected ").map_or("", |(_, e)| e);
        return Misread {
            code: Code::UnknownField,
            place: path.to_owned(),
            detail: format!("there is a {what} that is not known; known are: {expected}"),
        };
    }
    if let Some(missing) = words.strip_prefix("missing field ") {
        let name = missing.trim_matches('`');
        return Misread {
            code: Code::MissingField,
            place: match path {
                "" | "." => name.to_owned(),
                within => format!("{within}.{name}"),
            },
            detail: format!("the {what} {missing} is not there"),
        };
    }
    if let Some(expected) = of_number(words) {
        return invalid(path, format!("this value cannot be: expected {expected}"));
    }
    if words.starts_with("invalid ") || words.starts_with("unknown variant") {
        let expected = words
            .rsplit_once("expected ")
            .map_or("another value", |(_, e)| e);
        let expected = in_our_words(expected);
        return invalid(path, format!("this value cannot be: expected {expected}"));
    }
    if words.starts_with("failed to parse") {
        let detail = "this value cannot be: expected a time such as 2026-11-29T08:00:00Z";
        return invalid(path, detail.to_owned());
    }
    if let Some(twice) = words.strip_prefix("duplicate field ") {
        // The reader names it, and not where it stands.
        let place = match path {
            "" | "." => twice.trim_matches('`'),
            path => path,
        };
        return invalid(place, format!("the {what} {twice} is there twice"));
    }
    invalid(path, words.to_owned())
}

/// What was expected where a text is no number, or no choice of two.
fn of_number(words: &str) -> Option<&'static str> {
    let known = [
        ("invalid digit", "a whole number, 0 or more"),
        ("cannot parse integer", "a whole number, 0 or more"),
        ("number too large", "a smaller number"),
        ("number too small", "a larger number"),
        ("invalid float", "a number"),
        (
            "provided string was not `true` or `false`",
            "`true` or `false`",
        ),
    ];
    let mut known = known.iter();
    let (_, expected) = known.find(|(begin, _)| words.starts_with(begin))?;
    Some(expected)
}

/// What was expected, for somebody who does not know the names of our types.
fn in_our_words(expected: &str) -> Cow<'_, str> {
    let numbers = [
        ("u8", "0 to 255"),
        ("u16", "0 to 65535"),
        ("u32", "0 to 4294967295"),
        ("u64", "0 upwards"),
        ("usize", "0 upwards"),
    ];
    let number = numbers.iter().find(|(name, _)| *name == expected);
    match expected {
        "a string" | "a borrowed string" => "a text".into(),
        "a boolean" => "`true` or `false`".into(),
        "a sequence" => "a list: `[..]`".into(),
        "a map" => "an object: `{..}`".into(),
        "i64" | "i32" | "f64" => "a number".into(),
        _ if expected.starts_with("struct ") => "an object: `{..}`".into(),
        _ => number.map_or(expected.into(), |(_, range)| {
            format!("a whole number from {range}").into()
        }),
    }
}

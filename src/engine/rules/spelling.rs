//! `[spellings]`: how people write words that mean others, such as `wher = "where"`. Latin words, and Chinese characters that sound or
//! look like others.

use crate::engine::rules::book::{Located, Spelling};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::fields::Fields;
use crate::engine::rules::limits;
use crate::engine::rules::source::Source;
use crate::engine::text::is_han;

/// Reads all that a file has.
pub fn read_all(source: &mut Source<'_>, root: &Fields<'_, '_>) -> Vec<Spelling> {
    let entries = root.entries(source, "spellings");
    let spellings = entries.into_iter().filter_map(|(typed, value)| {
        let meant = source.as_text(&format!("`{}`", typed.value), value)?;
        is_good(source, &typed, &meant).then_some(Spelling { typed, meant })
    });
    spellings.collect()
}

fn is_good(source: &mut Source<'_>, typed: &Located<String>, meant: &Located<String>) -> bool {
    let (at, message, help) = if is_chinese(&typed.value) {
        if typed.value != meant.value && is_as_long(&typed.value, &meant.value) {
            return true;
        }
        (
            meant.at,
            "what is meant by Chinese characters are as many others",
            "write \"\u{5feb}\u{5f1f}\" = \"\u{5feb}\u{9012}\"; a word of another length belongs into a concept",
        )
    } else if !is_word(&typed.value) {
        (
            typed.at,
            "a spelling is one word of small Latin letters and digits, or of two Chinese characters and more",
            "write wher = \"where\"; apostrophes, capitals and repeated letters make no difference and are left out",
        )
    } else if !meant.value.split(' ').all(is_word)
        || meant.value.chars().count() > limits::WORD_CHARS
    {
        (
            meant.at,
            "what is meant are words of small Latin letters, with one space between",
            "write gimme = \"give me\"; without apostrophes: \"dont\" and \"don't\" are the same",
        )
    } else if meant.value.split(' ').any(|word| word == typed.value) {
        (
            meant.at,
            "this spelling means itself",
            "remove it, or write what is meant by it",
        )
    } else {
        return true;
    };
    source.complain(
        Diagnostic::new(code::BAD_WORD, message)
            .at(at, "")
            .help(help),
    );
    false
}

/// Two Chinese characters or more.
fn is_chinese(text: &str) -> bool {
    text.chars().count() > 1 && text.chars().all(is_han)
}

fn is_as_long(typed: &str, meant: &str) -> bool {
    is_chinese(meant) && typed.chars().count() == meant.chars().count()
}

/// As it stands in a message after folding, so that it can be found there.
fn is_word(text: &str) -> bool {
    let letters = text.bytes();
    let is_third = |at: usize| {
        at > 1
            && text.as_bytes()[at - 2..=at]
                .windows(2)
                .all(|it| it[0] == it[1])
    };
    text.bytes().any(|byte| byte.is_ascii_lowercase())
        && letters
            .enumerate()
            .all(|(at, byte)| byte.is_ascii_digit() || (byte.is_ascii_lowercase() && !is_third(at)))
}

/// Spellings whose meaning is itself spelt otherwise.
pub fn chains(spellings: &[Spelling]) -> impl Iterator<Item = Diagnostic> {
    let again = |meant: &str| {
        spellings.iter().find(|it| {
            let typed = it.typed.value.as_str();
            meant.split(' ').any(|word| word == typed) || is_chinese(typed) && meant.contains(typed)
        })
    };
    spellings.iter().filter_map(move |spelling| {
        let next = again(&spelling.meant.value)?;
        Some(
            Diagnostic::new(
                code::BAD_WORD,
                format!("`{}` is a spelling itself", next.typed.value),
            )
            .at(spelling.meant.at, "")
            .at(next.typed.at, "it means another word here")
            .help(format!(
                "write what is meant in the end: \"{}\"",
                next.meant.value
            )),
        )
    })
}

//! A word as people write it in a rule file: `refund`, `cancel*`, `money back`, `@refund`, `a ... b`, `<question>`.

use crate::engine::rules::book::{Feature, Located, Term};
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::limits;
use crate::engine::rules::source::Source;
use crate::engine::rules::suggest;

/// What stands between the words of a gap.
const GAP: &str = "...";
/// What stands for a gap or a concept only to the eye: an ellipsis in one sign, a wide `@`.
const ODD: [char; 2] = ['\u{2026}', '\u{ff20}'];

/// Reads a word, and says what is wrong with it if it is none.
pub fn parse(source: &mut Source<'_>, text: &Located<String>) -> Option<Located<Term>> {
    match read(&text.value) {
        Ok(term) => Some(Located {
            value: term,
            at: text.at,
        }),
        Err(mistake) => {
            source.complain(
                Diagnostic::new(code::BAD_WORD, mistake.message)
                    .at(text.at, "")
                    .help(mistake.help),
            );
            None
        }
    }
}

/// What is wrong with a word, and what to write instead.
struct Mistake {
    message: String,
    help: String,
}

fn read(text: &str) -> Result<Term, Mistake> {
    if text.chars().count() > limits::WORD_CHARS {
        return Err(Mistake {
            message: "this word is longer than 100 characters".to_owned(),
            help: "a rule looks for words and phrases; put whole sentences into `examples`"
                .to_owned(),
        });
    }
    if let Some(odd) = ODD.into_iter().find(|odd| text.contains(*odd)) {
        return Err(Mistake {
            message: format!(
                "`{odd}` is in no word: an editor puts it where another sign was meant"
            ),
            help: "a gap is three dots (\"how ... refund\"), a concept begins with `@`".to_owned(),
        });
    }
    if !text.contains(GAP) {
        return match text.contains("..") {
            true => Err(Mistake {
                message: "two dots are no gap".to_owned(),
                help: "write three dots between the words: \"how ... refund\"".to_owned(),
            }),
            false => read_one(text),
        };
    }
    text.split(GAP)
        .map(read_one)
        .collect::<Result<_, _>>()
        .map(Term::Gap)
}

fn read_one(text: &str) -> Result<Term, Mistake> {
    let text = text.trim();
    if let Some(name) = text.strip_prefix('@') {
        return if is_name(name) {
            Ok(Term::Concept(name.to_owned()))
        } else {
            Err(Mistake {
                message: "`@` must be followed by the name of a concept and nothing else"
                    .to_owned(),
                help: "write \"@refund\"; to put a word beside it use two entries, or \"@refund ... word\""
                    .to_owned(),
            })
        };
    }
    if text.starts_with('<') {
        return feature(text);
    }
    if text.contains('@') {
        return Err(Mistake {
            message: "`@` may only stand before the name of a concept, at the beginning".to_owned(),
            help: "write \"@refund ... word\" or \"word ... @refund\"; a word with an `@` in it is in no message that people write"
                .to_owned(),
        });
    }
    let stem = text.strip_suffix('*').unwrap_or(text);
    if stem.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return Err(Mistake {
            message: "an empty word is in every message".to_owned(),
            help: "write a word, or remove this entry; a gap needs a word on both sides".to_owned(),
        });
    }
    if stem.contains('*') || (stem.len() < text.len() && !ends_in_latin(stem)) {
        return Err(Mistake {
            message: "`*` may only stand at the end of a word of Latin letters".to_owned(),
            help: "write \"cancel*\"; Chinese words are found anywhere in a text and need no `*`"
                .to_owned(),
        });
    }
    Ok(Term::Word(text.to_owned()))
}

/// What is no word stands between angle brackets.
fn feature(text: &str) -> Result<Term, Mistake> {
    let known = Feature::NAMES.iter().find(|(name, _)| *name == text);
    known
        .map(|(_, feature)| Term::Feature(*feature))
        .ok_or_else(|| Mistake {
            message: format!("`{text}` is nothing that can be found in a message"),
            help: suggest::choose_from(text, &Feature::NAMES.map(|(name, _)| name)),
        })
}

/// Names of concepts: lower-case Latin letters, digits and `_`.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}') || c.is_control()
}

fn ends_in_latin(stem: &str) -> bool {
    stem.chars()
        .next_back()
        .is_some_and(|c| c.is_alphanumeric() && (c as u32) < 0x250)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::engine::rules::book::{Feature, SlotKind, Term};

    fn word(text: &str) -> Term {
        Term::Word(text.to_owned())
    }

    #[test]
    fn each_form_is_read_as_what_it_says() {
        let concept = Term::Concept("refund".to_owned());
        let table = [
            ("refund", word("refund")),
            (" money  back ", word("money  back")),
            ("cancel*", word("cancel*")),
            ("\u{9000}\u{6b3e}", word("\u{9000}\u{6b3e}")),
            ("don't", word("don't")),
            ("@refund", concept.clone()),
            ("a ... b", Term::Gap(vec![word("a"), word("b")])),
            ("<question>", Term::Feature(Feature::Question)),
            (
                "a ... <date>",
                Term::Gap(vec![
                    word("a"),
                    Term::Feature(Feature::Slot(SlotKind::Date)),
                ]),
            ),
            (
                "when...@refund ... x*",
                Term::Gap(vec![word("when"), concept, word("x*")]),
            ),
        ];
        for (text, expected) in table {
            assert_eq!(read(text).ok(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_word_is_refused() {
        for text in [
            "",
            "  ",
            "*",
            "@",
            "@re fund",
            "@Refund",
            "re*fund",
            "\u{9000}*",
            "a ...",
            "... b",
            "a ... ... b",
            "\u{200b}",
            "**",
            "<orders>",
            "<order",
            "a@refund",
            "a @refund",
            "\u{9000}@refund \u{6b3e}",
            "<>",
            "how \u{2026} refund",
            "how .. refund",
            "\u{ff20}refund",
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
        assert!(read(&"x".repeat(101)).is_err());
    }
}

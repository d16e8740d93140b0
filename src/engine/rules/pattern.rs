//! What a regular expression must be before it may run on messages: correct, small, and guarded by a literal.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::engine::rules::book::Located;
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::limits;
use crate::engine::rules::source::Source;

/// So many texts, which parts of an expression match, are looked at one by one.
const FEW: usize = 64;

/// Checks an expression against the literals of which it says that every match contains one.
pub fn check(source: &mut Source<'_>, regex: &Located<String>, needs: &[Located<String>]) -> bool {
    let complaint = match parse(source, regex) {
        Ok(hir) => judge(&hir, regex, needs),
        Err(complaint) => Some(complaint),
    };
    match complaint {
        Some(complaint) => {
            source.complain(complaint);
            false
        }
        None => true,
    }
}

fn parse(source: &Source<'_>, regex: &Located<String>) -> Result<Hir, Diagnostic> {
    if regex.value.chars().count() > limits::PATTERN_CHARS {
        return Err(
            Diagnostic::new(code::TOO_MUCH, "this pattern is longer than 500 characters")
                .at(regex.at, "")
                .help("write the alternatives as `words`"),
        );
    }
    regex_syntax::parse(&regex.value).map_err(|error| {
        let (said, span) = match &error {
            regex_syntax::Error::Parse(e) => (e.kind().to_string(), Some(*e.span())),
            regex_syntax::Error::Translate(e) => (e.kind().to_string(), Some(*e.span())),
            _ => (error.to_string(), None),
        };
        let at = match span {
            Some(span) => {
                let end = span.end.offset.max(span.start.offset + 1);
                source.part(regex, span.start.offset..end)
            }
            None => regex.at,
        };
        Diagnostic::new(code::BAD_PATTERN, "this regular expression has a mistake").at(at, said)
    })
}

fn judge(hir: &Hir, regex: &Located<String>, needs: &[Located<String>]) -> Option<Diagnostic> {
    if hir.properties().minimum_len() == Some(0) {
        return Some(
            Diagnostic::new(
                code::PATTERN_MATCHES_ALL,
                "this pattern matches every message",
            )
            .at(regex.at, "matches nothing at all, which is everywhere")
            .help("make some part of it required: `+` instead of `*`"),
        );
    }
    let literals: Vec<String> = needs.iter().map(|it| it.value.to_lowercase()).collect();
    let is_empty = literals.iter().any(|literal| literal.trim().is_empty());
    if is_empty || !requires(hir, &literals) {
        let quoted: Vec<String> = needs.iter().map(|it| format!("\"{}\"", it.value)).collect();
        let named = Diagnostic::new(
            code::PATTERN_WITHOUT_LITERAL,
            format!("this pattern can match without {}", quoted.join(" or ")),
        );
        let named = match needs.first() {
            Some(first) => named.at(first.at, "not in every match"),
            None => named,
        };
        return Some(named.at(regex.at, "").help(
            "`needs` must be a literal that stands in the pattern outside of any choice, or a list with one for each choice; split the \
             pattern if it has none",
        ));
    }
    compile(&regex.value).err().map(|_| {
        Diagnostic::new(code::TOO_MUCH, "this pattern is too large once it is compiled")
            .at(regex.at, "")
            .help("lower the repeat counts, such as `{1,500}`, or use `[0-9]` for `\\d` and `[a-z]` for `\\w`")
    })
}

/// Compiles an expression, if it is not too large.
///
/// # Errors
/// When it is, or is none.
pub fn compile(regex: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(regex)
        .size_limit(limits::PATTERN_COMPILED_BYTES)
        .build()
}

/// Whether each match of an expression contains one of the literals.
///
/// Errs on the side of no: a literal that only the whole of several parts makes up is not always seen.
fn requires(hir: &Hir, literals: &[String]) -> bool {
    let all = |texts: Vec<String>| {
        let is_in = |text: &String| literals.iter().any(|literal| text.contains(literal));
        texts.iter().all(is_in)
    };
    match hir.kind() {
        HirKind::Capture(capture) => requires(&capture.sub, literals),
        HirKind::Repetition(repetition) => {
            repetition.min > 0 && requires(&repetition.sub, literals)
        }
        HirKind::Alternation(choices) => choices.iter().all(|choice| requires(choice, literals)),
        HirKind::Concat(parts) => {
            parts.iter().any(|part| requires(part, literals)) || runs(parts).into_iter().any(all)
        }
        HirKind::Literal(_) | HirKind::Class(_) => texts(hir).is_some_and(all),
        HirKind::Empty | HirKind::Look(_) => false,
    }
}

/// All texts that an expression matches, where they are few: the parser takes choices apart, and makes a class of single characters.
fn texts(hir: &Hir) -> Option<Vec<String>> {
    let texts = match hir.kind() {
        HirKind::Empty => vec![String::new()],
        HirKind::Literal(found) => vec![String::from_utf8_lossy(&found.0).to_lowercase()],
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.iter().map(|range| range.start()..=range.end());
            let few: Vec<char> = ranges.flatten().take(FEW + 1).collect();
            few.into_iter()
                .map(|c| c.to_lowercase().collect())
                .collect()
        }
        HirKind::Capture(capture) => texts(&capture.sub)?,
        HirKind::Alternation(choices) => {
            let choices: Option<Vec<_>> = choices.iter().map(texts).collect();
            choices?.concat()
        }
        HirKind::Concat(parts) => match <[_; 1]>::try_from(runs(parts)) {
            Ok([whole]) => whole,
            Err(_) => return None,
        },
        HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) | HirKind::Repetition(_) => return None,
    };
    (texts.len() <= FEW).then_some(texts)
}

/// What neighbouring parts match together, as far as it is few texts.
fn runs(parts: &[Hir]) -> Vec<Vec<String>> {
    let mut runs = vec![vec![String::new()]];
    for part in parts {
        let here = texts(part);
        let joined = here.as_ref().zip(runs.last()).map(|(here, before)| {
            let mut joined = Vec::new();
            for first in before {
                joined.extend(here.iter().map(|then| format!("{first}{then}")));
            }
            joined
        });
        match (joined.filter(|joined| joined.len() <= FEW), runs.last_mut()) {
            (Some(joined), Some(run)) => *run = joined,
            _ => runs.push(here.unwrap_or_else(|| vec![String::new()])),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::requires;

    #[test]
    fn a_required_literal_is_told_from_an_optional_one() {
        let table = [
            (r"ending\s*\d{4}", "ending", true),
            (r"(?:card )?ending", "card", false),
            (r"(card) (ending)", "card ending", true),
            (r"(?:visa|amex) card", " card", true),
            (r"visa|visa card", "visa", true),
            (r"visa|amex", "visa", false),
            (r"(?:no\.)+\d", "no.", true),
            (r"(?:no\.)*\d", "no.", false),
            (r"\d{4}", "1", false),
            (r"\u{5c3e}\u{53f7}\s*\d{4}", "\u{5c3e}\u{53f7}", true),
        ];
        for (regex, literal, expected) in table {
            let hir = regex_syntax::parse(regex).unwrap();
            let literals = [literal.to_owned()];
            assert_eq!(
                requires(&hir, &literals),
                expected,
                "{regex} needs {literal}"
            );
        }
    }

    #[test]
    fn of_several_literals_each_choice_requires_one() {
        let table = [
            (r"visa|amex", ["visa", "amex"], true),
            (r"my (?:visa|amex) card", ["visa", "amex"], true),
            (r"(?:take|taken) twice", ["take", "taken"], true),
            (r"\b(?:paid|past) twice", ["paid", "past"], true),
            (r"\u{6b21}|\u{904d}", ["\u{6b21}", "\u{904d}"], true),
            (
                r"[\u{6b21}\u{904d}\u{56de}]",
                ["\u{6b21}", "\u{904d}"],
                false,
            ),
            (r"visa|amex|maestro", ["visa", "amex"], false),
            (r"(?:visa|amex)?\d{4}", ["visa", "amex"], false),
        ];
        for (regex, literals, expected) in table {
            let hir = regex_syntax::parse(regex).unwrap();
            let literals = literals.map(str::to_owned);
            assert_eq!(requires(&hir, &literals), expected, "{regex}");
        }
    }
}

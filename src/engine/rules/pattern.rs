//! What a regular expression must be before it may run on messages: correct, small, and guarded by a literal.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};

use crate::engine::rules::book::Located;
use crate::engine::rules::diagnostic::{Diagnostic, code};
use crate::engine::rules::limits;
use crate::engine::rules::source::Source;

/// Checks an expression against the literal that it says every match contains.
pub fn check(source: &mut Source<'_>, regex: &Located<String>, needs: &Located<String>) -> bool {
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

fn judge(hir: &Hir, regex: &Located<String>, needs: &Located<String>) -> Option<Diagnostic> {
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
    if needs.value.trim().is_empty() || !requires(hir, &needs.value.to_lowercase()) {
        return Some(
            Diagnostic::new(
                code::PATTERN_WITHOUT_LITERAL,
                format!("this pattern can match without \"{}\"", needs.value),
            )
            .at(needs.at, "not in every match")
            .at(regex.at, "")
            .help("`needs` must be a literal that stands in the pattern outside of any choice; split the pattern if it has none"),
        );
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

/// Whether each match of an expression contains the literal.
///
/// Errs on the side of no: a literal that only the whole of several parts makes up is not always seen.
fn requires(hir: &Hir, literal: &str) -> bool {
    match hir.kind() {
        HirKind::Literal(found) => {
            let text = String::from_utf8_lossy(&found.0).to_lowercase();
            text.contains(literal)
        }
        HirKind::Capture(capture) => requires(&capture.sub, literal),
        HirKind::Repetition(repetition) => repetition.min > 0 && requires(&repetition.sub, literal),
        HirKind::Alternation(choices) => choices.iter().all(|choice| requires(choice, literal)),
        HirKind::Concat(parts) => {
            parts.iter().any(|part| requires(part, literal))
                || joined_literals(parts)
                    .iter()
                    .any(|run| run.contains(literal))
        }
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

/// The literals of neighbouring parts as one text each; captures do not interrupt.
fn joined_literals(parts: &[Hir]) -> Vec<String> {
    let mut runs = vec![String::new()];
    for part in parts {
        let mut part = part;
        while let HirKind::Capture(capture) = part.kind() {
            part = &capture.sub;
        }
        match (part.kind(), runs.last_mut()) {
            (HirKind::Literal(found), Some(run)) => {
                run.push_str(&String::from_utf8_lossy(&found.0).to_lowercase());
            }
            _ => runs.push(String::new()),
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
            assert_eq!(requires(&hir, literal), expected, "{regex} needs {literal}");
        }
    }
}

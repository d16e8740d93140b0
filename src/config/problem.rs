//! How a mistake in the configuration file is shown: where it is, the line, and carets under it. Lines that may hold a secret are
//! named but never shown.

use std::ops::Range;
use std::path::{Path, PathBuf};

use unicode_width::UnicodeWidthStr as _;

/// One thing that is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, and for a setting that a variable or a flag makes, which.
    pub message: String,
    /// What to do, or what was probably meant.
    pub hint: Option<String>,
    /// Where in the file; none when nothing may be shown of it, or it is not in the file.
    pub span: Option<Range<usize>>,
    /// `file:line:column`; empty when it is not in the file.
    place: String,
    /// The line and carets under the span.
    excerpt: String,
}

impl Problem {
    /// Adds what to do, or what was probably meant.
    #[must_use]
    pub(super) fn hint(self, hint: Option<String>) -> Self {
        Self { hint, ..self }
    }

    /// The message, with its place where nothing is shown of it.
    #[must_use]
    pub fn placed(&self) -> String {
        match (&self.span, self.place.as_str()) {
            (Some(_), _) | (None, "") => self.message.clone(),
            (None, place) => format!("{place}: {}", self.message),
        }
    }
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Self {
            message,
            hint: None,
            span: None,
            place: String::new(),
            excerpt: String::new(),
        }
    }
}

impl std::fmt::Display for Problem {
    /// `frontdesk.toml:12:1: what is wrong - what to do`, the line, and carets under the span.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, " - {hint}")?;
        }
        f.write_str(&self.excerpt)
    }
}

/// A configuration file and its text.
#[derive(Clone)]
pub struct ConfigFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

impl std::fmt::Debug for ConfigFile {
    /// Without the text: there may be secrets in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ConfigFile({})", self.path.display())
    }
}

impl ConfigFile {
    /// The number of the line that an offset is in, from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.before(offset).matches('\n').count() + 1
    }

    /// A path of the file is meant from where the file is.
    pub(super) fn beside(&self, path: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    /// What is wrong in a span of the file.
    pub(super) fn problem(&self, span: &Range<usize>, message: &str) -> Problem {
        let before = self.before(span.start);
        let begin = before.rfind('\n').map_or(0, |at| at + 1);
        let line = self.text[begin..].lines().next().unwrap_or_default();
        let lead = &before[begin..];
        let path = self.path.display();
        let (row, column) = (self.line(span.start), lead.chars().count() + 1);
        let message = without_value(message);
        let problem = Problem {
            place: format!("{path}:{row}:{column}"),
            ..Problem::from(message.to_owned())
        };
        let lower = line.to_lowercase();
        if ["secret", "token", "verify", "aes_key"]
            .iter()
            .any(|word| lower.contains(word))
        {
            let message = format!("{message} (the line is not shown: it may hold a secret)");
            return Problem { message, ..problem };
        }
        let marked = line.get(lead.len()..).unwrap_or_default();
        let length = span.end.saturating_sub(span.start);
        let marked = marked.get(..length).unwrap_or(marked);
        let carets = "^".repeat(marked.width().max(1));
        Problem {
            span: Some(before.len()..before.len() + marked.len()),
            excerpt: format!("\n  {line}\n  {}{carets}", " ".repeat(lead.width())),
            ..problem
        }
    }

    /// The same for an error of the TOML reader.
    pub(super) fn error(&self, error: &toml::de::Error) -> Problem {
        let (message, hint) = match near_unknown_field(error.message()) {
            Some(meant) => {
                let unknown = error.message().split(", ").next().unwrap_or_default();
                (unknown.to_owned(), Some(did_you_mean(meant)))
            }
            None => (error.message().replace('\n', "; "), None),
        };
        let problem = match error.span() {
            Some(span) => self.problem(&span, &message),
            None => format!("{}: {}", self.path.display(), without_value(&message)).into(),
        };
        problem.hint(hint)
    }

    fn before(&self, offset: usize) -> &str {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        &self.text[..offset]
    }
}

/// `invalid type: integer 12, expected a string` quotes what it found, and that may be a secret.
fn without_value(message: &str) -> &str {
    match message.split_once(", expected ") {
        Some((head, _)) if head.starts_with("invalid ") => &message[head.len() + 2..],
        _ => message,
    }
}

/// A hint at a name.
pub(super) fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

/// The field that was probably meant, of those that a message about an unknown field lists between backticks.
fn near_unknown_field(message: &str) -> Option<&str> {
    let mut quoted = message
        .strip_prefix("unknown field ")?
        .split('`')
        .skip(1)
        .step_by(2);
    let unknown = quoted.next()?;
    nearest(unknown, quoted)
}

/// The name that is most like a text, if one is like it.
pub(super) fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (strsim::jaro_winkler(text, name), name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.8)
        .map(|(_, name)| name)
}

/// What is wrong with the configuration, in words that say where and how to mend it.
#[derive(Debug, thiserror::Error)]
#[error("{}", in_lines(.0))]
pub struct InvalidConfig(pub Vec<Problem>);

impl From<String> for InvalidConfig {
    fn from(message: String) -> Self {
        Self(vec![message.into()])
    }
}

fn in_lines(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::ConfigFile;

    fn file(text: &str) -> ConfigFile {
        ConfigFile {
            path: "desk.toml".into(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_problem_is_underlined_where_it_is() {
        let found = file("a = 1\nbad = 2\n").problem(&(6..9), "no");
        assert_eq!(found.to_string(), "desk.toml:2:1: no\n  bad = 2\n  ^^^");
    }

    #[test]
    fn wide_characters_and_odd_offsets_do_no_harm() {
        let wide = file("name = \"\u{9000}\u{6b3e}\" x");
        assert!(
            wide.problem(&(16..17), "no")
                .to_string()
                .ends_with("\n                ^")
        );
        for span in [9..10, 0..999, 500..501] {
            let found = wide.problem(&span, "no");
            assert!(wide.text.get(found.span.unwrap()).is_some());
        }
    }

    #[test]
    fn a_line_with_a_secret_is_not_shown() {
        let found = file("secret = 31415926").problem(
            &(9..17),
            "invalid type: integer `31415926`, expected a string",
        );
        assert_eq!(found.span, None);
        let found = found.to_string();
        assert!(!found.contains("31415926"), "{found}");
        assert!(
            found.starts_with("desk.toml:1:10: expected a string"),
            "{found}"
        );
    }
}

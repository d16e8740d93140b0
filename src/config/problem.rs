//! How a mistake in the configuration file is shown: where it is, the line, and carets under it. Lines that may hold a secret are
//! named but never shown.

use std::ops::Range;
use std::path::{Path, PathBuf};

use unicode_width::UnicodeWidthStr as _;

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
    pub(super) fn line(&self, offset: usize) -> usize {
        self.before(offset).matches('\n').count() + 1
    }

    /// A path of the file is meant from where the file is.
    pub(super) fn beside(&self, path: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    /// `frontdesk.toml:12:1: what is wrong`, the line, and carets under the span.
    pub(super) fn problem(&self, span: &Range<usize>, message: &str) -> String {
        let before = self.before(span.start);
        let begin = before.rfind('\n').map_or(0, |at| at + 1);
        let line = self.text[begin..].lines().next().unwrap_or_default();
        let lead = &before[begin..];
        let place = format!(
            "{}:{}:{}",
            self.path.display(),
            self.line(span.start),
            lead.chars().count() + 1
        );
        let message = without_value(message);
        if line.to_lowercase().contains("secret") {
            return format!("{place}: {message} (the line is not shown: it may hold a secret)");
        }
        let marked = line.get(lead.len()..).unwrap_or_default();
        let length = span.end.saturating_sub(span.start);
        let marked = marked.get(..length).unwrap_or(marked);
        format!(
            "{place}: {message}\n  {line}\n  {}{}",
            " ".repeat(lead.width()),
            "^".repeat(marked.width().max(1))
        )
    }

    /// The same for an error of the TOML reader.
    pub(super) fn error(&self, error: &toml::de::Error) -> String {
        let message = match near_unknown_field(error.message()) {
            Some(meant) => {
                let unknown = error.message().split(", ").next().unwrap_or_default();
                format!("{unknown} - did you mean `{meant}`?")
            }
            None => error.message().replace('\n', "; "),
        };
        match error.span() {
            Some(span) => self.problem(&span, &message),
            None => format!("{}: {}", self.path.display(), without_value(&message)),
        }
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
        assert_eq!(found, "desk.toml:2:1: no\n  bad = 2\n  ^^^");
    }

    #[test]
    fn wide_characters_and_odd_offsets_do_no_harm() {
        let wide = file("name = \"\u{9000}\u{6b3e}\" x");
        assert!(
            wide.problem(&(16..17), "no")
                .ends_with("\n                ^")
        );
        for span in [9..10, 0..999, 500..501] {
            assert!(!wide.problem(&span, "no").is_empty());
        }
    }

    #[test]
    fn a_line_with_a_secret_is_not_shown() {
        let found = file("secret = 31415926").problem(
            &(9..17),
            "invalid type: integer `31415926`, expected a string",
        );
        assert!(!found.contains("31415926"), "{found}");
        assert!(
            found.starts_with("desk.toml:1:10: expected a string"),
            "{found}"
        );
    }
}

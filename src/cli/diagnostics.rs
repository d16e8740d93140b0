//! How diagnostics are shown: to people with the text underlined, to GitHub as annotations, to programs as JSON.

use std::ops::Range;
use std::path::Path;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Renderer, Snippet};
use serde_json::{Value, json};

use crate::engine::rules::book::Place;
use crate::engine::rules::diagnostic::{Diagnostic, Mark, Report, Severity};

/// In which form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: the text underlined, notes and hints.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// `::error file=…,line=…` for GitHub's checks.
    Github,
}

/// Shows reports about the files of a folder.
pub struct Display<'a> {
    /// What stands before the names of files.
    pub folder: &'a Path,
    /// With colours.
    pub colours: bool,
}

impl Display<'_> {
    /// For people.
    #[must_use]
    pub fn text(&self, report: &Report) -> String {
        let renderer = if self.colours {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let mut shown = String::new();
        for diagnostic in &report.diagnostics {
            let group = self.group(report, diagnostic);
            shown.push_str(&renderer.render(&[group]));
            shown.push_str("\n\n");
        }
        shown
    }

    fn group<'r>(&self, report: &'r Report, diagnostic: &'r Diagnostic) -> Group<'r> {
        let level = match diagnostic.severity() {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level
            .primary_title(diagnostic.message.as_str())
            .id(diagnostic.code);
        let notes = diagnostic
            .notes
            .iter()
            .map(|note| Level::NOTE.message(note));
        let help = diagnostic.help.iter().map(|help| Level::HELP.message(help));
        title
            .elements(self.snippets(report, &diagnostic.marks))
            .elements(notes.chain(help).map(Element::from))
    }

    /// One snippet per file, the file of the first mark first.
    fn snippets<'r>(&self, report: &'r Report, marks: &'r [Mark]) -> Vec<Element<'r>> {
        let mut files: Vec<u16> = Vec::new();
        for mark in marks {
            if !files.contains(&mark.at.file) {
                files.push(mark.at.file);
            }
        }
        files
            .into_iter()
            .filter_map(|number| {
                let file = report.files.get(usize::from(number))?;
                let annotations = marks
                    .iter()
                    .enumerate()
                    .filter(|(_, mark)| mark.at.file == number)
                    .map(|(index, mark)| annotation(&file.text, mark, index == 0));
                let snippet = Snippet::source(&*file.text)
                    .path(self.path(&file.name))
                    .annotations(annotations);
                Some(Element::from(snippet))
            })
            .collect()
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// For GitHub's checks.
    #[must_use]
    pub fn github(&self, report: &Report) -> String {
        report
            .diagnostics
            .iter()
            .map(|diagnostic| {
                let kind = match diagnostic.severity() {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                };
                let place = self.github_place(report, diagnostic);
                let title = escape_property(diagnostic.code);
                let message = escape_data(&whole_message(diagnostic));
                format!("::{kind} {place}title={title}::{message}\n")
            })
            .collect()
    }

    fn github_place(&self, report: &Report, diagnostic: &Diagnostic) -> String {
        let place = diagnostic.place();
        let Some((at, file)) = place.and_then(|at| Some((at, report.file(at)?))) else {
            return String::new();
        };
        let name = escape_property(&self.path(&file.name));
        format!("file={name},line={},col={},", at.line, report.column(at))
    }

    /// For programs.
    #[must_use]
    pub fn json(&self, report: &Report) -> Value {
        let diagnostics: Vec<Value> = report
            .diagnostics
            .iter()
            .map(|diagnostic| {
                json!({
                    "severity": match diagnostic.severity() {
                        Severity::Error => "error",
                        Severity::Warning => "warning",
                    },
                    "code": diagnostic.code,
                    "message": diagnostic.message,
                    "places": diagnostic.marks.iter().map(|mark| self.json_place(report, mark)).collect::<Vec<_>>(),
                    "notes": diagnostic.notes,
                    "help": diagnostic.help,
                })
            })
            .collect();
        json!({
            "errors": report.errors(),
            "warnings": report.warnings(),
            "diagnostics": diagnostics,
        })
    }

    fn json_place(&self, report: &Report, mark: &Mark) -> Value {
        json!({
            "file": report.file(mark.at).map(|file| self.path(&file.name)),
            "line": mark.at.line,
            "column": report.column(mark.at),
            "start": mark.at.start,
            "end": mark.at.end,
            "text": mark.text,
        })
    }
}

fn annotation<'r>(text: &str, mark: &'r Mark, first: bool) -> Annotation<'r> {
    let kind = if first {
        AnnotationKind::Primary
    } else {
        AnnotationKind::Context
    };
    let label = (!mark.text.is_empty()).then_some(mark.text.as_str());
    kind.span(first_line(text, mark.at)).label(label)
}

/// The part of a place that stands on its first line: a table or a text of many lines is named by how it begins.
fn first_line(text: &str, at: Place) -> Range<usize> {
    let (start, end) = (at.start as usize, at.end as usize);
    let shown = text.get(start..end).unwrap_or_default();
    let line = shown.lines().next().unwrap_or_default();
    start..start + line.len()
}

/// Message, notes and hints as one text.
fn whole_message(diagnostic: &Diagnostic) -> String {
    let mut parts = vec![diagnostic.message.clone()];
    let labels = diagnostic.marks.iter().map(|mark| mark.text.clone());
    parts.extend(labels.filter(|text| !text.is_empty()));
    parts.extend(diagnostic.notes.iter().cloned());
    parts.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));
    parts.join("\n")
}

/// Workflow commands end at a line break and take `%` as an escape.
fn escape_data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Properties end at a comma or a colon besides.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

//! The rows of a labelled set. They know nothing of how a message is read.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::string::FromUtf8Error;

use crate::engine::rules::suggest::did_you_mean;

/// A labelled message.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) language: String,
    /// All of these are asked; `none` where the desk should give no answer.
    pub(super) expected: Vec<String>,
    /// Other fair readings.
    pub(super) acceptable: Vec<String>,
    pub(super) text: String,
}

impl Row {
    pub(super) fn is_out_of_scope(&self) -> bool {
        self.expected.iter().all(|intent| intent == "none")
    }

    pub(super) fn accepts(&self, intent: &str) -> bool {
        self.expected
            .iter()
            .chain(&self.acceptable)
            .any(|it| it == intent)
    }
}

/// Reads a set, in which intents go by these names. The first line names the columns; those that are not needed are passed over.
///
/// # Errors
/// All that is wrong with it, by line.
pub(super) fn read_rows(file: &Path, known: &BTreeSet<&str>) -> Result<Vec<Row>, Vec<String>> {
    let bytes = fs::read(file).map_err(|error| vec![format!("{}: {error}", file.display())])?;
    let text = String::from_utf8(bytes).map_err(|error| vec![not_text(file, &error)])?;
    let mut lines = text.lines().enumerate();
    let header = lines.next().map_or("", |(_, line)| line);
    let columns =
        Columns::of(header).map_err(|what| vec![format!("{}:1: {what}", file.display())])?;
    let mut wrong = Vec::new();
    let mut rows = Vec::new();
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("{}:{}", file.display(), at + 1);
        match columns.row(at + 1, line) {
            Ok(row) => {
                let unknown = row.expected.iter().chain(&row.acceptable);
                let unknown = unknown.filter(|name| !known.contains(name.as_str()));
                wrong
                    .extend(unknown.map(|name| format!("{place}: {}", not_an_intent(name, known))));
                rows.push(row);
            }
            Err(what) => wrong.push(format!("{place}: {what}")),
        }
    }
    if wrong.is_empty() {
        Ok(rows)
    } else {
        Err(wrong)
    }
}

fn not_text(file: &Path, error: &FromUtf8Error) -> String {
    let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    format!("{}:{line}: is not UTF-8", file.display())
}

fn not_an_intent(name: &str, known: &BTreeSet<&str>) -> String {
    let hint = did_you_mean(name, known.iter().copied());
    let hint = hint.map_or(String::new(), |hint| format!(", {hint}"));
    format!("no intent is called `{name}`{hint}")
}

/// Where in a line the columns stand that are needed.
struct Columns {
    language: usize,
    intents: usize,
    acceptable: usize,
    text: usize,
}

impl Columns {
    fn of(header: &str) -> Result<Self, String> {
        let names: Vec<&str> = header.split('\t').map(str::trim).collect();
        let place = |name: &str| {
            let place = names.iter().position(|it| *it == name);
            place.ok_or_else(|| {
                format!("there is no column `{name}`; the first line names them, between tabs")
            })
        };
        Ok(Self {
            language: place("language")?,
            intents: place("intents")?,
            acceptable: place("also_acceptable")?,
            text: place("text")?,
        })
    }

    fn row(&self, number: usize, line: &str) -> Result<Row, String> {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let cell = |at: usize| {
            let cell = cells.get(at).copied();
            cell.ok_or_else(|| {
                format!(
                    "there are {} cells, and column {} is missing",
                    cells.len(),
                    at + 1
                )
            })
        };
        let row = Row {
            line: number,
            language: cell(self.language)?.to_owned(),
            expected: names_in(cell(self.intents)?),
            acceptable: names_in(cell(self.acceptable)?),
            text: cell(self.text)?.to_owned(),
        };
        match row.expected.is_empty() {
            true => Err(
                "it is not said what is expected; `none` where the desk should give no answer"
                    .to_owned(),
            ),
            false => Ok(row),
        }
    }
}

fn names_in(cell: &str) -> Vec<String> {
    cell.split(['+', ',', ' '])
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

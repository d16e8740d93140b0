//! `frontdesk check`: every mistake in the rule files.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Instant;

use crate::cli::diagnostics::{Display, Format};
use crate::engine::rules::book::Book;
use crate::engine::rules::check::{self, Checked};
use crate::engine::rules::diagnostic::Report;
use crate::rules_folder::{self, Watch};

/// The exit codes of the command line.
const FAILED: u8 = 1;
const USAGE: u8 = 2;

/// What to check and how to show it.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// Rule folders, or single files of which only their own mistakes are shown
    #[arg(default_value = "intents")]
    paths: Vec<PathBuf>,
    /// How mistakes are shown
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Checks again whenever a file is saved
    #[arg(long)]
    watch: bool,
}

impl Check {
    /// Checks, prints, and says by the exit code whether all is well: 0 is yes, 1 no, 2 a path that cannot be read.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let worst = self.check_all();
        if self.watch {
            self.check_on_change();
        }
        ExitCode::from(worst)
    }

    /// Checks again after each save, until the program is stopped.
    fn check_on_change(self) {
        let (saved, saves) = mpsc::channel();
        let mut folders: Vec<&Path> = self.paths.iter().map(|path| folder_of(path).0).collect();
        folders.dedup();
        let _watches: Vec<Watch> = folders
            .into_iter()
            .map(|folder| {
                let saved = saved.clone();
                rules_folder::on_change(folder, move || {
                    // Nobody listens any more only when the program ends.
                    let _ = saved.send(());
                })
            })
            .collect();
        for () in saves {
            self.check_all();
        }
    }

    fn check_all(&self) -> u8 {
        let results = self.paths.iter().map(|path| self.check(path));
        results.max().unwrap_or_default()
    }

    fn check(&self, path: &Path) -> u8 {
        let started = Instant::now();
        let (folder, only) = folder_of(path);
        let files = match rules_folder::read_folder(folder) {
            Ok(files) => files,
            Err(error) => {
                eprintln!("cannot read rule files: {error}");
                return USAGE;
            }
        };
        let Checked {
            book, mut report, ..
        } = check::check(files);
        if let Some(name) = only {
            keep_file(&mut report, &name);
        }
        let display = Display {
            folder,
            colours: io::stdout().is_terminal() && !no_colours(),
        };
        match self.format {
            Format::Json => println!("{:#}", display.json(&report)),
            Format::Github => print!("{}", display.github(&report)),
            Format::Text => {
                print!("{}", display.text(&report));
                let took = started.elapsed().as_millis();
                println!("{}  |  {took} ms", summary(book.as_ref(), &report));
            }
        }
        if report.errors() > 0 { FAILED } else { 0 }
    }
}

/// Whether somebody asked for none (no-color.org).
fn no_colours() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// The folder to read for a path, and the one file of it that matters when the path is a file. Files refer to one another, so that
/// one of them can only be judged among the others.
fn folder_of(path: &Path) -> (&Path, Option<String>) {
    if !path.is_file() {
        return (path, None);
    }
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    (folder, name)
}

fn keep_file(report: &mut Report, name: &str) {
    let kept: BTreeSet<u16> = (0..)
        .zip(&report.files)
        .filter(|(_, file)| &*file.name == name)
        .map(|(index, _)| index)
        .collect();
    report
        .diagnostics
        .retain(|d| d.place().is_some_and(|at| kept.contains(&at.file)));
}

/// What was looked at and what was found, in one line.
fn summary(book: Option<&Book>, report: &Report) -> String {
    let mut line = String::new();
    if let Some(book) = book {
        let counts = book.counts();
        let _ = write!(
            line,
            "{}, {}, {}  |  ",
            count(counts.intents, "intent"),
            count(counts.rules, "rule"),
            count(counts.examples, "test"),
        );
    }
    line + &format!(
        "{}, {}",
        count(report.errors(), "error"),
        count(report.warnings(), "warning"),
    )
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

//! `frontdesk check`: every mistake in the rule files and in the configuration.

mod policies;
mod settings;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Instant;

use serde_json::{Value, json};

use crate::cli::diagnostics::{Display, Format};
use crate::cli::exit::{CONFIGURATION, USAGE};
use crate::cli::out::{print, print_line};
use crate::cli::rules::{FOLDER, Rules};
use crate::config::{Config, ConfigFile, FILE, SiteConfig, is_configuration};
use crate::engine::rules::book::Book;
use crate::engine::rules::check::{self, Checked};
use crate::engine::rules::diagnostic::Report;
use crate::engine::rules::policy::FOLDER as POLICIES;
use crate::rules_folder::{self, Watch, built_in_rules};

/// The exit code when the rules have a mistake.
const FAILED: u8 = 1;

/// What to check and how to show it.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// Rule folders, configuration files, a folder that `init` made, or single rule files of which only their own mistakes are shown
    /// [default: the configuration and the rules that `serve` would take]
    paths: Vec<PathBuf>,
    /// The configuration file [default: frontdesk.toml, if there is one]
    #[arg(
        long,
        value_name = "FILE",
        env = "FRONTDESK_CONFIG",
        hide_env_values = true
    )]
    config: Option<PathBuf>,
    /// How mistakes are shown
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Checks again whenever a file is saved
    #[arg(long)]
    watch: bool,
}

/// What came of one look.
struct Found {
    /// What stands before the names of files.
    folder: PathBuf,
    report: Report,
    /// The rules, if they could be read.
    book: Option<Book>,
    summary: String,
    code: u8,
}

impl Found {
    /// Adds what is only wrong because of the sites that the configuration has.
    fn held_against(mut self, sites: &[SiteConfig]) -> Self {
        if let Some(book) = &self.book {
            let found = policies::compare(&book.policies, &self.report, sites);
            self.report.extend(found);
            self.summary = summary(Some(book), &self.report);
        }
        self
    }
}

impl Check {
    /// Checks, prints, and says by the exit code whether all is well: 0 is yes, 1 that the rules are not, 2 a path that cannot be read,
    /// 78 that the configuration is not.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let worst = self.check_all()?;
        if self.watch {
            self.check_on_change()?;
        }
        Ok(ExitCode::from(worst))
    }

    /// Checks again after each save, until the program is stopped.
    fn check_on_change(self) -> io::Result<()> {
        let (saved, saves) = mpsc::channel();
        let _watches: Vec<Watch> = self
            .folders()
            .into_iter()
            .map(|folder| {
                let saved = saved.clone();
                rules_folder::on_change(&folder, move |_| {
                    // Nobody listens any more only when the program ends.
                    let _ = saved.send(());
                })
            })
            .collect();
        for () in saves {
            self.check_all()?;
        }
        Ok(())
    }

    /// Where a save matters.
    fn folders(&self) -> BTreeSet<PathBuf> {
        let named = self.named().chain(self.config.clone());
        let mut folders: BTreeSet<PathBuf> =
            named.map(|path| folder_of(&path).0.to_owned()).collect();
        if self.paths.is_empty() {
            folders.insert(PathBuf::from("."));
            let config = settings::look(self.config.as_deref()).config;
            folders.extend(rules(config.and_then(|config| config.intents)).folder());
        }
        folders
    }

    /// The paths that were named; a desk's folder stands for what is in it.
    fn named(&self) -> impl Iterator<Item = PathBuf> {
        self.paths.iter().flat_map(|path| parts_of(path))
    }

    fn check_all(&self) -> io::Result<u8> {
        let mut found = Vec::new();
        let mut worst = 0;
        if self.paths.is_empty() || self.config.is_some() {
            let (settings, config) = check_settings(self.config.as_deref());
            found.push(settings);
            if self.paths.is_empty() {
                let intents = config.as_ref().and_then(|config| config.intents.clone());
                let rules = match rules(intents).folder() {
                    Some(folder) => unreadable(check_rules(&folder), &mut worst),
                    None => Some(found_in(Path::new(""), built_in_rules(), None)),
                };
                let sites = config.map(|config| config.sites).unwrap_or_default();
                found.extend(rules.map(|rules| rules.held_against(&sites)));
            }
        }
        for path in self.named() {
            match configuration_at(&path) {
                true => found.push(check_settings(Some(&path)).0),
                false => found.extend(unreadable(check_rules(&path), &mut worst)),
            }
        }
        self.print(&found)?;
        Ok(found.iter().map(|found| found.code).fold(worst, u8::max))
    }

    fn print(&self, found: &[Found]) -> io::Result<()> {
        let colours = io::stdout().is_terminal() && !no_colours();
        let mut diagnostics = Vec::new();
        for one in found {
            let display = Display {
                folder: &one.folder,
                colours,
            };
            match self.format {
                Format::Json => diagnostics.push(display.json(&one.report)),
                Format::Github => print(display.github(&one.report))?,
                Format::Text => {
                    print(display.text(&one.report))?;
                    print_line(&one.summary)?;
                }
            }
        }
        if self.format == Format::Json {
            print_line(format_args!("{:#}", together(&diagnostics)))?;
        }
        Ok(())
    }
}

/// One document of all that was found.
fn together(documents: &[Value]) -> Value {
    let sum = |name: &str| -> u64 { documents.iter().filter_map(|one| one[name].as_u64()).sum() };
    let diagnostics = documents
        .iter()
        .filter_map(|one| one["diagnostics"].as_array());
    json!({
        "errors": sum("errors"),
        "warnings": sum("warnings"),
        "diagnostics": diagnostics.flatten().collect::<Vec<_>>(),
    })
}

/// What was found, or a complaint about what could not be read.
fn unreadable(found: io::Result<Found>, worst: &mut u8) -> Option<Found> {
    found
        .inspect_err(|error| {
            eprintln!("cannot read rule files: {error}");
            *worst = USAGE;
        })
        .ok()
}

/// Checks the configuration, and gives it if it can be used.
fn check_settings(file: Option<&Path>) -> (Found, Option<Config>) {
    let settings::Looked {
        report,
        config,
        from,
    } = settings::look(file);
    let summary = format!("{from}  |  {}", count(report.errors(), "error"));
    let found = Found {
        folder: PathBuf::new(),
        code: if report.errors() > 0 {
            CONFIGURATION
        } else {
            0
        },
        report,
        book: None,
        summary,
    };
    (found, config)
}

/// The rules that `serve` would take.
fn rules(intents: Option<PathBuf>) -> Rules {
    intents.map(Rules::of).unwrap_or_default()
}

/// The configuration and the rules of a folder that `init` made; any other path is itself.
fn parts_of(path: &Path) -> Vec<PathBuf> {
    let configuration = path.join(FILE);
    if !configuration.is_file() {
        return vec![path.to_owned()];
    }
    let rules = path.join(FOLDER);
    let rules = rules.is_dir().then_some(rules);
    [configuration].into_iter().chain(rules).collect()
}

/// Whether a path is a configuration file.
fn configuration_at(path: &Path) -> bool {
    let text = path.is_file().then(|| std::fs::read_to_string(path).ok());
    text.flatten().is_some_and(|text| {
        is_configuration(&ConfigFile {
            path: path.to_owned(),
            text,
        })
    })
}

fn check_rules(path: &Path) -> io::Result<Found> {
    let (folder, only) = folder_of(path);
    let files = rules_folder::read_folder(folder)?;
    if let Some(name) = &only
        && !files.iter().any(|(read, _)| read == name)
    {
        let what = format!("{}: rule files end in .toml", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    for entry in rules_folder::passed_over(folder)? {
        eprintln!(
            "warning: {} is passed over: rule files are files that end in .toml",
            entry.display()
        );
    }
    Ok(found_in(folder, files, only.as_deref()))
}

fn found_in(folder: &Path, files: Vec<(String, String)>, only: Option<&str>) -> Found {
    let started = Instant::now();
    let Checked {
        book, mut report, ..
    } = check::check(files);
    if let Some(name) = only {
        keep_file(&mut report, name);
    }
    let took = started.elapsed().as_millis();
    Found {
        folder: folder.to_owned(),
        summary: format!("{}  |  {took} ms", summary(book.as_ref(), &report)),
        code: if report.errors() > 0 { FAILED } else { 0 },
        report,
        book,
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
    let folder = folder_above(path);
    if folder.file_name().is_some_and(|name| name == POLICIES) {
        let name = name.map(|name| format!("{POLICIES}/{name}"));
        return (folder_above(folder), name);
    }
    (folder, name)
}

fn folder_above(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
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

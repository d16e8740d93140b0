//! The rules that a command runs with: a folder's, or those that are part of the program.

use std::io;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;

use crate::engine;
use crate::engine::replies::Replies;
use crate::engine::rules::book::Book;
use crate::engine::rules::diagnostic::{Report, Severity};
use crate::engine::rules::load::load;
use crate::rules_folder::read_folder;

/// The folder that is taken when there is one.
const FOLDER: &str = "intents";

/// The rule files as they were when the program was built.
#[derive(RustEmbed)]
#[folder = "intents"]
struct BuiltIn;

/// Which rules to use.
#[derive(Debug, Clone, clap::Args)]
pub struct Rules {
    /// The rule folder [default: `intents` if there is one, else the rules built into the program]
    #[arg(long, value_name = "DIR")]
    intents: Option<PathBuf>,
}

/// Why there are no rules.
#[derive(Debug, thiserror::Error)]
pub enum NoRules {
    /// The folder cannot be read.
    #[error("cannot read rule files: {0}")]
    Unreadable(#[from] io::Error),
    /// There are mistakes in them.
    #[error("{first}\n{errors} mistakes in the rule files; `frontdesk check` shows them")]
    Mistakes {
        /// The first of them.
        first: String,
        /// How many.
        errors: usize,
    },
}

impl Rules {
    /// Rules of a folder.
    pub(super) fn of(folder: PathBuf) -> Self {
        Self {
            intents: Some(folder),
        }
    }

    /// Reads them and puts them into force.
    pub(super) fn in_force(&self) -> Result<engine::Rules, NoRules> {
        let book = self.open()?;
        let replies = Replies::build(&book).map_err(|report| mistakes(&report))?;
        Ok(engine::Rules::new(book, replies))
    }

    /// Reads them.
    pub(super) fn open(&self) -> Result<Book, NoRules> {
        let default = Path::new(FOLDER);
        let files = match &self.intents {
            Some(folder) => read_folder(folder)?,
            None if default.is_dir() => read_folder(default)?,
            None => built_in(),
        };
        let loaded = load(files);
        loaded.book.ok_or_else(|| mistakes(&loaded.report))
    }
}

fn mistakes(report: &Report) -> NoRules {
    let first = report
        .diagnostics
        .iter()
        .find(|found| found.severity() == Severity::Error);
    let first = first.map_or(String::new(), |first| {
        let place = first.place().map(|at| report.position(at));
        format!("{}: {}", place.unwrap_or_default(), first.message)
    });
    NoRules::Mistakes {
        first,
        errors: report.errors(),
    }
}

fn built_in() -> Vec<(String, String)> {
    BuiltIn::iter()
        .filter(|name| name.ends_with(".toml"))
        .filter_map(|name| {
            let file = BuiltIn::get(&name)?;
            let text = String::from_utf8_lossy(&file.data).into_owned();
            Some((name.into_owned(), text))
        })
        .collect()
}

//! The rules that a command runs with: a folder's, or those that are part of the program.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::engine;
use crate::engine::rules::book::Book;
use crate::engine::rules::check::{Accepted, accept};
use crate::engine::rules::diagnostic::{Report, Severity};
use crate::rules_folder::{built_in_rules, read_folder};

/// The folder that is taken when there is one.
pub(super) const FOLDER: &str = "intents";

/// Which rules to use.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Rules {
    /// The rule folder [default: `intents` if there is one, else the rules built into the program]
    #[arg(long, value_name = "DIR")]
    intents: Option<PathBuf>,
}

/// Why there are no rules.
#[derive(Debug, thiserror::Error)]
pub enum NoRules {
    /// The folder cannot be read.
    #[error("cannot read the rule files in {}", folder.display())]
    Unreadable {
        /// Which folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There are mistakes in them.
    #[error("{first}\nmistakes in the rule files: {errors}; `frontdesk check` shows them")]
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

    /// The folder they come from; none for the built-in ones.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        let default = Path::new(FOLDER);
        self.intents
            .clone()
            .or_else(|| default.is_dir().then(|| default.to_owned()))
    }

    /// Reads them and puts them into force.
    pub(super) fn in_force(&self) -> Result<engine::Rules, NoRules> {
        let Accepted { book, replies } = self.accepted()?;
        Ok(engine::Rules::new(&book, replies))
    }

    /// Reads them.
    pub(super) fn open(&self) -> Result<Arc<Book>, NoRules> {
        Ok(self.accepted()?.book)
    }

    /// Reads them, ready to be put into force.
    pub(super) fn accepted(&self) -> Result<Accepted, NoRules> {
        let files = match self.folder() {
            Some(folder) => {
                read_folder(&folder).map_err(|source| NoRules::Unreadable { folder, source })?
            }
            None => built_in_rules(),
        };
        accept(files).map_err(|report| mistakes(&report))
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

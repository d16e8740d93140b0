//! Defaults, file, variables, flags: which of them says what holds, and where it said so.

use std::ops::Range;
use std::path::PathBuf;

use super::file::Entry;
use super::problem::ConfigFile;
use super::problem::{Problem, did_you_mean, nearest};
use super::settings::{SETTINGS, Setting};
use super::sources::Sources;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// The configuration file.
    File {
        /// Which.
        path: PathBuf,
        /// The line in it.
        line: usize,
    },
    /// An environment variable.
    Env(String),
    /// A flag.
    Flag,
}

impl Origin {
    pub(super) fn line_of(file: &ConfigFile, offset: usize) -> Self {
        Self::File {
            path: file.path.clone(),
            line: file.line(offset),
        }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Env(name) => f.write_str(name),
            Self::Flag => f.write_str("flag"),
        }
    }
}

/// A setting's value and its source.
#[derive(Debug, Clone)]
pub struct Value {
    /// The setting.
    pub setting: Setting,
    /// What holds.
    pub text: String,
    /// Who said so.
    pub origin: Origin,
    /// Where the file says so, if it does.
    pub(super) span: Option<Range<usize>>,
}

/// Puts the layers on each other: a flag outdoes a variable, a variable the file, the file the default.
pub(super) fn layer(sources: &Sources, entries: &[Entry]) -> Vec<Value> {
    SETTINGS
        .iter()
        .map(|setting| {
            let said = |(text, origin)| Value {
                setting: *setting,
                text,
                origin,
                span: None,
            };
            let default = || said((setting.default.to_owned(), Origin::Default));
            flag(sources, setting)
                .or_else(|| env(sources, setting))
                .map(said)
                .or_else(|| file(sources, entries, setting))
                .unwrap_or_else(default)
        })
        .collect()
}

fn flag(sources: &Sources, setting: &Setting) -> Option<(String, Origin)> {
    let mut flags = sources.flags.iter();
    let (_, text) = flags.find(|(name, _)| *name == setting.name)?;
    Some((text.clone(), Origin::Flag))
}

fn env(sources: &Sources, setting: &Setting) -> Option<(String, Origin)> {
    let name = setting.variable();
    let text = sources.variable(&name)?.to_owned();
    Some((text, Origin::Env(name)))
}

fn file(sources: &Sources, entries: &[Entry], setting: &Setting) -> Option<Value> {
    let file = sources.file.as_ref()?;
    let entry = entries.iter().find(|entry| entry.name == setting.name)?;
    Some(Value {
        setting: *setting,
        text: entry.text.clone(),
        origin: Origin::line_of(file, entry.span.start),
        span: Some(entry.span.clone()),
    })
}

/// Variables that begin with our name and mean nothing to us: somebody believes to have set something.
pub(super) fn unknown_variables<'a>(
    sources: &'a Sources,
    known: &'a [String],
) -> impl Iterator<Item = Problem> + 'a {
    let unknown = |name: &str| !is_foreign(name) && !known.iter().any(|known| known == name);
    sources
        .env
        .iter()
        .filter(move |(name, _)| unknown(name))
        .map(|(name, _)| {
            let meant = nearest(name, known.iter().map(String::as_str));
            Problem::from(format!("unknown variable `{name}`")).hint(meant.map(did_you_mean))
        })
}

/// Variables that others set or read: the name of the file itself, our own tests, and what Kubernetes puts into the environment of
/// every container beside a service that is called `frontdesk`.
fn is_foreign(name: &str) -> bool {
    matches!(
        name,
        "FRONTDESK_CONFIG" | "FRONTDESK_KILLS" | "FRONTDESK_CUTS" | "FRONTDESK_PORT"
    ) || name.starts_with("FRONTDESK_SERVICE_")
        || name.starts_with("FRONTDESK_PORT_")
}

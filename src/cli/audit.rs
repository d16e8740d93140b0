//! `frontdesk audit`: who looked at whom, who changed what, who came in and who was refused.

use std::io::{self, BufWriter, Write as _};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::cli::asking::Asked;
use crate::cli::folder::Folder;

/// Who looked at and changed what belongs to a person
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk audit export > audit.jsonl")]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Export(Export),
}

/// Writes the audit log as JSON lines, the oldest first
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk audit export --since 2026-11-01T00:00:00Z")]
struct Export {
    /// Leaves out what is older
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    #[command(flatten)]
    folder: Folder,
}

impl Audit {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When the configuration is wrong or the store cannot be read.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Export(export) => export.run(),
        }
    }
}

impl Export {
    fn run(self) -> anyhow::Result<ExitCode> {
        let since = self.since.unwrap_or(Timestamp::UNIX_EPOCH);
        let mut out = BufWriter::new(io::stdout().lock());
        let asked = Asked::Audit { since, from: None };
        asked.each(&self.folder, |entry| Ok(writeln!(out, "{}", entry.record)?))?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

//! `frontdesk audit`: who looked at whom, who changed what, who came in and who was refused.

use std::io::{self, BufWriter, Write as _};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::json;

use crate::cli::folder::Folder;
use crate::domain::audit::AuditEntry;
use crate::store::MAX_PAGE;

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
        self.folder.with_existing_store(async |store, _| {
            let mut out = BufWriter::new(io::stdout().lock());
            let mut cursor = None;
            loop {
                let page = store.audit(since, cursor.as_ref(), MAX_PAGE).await?;
                for entry in &page.rows {
                    writeln!(out, "{}", line(entry))?;
                }
                cursor = page.next;
                if cursor.is_none() {
                    return Ok(out.flush()?);
                }
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn line(entry: &AuditEntry) -> serde_json::Value {
    json!({
        "at": entry.at, "agent": entry.agent, "what": entry.what.name(),
        "about": entry.about, "from": entry.from,
    })
}

//! `frontdesk verify`: is a data folder, or a backup, whole?

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use super::backup::files;
use super::folder::Folder;
use super::out::{print, print_line};
use super::table::counted;
use crate::domain::pack;
use crate::store::{Verification, verify, verify_backup};

/// Checks a data folder, a backup, or a dispute pack, and says what is wrong with it
///
/// Reads the journal, the backups, every record and every file that a customer handed in, and compares every index with the
/// records. Nothing is changed. The desk must
/// be stopped. A pack is checked line by line. Exits with 1 when something is wrong.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: frontdesk verify --data data\nExample: frontdesk verify /mnt/backups/today.fdbackup\nExample: frontdesk verify dispute.pack.jsonl"
)]
pub struct Verify {
    /// A backup, or a dispute pack (`.jsonl`), to check instead of the data folder
    file: Option<PathBuf>,
    /// Prints the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

impl Verify {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When the folder or the backup cannot be looked at at all.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        if let Some(file) = &self.file {
            let is_pack = file
                .extension()
                .is_some_and(|extension| extension == "jsonl");
            return if is_pack {
                self.pack(file)
            } else {
                self.backup(file)
            };
        }
        let found = verify(&self.folder.config()?.data)?;
        if self.json {
            print_line(serde_json::to_string(&found)?)?;
        } else {
            print(report(&found))?;
        }
        Ok(ExitCode::from(u8::from(!found.is_whole())))
    }

    /// Whether a pack is as it was made.
    fn pack(&self, file: &Path) -> anyhow::Result<ExitCode> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let found = pack::verify(&text);
        if self.json {
            let result = match &found {
                Ok(sealed) => {
                    serde_json::json!({"file": file, "lines": sealed.lines, "seal": sealed.seal, "about": sealed.about})
                }
                Err(broken) => {
                    serde_json::json!({"file": file, "line": broken.line, "problem": broken.to_string()})
                }
            };
            print_line(result)?;
        } else {
            match &found {
                Ok(sealed) => print_line(format_args!(
                    "{} is as it was made: {} lines, seal {}; the desk that gave it out has that seal in its audit log",
                    file.display(),
                    sealed.lines,
                    sealed.seal
                ))?,
                Err(broken) => print_line(format_args!("{}: {broken}", file.display()))?,
            }
        }
        Ok(ExitCode::from(u8::from(found.is_err())))
    }

    fn backup(&self, file: &Path) -> anyhow::Result<ExitCode> {
        let backup = verify_backup(file)?;
        if self.json {
            let result = serde_json::json!({
                "file": backup.path, "bytes": backup.bytes, "covers": backup.covers, "problems": [],
                "files": backup.counts.files, "files_lacking": backup.lacks,
            });
            print_line(result)?;
        } else {
            print_line(format_args!(
                "{} is whole: everything up to journal record {}, {}",
                file.display(),
                backup.covers,
                files(&backup)
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn report(found: &Verification) -> String {
    let problems = found.problems.iter().map(|it| format!("wrong: {it}\n"));
    let unsaid = found.problem_count - found.problems.len() as u64;
    let unsaid = (unsaid > 0).then(|| format!("wrong: and {unsaid} more\n"));
    let remarks = found.remarks.iter().map(|it| format!("note: {it}\n"));
    let sum = std::iter::once(sum(found));
    problems.chain(unsaid).chain(remarks).chain(sum).collect()
}

fn sum(found: &Verification) -> String {
    let tallied = found.tallied;
    let counts = [
        counted(tallied.conversations, "conversation"),
        counted(tallied.events, "event"),
        counted(tallied.orders, "order"),
        counted(tallied.sessions, "session"),
        counted(tallied.agents, "agent"),
        counted(tallied.files, "file"),
    ];
    format!(
        "{}; {}, {}: {}\n",
        counts.join(", "),
        counted(found.journal_records, "journal record"),
        counted(found.backups, "backup"),
        if found.is_whole() {
            "whole"
        } else {
            "not whole"
        }
    )
}

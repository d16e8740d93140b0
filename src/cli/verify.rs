//! `frontdesk verify`: is a data folder, or a backup, whole?

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use jiff::Timestamp;

use super::backup::files;
use super::folder::Folder;
use super::out::{print, print_line};
use super::table::counted;
use crate::domain::audit::{AuditEntry, Audited};
use crate::domain::pack::{self, Sealed};
use crate::store::{AuditSpan, MAX_PAGE, Verification, verify, verify_backup};

/// Checks a data folder, a backup, or a dispute pack, and says what is wrong with it
///
/// Reads the journal, the backups, every record and every file that a customer handed in, and compares every index with the
/// records, on a copy of the engine in the temporary folder (`TMPDIR`). Nothing is changed. The desk must
/// be stopped. A pack is checked line by line and, with `--data`, held against the audit log of the desk that gave it out. Exits with 1 when something is wrong.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: frontdesk verify --data data\nExample: frontdesk verify /mnt/backups/today.fdbackup\nExample: frontdesk verify dispute.pack.jsonl --data data"
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

    /// Whether a pack is as it was made and, where a data folder is named, whether its desk gave it out.
    fn pack(&self, file: &Path) -> anyhow::Result<ExitCode> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let sealed = match pack::verify(&text) {
            Ok(sealed) => sealed,
            Err(broken) => {
                match self.json {
                    true => print_line(serde_json::json!({
                        "file": file, "line": broken.line, "problem": broken.to_string()
                    }))?,
                    false => print_line(format_args!("{}: {broken}", file.display()))?,
                }
                return Ok(ExitCode::FAILURE);
            }
        };
        let given = match self.folder.is_named() {
            true => Some(self.given_out(&sealed.seal)?),
            false => None,
        };
        if self.json {
            let mut result = serde_json::json!({
                "file": file, "lines": sealed.lines, "seal": sealed.seal, "about": sealed.about
            });
            if let Some(given) = &given {
                result["given_out"] = match given {
                    Some(entry) => serde_json::json!({"at": entry.at, "by": entry.agent}),
                    None => serde_json::Value::Bool(false),
                };
            }
            print_line(result)?;
        } else {
            print_line(in_words(file, &sealed, given.as_ref()))?;
        }
        Ok(ExitCode::from(u8::from(matches!(given, Some(None)))))
    }

    /// The line of the audit log that says that a file with this seal was given out.
    fn given_out(&self, seal: &str) -> anyhow::Result<Option<AuditEntry>> {
        let is_it = |entry: &AuditEntry| {
            let about = entry.about.as_deref().unwrap_or_default();
            entry.what == Audited::Exported && about.split(' ').next_back() == Some(seal)
        };
        self.folder.with_existing_store(async |store, _| {
            let mut cursor = None;
            loop {
                let all = AuditSpan::since(Timestamp::UNIX_EPOCH);
                let page = store.audit(&all, cursor.as_ref(), MAX_PAGE).await?;
                if let Some(found) = page.rows.into_iter().find(is_it) {
                    return Ok(Some(found));
                }
                cursor = page.next;
                if cursor.is_none() {
                    return Ok(None);
                }
            }
        })
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

/// What is said of a whole pack: without a data folder, where its seal is to be looked for.
fn in_words(file: &Path, sealed: &Sealed, given: Option<&Option<AuditEntry>>) -> String {
    let whole = format!(
        "{} is as it was made: {} lines, seal {}",
        file.display(),
        sealed.lines,
        sealed.seal
    );
    match given {
        None => format!(
            "{whole}; the desk that gave it out has that seal in its audit log: name its folder with --data, and it is looked for"
        ),
        Some(Some(entry)) => format!(
            "{whole}, which stands in the audit log: given out by {} at {}",
            entry.agent, entry.at
        ),
        Some(None) => format!(
            "{whole}; that seal is not in the audit log: this desk did not give it out as it is"
        ),
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

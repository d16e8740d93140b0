//! `frontdesk verify`: is a data folder, or a backup, whole?

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::asking::Asked;
use super::backup::files;
use super::folder::Folder;
use super::out::{print, print_line};
use super::table::counted;
use crate::domain::pack::{self, Sealed};
use crate::store::{Verification, verify, verify_backup};

/// The seal of a pack is looked for so long before and after it says that it was made: it is given out at once, by a clock that may be put right.
const AROUND: SignedDuration = SignedDuration::from_hours(24);

/// Checks a data folder, a backup, or a dispute pack, and says what is wrong with it
///
/// Reads the journal, the backups, every record and every file that a customer handed in, and compares every index with the
/// records, on a copy of the engine in the temporary folder (`TMPDIR`). Nothing is changed. The desk must
/// be stopped. A pack is checked line by line, which proves that nothing in it was changed since it was made, and with `--data` it is held
/// against the audit log of the desk, running or stopped, which proves that this desk gave it out. Exits with 1 when something is wrong.
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
            true => Some(self.given_out(&sealed)?),
            false => None,
        };
        if self.json {
            let mut result = serde_json::json!({
                "file": file, "lines": sealed.lines, "seal": sealed.seal, "about": sealed.about
            });
            if let Some(given) = &given {
                result["given_out"] = match given {
                    Some(entry) => serde_json::json!({"at": entry["at"], "by": entry["agent"]}),
                    None => Value::Bool(false),
                };
            }
            print_line(result)?;
        } else {
            print_line(in_words(file, &sealed, given.as_ref()))?;
        }
        Ok(ExitCode::from(u8::from(matches!(given, Some(None)))))
    }

    /// The line of the audit log by which the desk gave it out: of the desk that runs on the folder, if one does.
    fn given_out(&self, sealed: &Sealed) -> anyhow::Result<Option<Value>> {
        let made_at = sealed.about["made_at"].as_str();
        let made_at = made_at.and_then(|at| at.parse::<Timestamp>().ok());
        // No pack is given out before it is made; one that says nothing of it is looked for everywhere.
        let since = made_at.and_then(|at| at.checked_sub(AROUND).ok());
        let asked = Asked::GivenOut {
            seal: sealed.seal.clone(),
            since: since.unwrap_or(Timestamp::UNIX_EPOCH),
            until: made_at.and_then(|at| at.checked_add(AROUND).ok()),
            from: None,
        };
        let found = asked.all(&self.folder)?.pop();
        Ok(found.map(|entry| entry.record))
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

/// What is said of a whole pack, and what that proves. Hashes alone prove no more than that its lines belong together.
fn in_words(file: &Path, sealed: &Sealed, given: Option<&Option<Value>>) -> String {
    let (file, lines, seal) = (file.display(), sealed.lines, &sealed.seal);
    let whole = format!(
        "{file} is as it was made: {lines} lines, seal {seal}\nproven: no line was changed, added, left out or moved since its hashes were made"
    );
    let said = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    match given {
        None => format!(
            "{whole}\nnot proven: who made them; the desk that gives a pack out writes its seal into its audit log: name its folder with --data, and it is looked for"
        ),
        Some(Some(entry)) => format!(
            "{whole}\nproven: it is what this desk gave out, for the seal stands in its audit log: given out by {} at {}",
            said(entry, "agent"),
            said(entry, "at")
        ),
        Some(None) => format!(
            "{whole}\nthat seal is not in the audit log: this desk did not give it out as it is"
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

//! `frontdesk backup`: a copy of everything, taken while serving or of a data folder that nobody uses.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;

use super::folder::Folder;
use super::out::print_line;
use super::table::counted;
use crate::clock::Clock;
use crate::store::{self, Options, open_to_read, request_backup};

/// Takes a backup, reads it back and checks it
///
/// A running desk takes it itself, without a pause. Without --to it goes to the data folder's `backups`, from where a damaged
/// store is rebuilt; copy it to another machine, too. Nothing is replaced but another backup of the same store.
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk backup --to /mnt/backups/today.fdbackup")]
pub struct Backup {
    /// The file to write
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Prints the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

impl Backup {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When there is no data folder, or the backup cannot be written or is not whole when read back.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.folder.config()?;
        let folder = &config.data;
        std::fs::metadata(folder)
            .with_context(|| format!("there is no data folder {}", folder.display()))?;
        let to = self.to.as_deref();
        let backup = match request_backup(folder, to)? {
            Some(backup) => backup,
            None => {
                let options = Options {
                    cache: config.cache_mb << 20,
                    ..Options::new(folder, Clock::system().now())
                };
                let opened = open_to_read(&options)?;
                if opened.is_copy() && to.is_none() {
                    bail!(
                        "{} cannot be written to: name a file elsewhere with --to",
                        folder.display()
                    );
                }
                opened.store.backup(to)?
            }
        };
        if self.json {
            let result = serde_json::json!({
                "file": backup.path, "bytes": backup.bytes, "covers": backup.covers, "verified": true,
                "files": backup.counts.files, "files_lacking": backup.lacks,
            });
            print_line(result)?;
        } else {
            print_line(format_args!(
                "{} ({} bytes): everything up to journal record {}, {}; read back and whole",
                backup.path.display(),
                backup.bytes,
                backup.covers,
                files(&backup)
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// How many files of customers are in a backup, and how many it names and lacks.
pub(super) fn files(backup: &store::Backup) -> String {
    let held = counted(backup.counts.files, "file");
    match backup.lacks {
        0 => format!("{held} of customers"),
        lacks => format!("{held} of customers ({} lacking)", counted(lacks, "file")),
    }
}

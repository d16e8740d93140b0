//! `frontdesk restore`: a data folder from a backup.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::folder::Folder;
use super::out::print_line;
use crate::store::restore;

/// Makes the data folder from a backup
///
/// The backup is checked first. A data folder that stands there is moved aside, never deleted. A running desk must be stopped.
/// The files that customers handed in come with it. From a backup that has none, as those of early versions, they are taken along from the
/// folder that stands there; `frontdesk verify` names the ones that are missing.
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk restore /mnt/backups/today.fdbackup --data data")]
pub struct Restore {
    /// The backup
    file: PathBuf,
    /// Prints the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

impl Restore {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When the backup is not whole, the data folder is in use, or the disk refuses.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.folder.config()?;
        let restored = restore(&self.file, &config.data, config.cache_mb << 20)?;
        if self.json {
            let result = serde_json::json!({
                "data": config.data, "covers": restored.covers, "moved_to": restored.moved_to,
            });
            print_line(result)?;
            return Ok(ExitCode::SUCCESS);
        }
        print_line(format_args!(
            "{}: everything up to journal record {}",
            config.data.display(),
            restored.covers
        ))?;
        if let Some(aside) = restored.moved_to {
            print_line(format_args!(
                "what stood there before is in {}",
                aside.display()
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

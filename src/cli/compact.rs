//! `frontdesk compact`: a data folder made anew from what is in it, so that nothing that was erased is left on the disk.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;

use super::folder::Folder;
use super::out::print_line;
use crate::store::restore;

/// Makes the data folder anew from what is in it: what was erased is then in no file any more
///
/// What was erased is gone from the desk at once; its bytes stay in old parts of the engine, in the journal and in older backups until those
/// go. This takes a backup, builds a new folder from it, and deletes the old one with its journal and all its backups. The desk must be
/// stopped. Copies of backups elsewhere are yours to delete.
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk compact --data data --yes")]
pub struct Compact {
    /// Deletes the old folder with its backups
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    folder: Folder,
}

impl Compact {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When a desk runs on the folder, or the disk refuses. The folder is then as it was.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.folder.config()?;
        if !self.yes {
            bail!(
                "this deletes the journal and all backups in {}: say --yes",
                config.data.display()
            );
        }
        let beside = tempfile::tempdir_in(
            std::path::absolute(&config.data)?
                .parent()
                .context("the data folder stands nowhere")?,
        )?;
        let file = beside.path().join("all.fdbackup");
        self.folder
            .with_existing_store(async |store, _| Ok(store.backup(Some(&file)).map(drop)?))?;
        let restored = restore(&file, &config.data, config.cache_mb << 20)?;
        if let Some(old) = &restored.moved_to {
            std::fs::remove_dir_all(old)
                .with_context(|| format!("cannot delete {}: do it by hand", old.display()))?;
        }
        print_line(format_args!(
            "{} is made anew: take a copy of its one backup",
            config.data.display()
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}

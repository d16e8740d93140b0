//! `frontdesk token new|list|revoke`: the keys with which a merchant's programs use the API. Works on the data folder; a
//! desk that runs there is asked to do it itself.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Args;

use crate::cli::access::Change;
use crate::cli::asking::Asked;
use crate::cli::folder::Folder;
use crate::cli::table::Table;
use crate::domain::ids::MerchantId;

/// Makes an API key for a merchant's programs; it is shown once
///
/// Under a running desk it opens the API at once.
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk token new --merchant m_demo")]
pub struct New {
    /// Whose orders it may read and write
    #[arg(long, value_name = "ID", value_parser = MerchantId::parse)]
    merchant: MerchantId,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

/// Lists the API keys by their beginnings
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk token list")]
pub struct List {
    /// Prints one JSON object for each
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

/// Ends an API key at once, also under a running desk
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk token revoke fdk_1a2b3c4d --yes")]
pub struct Revoke {
    /// The beginning of the key, from `frontdesk token list`
    prefix: String,
    /// Does it; without this, nothing is changed
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    folder: Folder,
}

impl New {
    /// Prints the key.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let key = Change::Key(self.merchant).apply(&self.folder)?;
        let mut out = io::stdout().lock();
        if self.json {
            writeln!(out, "{key}")?;
        } else {
            let text = |field: &str| key[field].as_str().unwrap_or_default();
            eprintln!("API key of {}, shown only now:", text("merchant"));
            writeln!(out, "{}", text("key"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    /// Prints the list.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let keys = Asked::Keys.all(&self.folder)?;
        let mut out = io::stdout().lock();
        if self.json {
            for key in &keys {
                writeln!(out, "{}", key.record)?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let mut table = Table::new(["KEY", "MERCHANT", "SINCE"]);
        table.rows(keys.into_iter().map(|key| key.cells));
        table.print(&mut out)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Revoke {
    /// Ends the key, if it is meant.
    ///
    /// # Errors
    /// When there is no such key, or the store cannot be used.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let prefix = &self.prefix;
        if !self.yes {
            eprintln!("would end the key {prefix}...: say --yes to do it");
            return Ok(ExitCode::FAILURE);
        }
        let key = Change::Revoke(prefix.clone()).apply(&self.folder)?;
        let of = key["merchant"].as_str().unwrap_or_default();
        eprintln!("the key {prefix}... of {of} has ended");
        Ok(ExitCode::SUCCESS)
    }
}

//! `frontdesk conversations list`: the lists of the inbox, or all conversations by age.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Args;

use crate::cli::asking::Asked;
use crate::cli::asking::listed::{Listed, Which};
use crate::cli::folder::Folder;
use crate::cli::table::Table;
use crate::domain::ids::MerchantId;

/// Lists conversations
#[derive(Debug, Args)]
#[command(
    after_help = "Example: frontdesk conversations list --view waiting --merchant m_demo --json"
)]
pub struct List {
    /// Which of them
    #[arg(long, value_enum, default_value_t = Which::All)]
    view: Which,
    /// Of this merchant only
    #[arg(long, value_name = "ID", value_parser = MerchantId::parse)]
    merchant: Option<MerchantId>,
    /// So many at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Prints one JSON object for each
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

impl List {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let asked = Asked::Conversations(Listed {
            which: self.view,
            merchant: self.merchant,
            limit: self.limit,
        });
        let rows = asked.all(&self.folder)?;
        let mut out = io::stdout().lock();
        if self.json {
            for row in &rows {
                writeln!(out, "{}", row.record)?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let mut table = Table::new([
            "ID", "UPDATED", "OWNER", "STATUS", "REASON", "CUSTOMER", "EVENTS",
        ]);
        table.rows(rows.into_iter().map(|row| row.cells));
        table.print(&mut out)?;
        Ok(ExitCode::SUCCESS)
    }
}

//! `frontdesk conversations`: what was said, for the operator. Works on the data folder, or asks the desk that
//! runs on it, for all conversations a page at a time.

mod export;
mod list;

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use crate::cli::asking::Asked;
use crate::cli::asking::told::Told;
use crate::cli::folder::Folder;
use crate::domain::ids::ConversationId;
use crate::domain::transcript::{self, Reader};

/// What was said
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk conversations list --view waiting")]
pub struct Conversations {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::List),
    Show(Show),
    Export(export::Export),
}

/// Shows a conversation as an agent sees it
#[derive(Debug, Args)]
#[command(
    after_help = "Example: frontdesk conversations show 0199f2b0-7c1e-7d7a-9f00-3c5a1b2c3d4e"
)]
struct Show {
    /// The conversation's id, from `frontdesk conversations list`
    #[arg(value_parser = ConversationId::parse)]
    id: ConversationId,
    /// Prints one JSON object for each event
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    folder: Folder,
}

impl Conversations {
    /// Does what was asked for.
    ///
    /// # Errors
    /// When the configuration is wrong, the store cannot be used, or there is no such conversation.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::List(list) => list.run(),
            Command::Show(show) => show.run(),
            Command::Export(export) => export.run(),
        }
    }
}

impl Show {
    fn run(self) -> anyhow::Result<ExitCode> {
        let told = told(&self.folder, &self.id, false)?;
        let text = match self.json {
            true => transcript::json_lines(&told.events, Reader::Agent, &told.names),
            false => {
                let labels = export::labels(told.row.language)?;
                let head = export::heading(&told.row);
                let lines =
                    transcript::plain_text(&told.events, Reader::Agent, &told.names, &labels);
                format!("{head}\n\n{lines}")
            }
        };
        io::stdout().lock().write_all(text.as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A conversation, from the desk that runs on the folder if one does. That it is read or taken along is in the audit log by then.
fn told(folder: &Folder, id: &ConversationId, taken_along: bool) -> anyhow::Result<Told> {
    let asked = Asked::Conversation {
        id: id.clone(),
        taken_along,
    };
    let told = asked.all(folder)?.pop();
    let told = told.with_context(|| format!("there is no conversation {id}"))?;
    Ok(serde_json::from_value(told.record)?)
}

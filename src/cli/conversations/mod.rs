//! `frontdesk conversations`: what was said, for the operator. Works on the data folder, or asks the desk that
//! runs on it, for all conversations a page at a time.

mod export;
mod list;

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use crate::cli::asking;
use crate::cli::entry::Entry;
use crate::cli::folder::Folder;
use crate::domain::conversation::{Conversation, Event, Seq};
use crate::domain::ids::ConversationId;
use crate::domain::transcript::{self, Names, Reader};
use crate::store::Store;

pub(super) use list::Asked;

/// Events that are read at once.
const PAGE: usize = 200;

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
        let told = Told::asked(&self.folder, &self.id, false)?;
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

/// No page of all conversations has more of them, or goes on after so many events: whoever serves customers meanwhile is kept no longer.
const CONVERSATIONS: usize = 50;
const EVENTS: usize = 2_000;

/// A conversation with its whole log, and what its agents are called.
#[derive(Serialize, Deserialize)]
pub(super) struct Told {
    row: Conversation,
    events: Vec<Event>,
    names: Names,
}

impl Told {
    /// From the desk that runs on the folder, if one does. That it is read or taken along is in the audit log by then.
    fn asked(folder: &Folder, id: &ConversationId, taken_along: bool) -> anyhow::Result<Self> {
        let asked = asking::Asked::Conversation {
            id: id.clone(),
            taken_along,
        };
        let told = asked.all(folder)?.pop();
        let told = told.with_context(|| format!("there is no conversation {id}"))?;
        Ok(serde_json::from_value(told.record)?)
    }
}

pub(super) async fn told(store: &Store, id: &ConversationId) -> anyhow::Result<Told> {
    let row = store.conversation(id).await?;
    let row = row.with_context(|| format!("there is no conversation {id}"))?;
    // What was said before two became one belongs to it, in the order of time.
    let mut all = Vec::new();
    for one in row.merged.iter().chain([id]) {
        all.extend(events(store, one).await?);
    }
    all.sort_by_key(|event| event.at);
    Ok(Told {
        row,
        events: all,
        names: names(store).await?,
    })
}

/// A page of all conversations after one of them, each with its log, and after which the next page begins; what the agents are called stands
/// with the first.
pub(super) async fn page_of_all(
    store: &Store,
    after: Option<&ConversationId>,
) -> anyhow::Result<(Vec<Entry>, Option<ConversationId>)> {
    let rows = store.conversations(after, CONVERSATIONS).await?;
    let mut names = names(store).await?;
    let (mut entries, mut last, mut count) = (Vec::new(), None, 0);
    for row in rows {
        if count >= EVENTS {
            break;
        }
        let events = events(store, &row.id).await?;
        count += events.len();
        last = Some(row.id.clone());
        let names = std::mem::take(&mut names);
        let record = serde_json::to_value(Told { row, events, names })?;
        let cells = Vec::new();
        entries.push(Entry { record, cells });
    }
    Ok((entries, last))
}

async fn events(store: &Store, id: &ConversationId) -> anyhow::Result<Vec<Event>> {
    let mut events: Vec<Event> = Vec::new();
    loop {
        let after = events.last().map_or(Seq(0), |event| event.seq);
        let page = store.events(id, after, PAGE).await?;
        if page.is_empty() {
            return Ok(events);
        }
        events.extend(page);
    }
}

async fn names(store: &Store) -> anyhow::Result<Names> {
    let agents = store.agents().await?.into_iter();
    Ok(agents.map(|agent| (agent.id, agent.name)).collect())
}

//! Conversations with their whole logs, as they are shown or taken along: one, or all a page at a time. Read from the store here; how they are
//! printed is not known.

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::cli::entry::Entry;
use crate::domain::conversation::{Conversation, Event, Seq};
use crate::domain::ids::ConversationId;
use crate::domain::transcript::Names;
use crate::store::Store;

/// Events that are read at once.
const PAGE: usize = 200;
/// No page of all conversations has more of them, or goes on after so many events: whoever serves customers meanwhile is kept no longer.
const CONVERSATIONS: usize = 50;
const EVENTS: usize = 2_000;

/// A conversation with its whole log, and what its agents are called.
#[derive(Serialize, Deserialize)]
pub struct Told {
    /// What it is.
    pub row: Conversation,
    /// All that happened in it, in order.
    pub events: Vec<Event>,
    /// What its agents are called.
    pub names: Names,
}

/// Reads one.
///
/// # Errors
/// When there is none of that name, or the store cannot be read.
pub async fn told(store: &Store, id: &ConversationId) -> anyhow::Result<Told> {
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
///
/// # Errors
/// When the store cannot be read.
pub async fn page_of_all(
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

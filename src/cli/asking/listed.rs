//! Which conversations a list shows: the lists of the inbox, or all by age. Read from the store here; how they are printed is not known.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cli::entry::Entry;
use crate::domain::conversation::Conversation;
use crate::domain::ids::{ConversationId, MerchantId};
use crate::store::{Store, View};

/// Conversations that are read at once.
const PAGE: usize = 200;

/// Which conversations are asked for.
#[derive(Debug, Serialize, Deserialize)]
pub struct Listed {
    /// Of which list.
    pub which: Which,
    /// Of this merchant only.
    pub merchant: Option<MerchantId>,
    /// So many at most.
    pub limit: usize,
}

/// The lists that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum Which {
    /// All, the oldest first
    All,
    /// Waits for a person, the most urgent first
    Waiting,
    /// With an agent
    Open,
    /// With the bot
    Bot,
    /// Resolved or closed
    Done,
}

impl Which {
    /// The list of the inbox that is meant; none for all.
    const fn view(self) -> Option<View> {
        match self {
            Self::All => None,
            Self::Waiting => Some(View::Waiting),
            Self::Open => Some(View::Open),
            Self::Bot => Some(View::Bot),
            Self::Done => Some(View::Done),
        }
    }
}

impl Listed {
    /// Reads them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read(&self, store: &Store) -> anyhow::Result<Vec<Entry>> {
        let rows = match self.which.view() {
            Some(view) => self.listed(store, &view).await,
            None => self.all(store).await,
        }?;
        Ok(rows.iter().map(entry).collect())
    }

    /// Which they are, in words.
    pub fn about(&self) -> String {
        let list = self.which.to_possible_value();
        let list = list.map_or_else(String::new, |list| list.get_name().to_owned());
        match &self.merchant {
            Some(merchant) => format!("{list} {merchant}"),
            None => list,
        }
    }

    async fn listed(&self, store: &Store, view: &View) -> anyhow::Result<Vec<Conversation>> {
        let mut rows = Vec::new();
        let mut cursor = None;
        while rows.len() < self.limit {
            let wanted = PAGE.min(self.limit - rows.len());
            let merchant = self.merchant.as_ref();
            let page = store
                .inbox(view.clone(), merchant, cursor.as_ref(), wanted)
                .await?;
            rows.extend(page.rows);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(rows)
    }

    async fn all(&self, store: &Store) -> anyhow::Result<Vec<Conversation>> {
        let mut rows = Vec::new();
        let mut last: Option<ConversationId> = None;
        while rows.len() < self.limit {
            let page = store.conversations(last.as_ref(), PAGE).await?;
            let Some(end) = page.last() else { break };
            last = Some(end.id.clone());
            let mine =
                |row: &Conversation| self.merchant.as_ref().is_none_or(|it| *it == row.merchant);
            rows.extend(page.into_iter().filter(mine));
        }
        rows.truncate(self.limit);
        Ok(rows)
    }
}

fn entry(row: &Conversation) -> Entry {
    let customer = row.identity.as_ref().and_then(|it| it.name.as_deref());
    let updated = row.updated_at.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    let cells = [
        row.id.as_str(),
        &updated,
        row.owner.name(),
        row.status.name(),
        row.reason.map_or("", |reason| reason.code()),
        customer.unwrap_or("-"),
        &row.last_seq.0.to_string(),
    ];
    Entry {
        record: to_json(row),
        cells: cells.map(str::to_owned).into(),
    }
}

/// A conversation as a list and an export show it.
pub fn to_json(row: &Conversation) -> Value {
    json!({
        "id": row.id, "site": row.site, "merchant": row.merchant, "channel": row.channel,
        "owner": row.owner, "status": row.status, "reason": row.reason.map(|reason| reason.code()),
        "language": row.language.tag(), "events": row.last_seq, "revision": row.revision,
        "created_at": row.created_at, "updated_at": row.updated_at, "waiting_since": row.waiting_since,
    })
}

//! Lists that commands print: read from the data folder or, where a desk runs on it, asked of that desk, so that nobody has to stop it to
//! look at them.

use anyhow::anyhow;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::runtime::Handle;

use super::conversations;
use super::entry::{self, Entry};
use super::folder::Folder;
use crate::clock::Clock;
use crate::desk::accounts::Roll;
use crate::domain::audit::{AuditEntry, Audited};
use crate::store::{AuditSpan, MAX_PAGE, Store, request};

/// What a request for a list begins with.
const WORD: &str = "list\t";

/// A list.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Asked {
    /// The agents.
    Agents,
    /// The API keys, by their beginnings.
    Keys,
    /// Conversations.
    Conversations(conversations::Asked),
    /// The line of the audit log by which a file with this seal was given out, looked for from a time on.
    GivenOut {
        /// The seal.
        seal: String,
        /// No line that is older.
        since: Timestamp,
    },
    /// A page of the audit log.
    Audit {
        /// Without what is older.
        since: Timestamp,
        /// Where the page begins; without it, at the beginning.
        from: Option<String>,
    },
}

/// Entries, and where the next ones begin.
#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    rows: Vec<Entry>,
    /// None after the last page.
    next: Option<String>,
}

impl Asked {
    fn line(&self) -> String {
        format!("{WORD}{}", json!(self))
    }

    fn parse(line: &str) -> Option<Self> {
        serde_json::from_str(line.strip_prefix(WORD)?).ok()
    }

    /// The whole list, from the desk that runs on the folder if one does.
    ///
    /// # Errors
    /// When there is no data folder, or the store cannot be read.
    pub(super) fn all(self, folder: &Folder) -> anyhow::Result<Vec<Entry>> {
        let mut all = Vec::new();
        self.each(folder, |entry| {
            all.push(entry);
            Ok(())
        })?;
        Ok(all)
    }

    /// Takes the list entry by entry, page by page.
    ///
    /// # Errors
    /// As [`Self::all`], and when an entry is not taken.
    pub(super) fn each(
        mut self,
        folder: &Folder,
        mut take: impl FnMut(Entry) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let data = folder.config()?.data;
        while let Some(answer) = request(&data, &self.line())? {
            let listed: Listed = serde_json::from_str(&answer.map_err(|why| anyhow!(why))?)?;
            listed.rows.into_iter().try_for_each(&mut take)?;
            if !self.goes_on(listed.next) {
                return Ok(());
            }
        }
        folder.with_existing_store(async |store, _| {
            loop {
                let listed = self.read(store).await?;
                listed.rows.into_iter().try_for_each(&mut take)?;
                if !self.goes_on(listed.next) {
                    return Ok(());
                }
            }
        })
    }

    /// Goes on to the page that begins there, if there is one.
    fn goes_on(&mut self, next: Option<String>) -> bool {
        match self {
            Self::Audit { from, .. } => *from = next,
            Self::Agents | Self::Keys | Self::Conversations(_) | Self::GivenOut { .. } => {
                return false;
            }
        }
        matches!(self, Self::Audit { from: Some(_), .. })
    }

    async fn read(&self, store: &Store) -> anyhow::Result<Listed> {
        self.note_down(store).await?;
        let rows = match self {
            Self::Agents => store.agents().await?.iter().map(entry::agent).collect(),
            Self::Keys => store.api_keys().await?.iter().map(entry::key).collect(),
            Self::Conversations(asked) => asked.read(store).await?,
            Self::GivenOut { seal, since } => {
                let found = given_out(store, seal, *since).await?;
                found.iter().map(entry::audited).collect()
            }
            Self::Audit { since, from } => {
                let from = from.as_deref().map(str::parse).transpose()?;
                let page = store
                    .audit(&AuditSpan::since(*since), from.as_ref(), MAX_PAGE)
                    .await?;
                return Ok(Listed {
                    rows: page.rows.iter().map(entry::audited).collect(),
                    next: page.next.map(|next| next.to_string()),
                });
            }
        };
        Ok(Listed { rows, next: None })
    }
}

impl Asked {
    /// Whatever shows what is a person's leaves a line in the audit log before it is shown; a log that is read page by page, one.
    async fn note_down(&self, store: &Store) -> anyhow::Result<()> {
        let roll = Roll::for_operator(store, Clock::system().now());
        match self {
            Self::Conversations(asked) => roll.looked(Audited::Listed, Some(asked.about())).await?,
            Self::Audit { from: None, .. } => roll.looked(Audited::AuditRead, None).await?,
            // Whoever has the pack knows already what the line says beside who gave it out.
            Self::Agents | Self::Keys | Self::GivenOut { .. } | Self::Audit { .. } => {}
        }
        Ok(())
    }
}

/// The line that says that a file with this seal was given out.
async fn given_out(
    store: &Store,
    seal: &str,
    since: Timestamp,
) -> anyhow::Result<Option<AuditEntry>> {
    let is_it = |entry: &AuditEntry| {
        let about = entry.about.as_deref().unwrap_or_default();
        entry.what == Audited::Exported && about.split(' ').next_back() == Some(seal)
    };
    let (span, mut cursor) = (AuditSpan::since(since), None);
    loop {
        let page = store.audit(&span, cursor.as_ref(), MAX_PAGE).await?;
        if let Some(found) = page.rows.into_iter().find(is_it) {
            return Ok(Some(found));
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(None);
        }
    }
}

/// What a running desk answers; none if something else was asked for.
pub(super) fn answer(
    store: &Store,
    runtime: &Handle,
    line: &str,
) -> Option<Result<String, String>> {
    let listed = runtime.block_on(Asked::parse(line)?.read(store));
    let words = |listed: Listed| serde_json::to_string(&listed).unwrap_or_default();
    Some(listed.map(words).map_err(|error| error.to_string()))
}

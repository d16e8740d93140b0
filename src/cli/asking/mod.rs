//! Lists that commands print: read from the data folder or, where a desk runs on it, asked of that desk, so that nobody has to stop it to
//! look at them.

pub(super) mod listed;
pub(super) mod told;

use anyhow::anyhow;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::runtime::Handle;

use super::entry::{self, Entry};
use super::folder::Folder;
use crate::clock::Clock;
use crate::desk::accounts::Roll;
use crate::domain::audit::{AuditEntry, Audited};
use crate::domain::ids::ConversationId;
use crate::store::{AuditSpan, Cursor, MAX_PAGE, Store, request};

/// What a request for a list begins with.
const WORD: &str = "list\t";

/// So many pages of the audit log are looked through for one answer: a desk that serves customers is asked again, and never for all of it at once.
const PAGES: usize = 20;

/// A list.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Asked {
    /// The agents.
    Agents,
    /// The API keys, by their beginnings.
    Keys,
    /// Conversations.
    Conversations(listed::Listed),
    /// A conversation with its whole log, to be shown or to be taken along.
    Conversation {
        /// Which.
        id: ConversationId,
        /// Whether it is taken along.
        taken_along: bool,
    },
    /// All conversations with their whole logs, to be taken along: a page.
    AllConversations {
        /// After which; without it, from the beginning.
        after: Option<ConversationId>,
    },
    /// The line of the audit log by which a file with this seal was given out, looked for from a time on.
    GivenOut {
        /// The seal.
        seal: String,
        /// No line that is older.
        since: Timestamp,
        /// None that is newer.
        #[serde(default)]
        until: Option<Timestamp>,
        /// Where to go on looking; without it, at the beginning.
        #[serde(default)]
        from: Option<String>,
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
struct Page {
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
            let listed: Page = serde_json::from_str(&answer.map_err(|why| anyhow!(why))?)?;
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
            Self::Audit { from, .. } | Self::GivenOut { from, .. } => {
                let more = next.is_some();
                *from = next;
                more
            }
            Self::AllConversations { after } => {
                *after = next.and_then(|next| ConversationId::parse(&next).ok());
                after.is_some()
            }
            Self::Agents | Self::Keys | Self::Conversations(_) | Self::Conversation { .. } => false,
        }
    }

    async fn read(&self, store: &Store) -> anyhow::Result<Page> {
        self.note_down(store).await?;
        let rows = match self {
            Self::Agents => store.agents().await?.iter().map(entry::agent).collect(),
            Self::Keys => store.api_keys().await?.iter().map(entry::key).collect(),
            Self::Conversations(asked) => asked.read(store).await?,
            Self::Conversation { id, taken_along } => {
                vec![conversation(store, id, *taken_along).await?]
            }
            Self::AllConversations { after } => {
                let (rows, next) = told::page_of_all(store, after.as_ref()).await?;
                let next = next.map(|next| next.to_string());
                return Ok(Page { rows, next });
            }
            Self::GivenOut {
                seal,
                since,
                until,
                from,
            } => {
                let mut span = AuditSpan::since(*since);
                span.until = *until;
                let from = from.as_deref().map(str::parse).transpose()?;
                return given_out(store, seal, &span, from).await;
            }
            Self::Audit { since, from } => {
                let from = from.as_deref().map(str::parse).transpose()?;
                let page = store
                    .audit(&AuditSpan::since(*since), from.as_ref(), MAX_PAGE)
                    .await?;
                return Ok(Page {
                    rows: page.rows.iter().map(entry::audited).collect(),
                    next: page.next.map(|next| next.to_string()),
                });
            }
        };
        Ok(Page { rows, next: None })
    }
}

impl Asked {
    /// Whatever shows what is a person's leaves a line in the audit log before it is shown; a log that is read page by page, one.
    async fn note_down(&self, store: &Store) -> anyhow::Result<()> {
        let roll = Roll::for_operator(store, Clock::system().now());
        match self {
            Self::Conversations(asked) => roll.looked(Audited::Listed, Some(asked.about())).await?,
            // Before the first of them is given out, and once for all.
            Self::AllConversations { after: None } => {
                let about = Some("all".to_owned());
                roll.looked(Audited::Exported, about).await?;
            }
            Self::Audit { from: None, .. } => roll.looked(Audited::AuditRead, None).await?,
            // Whoever has the pack knows already what the line says beside who gave it out.
            Self::Agents | Self::Keys | Self::GivenOut { .. } | Self::Audit { .. } => {}
            // Only one that is there is read.
            Self::Conversation { .. } | Self::AllConversations { .. } => {}
        }
        Ok(())
    }
}

async fn conversation(
    store: &Store,
    id: &ConversationId,
    taken_along: bool,
) -> anyhow::Result<Entry> {
    let told = told::told(store, id).await?;
    let what = match taken_along {
        true => Audited::Exported,
        false => Audited::Read,
    };
    let roll = Roll::for_operator(store, Clock::system().now());
    roll.looked(what, Some(id.to_string())).await?;
    Ok(Entry {
        record: serde_json::to_value(told)?,
        cells: Vec::new(),
    })
}

/// The line that says that a file with this seal was given out, or where to go on looking for it.
async fn given_out(
    store: &Store,
    seal: &str,
    span: &AuditSpan,
    mut cursor: Option<Cursor>,
) -> anyhow::Result<Page> {
    let is_it = |entry: &AuditEntry| {
        let about = entry.about.as_deref().unwrap_or_default();
        entry.what == Audited::Exported && about.split(' ').next_back() == Some(seal)
    };
    for _ in 0..PAGES {
        let page = store.audit(span, cursor.as_ref(), MAX_PAGE).await?;
        let found = page.rows.iter().find(|entry| is_it(entry));
        cursor = page.next.filter(|_| found.is_none());
        if found.is_some() || cursor.is_none() {
            let rows = found.map(entry::audited).into_iter().collect();
            return Ok(Page { rows, next: None });
        }
    }
    Ok(Page {
        rows: Vec::new(),
        next: cursor.map(|next| next.to_string()),
    })
}

/// What a running desk answers; none if something else was asked for.
pub(super) fn answer(
    store: &Store,
    runtime: &Handle,
    line: &str,
) -> Option<Result<String, String>> {
    let listed = runtime.block_on(Asked::parse(line)?.read(store));
    let words = |page: Page| serde_json::to_string(&page).unwrap_or_default();
    Some(listed.map(words).map_err(|error| error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::AgentId;
    use crate::store::{Commit, Options};

    #[test]
    fn a_long_audit_log_is_looked_through_for_a_seal_a_part_at_a_time_and_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let began: Timestamp = "2026-11-30T09:00:00Z".parse().unwrap();
        let store = Store::open(&Options::new(folder.path().join("data"), began)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let (lines, last) = (PAGES * MAX_PAGE + 10, "c1 seal");
        let mut commit = Commit::new();
        for number in 0..lines {
            let about = match number + 1 == lines {
                true => last.to_owned(),
                false => "c1 another".to_owned(),
            };
            commit = commit.audit(AuditEntry {
                at: began + jiff::SignedDuration::from_millis(number.try_into().unwrap()),
                agent: AgentId::parse("mei").unwrap(),
                what: Audited::Exported,
                about: Some(about),
                from: None,
            });
        }
        runtime.block_on(store.commit(commit)).unwrap();
        let mut asked = Asked::GivenOut {
            seal: "seal".to_owned(),
            since: began,
            until: None,
            from: None,
        };
        let first = runtime.block_on(asked.read(&store)).unwrap();
        assert!(first.rows.is_empty() && first.next.is_some());
        assert!(asked.goes_on(first.next));
        let second = runtime.block_on(asked.read(&store)).unwrap();
        assert_eq!((second.rows.len(), &second.next), (1, &None));
        assert!(!asked.goes_on(second.next));
        // Nothing is looked for outside the time in which it can be, and what an older command asks is answered as it was.
        let early = r#"{"GivenOut":{"seal":"seal","since":"2026-11-30T09:00:00Z","until":"2026-11-30T09:00:01Z"}}"#;
        let early = Asked::parse(&format!("{WORD}{early}")).unwrap();
        let none = runtime.block_on(early.read(&store)).unwrap();
        assert!(none.rows.is_empty() && none.next.is_none());
        let old = r#"{"GivenOut":{"seal":"seal","since":"2026-11-30T09:00:04Z"}}"#;
        let old = Asked::parse(&format!("{WORD}{old}")).unwrap();
        let found = runtime.block_on(old.read(&store)).unwrap();
        assert_eq!(found.rows.len(), 1);
        store.close();
    }
}

//! What is written down of whom agents look at and what they change.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::{AuditEntry, Audited};
use crate::domain::ids::{AgentId, ConversationId};
use crate::store::{AuditSpan, Commit, Cursor, Page};

/// A look that goes on, with a page that asks again whenever something happens, is one look for so long.
const ONE_LOOK: SignedDuration = SignedDuration::from_mins(10);
/// So many looks are remembered; those that are over go first.
const REMEMBERED: usize = 4096;

/// So many lines one page looks at for those that are asked for.
const READ: usize = 5_000;
/// No file has more lines.
const EXPORTED: usize = 100_000;
/// Under this name the desk stands in the log for what it does by itself, and why it did it stands in the place of the network: an agent may be
/// called the same.
const DESK: &str = "desk";

/// Who looked at what.
type Look = (AgentId, Audited, Option<String>);

/// The looks that were written down a while ago.
#[derive(Debug, Default)]
pub(super) struct Looks(Mutex<HashMap<Look, Timestamp>>);

impl Looks {
    fn is_known(&self, look: &Look, now: Timestamp) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.get(look);
        at.is_some_and(|at| now.duration_since(*at) < ONE_LOOK)
    }

    fn know(&self, look: Look, now: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.retain(|_, at| now.duration_since(*at) < ONE_LOOK);
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(look, now);
    }
}

impl Desk {
    /// Writes down that an agent looked at something of a person's; once for a while, however often they look.
    ///
    /// # Errors
    /// When the store cannot write: then nothing is to be shown.
    pub async fn looked(
        &self,
        agent: &AgentId,
        what: Audited,
        about: Option<String>,
    ) -> Result<(), DeskError> {
        let now = self.clock.now();
        let look = (agent.clone(), what, about.clone());
        if self.looks.is_known(&look, now) {
            return Ok(());
        }
        self.note_down(agent, what, about).await?;
        self.looks.know(look, now);
        Ok(())
    }

    /// Writes down what an agent did.
    ///
    /// # Errors
    /// When the store cannot write.
    pub async fn note_down(
        &self,
        agent: &AgentId,
        what: Audited,
        about: Option<String>,
    ) -> Result<(), DeskError> {
        let entry = self.entry(agent, what, about, None);
        self.commit(Commit::new().audit(entry)).await
    }

    pub(super) fn entry(
        &self,
        agent: &AgentId,
        what: Audited,
        about: Option<String>,
        from: Option<&str>,
    ) -> AuditEntry {
        AuditEntry {
            at: self.clock.now(),
            agent: agent.clone(),
            what,
            about,
            from: from.map(str::to_owned),
        }
    }

    /// What the desk does by itself, and why.
    pub(super) fn own_entry(
        &self,
        what: Audited,
        about: String,
        why: &str,
    ) -> Result<AuditEntry, DeskError> {
        let desk = AgentId::parse(DESK).map_err(|error| DeskError::Invalid(error.to_string()))?;
        Ok(self.entry(&desk, what, Some(about), Some(why)))
    }

    /// A page of the lines of the audit log that are asked for, the newest first. A page may be short, and not the last. That it was read is written down, too.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn audit(
        &self,
        agent: &Agent,
        asked: &AuditAsked,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<AuditEntry>, DeskError> {
        let person = self.ids_of_person(agent, asked).await?;
        let page = self
            .audit_lines((asked, person.as_ref()), true, cursor, limit)
            .await?;
        self.note_down(&agent.id, Audited::AuditRead, None).await?;
        Ok(page)
    }

    /// All lines that are asked for, to be taken along, the oldest first; at most so many.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] when there are more; when the store cannot be read or written.
    pub async fn audit_export(
        &self,
        agent: &Agent,
        asked: &AuditAsked,
    ) -> Result<Vec<AuditEntry>, DeskError> {
        let person = self.ids_of_person(agent, asked).await?;
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let asked = (asked, person.as_ref());
            let page = self.audit_lines(asked, false, cursor.as_ref(), READ);
            let page = page.await?;
            all.extend(page.rows);
            if all.len() > EXPORTED {
                return Err(DeskError::Invalid(format!(
                    "these are more than {EXPORTED} lines: ask for a shorter time"
                )));
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let about = Some("audit.csv".to_owned());
        self.note_down(&agent.id, Audited::Exported, about).await?;
        Ok(all)
    }

    async fn audit_lines(
        &self,
        (asked, person): (&AuditAsked, Option<&HashSet<String>>),
        newest_first: bool,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<AuditEntry>, DeskError> {
        let fits = |entry: &AuditEntry| {
            let about = || entry.about.as_deref().and_then(|it| it.split(' ').next());
            asked.by.as_ref().is_none_or(|by| entry.agent == *by)
                && person.is_none_or(|ids| about().is_some_and(|about| ids.contains(about)))
        };
        let span = AuditSpan {
            since: asked.since,
            until: asked.until,
            newest_first,
        };
        let (mut rows, mut read, mut at) = (Vec::new(), 0, cursor.cloned());
        loop {
            // No more than there is room for: what has been read is told or passed over, and the cursor is after it.
            let room = limit.saturating_sub(rows.len());
            let page = self.store.audit(&span, at.as_ref(), room).await?;
            read += page.rows.len();
            rows.extend(page.rows.into_iter().filter(fits));
            at = page.next;
            if at.is_none() || rows.len() >= limit || read >= READ {
                return Ok(Page { rows, next: at });
            }
        }
    }

    /// The ids of all conversations of the person who is asked for; of one that was erased there is its own id.
    async fn ids_of_person(
        &self,
        agent: &Agent,
        asked: &AuditAsked,
    ) -> Result<Option<HashSet<String>>, DeskError> {
        let Some(id) = &asked.person else {
            return Ok(None);
        };
        let rows = match self.conversations_of(agent, id).await {
            Err(DeskError::NotFound) => Vec::new(),
            rows => rows?,
        };
        let ids = rows.iter().map(|row| row.id.to_string());
        Ok(Some(ids.chain([id.to_string()]).collect()))
    }
}

/// Which lines of the audit log.
#[derive(Clone, Debug)]
pub struct AuditAsked {
    /// From this time on.
    pub since: Timestamp,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// What this agent did.
    pub by: Option<AgentId>,
    /// What was done with the conversations of whoever speaks in this one.
    pub person: Option<ConversationId>,
}

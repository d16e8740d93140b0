//! What is written down of whom agents look at and what they change.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::{AuditEntry, Audited};
use crate::domain::ids::AgentId;
use crate::store::{Commit, Cursor, Page};

/// A look that goes on, with a page that asks again whenever something happens, is one look for so long.
const ONE_LOOK: SignedDuration = SignedDuration::from_mins(10);
/// So many looks are remembered; those that are over go first.
const REMEMBERED: usize = 4096;

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

    /// A page of the audit log from a time on. That it was read is written down, too.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn audit(
        &self,
        agent: &Agent,
        since: Timestamp,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<AuditEntry>, DeskError> {
        let page = self.store.audit(since, cursor, limit).await?;
        self.note_down(&agent.id, Audited::AuditRead, None).await?;
        Ok(page)
    }
}

//! Agents' log-ins, with their places in the index of what ends, and the pages of the audit log.

use jiff::Timestamp;

use super::apply::Done;
use super::door::Store;
use super::error::StoreError;
use super::keys;
use super::local::Local;
use super::page::{Cursor, Page};
use super::reads::MAX_PAGE;
use super::record;
use super::tx::Tx;
use crate::domain::account::{LogIn, TokenHash};
use crate::domain::audit::AuditEntry;
use crate::domain::ids::AgentId;

/// Writes a log-in, whatever stood there.
pub(super) fn put(tx: &mut Tx<'_>, log_in: &LogIn) -> Done {
    end(tx, &log_in.token)?;
    tx.put(&keys::log_in(&log_in.token), &record::encode(log_in)?)?;
    tx.mark(keys::log_in_end(log_in.expires_at, &log_in.token));
    Ok(())
}

/// Removes a log-in, if it is there.
pub(super) fn end(tx: &mut Tx<'_>, token: &TokenHash) -> Done {
    let key = keys::log_in(token);
    if let Some(old) = tx.get(&key)? {
        let old: LogIn = record::decode(&old)?;
        tx.unmark(keys::log_in_end(old.expires_at, token));
        tx.delete(&key)?;
    }
    Ok(())
}

impl Local {
    fn log_in(&self, token: &TokenHash) -> Result<Option<LogIn>, StoreError> {
        let found = self.get(&keys::log_in(token))?;
        found.map(|bytes| record::decode(&bytes)).transpose()
    }

    fn log_ins_of(&self, agent: &AgentId) -> Result<Vec<LogIn>, StoreError> {
        let (mut own, mut from) = (Vec::new(), b"v".to_vec());
        loop {
            let page = self.page(&from, b"w", MAX_PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(own);
            };
            from = keys::after(last);
            for (_, bytes) in &page {
                let log_in: LogIn = record::decode(bytes)?;
                own.extend(Some(log_in).filter(|log_in| log_in.agent == *agent));
            }
        }
    }

    fn audit(
        &self,
        since: Timestamp,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let begin = keys::audit_since(since).done();
        let from = cursor.map_or(begin, |Cursor(key)| keys::after(key));
        let limit = limit.clamp(1, MAX_PAGE);
        let mut page = self.page(&from, b"k", limit + 1)?;
        let more = page.len() > limit;
        page.truncate(limit);
        let last = page.last().map(|(key, _)| Cursor(key.clone()));
        let rows = page.iter().map(|(_, bytes)| record::decode(bytes));
        Ok(Page {
            rows: rows.collect::<Result<_, _>>()?,
            next: last.filter(|_| more),
        })
    }
}

impl Store {
    /// An agent's log-in with this token, ended or not.
    ///
    /// # Errors
    /// As every read.
    pub async fn log_in(&self, token: &TokenHash) -> Result<Option<LogIn>, StoreError> {
        match self {
            Self::Sled(local) => local.log_in(token),
        }
    }

    /// All log-ins of an agent, ended or not. Reads those of all agents, of which there are few: what has ended goes.
    ///
    /// # Errors
    /// As every read.
    pub async fn log_ins_of(&self, agent: &AgentId) -> Result<Vec<LogIn>, StoreError> {
        match self {
            Self::Sled(local) => local.log_ins_of(agent),
        }
    }

    /// A page of the audit log from a time on, the oldest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn audit(
        &self,
        since: Timestamp,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<AuditEntry>, StoreError> {
        match self {
            Self::Sled(local) => local.audit(since, cursor, limit),
        }
    }
}

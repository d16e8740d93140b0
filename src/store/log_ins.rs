//! Agents' log-ins, with their places in the index of what ends, and the pages of the audit log.

use jiff::Timestamp;

use super::apply::Done;
use super::commit::{Commit, Op};
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

/// A part of the audit log, and in which order.
#[derive(Clone, Copy, Debug)]
pub struct AuditSpan {
    /// From this time on.
    pub since: Timestamp,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// For whoever looks; whoever takes it along has it in the order in which it was written.
    pub newest_first: bool,
}

impl AuditSpan {
    /// All from a time on, the oldest first.
    #[must_use]
    pub const fn since(since: Timestamp) -> Self {
        Self {
            since,
            until: None,
            newest_first: false,
        }
    }
}

/// Writes a log-in, whatever stood there.
pub(super) fn put(tx: &mut Tx<'_>, log_in: &LogIn) -> Done {
    end(tx, &log_in.token)?;
    tx.put(&keys::log_in(&log_in.token), &record::encode(log_in)?)?;
    tx.mark(keys::log_in_end(log_in.expires_at, &log_in.token));
    Ok(())
}

/// Writes when an agent last did something, if their log-in is there: one that has ended meanwhile stays ended. Of two such times the later one
/// counts, whichever comes last.
pub(super) fn touch(tx: &mut Tx<'_>, seen: &LogIn) -> Done {
    let Some(kept) = tx.get(&keys::log_in(&seen.token))? else {
        return Ok(());
    };
    let kept: LogIn = record::decode(&kept)?;
    if kept.seen_at < seen.seen_at {
        put(tx, seen)?;
    }
    Ok(())
}

impl Commit {
    /// Writes when an agent last did something with a log-in, if it is there still.
    pub fn touch_log_in(mut self, seen: LogIn) -> Self {
        self.others.push(Op::TouchLogIn(seen));
        self
    }
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
        span: &AuditSpan,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let begin = keys::audit_since(span.since).done();
        let end = span.until.map(|until| keys::audit_since(until).done());
        let end = end.unwrap_or_else(|| b"k".to_vec());
        let limit = limit.clamp(1, MAX_PAGE);
        // A cursor is what somebody sends: nothing outside the time that is asked for is read by it.
        let mut page = match (span.newest_first, cursor) {
            (true, Some(Cursor(key))) => self.page_back(&begin, key.min(&end), limit + 1),
            (true, None) => self.page_back(&begin, &end, limit + 1),
            (false, Some(Cursor(key))) => {
                self.page((&keys::after(key)).max(&begin), &end, limit + 1)
            }
            (false, None) => self.page(&begin, &end, limit + 1),
        }?;
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

    /// A page of a part of the audit log.
    ///
    /// # Errors
    /// As every read.
    pub async fn audit(
        &self,
        span: &AuditSpan,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<AuditEntry>, StoreError> {
        match self {
            Self::Sled(local) => local.audit(span, cursor, limit),
        }
    }
}

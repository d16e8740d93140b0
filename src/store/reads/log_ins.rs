//! Reading agents' log-ins and the audit log.

use crate::domain::account::{LogIn, TokenHash};
use crate::domain::audit::AuditEntry;
use crate::domain::ids::AgentId;
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::local::Local;
use crate::store::page::{Cursor, MAX_PAGE, Page};
use crate::store::record;
use crate::store::records::log_ins::AuditSpan;

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

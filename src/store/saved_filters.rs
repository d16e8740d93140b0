//! What agents narrow their lists by again and again: one record for each agent.

use super::apply::Done;
use super::commit::{Commit, Op};
use super::door::Store;
use super::error::StoreError;
use super::keys::Key;
use super::local::Local;
use super::record;
use super::tx::Tx;
use crate::domain::ids::AgentId;
use crate::domain::saved_filter::{SavedFilter, SavedFilters};

fn key(agent: &AgentId) -> Vec<u8> {
    Key::new(b'S').id(agent.as_str()).done()
}

/// Writes an agent's, whatever stood there; none at all are no record.
pub(crate) fn put(tx: &mut Tx<'_>, saved: &SavedFilters) -> Done {
    let key = key(&saved.agent);
    match saved.filters.is_empty() {
        true => tx.delete(&key)?,
        false => tx.put(&key, &record::encode(saved)?)?,
    }
    Ok(())
}

impl Commit {
    /// Writes what an agent narrows their lists by, whatever stood there.
    pub fn saved_filters(mut self, saved: SavedFilters) -> Self {
        self.others.push(Op::SavedFilters(Box::new(saved)));
        self
    }
}

impl Local {
    fn saved_filters(&self, agent: &AgentId) -> Result<Vec<SavedFilter>, StoreError> {
        let saved: Option<SavedFilters> = self.record(&key(agent))?;
        Ok(saved.map(|saved| saved.filters).unwrap_or_default())
    }

    fn all_saved_filters(&self) -> Result<Vec<SavedFilters>, StoreError> {
        let mut all = Vec::new();
        self.each_record(b'S', |saved| all.push(saved))?;
        Ok(all)
    }
}

impl Store {
    /// Everybody's. Reads one record for each agent: for what is rarely done.
    ///
    /// # Errors
    /// As every read.
    pub async fn all_saved_filters(&self) -> Result<Vec<SavedFilters>, StoreError> {
        match self {
            Self::Sled(local) => local.all_saved_filters(),
        }
    }

    /// An agent's, in their order.
    ///
    /// # Errors
    /// As every read.
    pub async fn saved_filters(&self, agent: &AgentId) -> Result<Vec<SavedFilter>, StoreError> {
        match self {
            Self::Sled(local) => local.saved_filters(agent),
        }
    }
}

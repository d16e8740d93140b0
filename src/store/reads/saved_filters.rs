//! Reading what agents narrow their lists by.

use crate::domain::ids::AgentId;
use crate::domain::saved_filter::{SavedFilter, SavedFilters};
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::local::Local;
use crate::store::records::saved_filters::key;

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

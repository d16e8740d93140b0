//! Reading what an agent chose to be.

use crate::domain::availability::Chosen;
use crate::domain::ids::AgentId;
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::local::Local;
use crate::store::records::choices::key;

impl Local {
    fn chosen(&self, agent: &AgentId) -> Result<Option<Chosen>, StoreError> {
        self.record(&key(agent))
    }
}

impl Store {
    /// What an agent chose to be last, if they ever did.
    ///
    /// # Errors
    /// As every read.
    pub async fn chosen(&self, agent: &AgentId) -> Result<Option<Chosen>, StoreError> {
        match self {
            Self::Sled(local) => local.chosen(agent),
        }
    }
}

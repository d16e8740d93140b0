//! What agents chose to be: there, pausing or not there. One record for each agent who ever chose.

use super::apply::Done;
use super::commit::{Commit, Op};
use super::door::Store;
use super::error::StoreError;
use super::keys::Key;
use super::local::Local;
use super::record;
use super::tx::Tx;
use crate::domain::availability::Chosen;
use crate::domain::ids::AgentId;

fn key(agent: &AgentId) -> Vec<u8> {
    Key::new(b'P').id(agent.as_str()).done()
}

/// Writes what an agent chose, whatever they chose before.
pub(crate) fn put(tx: &mut Tx<'_>, chosen: &Chosen) -> Done {
    Ok(tx.put(&key(&chosen.agent), &record::encode(chosen)?)?)
}

impl Commit {
    /// Writes what an agent chose to be, whatever they chose before.
    pub fn chosen(mut self, chosen: Chosen) -> Self {
        self.others.push(Op::Chosen(chosen));
        self
    }
}

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

//! What agents chose to be: there, pausing or not there. One record for each agent who ever chose.

use crate::domain::availability::Chosen;
use crate::domain::ids::AgentId;
use crate::store::disk::tx::Tx;
use crate::store::keys::Key;
use crate::store::record;
use crate::store::records::commit::{Commit, Op};
use crate::store::records::rows::Done;

pub(crate) fn key(agent: &AgentId) -> Vec<u8> {
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

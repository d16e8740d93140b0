//! What agents narrow their lists by again and again: one record for each agent.

use crate::domain::ids::AgentId;
use crate::domain::saved_filter::SavedFilters;
use crate::store::disk::tx::Tx;
use crate::store::keys::Key;
use crate::store::record;
use crate::store::records::commit::{Commit, Op};
use crate::store::records::rows::Done;

pub(crate) fn key(agent: &AgentId) -> Vec<u8> {
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

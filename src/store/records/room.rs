//! Whether an agent has room for one more, held against what they have by the commit that gives it to them: of two at once one is refused.

use crate::domain::ids::AgentId;
use crate::store::disk::tx::{Tx, WorkError};
use crate::store::records::commit::{Commit, Op};
use crate::store::records::inbox::{self, View};
use crate::store::records::rows::{Done, Refusal};

/// Refuses what would give an agent more than so many.
pub(crate) fn expect(tx: &Tx<'_>, agent: AgentId, cap: u16) -> Done {
    let key = inbox::count(None, &View::Mine(agent));
    match inbox::number(tx.get(&key)?)? < u64::from(cap) {
        true => Ok(()),
        false => Err(WorkError::<Refusal>::Refused(None)),
    }
}

impl Commit {
    /// Expects that an agent has fewer than so many that are not done; otherwise the commit is refused with
    /// [`CommitError::Conflict`](crate::store::CommitError::Conflict), and with no conversation.
    pub fn expecting_room(mut self, agent: AgentId, cap: u16) -> Self {
        self.others.push(Op::ExpectRoom(agent, cap));
        self
    }
}

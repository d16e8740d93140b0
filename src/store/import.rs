//! Many orders at once: thousands to a commit, the next one being prepared while the disk has the last.

use std::collections::VecDeque;

use super::commit::{Commit, CommitError};
use super::error::StoreError;
use super::local::Local;
use crate::domain::order::Order;

/// Orders in one commit.
const CHUNK: usize = 1000;
/// Commits that are under way at once.
const AHEAD: usize = 2;

impl Local {
    /// Writes orders as they come. Memory stays flat: at most `CHUNK * (AHEAD + 1)` orders are held.
    pub(crate) fn import_orders(
        &self,
        orders: impl Iterator<Item = Order>,
        mut progress: impl FnMut(u64),
    ) -> Result<u64, StoreError> {
        let mut under_way = VecDeque::new();
        let mut orders = orders.peekable();
        let mut done = 0;
        while orders.peek().is_some() {
            let chunk: Vec<Order> = orders.by_ref().take(CHUNK).collect();
            let size = chunk.len() as u64;
            let commit = chunk.into_iter().fold(Commit::new(), Commit::order);
            under_way.push_back((size, self.submit(commit)?));
            if under_way.len() > AHEAD
                && let Some((size, answer)) = under_way.pop_front()
            {
                answer.wait()?;
                done += size;
                progress(done);
            }
        }
        for (size, answer) in under_way {
            answer.wait()?;
            done += size;
            progress(done);
        }
        Ok(done)
    }
}

impl From<CommitError> for StoreError {
    /// For commits that expect nothing, so that nothing can be in their way.
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Store(error) => error,
            other => Self::damaged(other.to_string()),
        }
    }
}

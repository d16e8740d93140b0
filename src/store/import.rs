//! Many orders at once: thousands to a commit, the next one being prepared while the disk has the last.

use std::collections::VecDeque;
use std::sync::Arc;

use super::commit::{Commit, CommitError};
use super::error::StoreError;
use super::local::{Local, Submitted};
use crate::domain::order::Order;

/// Orders in one commit.
const CHUNK: usize = 1000;
/// Commits that are under way at once.
const AHEAD: usize = 2;

/// An import under way. Memory stays flat: at most `CHUNK * (AHEAD + 1)` orders are held. Blocks: not for a thread that serves others.
#[derive(Debug)]
pub struct OrderImport {
    local: Arc<Local>,
    waiting: Commit,
    under_way: VecDeque<(u64, Submitted)>,
    durable: u64,
}

impl OrderImport {
    pub(crate) fn new(local: Arc<Local>) -> Self {
        Self {
            local,
            waiting: Commit::new(),
            under_way: VecDeque::new(),
            durable: 0,
        }
    }

    /// Adds an order; one that is known already is replaced. Returns how many are on disk so far.
    ///
    /// # Errors
    /// When the store could not write. The orders that are on disk stay there.
    pub fn add(&mut self, order: Order) -> Result<u64, StoreError> {
        self.waiting.orders.push(order);
        if self.waiting.orders.len() == CHUNK {
            self.submit()?;
            while self.under_way.len() > AHEAD {
                self.settle()?;
            }
        }
        Ok(self.durable)
    }

    /// Waits until all that was added is on disk. Returns how many that are.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn finish(mut self) -> Result<u64, StoreError> {
        self.submit()?;
        while !self.under_way.is_empty() {
            self.settle()?;
        }
        Ok(self.durable)
    }

    fn submit(&mut self) -> Result<(), StoreError> {
        let commit = std::mem::take(&mut self.waiting);
        let size = commit.orders.len() as u64;
        self.under_way.push_back((size, self.local.submit(commit)?));
        Ok(())
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        if let Some((size, submitted)) = self.under_way.pop_front() {
            submitted.wait()?;
            self.durable += size;
        }
        Ok(())
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

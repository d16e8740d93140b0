//! Many orders at once: a batch of the writer's to a commit, the next one being prepared while the disk has the last.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::domain::order::Order;
use crate::store::error::StoreError;
use crate::store::local::{Local, Submitted};
use crate::store::records::commit::CommitError;
use crate::store::records::incoming::IncomingOrder;

/// Orders in one commit, in bytes. Larger ones cost memory, and no less processor time; so small a one is far below what a commit may
/// have, so that the largest order of all still fits.
const CHUNK: usize = 512 << 10;
/// Commits that are under way at once.
const AHEAD: usize = 2;

/// An import under way. Memory stays flat: about `CHUNK * (AHEAD + 1)` bytes of orders are held. Blocks: not for a thread that serves others.
#[derive(Debug)]
pub struct OrderImport {
    local: Arc<Local>,
    waiting: Vec<IncomingOrder>,
    bytes: usize,
    under_way: VecDeque<(u64, Submitted)>,
    durable: u64,
}

impl OrderImport {
    pub(crate) fn new(local: Arc<Local>) -> Self {
        Self {
            local,
            waiting: Vec::new(),
            bytes: 0,
            under_way: VecDeque::new(),
            durable: 0,
        }
    }

    /// Adds an order; one that is known already is replaced. Returns how many are on disk so far.
    ///
    /// # Errors
    /// When the store could not write. The orders that are on disk stay there.
    pub fn add(&mut self, order: &Order) -> Result<u64, StoreError> {
        let order = IncomingOrder::prepare(order)?;
        self.bytes += order.size();
        self.waiting.push(order);
        if self.bytes >= CHUNK {
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
        let orders = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        let count = orders.len() as u64;
        self.under_way
            .push_back((count, self.local.submit(orders)?));
        Ok(())
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        if let Some((count, submitted)) = self.under_way.pop_front() {
            submitted.wait()?;
            self.durable += count;
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

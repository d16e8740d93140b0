//! The orders in a data folder. All that this command knows of the store is here.

use std::path::Path;

use crate::domain::ids::{MerchantId, OrderId};
use crate::domain::order::Order;

/// An open data folder.
pub struct Kept {}

impl Kept {
    /// Opens a data folder.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        anyhow::bail!("cannot open {}", folder.display())
    }

    /// Keeps orders; those that are known already are replaced.
    pub fn put(&self, _orders: Vec<Order>) -> anyhow::Result<()> {
        Ok(())
    }

    /// One order.
    pub fn get(&self, _merchant: &MerchantId, _id: &OrderId) -> anyhow::Result<Option<Order>> {
        Ok(None)
    }

    /// All orders, or all of one merchant.
    pub fn each(
        &self,
        _merchant: Option<&MerchantId>,
        _take: impl FnMut(&Order) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        Ok(())
    }

    /// Waits until all that was kept is on disk.
    pub fn close(self) -> anyhow::Result<()> {
        Ok(())
    }
}

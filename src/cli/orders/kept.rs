//! The orders in a data folder. All that this command knows of the store is here.

use anyhow::Context;

use crate::clock::Clock;
use crate::desk::accounts::Roll;
use crate::domain::audit::Audited;
use crate::domain::ids::{MerchantId, OrderId};
use crate::domain::order::Order;
use crate::store::{Options, ReadOnly, Store, StoreError, open_to_read};

/// Orders that are read at once by an export.
const PAGE: usize = 200;

/// An open data folder.
pub struct Kept {
    store: Store,
    /// Where it was opened to be read.
    read: Option<ReadOnly>,
    reads: tokio::runtime::Runtime,
}

impl Kept {
    /// Opens a data folder, or makes one, to put orders into it.
    pub fn open(options: &Options) -> anyhow::Result<Self> {
        Self::open_or(
            Store::open(options).map(|store| (store, None)),
            "a running desk takes orders itself, with PUT /v1/orders/{id} or POST /v1/orders/batch and an API key (`frontdesk \
             token new`); or stop it first",
        )
    }

    /// Opens a data folder that is there, to look at its orders.
    pub fn existing(options: &Options) -> anyhow::Result<Self> {
        let folder = &options.folder;
        std::fs::metadata(folder)
            .with_context(|| format!("there is no data folder {}", folder.display()))?;
        Self::open_or(
            open_to_read(options).map(|read| (read.store.clone(), Some(read))),
            "a running desk shows an order itself, with GET /v1/orders/{id} and an API key (`frontdesk token new`); or stop it \
             first",
        )
    }

    fn open_or(
        opened: Result<(Store, Option<ReadOnly>), StoreError>,
        instead: &str,
    ) -> anyhow::Result<Self> {
        let (store, read) = opened.map_err(|error| match error {
            StoreError::InUse { .. } => anyhow::anyhow!("{error}: {instead}"),
            other => other.into(),
        })?;
        let reads = tokio::runtime::Builder::new_current_thread().build()?;
        Ok(Self { store, read, reads })
    }

    /// Writes down what is about to be seen, taken along or written. A folder on a disk that cannot be written to takes no line: whoever has
    /// that disk needs no command to read it.
    ///
    /// # Errors
    /// When the store cannot write: then nothing is to be shown.
    pub fn note_down(&self, what: Audited, about: String) -> anyhow::Result<()> {
        if self.read.as_ref().is_some_and(ReadOnly::is_copy) {
            eprintln!(
                "note: the data folder cannot be written to: its audit log does not say that this was read"
            );
            return Ok(());
        }
        let roll = Roll::for_operator(&self.store, Clock::system().now());
        Ok(self.reads.block_on(roll.looked(what, Some(about)))?)
    }

    /// Keeps orders, replacing those that are known already; answers how many. When it returns, they are on disk.
    pub fn put(&self, orders: &mut dyn Iterator<Item = Order>) -> anyhow::Result<u64> {
        Ok(self.store.import_orders(orders, |_| {})?)
    }

    /// One order.
    pub fn get(&self, merchant: &MerchantId, id: &OrderId) -> anyhow::Result<Option<Order>> {
        Ok(self.reads.block_on(self.store.order(merchant, id))?)
    }

    /// All orders of a merchant, by number.
    pub fn each(
        &self,
        merchant: &MerchantId,
        mut take: impl FnMut(&Order) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut after = None;
        loop {
            let page = self.store.orders(merchant, after.as_ref(), PAGE);
            let page = self.reads.block_on(page)?;
            page.iter().try_for_each(&mut take)?;
            match page.last() {
                Some(last) => after = Some(last.id.clone()),
                None => return Ok(()),
            }
        }
    }
}

impl Drop for Kept {
    /// Blocks until the disk has all of it.
    fn drop(&mut self) {
        self.store.close();
    }
}

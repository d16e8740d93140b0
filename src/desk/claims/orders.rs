//! What shops hand in: orders, each under the merchant whose key was shown.

use crate::desk::{Desk, DeskError};
use crate::domain::account::ApiKey;
use crate::domain::audit::{Audited, order, orders};
use crate::domain::ids::OrderId;
use crate::domain::order::Order;
use crate::store::Commit;

impl Desk {
    /// Writes orders, all or none. An order that is there is replaced.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when an order names another merchant than the key's.
    pub async fn put_orders(&self, key: &ApiKey, orders: Vec<Order>) -> Result<(), DeskError> {
        if orders.iter().any(|order| order.merchant != key.merchant) {
            return Err(DeskError::NotFound);
        }
        let about = match orders.as_slice() {
            [one] => order(&key.merchant, &one.id),
            all => self::orders(&key.merchant, all.len()),
        };
        let entry = self.entry_of_key(key, Audited::OrdersWritten, about)?;
        let commit = Commit::new().audit(entry);
        self.commit(orders.into_iter().fold(commit, Commit::order))
            .await
    }

    /// An order of the key's merchant.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when there is none, or it is another merchant's: the two look alike.
    pub async fn order(&self, key: &ApiKey, id: &OrderId) -> Result<Order, DeskError> {
        let found = self.store.order(&key.merchant, id).await?;
        let found = found.ok_or(DeskError::NotFound)?;
        let about = order(&key.merchant, id);
        self.key_looked(key, Audited::OrderRead, about).await?;
        Ok(found)
    }
}

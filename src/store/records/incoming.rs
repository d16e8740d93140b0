//! Orders on their way in: encoded where they come from, put by the writer, many at once for little more than they take on the disk.

use crate::domain::order::Order;
use crate::store::disk::tx::{Tx, WorkError};
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::record;
use crate::store::records::facets;
use crate::store::records::places::contacts;
use crate::store::records::rows::{Refusal, Rows};

/// An order with its key, its bytes and its places among the orders of its contact.
#[derive(Debug)]
pub(crate) struct IncomingOrder {
    key: Vec<u8>,
    bytes: Vec<u8>,
    contacts: Vec<Vec<u8>>,
}

impl IncomingOrder {
    /// Encodes an order.
    pub(crate) fn prepare(order: &Order) -> Result<Self, StoreError> {
        Ok(Self {
            key: keys::order(&order.merchant, &order.id),
            bytes: record::encode(order)?,
            contacts: contacts(order),
        })
    }

    /// About as many bytes as it takes in the journal.
    pub(crate) fn size(&self) -> usize {
        let contacts: usize = self.contacts.iter().map(Vec::len).sum();
        self.key.len() + self.bytes.len() + contacts
    }

    /// Puts an order where none stands.
    fn put_new(&mut self, tx: &mut Tx<'_>) {
        tx.put_new(&self.key, &self.bytes);
        self.contacts.drain(..).for_each(|place| tx.mark(place));
    }

    /// Puts an order where one may stand, and tells which did. One that has not changed is left alone: shops send the same file every night.
    fn replace(&mut self, tx: &mut Tx<'_>) -> Result<Option<Order>, WorkError<Refusal>> {
        let Some(old) = tx.get(&self.key)? else {
            self.put_new(tx);
            return Ok(None);
        };
        let before: Order = record::decode(&old)?;
        if old == self.bytes {
            return Ok(Some(before));
        }
        for contact in contacts(&before) {
            if !self.contacts.contains(&contact) {
                tx.unmark(contact);
            }
        }
        tx.put(&self.key, &self.bytes)?;
        self.contacts.drain(..).for_each(|place| tx.mark(place));
        Ok(Some(before))
    }
}

/// Encodes orders.
pub(crate) fn prepare(orders: &[Order]) -> Result<Vec<IncomingOrder>, StoreError> {
    orders.iter().map(IncomingOrder::prepare).collect()
}

/// Puts orders; of several with one number the last one stands.
///
/// They are put in the order of their keys, and the store is asked where its next order stands, so that a thousand new ones between
/// two old ones cost one look instead of a thousand.
pub(crate) fn apply(
    mut orders: Vec<IncomingOrder>,
    tx: &mut Tx<'_>,
    rows: &Rows,
) -> Result<(), WorkError<Refusal>> {
    // The sort is stable: reversed, the last of several is the first, which is the one that `dedup_by` keeps.
    orders.reverse();
    orders.sort_by(|a, b| a.key.cmp(&b.key));
    orders.dedup_by(|later, first| later.key == first.key);
    let Some(end) = orders.last().map(|last| keys::after(&last.key)) else {
        return Ok(());
    };
    let (mut next, mut talk) = (Vec::new(), Vec::new());
    for mut order in orders {
        if next < order.key {
            let found = tx.next_key(&order.key, &end)?;
            next = found.unwrap_or_else(|| end.clone());
        }
        let old = if next == order.key {
            order.replace(tx)?
        } else {
            order.put_new(tx);
            None
        };
        if is_talked_about(&order.key, &mut talk, tx, &end)? {
            let new: Order = record::decode(&order.bytes)?;
            facets::follow(tx, rows, &order.key, old.as_ref(), &new)?;
        }
    }
    Ok(())
}

/// Whether people have a conversation about an order. `next` is where the next such place stands, as far as that was asked.
fn is_talked_about(
    key: &[u8],
    next: &mut Vec<u8>,
    tx: &Tx<'_>,
    end: &[u8],
) -> Result<bool, WorkError<Refusal>> {
    let all = keys::talked_about(key);
    if *next < all {
        let end = keys::talked_about(end);
        let found = tx.next_key(&all, &end)?;
        *next = found.unwrap_or(end);
    }
    Ok(next.starts_with(&all))
}

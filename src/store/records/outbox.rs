//! The outbox: what endpoints are to be told, written in the same commit as what it tells of, and taken out when it has arrived.
//!
//! A delivery that waits, one that was given up and one that has arrived stand apart (`w`, `g` and `D`), so that the next one of an endpoint is always the first
//! of those that wait, however many were given up. Of those that have arrived the last [`KEPT`] of each endpoint are kept, so that they
//! can be looked at and sent again.

use crate::domain::conversation::Revision;
use crate::domain::ids::EndpointId;
use crate::domain::webhook::{Delivery, DeliveryId, DeliveryState, EndpointChange, EndpointRecord};
use crate::store::disk::tx::{Tx, WorkError};
use crate::store::keys;
use crate::store::record;
use crate::store::records::rows::Done;

/// So many numbers back, a delivery that has arrived is kept.
const KEPT: u64 = 1000;

/// Puts a delivery behind all others of its endpoint.
pub(crate) fn send(tx: &mut Tx<'_>, mut delivery: Delivery) -> Done {
    let key = keys::endpoint(&delivery.id.endpoint);
    let mut endpoint = endpoint(tx, &key)?;
    endpoint.last += 1;
    delivery.id.number = endpoint.last;
    delivery.revision = Revision(1);
    tx.put(&key, &record::encode(&endpoint)?)?;
    tx.put_new(&keys::delivery(&delivery), &record::encode(&delivery)?);
    if let Some(place) = keys::place_in(&delivery) {
        tx.put_new(&place, &[]);
    }
    Ok(())
}

/// Of two changes of a delivery that were based on the same state, only one is made.
pub(crate) fn put(tx: &mut Tx<'_>, mut delivery: Delivery) -> Done {
    let stored = stored(tx, &delivery.id)?;
    if stored.is_none_or(|stored| stored.revision != delivery.revision) {
        return Err(WorkError::Refused(None));
    }
    delivery.revision = delivery.revision.next();
    remove(tx, &delivery.id)?;
    if !matches!(delivery.state, DeliveryState::Waiting { .. }) {
        let number = delivery.id.number.saturating_sub(KEPT);
        let endpoint = delivery.id.endpoint.clone();
        let [_, _, old] = keys::deliveries(&DeliveryId { endpoint, number });
        tx.delete(&old)?;
    }
    tx.put(&keys::delivery(&delivery), &record::encode(&delivery)?)?;
    match keys::place_in(&delivery) {
        Some(place) => Ok(tx.put(&place, &[])?),
        None => Ok(()),
    }
}

/// Takes a delivery out, wherever it stands.
pub(crate) fn remove(tx: &mut Tx<'_>, id: &DeliveryId) -> Done {
    if let Some(place) = stored(tx, id)?.as_ref().and_then(keys::place_in) {
        tx.delete(&place)?;
    }
    for key in keys::deliveries(id) {
        tx.delete(&key)?;
    }
    Ok(())
}

/// Notes what is said about an endpoint.
pub(crate) fn change(tx: &mut Tx<'_>, id: &EndpointId, change: EndpointChange) -> Done {
    let key = keys::endpoint(id);
    let endpoint = endpoint(tx, &key)?.after(change);
    Ok(tx.put(&key, &record::encode(&endpoint)?)?)
}

pub(crate) fn endpoint(
    tx: &Tx<'_>,
    key: &[u8],
) -> Result<EndpointRecord, WorkError<crate::store::records::rows::Refusal>> {
    let stored = tx.get(key)?.map(|bytes| record::decode(&bytes));
    Ok(stored.transpose()?.unwrap_or_default())
}

pub(crate) fn stored(
    tx: &Tx<'_>,
    id: &DeliveryId,
) -> Result<Option<Delivery>, WorkError<crate::store::records::rows::Refusal>> {
    for key in keys::deliveries(id) {
        if let Some(bytes) = tx.get(&key)? {
            return Ok(Some(record::decode(&bytes)?));
        }
    }
    Ok(None)
}

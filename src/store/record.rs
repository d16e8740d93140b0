//! How a value of the domain is kept: one version byte, then MessagePack with named fields, so that fields can be added.
//!
//! Every version that was ever written stays readable: `tests/data/records` holds samples of each.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::error::StoreError;

/// The version that is written.
pub(crate) const VERSION: u8 = 1;

/// The bytes of a value.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    // Most records are about so long; growing from nothing would copy each of them several times.
    let mut out = Vec::with_capacity(512);
    out.push(VERSION);
    rmp_serde::encode::write_named(&mut out, value)
        .map_err(|e| StoreError::damaged(format!("a record cannot be written: {e}")))?;
    Ok(out)
}

/// The value of some bytes.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StoreError> {
    match bytes.split_first() {
        Some((&VERSION, rest)) => rmp_serde::from_slice(rest)
            .map_err(|e| StoreError::damaged(format!("a record cannot be read: {e}"))),
        Some((&found, _)) if found > VERSION => Err(StoreError::FromTheFuture {
            found,
            known: VERSION,
        }),
        _ => Err(StoreError::damaged("a record has no version")),
    }
}

#[cfg(test)]
mod tests;

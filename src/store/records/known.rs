//! Platforms' own names for messages: one that comes again is known, and so is one whose fate is told.

use jiff::Timestamp;

use crate::domain::channel::{Known, PlatformId};
use crate::store::disk::tx::{Tx, WorkError};
use crate::store::keys::Key;
use crate::store::record;
use crate::store::records::rows::Done;

/// What a platform's name for a message stands for.
pub(crate) fn key_of(id: &PlatformId) -> Vec<u8> {
    let key = Key::new(b'p').id(id.outbox.as_str());
    key.fixed(&id.hash).done()
}

/// It is forgotten.
pub(crate) fn forgotten(until: Timestamp, id: &PlatformId) -> Vec<u8> {
    let key = Key::new(b't').time(until).fixed(b"m");
    key.id(id.outbox.as_str()).fixed(&id.hash).done()
}

/// Of two commits that bring the same message, only one is made.
pub(crate) fn put(tx: &mut Tx<'_>, known: &Known) -> Done {
    let key = key_of(&known.id);
    if tx.contains(&key)? {
        return Err(WorkError::Refused(None));
    }
    tx.mark(forgotten(known.until, &known.id));
    tx.put_new(&key, &record::encode(known)?);
    Ok(())
}

/// Forgets a name whose time is over.
pub(crate) fn forget(tx: &mut Tx<'_>, id: &PlatformId) -> Done {
    let key = key_of(id);
    if let Some(bytes) = tx.get(&key)? {
        let known: Known = record::decode(&bytes)?;
        tx.unmark(forgotten(known.until, id));
        tx.delete(&key)?;
    }
    Ok(())
}

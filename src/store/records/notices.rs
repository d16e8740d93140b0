//! Notices, and who is to be told when one ends.
//!
//! Those about which something is left to be done stand apart (`h`) from those that are settled (`H`), so that what is read in every
//! turn and in every pass stays small however many there have been.

use crate::domain::ids::{MerchantId, NoticeId};
use crate::domain::notice::Notice;
use crate::store::disk::tx::{Tx, WorkError};
use crate::store::keys;
use crate::store::record;
use crate::store::records::rows::{Done, Refusal};

/// Of two changes of a notice that were based on the same state, only one is made.
pub(crate) fn put(tx: &mut Tx<'_>, mut notice: Notice) -> Done {
    let merchant = notice.affected.merchant.clone();
    let stored = stored(tx, merchant.as_ref(), &notice.id)?;
    let revision = stored.map(|stored| stored.revision).unwrap_or_default();
    if revision != notice.revision {
        return Err(WorkError::Refused(None));
    }
    notice.revision = notice.revision.next();
    for key in keys::notice_places(merchant.as_ref(), &notice.id) {
        tx.delete(&key)?;
    }
    Ok(tx.put(&keys::notice(&notice), &record::encode(&notice)?)?)
}

/// Refuses what was based on a notice that is not open any more.
pub(crate) fn expect_open(tx: &Tx<'_>, merchant: &MerchantId, id: &NoticeId) -> Done {
    for merchant in [Some(merchant), None] {
        if stored(tx, merchant, id)?.is_some_and(|notice| notice.is_open()) {
            return Ok(());
        }
    }
    Err(WorkError::Refused(None))
}

pub(crate) fn stored(
    tx: &Tx<'_>,
    merchant: Option<&MerchantId>,
    id: &NoticeId,
) -> Result<Option<Notice>, WorkError<Refusal>> {
    for key in keys::notice_places(merchant, id) {
        if let Some(bytes) = tx.get(&key)? {
            return Ok(Some(record::decode(&bytes)?));
        }
    }
    Ok(None)
}

//! Answers that agents wrote to have them ready, under whose agents have them.

use crate::domain::canned::{CannedName, OwnCanned};
use crate::domain::ids::MerchantId;
use crate::store::disk::tx::Tx;
use crate::store::keys::Key;
use crate::store::record;
use crate::store::records::rows::Done;

/// One of them.
fn key(merchant: Option<&MerchantId>, name: &CannedName) -> Vec<u8> {
    Key::from(&of(merchant)).id(name.as_str()).done()
}

/// All of a merchant's agents, or of everybody's.
pub(crate) fn of(merchant: Option<&MerchantId>) -> Vec<u8> {
    let merchant = merchant.map_or("", MerchantId::as_str);
    Key::new(b'B').id(merchant).done()
}

/// Writes one, whatever stood there.
pub(crate) fn put(tx: &mut Tx<'_>, own: &OwnCanned) -> Done {
    let key = key(own.merchant.as_ref(), &own.name);
    Ok(tx.put(&key, &record::encode(own)?)?)
}

/// Takes one out.
pub(crate) fn remove(tx: &mut Tx<'_>, merchant: Option<&MerchantId>, name: &CannedName) -> Done {
    Ok(tx.delete(&key(merchant, name))?)
}

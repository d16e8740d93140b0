//! Answers that agents wrote to have them ready, under whose agents have them.

use super::apply::Done;
use super::door::Store;
use super::error::StoreError;
use super::keys::{self, Key};
use super::local::Local;
use super::reads::MAX_PAGE;
use super::record;
use super::tx::Tx;
use crate::domain::canned::{CannedName, OwnCanned};
use crate::domain::ids::MerchantId;

/// One of them.
fn key(merchant: Option<&MerchantId>, name: &CannedName) -> Vec<u8> {
    Key::from(&of(merchant)).id(name.as_str()).done()
}

/// All of a merchant's agents, or of everybody's.
fn of(merchant: Option<&MerchantId>) -> Vec<u8> {
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

impl Local {
    fn canned(&self, from: &[u8], to: &[u8]) -> Result<Vec<OwnCanned>, StoreError> {
        let (mut all, mut from) = (Vec::new(), from.to_vec());
        loop {
            let page = self.page(&from, to, MAX_PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(all);
            };
            from = keys::after(last);
            for (_, bytes) in &page {
                all.push(record::decode(bytes)?);
            }
        }
    }
}

impl Store {
    /// Those of a merchant's agents, or those of everybody's alone.
    ///
    /// # Errors
    /// As every read.
    pub async fn canned(&self, of_whom: Option<&MerchantId>) -> Result<Vec<OwnCanned>, StoreError> {
        let from = of(of_whom);
        match self {
            Self::Sled(local) => local.canned(&from, &keys::after(&from)),
        }
    }

    /// All of them, whoever has them.
    ///
    /// # Errors
    /// As every read.
    pub async fn all_canned(&self) -> Result<Vec<OwnCanned>, StoreError> {
        match self {
            Self::Sled(local) => local.canned(b"B", b"C"),
        }
    }
}

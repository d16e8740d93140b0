//! Reading the answers that agents have ready.

use crate::domain::canned::OwnCanned;
use crate::domain::ids::MerchantId;
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::local::Local;
use crate::store::page::MAX_PAGE;
use crate::store::record;
use crate::store::records::canned::of;

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

//! Reading what is known of messages by the names that platforms gave them.

use crate::domain::channel::{Known, PlatformId};
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::local::Local;
use crate::store::record;
use crate::store::records::known::key_of;

impl Local {
    fn known(&self, id: &PlatformId) -> Result<Option<Known>, StoreError> {
        let stored = self.get(&key_of(id))?;
        stored.map(|bytes| record::decode(&bytes)).transpose()
    }
}

impl Store {
    /// What a platform's name for a message stands for.
    ///
    /// # Errors
    /// As every read.
    pub async fn known(&self, id: &PlatformId) -> Result<Option<Known>, StoreError> {
        match self {
            Self::Sled(local) => local.known(id),
        }
    }
}

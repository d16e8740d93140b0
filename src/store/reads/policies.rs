//! Reading policies as they were worded.

use crate::domain::policy::PolicyText;
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::local::Local;
use crate::store::records::policies::key;

impl Local {
    fn policy(&self, version: &str) -> Result<Option<PolicyText>, StoreError> {
        self.record(&key(version))
    }
}

impl Store {
    /// A policy as it was worded in this version, if something was decided by it.
    ///
    /// # Errors
    /// As every read.
    pub async fn policy(&self, version: &str) -> Result<Option<PolicyText>, StoreError> {
        match self {
            Self::Sled(local) => local.policy(version),
        }
    }
}

//! The policies of all merchants.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Policy;
use crate::domain::ids::MerchantId;

/// Each merchant's policy, and that of all the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policies {
    by_merchant: BTreeMap<MerchantId, Arc<Policy>>,
    others: Option<Arc<Policy>>,
}

impl Policies {
    /// Puts a merchant's policy in.
    pub fn insert(&mut self, merchant: MerchantId, policy: Policy) {
        self.by_merchant.insert(merchant, Arc::new(policy));
    }

    /// Says what holds for merchants without a policy of their own.
    pub fn for_others(&mut self, policy: Policy) {
        self.others = Some(Arc::new(policy));
    }

    /// What holds for a merchant: its own policy, or that of all who have none, or one of which nothing is known.
    #[must_use]
    pub fn of(&self, merchant: &MerchantId) -> Arc<Policy> {
        let own = self.by_merchant.get(merchant);
        own.or(self.others.as_ref()).cloned().unwrap_or_default()
    }

    /// The merchants that have one of their own.
    pub fn own(&self) -> impl Iterator<Item = (&MerchantId, &Arc<Policy>)> {
        self.by_merchant.iter()
    }

    /// The policy of those who have none of their own.
    #[must_use]
    pub const fn others(&self) -> Option<&Arc<Policy>> {
        self.others.as_ref()
    }
}

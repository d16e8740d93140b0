//! The accounts at messaging platforms that are on, as requests name them, and as what is said in a conversation goes out from them.

use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use serde::Serialize;

use crate::channels::{Account, KeptBack, keeps_back, shares_address};
use crate::domain::conversation::Conversation;

/// The accounts that are on, by platform and key.
#[derive(Debug, Default)]
pub struct Accounts(ArcSwap<Vec<Arc<Account>>>);

/// Why what an agent writes would not reach the customer of a platform now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unreached {
    /// The account can answer a message at once and say nothing else: it would fail.
    Never,
    /// The account is off: it would wait until it is on.
    Off,
    /// The platform takes nothing before the customer writes again: it would be held until then.
    Held,
}

impl Accounts {
    /// These accounts.
    #[must_use]
    pub fn new(accounts: Vec<Arc<Account>>) -> Self {
        Self(ArcSwap::from_pointee(accounts))
    }

    /// Puts others in their place, from the next request on.
    pub fn set(&self, accounts: Vec<Arc<Account>>) {
        self.0.store(Arc::new(accounts));
    }

    pub(in crate::http) fn all(&self) -> Arc<Vec<Arc<Account>>> {
        self.0.load_full()
    }

    pub(in crate::http) fn get(&self, channel: &str, account: &str) -> Option<Arc<Account>> {
        let is_meant = |one: &Account| {
            one.key.channel.name() == channel && one.key.account.as_str() == account
        };
        self.that(is_meant)
    }

    /// The other accounts that are told of at the same address, each by its own name at the platform. One that has none takes all that is told.
    pub(in crate::http) fn beside(&self, account: &Account) -> Vec<Arc<Account>> {
        let channel = account.key.channel;
        let is_beside = |one: &&Arc<Account>| {
            one.key.channel == channel && one.key != account.key && one.sender.is_some()
        };
        let all = self.all();
        let is_shared = shares_address(channel) && account.sender.is_some();
        let beside = all.iter().filter(|_| is_shared);
        beside.filter(is_beside).cloned().collect()
    }

    /// Why what an agent writes in a conversation would not reach its customer now; nothing where it would, or goes to a page.
    pub(in crate::http) fn keep_back(
        &self,
        row: &Conversation,
        now: Timestamp,
    ) -> Option<Unreached> {
        let to = row.recipient.as_ref()?;
        match self.that(|one| one.key.outbox == to.outbox) {
            None => Some(Unreached::Off),
            Some(account) => Some(match keeps_back(&account, to, now)? {
                KeptBack::Always => Unreached::Never,
                KeptBack::UntilTheyWrite => Unreached::Held,
            }),
        }
    }

    fn that(&self, is_meant: impl Fn(&Account) -> bool) -> Option<Arc<Account>> {
        let all = self.0.load();
        all.iter().find(|one| is_meant(one)).cloned()
    }
}

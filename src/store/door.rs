//! The store as the rest of the desk sees it: a closed set of backends, the same small reads and one write door for each.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::domain::account::{Agent, ApiKey, Session, TokenHash};
use crate::domain::claim::OrderClaims;
use crate::domain::conversation::{Conversation, Event, Seq};
use crate::domain::ids::{AgentId, ClientId, ConversationId, MerchantId, OrderId};
use crate::domain::order::Order;
use crate::domain::tally::{Tally, TallyKey};
use crate::store::due::Due;
use crate::store::error::StoreError;
use crate::store::import::OrderImport;
use crate::store::local::Local;
use crate::store::options::{Options, Report};
use crate::store::page::{Cursor, Page};
use crate::store::records::commit::{Commit, CommitError};
use crate::store::records::inbox::{Counts, InboxRow, View};

/// Everything the desk knows. Cheap to clone: a clone is the same store.
///
/// The reads are microseconds from memory and may wait for one disk read; they see commits in order, but two reads may fall on
/// either side of a commit. Every method fails with [`StoreError::Stopped`] once the engine has failed.
#[derive(Clone, Debug)]
pub enum Store {
    /// On this machine's disk.
    Sled(Arc<Local>),
}

impl Store {
    /// Opens or creates the store in a folder. Blocks: seconds for a large store, longer if it must be rebuilt.
    ///
    /// # Errors
    /// When another process has the folder, others may read it, the disk refuses, or something acknowledged would be lost.
    pub fn open(options: &Options) -> Result<Self, StoreError> {
        Local::open(options).map(|local| Self::Sled(Arc::new(local)))
    }

    /// Writes a commit: all of it or none. When this returns, it is on disk and every read sees it.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] by what the commit expects; [`StoreError::Busy`] when 1,024 commits wait; [`StoreError::DiskFull`];
    /// [`StoreError::Stopped`] after an I/O error, when it is unknown whether this commit is on disk.
    pub async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        match self {
            Self::Sled(local) => local.commit(commit).await,
        }
    }

    /// Changes whenever an agent, a session or a key was changed or taken away: whoever holds something open for one looks again.
    #[must_use]
    pub fn access_changes(&self) -> watch::Receiver<()> {
        match self {
            Self::Sled(local) => local.access_changes(),
        }
    }

    /// Begins an import of many orders.
    #[must_use]
    pub fn import(&self) -> OrderImport {
        match self {
            Self::Sled(local) => OrderImport::new(Arc::clone(local)),
        }
    }

    /// Writes many orders, many to a commit, and tells how many are on disk. Blocks: not for a thread that serves others.
    ///
    /// # Errors
    /// As [`Self::commit`]; the orders that progress was told of stay written.
    pub fn import_orders(
        &self,
        orders: impl IntoIterator<Item = Order>,
        mut progress: impl FnMut(u64),
    ) -> Result<u64, StoreError> {
        let mut import = self.import();
        for order in orders {
            progress(import.add(&order)?);
        }
        let durable = import.finish()?;
        progress(durable);
        Ok(durable)
    }

    /// A conversation's row.
    ///
    /// # Errors
    /// When the store has stopped or the record cannot be read, as for every read.
    pub async fn conversation(
        &self,
        id: &ConversationId,
    ) -> Result<Option<Conversation>, StoreError> {
        match self {
            Self::Sled(local) => local.conversation(id),
        }
    }

    /// Up to `limit` conversations by id, after one of them.
    ///
    /// # Errors
    /// As every read.
    pub async fn conversations(
        &self,
        after: Option<&ConversationId>,
        limit: usize,
    ) -> Result<Vec<Conversation>, StoreError> {
        match self {
            Self::Sled(local) => local.conversations(after, limit),
        }
    }

    /// Up to `limit` events (at most [`super::MAX_PAGE`]) that follow number `after`, in order and without a gap.
    ///
    /// # Errors
    /// As every read.
    pub async fn events(
        &self,
        id: &ConversationId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        match self {
            Self::Sled(local) => local.events(id, after, limit),
        }
    }

    /// The number of the event that a sender sent under a name of its own: see [`Event::sent_as`].
    ///
    /// # Errors
    /// As every read.
    pub async fn sent(
        &self,
        id: &ConversationId,
        sender: &str,
        client_id: &ClientId,
    ) -> Result<Option<Seq>, StoreError> {
        match self {
            Self::Sled(local) => local.sent(id, sender, client_id),
        }
    }

    /// One order of a merchant.
    ///
    /// # Errors
    /// As every read.
    pub async fn order(
        &self,
        merchant: &MerchantId,
        id: &OrderId,
    ) -> Result<Option<Order>, StoreError> {
        match self {
            Self::Sled(local) => local.order(merchant, id),
        }
    }

    /// Up to `limit` orders (at most [`super::MAX_PAGE`]) of a merchant by number, after one of them.
    ///
    /// # Errors
    /// As every read.
    pub async fn orders(
        &self,
        merchant: &MerchantId,
        after: Option<&OrderId>,
        limit: usize,
    ) -> Result<Vec<Order>, StoreError> {
        match self {
            Self::Sled(local) => local.orders(merchant, after, limit),
        }
    }

    /// Up to `limit` orders of a merchant's customer, the newest first: those with this e-mail address, in any case, and those with
    /// this phone number, by its last eight digits. This is no page, and as long as is asked for: who wants all of somebody's gets all.
    ///
    /// # Errors
    /// As every read.
    pub async fn orders_of(
        &self,
        merchant: &MerchantId,
        email: Option<&str>,
        phone: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Order>, StoreError> {
        match self {
            Self::Sled(local) => local.orders_of(merchant, email, phone, limit),
        }
    }

    /// The claims on an order of a merchant.
    ///
    /// # Errors
    /// As every read.
    pub async fn claims(
        &self,
        merchant: &MerchantId,
        order: &OrderId,
    ) -> Result<Option<OrderClaims>, StoreError> {
        match self {
            Self::Sled(local) => local.claims(merchant, order),
        }
    }

    /// The claims on up to `limit` orders (at most [`super::MAX_PAGE`]) of a merchant by order number, after one of them.
    ///
    /// # Errors
    /// As every read.
    pub async fn claims_of(
        &self,
        merchant: &MerchantId,
        after: Option<&OrderId>,
        limit: usize,
    ) -> Result<Vec<OrderClaims>, StoreError> {
        match self {
            Self::Sled(local) => local.claims_of(merchant, after, limit),
        }
    }

    /// The session with this token, expired or not.
    ///
    /// # Errors
    /// As every read.
    pub async fn session(&self, token: &TokenHash) -> Result<Option<Session>, StoreError> {
        match self {
            Self::Sled(local) => local.session(token),
        }
    }

    /// An agent.
    ///
    /// # Errors
    /// As every read.
    pub async fn agent(&self, id: &AgentId) -> Result<Option<Agent>, StoreError> {
        match self {
            Self::Sled(local) => local.agent(id),
        }
    }

    /// The agents by id, at most [`super::MAX_PAGE`].
    ///
    /// # Errors
    /// As every read.
    pub async fn agents(&self) -> Result<Vec<Agent>, StoreError> {
        match self {
            Self::Sled(local) => local.agents(),
        }
    }

    /// The agent who holds this token, disabled or not.
    ///
    /// # Errors
    /// As every read.
    pub async fn agent_of(&self, token: &TokenHash) -> Result<Option<Agent>, StoreError> {
        match self {
            Self::Sled(local) => local.agent_of(token),
        }
    }

    /// The API key with this hash.
    ///
    /// # Errors
    /// As every read.
    pub async fn api_key(&self, token: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        match self {
            Self::Sled(local) => local.api_key(token),
        }
    }

    /// The API keys, at most [`super::MAX_PAGE`].
    ///
    /// # Errors
    /// As every read.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        match self {
            Self::Sled(local) => local.api_keys(),
        }
    }

    /// A tally.
    ///
    /// # Errors
    /// As every read.
    pub async fn tally(&self, key: &TallyKey) -> Result<Option<Tally>, StoreError> {
        match self {
            Self::Sled(local) => local.tally(key),
        }
    }

    /// A page of an inbox list, of one merchant or of all, from a cursor that an earlier page gave.
    ///
    /// # Errors
    /// As every read.
    pub async fn inbox(
        &self,
        view: View,
        merchant: Option<&MerchantId>,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<Conversation>, StoreError> {
        match self {
            Self::Sled(local) => local.inbox(&view, merchant, cursor, limit),
        }
    }

    /// As [`Self::inbox`], with the lines that are shown there instead of the conversations: cheaper, and with what was last said.
    ///
    /// # Errors
    /// As every read.
    pub async fn inbox_rows(
        &self,
        view: View,
        merchant: Option<&MerchantId>,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<InboxRow>, StoreError> {
        match self {
            Self::Sled(local) => local.inbox_rows(&view, merchant, cursor, limit),
        }
    }

    /// How many conversations are in one inbox list.
    ///
    /// # Errors
    /// As every read.
    pub async fn inbox_count(
        &self,
        view: View,
        merchant: Option<&MerchantId>,
    ) -> Result<u64, StoreError> {
        match self {
            Self::Sled(local) => local.inbox_count(&view, merchant),
        }
    }

    /// How many conversations are in the inbox lists of one merchant or of all.
    ///
    /// # Errors
    /// As every read.
    pub async fn counts(&self, merchant: Option<&MerchantId>) -> Result<Counts, StoreError> {
        match self {
            Self::Sled(local) => local.counts(merchant),
        }
    }

    /// The conversations whose messages wait for an answer (`memory.unanswered`), the longest waiting first.
    ///
    /// # Errors
    /// As every read.
    pub async fn unanswered(&self) -> Result<Vec<ConversationId>, StoreError> {
        match self {
            Self::Sled(local) => local.unanswered(),
        }
    }

    /// Up to `limit` things whose time is `until` or before, the oldest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn due(
        &self,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Timestamp, Due)>, StoreError> {
        match self {
            Self::Sled(local) => local.due(until, limit),
        }
    }

    /// Whether commits are taken: the store has not stopped, and the disk has room.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        match self {
            Self::Sled(local) => local.is_writable(),
        }
    }

    /// What the store says about itself.
    #[must_use]
    pub fn report(&self) -> Report {
        match self {
            Self::Sled(local) => local.report(),
        }
    }

    /// Finishes what was accepted and takes nothing more. Blocks until the disk has all of it. The last clone to go does it, too.
    pub fn close(&self) {
        match self {
            Self::Sled(local) => local.close(),
        }
    }
}

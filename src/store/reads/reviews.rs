//! Reading what agents said of answers of the bot, and the key that links are signed by.

use crate::domain::conversation::Seq;
use crate::domain::ids::ConversationId;
use crate::domain::review::Review;
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::local::Local;
use crate::store::page::{Cursor, MAX_PAGE, Page};
use crate::store::record;
use crate::store::records::reviews::{LINK_KEY, key, of};

impl Local {
    fn reviews(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<Review>, StoreError> {
        let from = cursor.map_or_else(|| b"V".to_vec(), |Cursor(key)| keys::after(key));
        let limit = limit.clamp(1, MAX_PAGE);
        let mut page = self.page(&from, b"W", limit + 1)?;
        let more = page.len() > limit;
        page.truncate(limit);
        let last = page.last().map(|(key, _)| Cursor(key.clone()));
        let rows = page.iter().map(|(_, bytes)| record::decode(bytes));
        Ok(Page {
            rows: rows.collect::<Result<_, _>>()?,
            next: last.filter(|_| more),
        })
    }

    fn review(&self, id: &ConversationId, reply: Seq) -> Result<Option<Review>, StoreError> {
        let found = self.get(&key(id, reply))?;
        found.map(|bytes| record::decode(&bytes)).transpose()
    }
}

impl Store {
    /// The key that links to transcripts are signed by, once there is one.
    ///
    /// # Errors
    /// As every read.
    pub async fn link_key(&self) -> Result<Option<[u8; 32]>, StoreError> {
        let Self::Sled(local) = self;
        let found = local.get(LINK_KEY)?;
        found.map(|bytes| record::decode(&bytes)).transpose()
    }

    /// A page of the review list, by conversation; what is done stands in it, too.
    ///
    /// # Errors
    /// As every read.
    pub async fn reviews(
        &self,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<Review>, StoreError> {
        match self {
            Self::Sled(local) => local.reviews(cursor, limit),
        }
    }

    /// What was said of the answers of a conversation.
    ///
    /// # Errors
    /// As every read.
    pub async fn reviews_of(&self, id: &ConversationId) -> Result<Vec<Review>, StoreError> {
        match self {
            Self::Sled(local) => local.records_of(&of(id)),
        }
    }

    /// What was said of an answer.
    ///
    /// # Errors
    /// As every read.
    pub async fn review(
        &self,
        id: &ConversationId,
        reply: Seq,
    ) -> Result<Option<Review>, StoreError> {
        match self {
            Self::Sled(local) => local.review(id, reply),
        }
    }
}

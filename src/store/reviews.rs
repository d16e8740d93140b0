//! The review list: what agents said of the bot's answers, under the conversation and the answer, so that each stands once.

use super::door::Store;
use super::error::StoreError;
use super::keys::{self, Key};
use super::local::Local;
use super::page::{Cursor, Page};
use super::reads::MAX_PAGE;
use super::record;
use crate::domain::conversation::Seq;
use crate::domain::ids::ConversationId;
use crate::domain::review::Review;

/// The key that links are signed by.
pub(crate) const LINK_KEY: &[u8] = b"K";

/// All of a conversation.
pub(crate) fn of(conversation: &ConversationId) -> Vec<u8> {
    Key::new(b'V').id(conversation.as_str()).done()
}

/// One of them.
pub(crate) fn key(conversation: &ConversationId, reply: Seq) -> Vec<u8> {
    Key::from(&of(conversation))
        .fixed(&reply.0.to_be_bytes())
        .done()
}

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

//! Reading how far conversations can be found by their words, and working out what is to be indexed.

use std::collections::BTreeMap;

use crate::domain::ids::ConversationId;
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::local::Local;
use crate::store::records::search::{
    Block, COUNT, IndexChange, Indexed, Indexing, block, indexed, place,
};

impl Local {
    fn to_index(&self, limit: usize) -> Result<Vec<ConversationId>, StoreError> {
        let marks = self.keys(b"N", b"O", limit)?;
        let ids = marks.iter().filter_map(|(key, _)| keys::id_of(&key[1..]));
        Ok(ids
            .filter_map(|(id, _)| ConversationId::parse(id).ok())
            .collect())
    }

    /// Lays what is new over the blocks as they are. Whoever calls this is the only one who changes the index until the change is made.
    fn index(
        &self,
        batch: Vec<Indexing>,
        gone: Vec<ConversationId>,
    ) -> Result<IndexChange, StoreError> {
        let mut count: u32 = self.record(COUNT)?.unwrap_or_default();
        let mut seen = Vec::with_capacity(batch.len());
        let mut added: BTreeMap<Vec<u8>, Vec<u16>> = BTreeMap::new();
        for one in batch {
            let known: Option<Indexed> = self.record(&indexed(&one.conversation))?;
            let number = known.map_or(count, |known| known.number);
            count = count.max(number + 1);
            let (range, within) = place(number);
            for word in &one.words {
                added.entry(block(word, range)).or_default().push(within);
            }
            let read = Indexed {
                number,
                seq: one.seq,
            };
            seen.push((one.conversation, read));
        }
        let mut blocks = Vec::new();
        for (key, numbers) in added {
            let mut block = self.block(&key)?;
            let mut is_new = false;
            for number in numbers {
                is_new |= block.insert(number);
            }
            if is_new {
                blocks.push((key, block));
            }
        }
        Ok(IndexChange {
            blocks,
            seen,
            gone,
            count,
        })
    }

    fn block(&self, key: &[u8]) -> Result<Block, StoreError> {
        match self.get(key)? {
            None => Ok(Block::default()),
            Some(bytes) => Block::decode(&bytes)
                .ok_or_else(|| StoreError::damaged("a block of the index of words is none")),
        }
    }
}

impl Store {
    /// Up to `limit` conversations in which something was said that they are not found by yet.
    ///
    /// # Errors
    /// As every read.
    pub async fn to_index(&self, limit: usize) -> Result<Vec<ConversationId>, StoreError> {
        match self {
            Self::Sled(local) => local.to_index(limit),
        }
    }

    /// How far a conversation is found by its words; none if nothing of it was read.
    ///
    /// # Errors
    /// As every read.
    pub async fn indexed(&self, id: &ConversationId) -> Result<Option<Indexed>, StoreError> {
        match self {
            Self::Sled(local) => local.record(&indexed(id)),
        }
    }

    /// What is to be written so that conversations are found by more words. No other change of the index may be on its way.
    ///
    /// # Errors
    /// As every read.
    pub async fn index(
        &self,
        batch: Vec<Indexing>,
        gone: Vec<ConversationId>,
    ) -> Result<IndexChange, StoreError> {
        match self {
            Self::Sled(local) => local.index(batch, gone),
        }
    }
}

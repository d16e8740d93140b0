//! Agents' drafts, under the conversation: there are as many as agents write at a time, and they go with it.

use super::apply::Done;
use super::door::Store;
use super::error::StoreError;
use super::keys::{self, Key};
use super::local::Local;
use super::reads::MAX_PAGE;
use super::record;
use super::tx::Tx;
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::written_draft::WrittenDraft;

/// All of a conversation.
pub(crate) fn of(conversation: &ConversationId) -> Vec<u8> {
    Key::new(b'G').id(conversation.as_str()).done()
}

/// Writes a draft; an empty one is none.
pub(crate) fn put(tx: &mut Tx<'_>, draft: &WrittenDraft) -> Done {
    let key = Key::from(&of(&draft.conversation))
        .id(draft.agent.as_str())
        .done();
    match draft.is_empty() {
        true => tx.delete(&key)?,
        false => tx.put(&key, &record::encode(draft)?)?,
    }
    Ok(())
}

impl Local {
    fn drafts(&self, agent: &AgentId) -> Result<Vec<WrittenDraft>, StoreError> {
        let (mut own, mut from) = (Vec::new(), b"G".to_vec());
        loop {
            let page = self.page(&from, b"H", MAX_PAGE)?;
            let Some((last, _)) = page.last() else {
                return Ok(own);
            };
            from = keys::after(last);
            for (_, bytes) in &page {
                let draft: WrittenDraft = record::decode(bytes)?;
                own.extend(Some(draft).filter(|draft| draft.agent == *agent));
            }
        }
    }
}

impl Store {
    /// What agents have begun to write in a conversation.
    ///
    /// # Errors
    /// As every read.
    pub async fn drafts_of(&self, id: &ConversationId) -> Result<Vec<WrittenDraft>, StoreError> {
        match self {
            Self::Sled(local) => local.records_of(&of(id)),
        }
    }

    /// What an agent has begun to write. Reads all drafts, of which there are few.
    ///
    /// # Errors
    /// As every read.
    pub async fn drafts(&self, agent: &AgentId) -> Result<Vec<WrittenDraft>, StoreError> {
        match self {
            Self::Sled(local) => local.drafts(agent),
        }
    }
}

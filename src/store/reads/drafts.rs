//! Reading agents' drafts.

use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::written_draft::WrittenDraft;
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::local::Local;
use crate::store::page::MAX_PAGE;
use crate::store::record;
use crate::store::records::drafts::of;

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

//! What agents have begun to write.

use super::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::ids::ConversationId;
use crate::domain::redact::redact;
use crate::domain::written_draft::WrittenDraft;
use crate::store::Commit;

impl Desk {
    /// Keeps what an agent has begun to write in a conversation, in the place of what was kept; nothing in it keeps nothing.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`]; [`DeskError::Invalid`] for too long a text.
    pub async fn keep_draft(
        &self,
        agent: &Agent,
        id: &ConversationId,
        reply: &str,
        note: &str,
    ) -> Result<(), DeskError> {
        self.conversation(agent, id).await?;
        let most = self.options.text_chars;
        if [reply, note].iter().any(|text| text.chars().count() > most) {
            return Err(DeskError::Invalid(format!(
                "a draft has at most {most} characters"
            )));
        }
        let draft = WrittenDraft {
            conversation: id.clone(),
            agent: agent.id.clone(),
            at: self.clock.now(),
            reply: redact(reply).text,
            note: redact(note).text,
        };
        match self.commit(Commit::new().draft(draft)).await {
            // It was erased at that moment.
            Err(DeskError::SessionChanged) => Err(DeskError::NotFound),
            other => other,
        }
    }

    /// What an agent has begun to write, in the conversations that they still see.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn drafts(&self, agent: &Agent) -> Result<Vec<WrittenDraft>, DeskError> {
        let mut own = Vec::new();
        for draft in self.store.drafts(&agent.id).await? {
            match self.conversation(agent, &draft.conversation).await {
                Ok(_) => own.push(draft),
                Err(DeskError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(own)
    }
}

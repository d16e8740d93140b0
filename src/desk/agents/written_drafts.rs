//! What agents have begun to write.

use jiff::Timestamp;

use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::ids::ConversationId;
use crate::domain::redact::redact;
use crate::domain::written_draft::WrittenDraft;
use crate::store::Commit;

/// A browser's name for itself has so many bytes at most.
const LONGEST_NAME: usize = 64;

/// What an agent has begun to write.
#[derive(Debug)]
pub struct Begun {
    /// To the customer.
    pub reply: String,
    /// For colleagues.
    pub note: String,
    /// In which browser, as it calls itself.
    pub browser: String,
    /// When that was kept which they saw there last; none where they do not say.
    pub based_on: Option<Timestamp>,
}

impl Desk {
    /// Keeps what an agent has begun to write in a conversation, in the place of what was kept; nothing in it keeps nothing. What
    /// they have kept from another browser since is newer, and stays. Gives when it was kept.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`]; [`DeskError::Invalid`] for too long a text; [`DeskError::DraftChanged`] when
    /// something else is kept than it is based on.
    pub async fn keep_draft(
        &self,
        agent: &Agent,
        id: &ConversationId,
        begun: &Begun,
    ) -> Result<Timestamp, DeskError> {
        self.conversation(agent, id).await?;
        let Begun {
            reply,
            note,
            browser,
            based_on,
        } = begun;
        if browser.len() > LONGEST_NAME {
            return Err(DeskError::Invalid(format!(
                "a browser's name has at most {LONGEST_NAME} bytes"
            )));
        }
        let most = self.options.text_chars;
        if [reply, note].iter().any(|text| text.chars().count() > most) {
            return Err(DeskError::Invalid(format!(
                "a draft has at most {most} characters"
            )));
        }
        // Two machines of one agent wait for each other, so that each sees what the other has kept.
        let _turn = self
            .drafting
            .enter(&format!("draft/{}/{id}", agent.id))
            .await;
        if let Some(based_on) = based_on {
            let kept = self.store.drafts(&agent.id).await?;
            let mut kept = kept.iter().filter(|draft| draft.conversation == *id);
            if kept.any(|draft| draft.at != *based_on && draft.browser != *browser) {
                return Err(DeskError::DraftChanged);
            }
        }
        let at = self.clock.now();
        let draft = WrittenDraft {
            conversation: id.clone(),
            agent: agent.id.clone(),
            at,
            browser: browser.clone(),
            reply: redact(reply).text,
            note: redact(note).text,
        };
        // A page keeps it with every pause in typing: that is one line of the log for a while.
        let line = (Audited::DraftKept, id.to_string());
        let change = Commit::new().draft(draft);
        match self.changed_for_a_while(&agent.id, line, change).await {
            // It was erased at that moment.
            Err(DeskError::SessionChanged) => Err(DeskError::NotFound),
            other => other.map(|()| at),
        }
    }

    /// What an agent has begun to write, in the conversations that they still see.
    ///
    /// # Errors
    /// When the store cannot be read, or not write that they were.
    pub async fn drafts(&self, agent: &Agent) -> Result<Vec<WrittenDraft>, DeskError> {
        let mut own = Vec::new();
        for draft in self.store.drafts(&agent.id).await? {
            match self.conversation(agent, &draft.conversation).await {
                Ok(_) => own.push(draft),
                Err(DeskError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        if !own.is_empty() {
            self.looked(&agent.id, Audited::DraftsRead, None).await?;
        }
        Ok(own)
    }
}

//! Links by which somebody without a log-in reads a transcript, or sees a file, for a while.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

use crate::clock::link_key;
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::constant_time::same;
use crate::domain::ids::{AgentId, ConversationId};
use crate::store::Commit;

/// A link is good for so long at most.
const LONGEST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What a link opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Which conversation.
    pub conversation: ConversationId,
    /// In which form.
    pub form: String,
    /// Who gave it out.
    pub by: AgentId,
    /// Until when.
    pub until: Timestamp,
}

impl Shared {
    fn text(&self) -> String {
        let Self {
            conversation,
            form,
            by,
            until,
        } = self;
        format!("{conversation}\n{form}\n{by}\n{}", until.as_second())
    }
}

impl Desk {
    /// Signs a link to a conversation in a form, for whoever gets it, until a time.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`]; [`DeskError::Invalid`] for a time that has passed or is too far.
    pub async fn share(
        &self,
        agent: &Agent,
        id: &ConversationId,
        form: &str,
        lasts: SignedDuration,
    ) -> Result<(Shared, String), DeskError> {
        self.conversation(agent, id).await?;
        if !lasts.is_positive() || lasts > LONGEST {
            let why = "a link is good for an hour at least and for thirty days at most";
            return Err(DeskError::Invalid(why.to_owned()));
        }
        let shared = Shared {
            conversation: id.clone(),
            form: form.to_owned(),
            by: agent.id.clone(),
            until: self.clock.now() + lasts,
        };
        let sign = self.sign(&shared).await?;
        let about = Some(id.to_string());
        self.note_down(&agent.id, Audited::LinkGiven, about).await?;
        Ok((shared, sign))
    }

    /// The agent who gave a link out, in whose name it is read: they must still work here and see the conversation.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when it is not signed so, its time is over, or its agent sees the conversation no longer: all look alike.
    pub async fn opened(&self, shared: &Shared, sign: &str) -> Result<Agent, DeskError> {
        let own = self.sign(shared).await?;
        if !same(own.as_bytes(), sign.as_bytes()) || shared.until <= self.clock.now() {
            return Err(DeskError::NotFound);
        }
        let agent = self.store.agent(&shared.by).await?;
        let agent = agent
            .filter(|agent| !agent.disabled)
            .ok_or(DeskError::NotFound)?;
        self.conversation(&agent, &shared.conversation).await?;
        let about = Some(shared.conversation.to_string());
        self.note_down(&agent.id, Audited::LinkOpened, about)
            .await?;
        Ok(agent)
    }

    async fn sign(&self, shared: &Shared) -> Result<String, DeskError> {
        let key = self.key_of_links().await?;
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else {
            return Err(DeskError::Busy);
        };
        mac.update(shared.text().as_bytes());
        let sign = mac.finalize().into_bytes();
        Ok(sign.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The key that links are signed by: made when the first is wanted, and kept.
    pub(in crate::desk) async fn key_of_links(&self) -> Result<[u8; 32], DeskError> {
        let _one = self.indexing.lock().await;
        if let Some(key) = self.store.link_key().await? {
            return Ok(key);
        }
        let key = link_key();
        self.commit(Commit::new().link_key(key)).await?;
        Ok(key)
    }
}

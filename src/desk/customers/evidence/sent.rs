//! Files that customers send on platforms, as evidence like any other.

use super::Kept;
use crate::desk::{ATTEMPTS, Desk, DeskError};
use crate::domain::account::{Session, TokenHash};
use crate::domain::conversation::Conversation;
use crate::domain::ids::{ConversationId, EndpointId};

impl Desk {
    /// Takes a file of somebody on a platform, as [`Self::attach`] takes that of a visitor.
    ///
    /// # Errors
    /// As [`Self::attach`]; [`DeskError::NotFound`] when nobody of that name has written.
    pub async fn attach_from(
        &self,
        outbox: &EndpointId,
        user: &str,
        bytes: Vec<u8>,
    ) -> Result<Kept, DeskError> {
        let token = TokenHash::of_platform_user(outbox, user);
        let session = self.store.session(&token).await?;
        let session = session.ok_or(DeskError::NotFound)?;
        let kept = self.take_file(&session, bytes, None, false).await?;
        self.live.wake(&kept.conversation);
        Ok(kept)
    }

    /// Takes a file that came with a message, into the conversation that the message went on with: that of the sender, or the one that an
    /// answer to a letter belongs to.
    ///
    /// # Errors
    /// As [`Self::attach_from`].
    pub async fn attach_arrived(
        &self,
        outbox: &EndpointId,
        user: &str,
        conversation: &ConversationId,
        bytes: Vec<u8>,
    ) -> Result<Kept, DeskError> {
        let row = self.store.conversation(conversation).await?;
        let Some(row) = row.filter(|row| row.by_letter.is_some()) else {
            return self.attach_from(outbox, user, bytes).await;
        };
        let session = self.session_of_letter(outbox, user, row);
        for _ in 0..ATTEMPTS {
            match self.take_file(&session, bytes.clone(), None, false).await {
                // Something else was faster, and this session is nowhere to be read again.
                Err(DeskError::Unauthorized) => {}
                other => {
                    self.live.wake(conversation);
                    return other;
                }
            }
        }
        Err(DeskError::Busy)
    }

    /// Whoever answered a letter, for the files that came with the answer.
    fn session_of_letter(&self, outbox: &EndpointId, user: &str, row: Conversation) -> Session {
        let now = self.clock.now();
        Session {
            // Kept nowhere, and not the one that the same sender has for letters that answer none.
            token: TokenHash::of_platform_user(outbox, &format!("{user}\0letter")),
            visitor: row.visitor,
            site: row.site,
            conversation: Some(row.id),
            role: row.role,
            identity: None,
            language: Some(row.language),
            page: row.page,
            created_at: now,
            expires_at: now,
        }
    }
}

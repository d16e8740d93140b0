//! A platform says that it calls a customer by another name from now on: they go on with what they have under the new name, and are answered
//! by it, though they have written nothing.

use super::{ATTEMPTS, Desk, DeskError};
use crate::domain::account::{Session, TokenHash};
use crate::domain::channel::{KNOWN_FOR, Known, MessageRef, PlatformId};
use crate::domain::conversation::Conversation;
use crate::domain::ids::EndpointId;
use crate::store::Commit;

/// What a platform says of a customer's names.
#[derive(Clone, Debug)]
pub struct Renaming {
    /// The outbox of the account that they write to.
    pub outbox: EndpointId,
    /// What the platform calls what it says: said once more, it may be of somebody else.
    pub id: PlatformId,
    /// Their name from now on.
    pub user: String,
    /// The name before, which nobody else ever had.
    pub named: Option<String>,
    /// The telephone number before, which may have been somebody else's earlier.
    pub number: Option<String>,
}

impl Desk {
    /// Notes that somebody is called by another name. Whoever has never written is not known, and what somebody has under the new name
    /// already stays theirs.
    ///
    /// # Errors
    /// [`DeskError::Busy`] or [`DeskError::Stopped`] when it cannot be written: the platform is to tell it again.
    pub async fn note_renaming(&self, renaming: &Renaming) -> Result<(), DeskError> {
        for _ in 0..ATTEMPTS {
            if self.store.known(&renaming.id).await?.is_some() {
                return Ok(());
            }
            let token = TokenHash::of_platform_user(&renaming.outbox, &renaming.user);
            if self.store.session(&token).await?.is_some() {
                return Ok(());
            }
            let Some(before) = self.before_renaming(renaming).await? else {
                return Ok(());
            };
            let before = self.followed(before).await?;
            let row = self.current(&before).await?;
            match self.commit(self.renamed(renaming, before, row)).await {
                // They wrote at that moment, or the platform said it twice.
                Err(DeskError::Conflict { .. } | DeskError::SessionChanged) => {}
                other => return other,
            }
        }
        Err(DeskError::Busy)
    }

    async fn before_renaming(&self, renaming: &Renaming) -> Result<Option<Session>, DeskError> {
        if let Some(named) = &renaming.named {
            let token = TokenHash::of_platform_user(&renaming.outbox, named);
            if let Some(session) = self.store.session(&token).await? {
                return Ok(Some(session));
            }
        }
        match &renaming.number {
            Some(number) => self.lately_by(&renaming.outbox, number).await,
            None => Ok(None),
        }
    }

    fn renamed(&self, renaming: &Renaming, before: Session, row: Option<Conversation>) -> Commit {
        let token = TokenHash::of_platform_user(&renaming.outbox, &renaming.user);
        let commit = Commit::new()
            .expecting_session(before.token, before.conversation.clone())
            .end_session(before.token);
        let commit = commit.session(Session { token, ..before });
        let Some(mut row) = row else {
            return commit;
        };
        let (id, revision) = (row.id.clone(), row.revision);
        let known = Known {
            id: renaming.id.clone(),
            message: MessageRef {
                conversation: id.clone(),
                seq: row.last_seq,
            },
            with: Vec::new(),
            until: self.clock.now() + KNOWN_FOR,
        };
        if let Some(to) = row
            .recipient
            .as_mut()
            .filter(|to| to.outbox == renaming.outbox)
        {
            to.user.clone_from(&renaming.user);
        }
        let commit = commit.know(known).expecting(&id, revision);
        commit.conversation(row)
    }
}

//! A platform says that it calls a customer by another name from now on: they go on with what they have under the new name, and are answered
//! by it, though they have written nothing.

use crate::desk::{ATTEMPTS, Desk, DeskError};
use crate::domain::account::{Session, TokenHash};
use crate::domain::channel::{KNOWN_FOR, Known, MessageRef, PlatformId};
use crate::domain::conversation::{Conversation, Owner};
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
    /// Notes that somebody is called by another name. Whoever has never written is not known.
    ///
    /// # Errors
    /// [`DeskError::Busy`] or [`DeskError::Stopped`] when it cannot be written: the platform is to tell it again.
    pub async fn note_renaming(&self, renaming: &Renaming) -> Result<(), DeskError> {
        for _ in 0..ATTEMPTS {
            if self.store.known(&renaming.id).await?.is_some() {
                return Ok(());
            }
            let token = TokenHash::of_platform_user(&renaming.outbox, &renaming.user);
            let Some(before) = self.before_renaming(renaming).await? else {
                return Ok(());
            };
            if let Some(session) = self.store.session(&token).await? {
                let names = (renaming.user.as_str(), Some(&renaming.id));
                self.joined(session, before, (&renaming.outbox, names))
                    .await?;
                return Ok(());
            }
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
        let known = self.known_as_said(&renaming.id, &row);
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

    /// Two names of which the platform says that one person has both, each with a conversation: under the newer one they go on in that which
    /// people have, and what is said in the other reaches them, too. Those who work here may merge the two.
    pub(in crate::desk) async fn joined(
        &self,
        session: Session,
        before: Session,
        (outbox, (user, said_as)): (&EndpointId, (&str, Option<&PlatformId>)),
    ) -> Result<Session, DeskError> {
        let mut session = self.followed(session).await?;
        let before = self.followed(before).await?;
        if before.conversation.is_none() || before.conversation == session.conversation {
            return Ok(session);
        }
        for _ in 0..ATTEMPTS {
            let rows = (self.current(&session).await?, self.current(&before).await?);
            let Some((on, other)) = which_goes_on(rows) else {
                return Ok(session);
            };
            let joined = Session {
                conversation: Some(on.id.clone()),
                ..session.clone()
            };
            let known = said_as.map(|id| self.known_as_said(id, &on));
            let mut commit = Commit::new()
                .expecting_session(session.token, session.conversation.clone())
                .expecting_session(before.token, before.conversation.clone())
                .end_session(before.token)
                .session(joined.clone());
            for mut row in both(on, other) {
                row.visitor.clone_from(&session.visitor);
                if let Some(to) = row.recipient.as_mut().filter(|to| to.outbox == *outbox) {
                    user.clone_into(&mut to.user);
                }
                let (id, revision) = (row.id.clone(), row.revision);
                commit = commit.expecting(&id, revision).conversation(row);
            }
            match self
                .commit(known.into_iter().fold(commit, Commit::know))
                .await
            {
                Ok(()) => return Ok(joined),
                // Somebody wrote in one of them at that moment.
                Err(DeskError::Conflict { .. }) => {}
                // They wrote at that moment, or the platform said it twice.
                Err(DeskError::SessionChanged) => {
                    let found = self.store.session(&session.token).await?;
                    session = found.unwrap_or(session);
                    if self.store.session(&before.token).await?.is_none() {
                        return Ok(session);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Err(DeskError::Busy)
    }

    /// What a platform said of names, known by its own name, so that it is heard once.
    fn known_as_said(&self, id: &PlatformId, row: &Conversation) -> Known {
        Known {
            id: id.clone(),
            message: MessageRef {
                conversation: row.id.clone(),
                seq: row.last_seq,
            },
            with: Vec::new(),
            until: self.clock.now() + KNOWN_FOR,
        }
    }
}

/// Of what somebody has under their newer name and under the one before, that which goes on, and the other: what people have goes on.
fn which_goes_on(
    (newer, before): (Option<Conversation>, Option<Conversation>),
) -> Option<(Conversation, Option<Conversation>)> {
    let have_people = |row: &Conversation| row.owner != Owner::Bot && !row.status.is_done();
    match (newer, before) {
        (Some(newer), Some(before)) if have_people(&before) && !have_people(&newer) => {
            Some((before, Some(newer)))
        }
        (Some(newer), before) => Some((newer, before)),
        (None, before) => Some((before?, None)),
    }
}

/// The two, of which the one that goes on names the other, where it names none yet.
fn both(mut on: Conversation, other: Option<Conversation>) -> Vec<Conversation> {
    if let Some(other) = &other
        && on.previous.is_none()
        && other.previous.as_ref() != Some(&on.id)
    {
        on.previous = Some(other.id.clone());
    }
    std::iter::once(on).chain(other).collect()
}

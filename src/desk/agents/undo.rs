//! Taking back what an agent has just done to one conversation: the desk remembers for a moment how it stood, and puts it back only where nothing
//! else has happened to it since. What many were changed by at once is taken back in `bulk`.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::handling::{Moved, conflict};
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::conversation::{Conversation, Owner, Revision, Status};
use crate::domain::ids::{AgentId, ConversationId};
use crate::store::Commit;

/// Longer than any page offers it.
const REMEMBERED_FOR: SignedDuration = SignedDuration::from_secs(60);
/// So many changes are remembered; the oldest goes first.
const REMEMBERED: usize = 1_000;

/// What was done a moment ago.
#[derive(Debug, Default)]
pub(in crate::desk) struct JustDone(Mutex<HashMap<ConversationId, Change>>);

#[derive(Clone, Debug)]
struct Change {
    by: AgentId,
    at: Timestamp,
    /// The revision that it led to.
    revision: Revision,
    before: Conversation,
}

impl JustDone {
    fn all(&self) -> MutexGuard<'_, HashMap<ConversationId, Change>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, change: Change) {
        let mut all = self.all();
        // What cannot be taken back any more is kept of nobody.
        all.retain(|_, one| change.at.duration_since(one.at) <= REMEMBERED_FOR);
        let oldest = all.iter().min_by_key(|(_, one)| one.at);
        if let Some(oldest) = oldest.map(|(id, _)| id.clone())
            && all.len() >= REMEMBERED
        {
            all.remove(&oldest);
        }
        all.insert(change.before.id.clone(), change);
    }

    fn of(&self, agent: &AgentId, id: &ConversationId, now: Timestamp) -> Option<Change> {
        let found = self.all().get(id).cloned();
        found.filter(|one| one.by == *agent && now.duration_since(one.at) <= REMEMBERED_FOR)
    }

    /// A conversation is gone: nothing is kept of it.
    pub(in crate::desk) fn forget(&self, id: &ConversationId) {
        self.all().remove(id);
    }
}

impl Desk {
    /// As [`Self::change`], and remembered for a moment, so that the agent can take it back.
    pub(in crate::desk) async fn change_that_can_be_undone(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
        make: impl Fn(&mut Conversation, Timestamp) -> Moved,
    ) -> Result<Conversation, DeskError> {
        let begun = Commit::new();
        self.change_begun(agent, id, based_on, begun, make).await
    }

    /// As [`Self::change_that_can_be_undone`], in a commit that was begun.
    pub(in crate::desk) async fn change_begun(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
        begun: Commit,
        make: impl Fn(&mut Conversation, Timestamp) -> Moved,
    ) -> Result<Conversation, DeskError> {
        let changed = self.change_with(agent, id, based_on, (None, begun), make);
        let (before, after) = changed.await?;
        self.just_done.keep(Change {
            by: agent.id.clone(),
            at: self.clock.now(),
            revision: after.revision,
            before,
        });
        Ok(after)
    }

    /// Takes back what an agent has just done to a conversation: it is whose it was, with its place in the queue and what is owed.
    ///
    /// # Errors
    /// [`DeskError::TooLateToUndo`] when it was too long ago, or somebody else did it; [`DeskError::Conflict`] when something has happened
    /// since; [`DeskError::NotFound`] as for [`Self::conversation`].
    pub async fn undo(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        let row = self.conversation(agent, id).await?;
        let done = self.just_done.of(&agent.id, id, self.clock.now());
        let done = done.ok_or(DeskError::TooLateToUndo)?;
        let mut before = done.before;
        if let Owner::Agent(to) = &before.owner
            && before.owner != row.owner
            // What is done is nobody's work, whoever has left since.
            && !before.status.is_done()
        {
            self.who_can_have(&row, to).await?;
            // A customer who waits does not wait for somebody who has gone.
            if before.status == Status::Active && self.is_elsewhere(agent, to) {
                before.owner = Owner::Queue;
                before.waiting_since = Some(before.asked_since.unwrap_or(before.updated_at));
            }
        }
        let at = based_on.unwrap_or(done.revision);
        if at != done.revision {
            return Err(conflict(&row));
        }
        let back = self.change(agent, id, Some(at), |row, now| {
            row.put_back_as(&before, now)
        });
        let back = back.await?;
        self.just_done.forget(id);
        Ok(back)
    }
}

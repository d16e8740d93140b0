//! What is done to many conversations at once, and taken back: each by itself, so that one which cannot be changed holds up no other.

use crate::desk::{Desk, DeskError, Left};
use crate::domain::account::Agent;
use crate::domain::conversation::{Conversation, Owner, Revision, Status, Stood, Triage};
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::rights::AgentRole;

/// What only leads do with conversations of others.
const GIVE: &str = "give conversations to somebody";

/// What is to be done to each of them.
#[derive(Clone, Debug)]
pub enum BulkChange {
    /// Sorted: labels, priority.
    Sort(Triage),
    /// Given to a colleague, be it more than they are given at a time.
    Assign(AgentId, bool),
    /// Called done.
    Resolve,
    /// Left until a time, or until something happens.
    Snooze(Left),
}

/// What was done to one of them.
#[derive(Clone, Debug)]
pub struct Changed {
    /// How it stood before.
    pub stood: Stood,
    /// Its revision since.
    pub revision: Revision,
}

impl Desk {
    /// Changes one of many.
    ///
    /// # Errors
    /// As the change alone would be refused; [`DeskError::OnlyLeads`] for giving it away.
    pub async fn change_one(
        &self,
        agent: &Agent,
        id: &ConversationId,
        change: &BulkChange,
    ) -> Result<Changed, DeskError> {
        let before = self.conversation(agent, id).await?;
        let (stood, at) = (before.stands(), Some(before.revision));
        let after: Conversation = match change {
            BulkChange::Sort(to) => self.triage(agent, id, to, at).await?,
            BulkChange::Assign(..) if agent.rights.role < AgentRole::Lead => {
                return Err(DeskError::OnlyLeads(GIVE));
            }
            BulkChange::Assign(to, over_cap) => self.assign(agent, id, (to, *over_cap), at).await?,
            BulkChange::Resolve => self.resolve(agent, id, at).await?,
            BulkChange::Snooze(left) => self.snooze(agent, id, *left, at).await?,
        };
        Ok(Changed {
            stood,
            revision: after.revision,
        })
    }

    /// Takes back what was done to one of many, unless something has happened to it since.
    ///
    /// # Errors
    /// [`DeskError::Conflict`] when it has changed; [`DeskError::OnlyLeads`] when it would be somebody else's, and the agent is no lead.
    pub async fn take_back(
        &self,
        agent: &Agent,
        id: &ConversationId,
        was: &Changed,
    ) -> Result<Conversation, DeskError> {
        let row = self.conversation(agent, id).await?;
        let stays = row.owner == was.stood.owner;
        let moves = row.status != was.stood.status;
        // Whoever has it moves it, and sorting is for all; giving it to somebody else is for leads.
        let is_own = row.owner == Owner::Agent(agent.id.clone());
        if (!stays || moves && !is_own) && agent.rights.role < AgentRole::Lead {
            return Err(DeskError::OnlyLeads(GIVE));
        }
        let mut stood = was.stood.clone();
        if let Owner::Agent(to) = &was.stood.owner
            && !stays
        {
            self.who_can_have(&row, to).await?;
            // A customer who waits does not wait for somebody who has gone.
            if stood.status == Status::Active && self.is_elsewhere(agent, to) {
                stood.owner = Owner::Queue;
            }
        }
        self.change(agent, id, Some(was.revision), |row, now| {
            row.restore(&stood, now)
        })
        .await
    }
}

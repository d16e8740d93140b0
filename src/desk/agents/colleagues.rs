//! Agents among each other: who works beside whom, giving a conversation to somebody else, taking one up again, sorting.

use super::handling::sees;
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::conversation::{Conversation, Revision, Triage};
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::rights::AgentRole;
use crate::store::Commit;

impl Desk {
    /// Gives a conversation to a colleague, who must be able to see it and to answer, and must not have left: nobody would look at it there.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] when nobody by this name can have it, [`DeskError::Away`] when they have left, [`DeskError::AtCap`] when they have
    /// as many as they are given and nobody said that this one is to go over that; [`DeskError::NotAllowed`] when it is done, or theirs already.
    pub async fn assign(
        &self,
        agent: &Agent,
        id: &ConversationId,
        (to, over_cap): (&AgentId, bool),
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        let row = self.conversation(agent, id).await?;
        let colleague = self.who_can_have(&row, to).await?;
        if self.is_elsewhere(agent, to) {
            return Err(DeskError::Away);
        }
        // What somebody takes themselves is theirs to judge.
        let is_asked = !over_cap && *to != agent.id;
        let cap = colleague.rights.cap.filter(|_| is_asked);
        let begun = cap.map_or_else(Commit::new, |cap| {
            Commit::new().expecting_room(to.clone(), cap)
        });
        let given = self.change_begun(agent, id, based_on, begun, |conversation, _| {
            conversation.take_over(colleague.id.clone())
        });
        let given = match (given.await, cap) {
            // Somebody else may have given them one at that moment.
            (Err(DeskError::SessionChanged), Some(cap)) => return Err(DeskError::AtCap(cap)),
            (given, _) => given?,
        };
        // Whoever has gone meanwhile has looked through theirs before this one was among them.
        if self.is_elsewhere(agent, to) {
            self.hand_back(to, id).await;
            return self.conversation(agent, id).await;
        }
        Ok(given)
    }

    /// Whether somebody else has left: whoever gives themselves something is here.
    pub(in crate::desk) fn is_elsewhere(&self, agent: &Agent, other: &AgentId) -> bool {
        *other != agent.id && self.has_left(other)
    }

    /// The agent of this name, who must be able to see a conversation and to answer.
    pub(in crate::desk) async fn who_can_have(
        &self,
        row: &Conversation,
        to: &AgentId,
    ) -> Result<Agent, DeskError> {
        let colleague = self.store.agent(to).await?.filter(|colleague| {
            let may = colleague.rights.role >= AgentRole::Agent && !colleague.disabled;
            may && sees(colleague, row)
        });
        colleague.ok_or_else(|| {
            DeskError::Invalid("nobody by this name can have the conversation".to_owned())
        })
    }

    /// Takes up again what was called done.
    ///
    /// # Errors
    /// [`DeskError::NotAllowed`] when it is not resolved.
    pub async fn reopen(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        self.change_that_can_be_undone(agent, id, based_on, |conversation, _| {
            conversation.reopen(agent.id.clone())
        })
        .await
    }

    /// Sorts a conversation: how urgent it is, and its labels.
    ///
    /// # Errors
    /// [`DeskError::NotAllowed`] when it is closed, or would have too many labels.
    pub async fn triage(
        &self,
        agent: &Agent,
        id: &ConversationId,
        to: &Triage,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        self.change_that_can_be_undone(agent, id, based_on, |conversation, _| {
            conversation.triage(to)
        })
        .await
    }

    /// Those who may see what an agent sees, without those who have left.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn colleagues(&self, agent: &Agent) -> Result<Vec<Agent>, DeskError> {
        let mut agents = self.store.agents().await?;
        let sees_all = |other: &Agent| other.merchant.is_none() || other.merchant == agent.merchant;
        agents.retain(|other| !other.disabled && (agent.merchant.is_none() || sees_all(other)));
        Ok(agents)
    }
}

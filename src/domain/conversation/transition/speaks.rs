//! Who of the people speaks to the customer, and what that does to where the conversation stands.

use jiff::Timestamp;

use super::InvalidTransition;
use crate::domain::conversation::{Conversation, EventBody, Status};
use crate::domain::ids::AgentId;
use crate::domain::promise::Deed;

impl Conversation {
    /// An agent says something to the customer: allowed to the owner only. That is the answer that was promised. What was called done is
    /// taken up again first: what was owed there is what this answers.
    ///
    /// # Errors
    /// When the bot, the queue or another agent owns the conversation, or it is closed.
    pub fn speak(
        &mut self,
        agent: &AgentId,
        said: Vec<EventBody>,
        now: Timestamp,
    ) -> Result<Vec<EventBody>, InvalidTransition> {
        self.require_owner(agent, "reply")?;
        let mut events = match self.status {
            Status::Closed => return Err(self.refuse("reply")),
            Status::Resolved { .. } => self.reopen(agent.clone())?,
            _ => Vec::new(),
        };
        self.promises.note(Deed::Answered, now);
        events.extend(said);
        events.extend(self.set_status(Status::WaitingCustomer));
        Ok(events)
    }

    /// An agent asks the merchant, a bank or a carrier: from here on it is theirs to answer. A customer who writes, a refund that moves, or
    /// the agent's next word ends that.
    ///
    /// # Errors
    /// When somebody else has the conversation, or it is done.
    pub fn ask_third_party(
        &mut self,
        agent: &AgentId,
        asked: EventBody,
    ) -> Result<Vec<EventBody>, InvalidTransition> {
        self.speaks(agent)?;
        let mut events = vec![asked];
        events.extend(self.set_status(Status::WaitingThirdParty));
        Ok(events)
    }

    /// Whether an agent is the one who speaks.
    ///
    /// # Errors
    /// When somebody else is.
    pub fn speaks(&self, agent: &AgentId) -> Result<(), InvalidTransition> {
        self.require_owner(agent, "write")?;
        self.require_open("write")
    }
}

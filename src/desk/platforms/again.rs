//! What was said to the customer of a platform and did not arrive, sent once more because an agent says so.

use crate::desk::{ATTEMPTS, Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::channel::MessageState;
use crate::domain::conversation::{Conversation, EventBody, Seq};
use crate::domain::ids::{ConversationId, EndpointId};
use crate::domain::webhook::Delivery;
use crate::store::Commit;

impl Desk {
    /// Sends a message again that was given up, from its first attempt on.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when there is no such message, it has not been given up, or the agent may not see it: they look alike.
    pub async fn send_again(
        &self,
        agent: &Agent,
        id: &ConversationId,
        message: Seq,
    ) -> Result<Conversation, DeskError> {
        for _ in 0..ATTEMPTS {
            let mut row = self.conversation(agent, id).await?;
            let outbox = row.recipient.as_ref().map(|to| to.outbox.clone());
            let outbox = outbox.or_else(|| self.mailbox(&row));
            let outbox = outbox.ok_or(DeskError::NotFound)?;
            let given_up = self.given_up(&outbox, id, message).await?;
            let given_up = given_up.ok_or(DeskError::NotFound)?;
            let (revision, now) = (row.revision, self.clock.now());
            let body = EventBody::MessageMoved {
                message,
                state: MessageState::Queued,
                why: None,
            };
            let body = self.unless_off(&outbox, body);
            let event = row.note(body, now);
            let after = Conversation {
                revision: revision.next(),
                ..row.clone()
            };
            let about = Some(id.to_string());
            let commit = Commit::new()
                .expecting(id, revision)
                .audit(self.entry(&agent.id, Audited::Changed, about, None))
                .delivery(given_up.again(now))
                .event(event)
                .conversation(row);
            match self.commit(commit).await {
                Err(DeskError::Conflict { .. } | DeskError::SessionChanged) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.live.wake(id);
                    return Ok(after);
                }
            }
        }
        Err(DeskError::Busy)
    }

    /// The delivery of a message that was given up.
    async fn given_up(
        &self,
        outbox: &EndpointId,
        id: &ConversationId,
        message: Seq,
    ) -> Result<Option<Delivery>, DeskError> {
        let mut after = 0;
        loop {
            let page = self
                .store
                .failed_deliveries(outbox, after, usize::MAX)
                .await?;
            let Some(last) = page.last() else {
                return Ok(None);
            };
            after = last.id.number;
            let is_meant = |one: &Delivery| {
                let to = one.message.as_ref();
                to.is_some_and(|to| to.message.conversation == *id && to.message.seq == message)
            };
            if let Some(found) = page.into_iter().find(is_meant) {
                return Ok(Some(found));
            }
        }
    }
}

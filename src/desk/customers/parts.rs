//! Half sentences: a short message that means nothing by itself waits a moment for the next one, and is answered together with it.

use super::receive::Received;
use crate::desk::draft::Draft;
use crate::desk::turn::{Message, understand};
use crate::desk::{ATTEMPTS, Desk, DeskError};
use crate::domain::conversation::{Event, Seq};
use crate::domain::ids::{ClientId, ConversationId};
use crate::live::Wake;

impl Desk {
    /// Waits for the next part, which is answered together with this one; without one, answers what is there.
    pub(in crate::desk) async fn settle(
        &self,
        received: Received,
        address: Option<&str>,
    ) -> Result<Received, DeskError> {
        let id = &received.conversation;
        tokio::select! {
            () = tokio::time::sleep(self.options.settle) => {}
            next = self.next_part(id, received.seq) => next?,
        }
        let replies = self.answer_parts(id, Some(received.seq), address).await?;
        Ok(Received {
            replies,
            ..received
        })
    }

    /// Returns when a part is no longer the last one that waits, or the desk stops.
    async fn next_part(&self, id: &ConversationId, seq: Seq) -> Result<(), DeskError> {
        let mut wakes = self.live.subscribe(id);
        loop {
            let row = self.store.conversation(id).await?;
            if row.is_none_or(|row| row.memory.unanswered.last() != Some(&seq)) {
                return Ok(());
            }
            if wakes.next().await == Wake::Closing {
                return Ok(());
            }
        }
    }

    /// Answers the parts that wait, if the last of them is still the given one.
    pub(in crate::desk) async fn answer_parts(
        &self,
        id: &ConversationId,
        last: Option<Seq>,
        address: Option<&str>,
    ) -> Result<Vec<Event>, DeskError> {
        for _ in 0..ATTEMPTS {
            let Some(conversation) = self.store.conversation(id).await? else {
                return Ok(Vec::new());
            };
            let _lane = self.visitors.enter(conversation.visitor.as_str()).await;
            let Some(conversation) = self.store.conversation(id).await? else {
                return Ok(Vec::new());
            };
            let waiting = conversation.memory.unanswered.clone();
            let (Some(first), Some(newest)) = (waiting.first(), waiting.last()) else {
                return Ok(Vec::new());
            };
            if last.is_some_and(|last| last != *newest) {
                return Ok(Vec::new());
            }
            let now = self.clock.now();
            let text = self.parts(id, *first).await?.join("\n");
            let mut draft = Draft::go_on(conversation);
            draft.on_page = draft.conversation.memory.unanswered_on_page;
            let message = Message {
                client_id: ClientId::from_uuid(uuid::Uuid::nil()),
                text,
                choice: None,
            };
            let understood = understand(&self.rules(), &draft.conversation, &message, now);
            let _held = self.answer(&mut draft, &understood, address, now).await?;
            let replies = draft.replies();
            match self.finish(draft).await {
                Err(DeskError::Conflict { .. } | DeskError::SessionChanged) => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(replies),
            }
        }
        Err(DeskError::Busy)
    }
}

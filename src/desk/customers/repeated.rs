//! A message that comes again under the name of one that is there: the first answer, unless it is another message.

use super::receive::{REPLIES, Received};
use crate::desk::draft::is_reply_of_bot;
use crate::desk::turn::Message;
use crate::desk::{Desk, DeskError};
use crate::domain::conversation::{EventBody, Seq};
use crate::domain::ids::ConversationId;

impl Desk {
    /// What was answered when a message came the first time.
    pub(in crate::desk) async fn first_answer(
        &self,
        id: &ConversationId,
        seq: Seq,
    ) -> Result<Received, DeskError> {
        let after = self.store.events(id, seq, REPLIES).await?;
        let until_next = after
            .into_iter()
            .take_while(|event| !matches!(event.body, EventBody::Message { .. }));
        let replies = until_next.filter(is_reply_of_bot).collect();
        Ok(Received {
            conversation: id.clone(),
            seq,
            replies,
            repeated: true,
        })
    }

    /// Refuses other words under the name of a message that is there. Platforms name what they send themselves, and are not told of it.
    pub(in crate::desk) async fn is_the_same(
        &self,
        id: &ConversationId,
        seq: Seq,
        message: &Message,
    ) -> Result<(), DeskError> {
        let before = Seq(seq.0.saturating_sub(1));
        let first = self.store.events(id, before, 1).await?.pop();
        match first.map(|event| event.body) {
            Some(EventBody::Message { text, choice, .. })
                if text == message.text && choice == message.choice =>
            {
                Ok(())
            }
            _ => Err(DeskError::NamedAlready),
        }
    }
}

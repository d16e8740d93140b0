//! Answers to the letters that customers of a page got: they go on with the conversation of the page. The name of each letter is signed for
//! the address that it went to, and whoever holds the letter and writes under that address may go on; no more is taken as shown.

use jiff::Timestamp;

use super::arrival::Arrival;
use crate::desk::customers::receive::{Attempt, Received, Source};
use crate::desk::draft::Draft;
use crate::desk::turn::{Message, hear};
use crate::desk::{ATTEMPTS, Desk, DeskError};
use crate::domain::conversation::{Actor, Conversation, EventBody, Heard, Seq};
use crate::domain::email::Email;
use crate::domain::ids::ConversationId;
use crate::domain::letter_token::LetterToken;
use crate::domain::redact::redact;

impl Desk {
    /// Takes an answer to a letter. Nothing where it answers none that is still good for its sender: then it is a letter like any other.
    pub(in crate::desk) async fn receive_answer(
        &self,
        arrival: &Arrival,
    ) -> Result<Option<Received>, DeskError> {
        let Some(id) = self.answered(arrival).await? else {
            return Ok(None);
        };
        let message = Message {
            client_id: arrival.id.as_client_id(),
            text: redact(&self.shortened(&arrival.text)).text,
            choice: None,
        };
        for _ in 0..ATTEMPTS {
            match self.answer_letter(&id, arrival, &message).await {
                Err(DeskError::Conflict { .. }) => {}
                other => return other,
            }
        }
        Err(DeskError::Busy)
    }

    /// The conversation that a letter goes on with.
    async fn answered(&self, arrival: &Arrival) -> Result<Option<ConversationId>, DeskError> {
        let Ok(from) = Email::parse(&arrival.recipient.user) else {
            return Ok(None);
        };
        let key = match arrival.answers.is_empty() {
            true => None,
            false => self.store.link_key().await?,
        };
        let now = self.clock.now();
        let found = key.and_then(|key| {
            let mut all = arrival.answers.iter();
            let read = |token: &String| LetterToken::read(token, &from, &key);
            all.find_map(|token| read(token).filter(|token| token.until > now))
        });
        let Some(LetterToken { conversation, .. }) = found else {
            return Ok(None);
        };
        let mut at = conversation;
        while let Some(row) = self.store.conversation(&at).await? {
            match row.merged_into {
                Some(into) => at = into,
                // One that was signed before the address was somebody else's is good for nothing any more.
                None if !self.store.is_contact_theirs(&row).await? => return Ok(None),
                None => return Ok(is_written_to(&row, arrival, &from).then_some(at)),
            }
        }
        Ok(None)
    }

    async fn answer_letter(
        &self,
        id: &ConversationId,
        arrival: &Arrival,
        message: &Message,
    ) -> Result<Option<Received>, DeskError> {
        let Some(row) = self.store.conversation(id).await? else {
            return Ok(None);
        };
        let _lane = self.visitors.enter(row.visitor.as_str()).await;
        if let Some(received) = self.arrived_before(arrival).await? {
            return Ok(Some(received));
        }
        let Some(row) = self.store.conversation(id).await? else {
            return Ok(None);
        };
        let now = self.clock.now();
        let mut draft = Draft::go_on(row);
        match hear(&self.rules(), &mut draft.conversation, message, now) {
            // That begins as with any letter: nothing of this conversation goes along.
            Heard::BeginsAnother => return Ok(None),
            Heard::GoesOn(bodies) => {
                for body in bodies {
                    let event = draft.conversation.next_event(Actor::System, body, now);
                    draft.events.push(event);
                }
            }
        }
        let source = Source {
            arrival: Some(arrival),
            by_letter: true,
            ..Source::default()
        };
        match self.take_turn(draft, message, source, now).await? {
            Attempt::Done(received) | Attempt::Waits(received) => Ok(Some(received)),
        }
    }
}

/// Whether letters of a conversation of the account's site go to an address.
fn is_written_to(row: &Conversation, arrival: &Arrival, from: &Email) -> bool {
    let to = row.contact.as_ref();
    let is_theirs = to.is_some_and(|to| to.to_string().eq_ignore_ascii_case(&from.to_string()));
    is_theirs && row.recipient.is_none() && row.site == arrival.site
}

impl Draft {
    /// Notes which way a message came.
    pub(in crate::desk) fn came_by(&mut self, source: Source<'_>, seq: Seq, now: Timestamp) {
        let was_letter = self.conversation.by_letter.take().is_some();
        if was_letter != source.by_letter {
            // What was asked or offered on the page is for whoever is there to say, and what a letter asked is for letters.
            let memory = &mut self.conversation.memory;
            memory.topic = None;
            memory.parked.clear();
            memory.offered.clear();
        }
        self.conversation.on_page =
            source.arrival.is_none() && self.conversation.recipient.is_some();
        match source.arrival {
            None => {}
            Some(arrival) if source.by_letter => {
                self.known_as(arrival, seq, now);
                self.conversation
                    .by_letter
                    .clone_from(&arrival.recipient.reply);
                for event in &mut self.events {
                    if let EventBody::Message { by_letter, .. } = &mut event.body {
                        *by_letter = true;
                    }
                }
            }
            Some(arrival) => self.arrived(arrival, seq, now),
        }
    }
}

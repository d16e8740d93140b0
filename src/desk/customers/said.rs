//! What a customer says by a button or a form and not by a message: how the help was, where else they can be written to, that they
//! would rather go on with the bot, and what the page they come from shows.

use jiff::Timestamp;

use super::apply::BadField;
use crate::desk::platforms::rated;
use crate::desk::{ATTEMPTS, CUSTOMER, Desk, DeskError};
use crate::domain::account::Session;
use crate::domain::conversation::{Actor, Conversation, Event, EventBody, InvalidTransition};
use crate::domain::email::Email;
use crate::domain::ids::ClientId;
use crate::domain::page_facts::PageFacts;
use crate::domain::rating::Score;
use crate::domain::redact::redact;
use crate::engine::replies::Values;
use crate::engine::say::Say;
use crate::store::Commit;

/// How the help was.
#[derive(Clone, Debug)]
pub struct Rating {
    /// The sender's own name for it: sent again, it is the same rating.
    pub client_id: ClientId,
    /// How good.
    pub score: Score,
    /// In their own words.
    pub text: Option<String>,
}

impl Desk {
    /// Takes how the help was, once for each time that it was asked.
    ///
    /// # Errors
    /// [`DeskError::NotAllowed`] when nobody asked; [`DeskError::NotFound`] before the first message.
    pub async fn rate(&self, session: &Session, rating: Rating) -> Result<(), DeskError> {
        let name = rating.client_id.clone();
        let text = rating.text.as_deref().map(str::trim);
        let text = text.filter(|text| !text.is_empty());
        let text = text.map(|text| redact(text).text);
        let (new, _) = self
            .of_customer(session, Some(&name), |row, _| {
                let of = row.rate(rating.score)?;
                Ok(vec![EventBody::Rated {
                    client_id: name.clone(),
                    of,
                    score: rating.score,
                    text: text.clone(),
                }])
            })
            .await?;
        for event in new {
            if let EventBody::Rated { of, score, .. } = event.body {
                rated::count(of, score);
            }
        }
        Ok(())
    }

    /// Why a text is no address, in words for whoever wrote it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn no_email(&self, session: &Session) -> Result<DeskError, DeskError> {
        let row = self.current(session).await?;
        let site = self.site(&session.site)?;
        let language = row.map(|row| row.language).or(session.language);
        let words = self.rules().replies.say(
            Say::FormEmailUnreadable,
            language.unwrap_or(site.language),
            &Values::new(),
        );
        let path = "email".to_owned();
        Ok(DeskError::Form(vec![BadField { path, words }]))
    }

    /// Notes where the customer can be written to. Given again, the last one holds.
    ///
    /// # Errors
    /// [`DeskError::NotAllowed`] when the matter is done; [`DeskError::NotFound`] before the first message.
    pub async fn leave_contact(
        &self,
        session: &Session,
        client_id: &ClientId,
        email: &Email,
    ) -> Result<(), DeskError> {
        // Letters are signed, and there is no time for a key when one is written.
        self.key_of_links().await?;
        self.of_customer(session, Some(client_id), |row, _| {
            row.leave_contact(email.clone())?;
            Ok(vec![EventBody::ContactLeft {
                client_id: client_id.clone(),
                email: email.clone(),
            }])
        })
        .await?;
        Ok(())
    }

    /// Gives a customer who waits back to the bot, as they wish.
    ///
    /// # Errors
    /// [`DeskError::NotAllowed`] when they do not wait, or a person has to look; [`DeskError::NotFound`] before the first message.
    pub async fn leave_queue(&self, session: &Session) -> Result<(), DeskError> {
        let leave = |row: &mut Conversation, now| row.leave_queue(now);
        let (_, row) = self.of_customer(session, None, leave).await?;
        self.live.wake_inbox(&row.merchant);
        Ok(())
    }

    /// Keeps what the page says that a visitor comes from: the conversation has it from the next message on.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn keep_page(&self, session: &Session, page: &PageFacts) -> Result<(), DeskError> {
        for _ in 0..ATTEMPTS {
            let session = self.as_it_is(session, false).await?.into_owned();
            let mut page = page.clone();
            page.zone = page.zone.or_else(|| session.page.zone.clone());
            if session.page == page {
                return Ok(());
            }
            let token = session.token;
            let before = session.conversation.clone();
            let session = Session { page, ..session };
            let commit = Commit::new()
                .expecting_session(token, before)
                .session(session);
            match self.commit(commit).await {
                Err(DeskError::SessionChanged) => {}
                other => return other,
            }
        }
        Err(DeskError::Busy)
    }

    /// Changes the session's conversation as its customer wishes. What was sent before under the same name changes nothing.
    async fn of_customer(
        &self,
        session: &Session,
        name: Option<&ClientId>,
        make: impl Fn(&mut Conversation, Timestamp) -> Result<Vec<EventBody>, InvalidTransition>,
    ) -> Result<(Vec<Event>, Conversation), DeskError> {
        for _ in 0..ATTEMPTS {
            let _lane = self.visitors.enter(session.visitor.as_str()).await;
            let session = self.as_it_is(session, false).await?;
            let mut row = self.current(&session).await?.ok_or(DeskError::NotFound)?;
            if let Some(name) = name
                && self.store.sent(&row.id, CUSTOMER, name).await?.is_some()
            {
                return Ok((Vec::new(), row));
            }
            let now = self.clock.now();
            let promised = row.promises.clone();
            let bodies = make(&mut row, now)?;
            let events: Vec<Event> = bodies
                .into_iter()
                .map(|body| row.next_event(Actor::Customer, body, now))
                .collect();
            let commit = self
                .tell_promises(Commit::new(), &row, &promised)
                .expecting(&row.id, row.revision)
                .events(events.clone())
                .conversation(row.clone());
            match self.commit(commit).await {
                Err(DeskError::Conflict { .. }) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    let outcomes = row.promises.outcomes_since(&promised);
                    self.promised.count(&outcomes);
                    self.live.wake(&row.id);
                    return Ok((events, row));
                }
            }
        }
        Err(DeskError::Busy)
    }
}

//! What people do: look at lists, take a conversation, answer, note, give back, resolve. Each is refused to those who may not.

use jiff::Timestamp;

use super::{Desk, DeskError};
use crate::domain::account::{Agent, Session};
use crate::domain::conversation::{
    Actor, Conversation, Event, EventBody, InvalidTransition, Owner, Revision, Seq,
};
use crate::domain::ids::{AgentId, ClientId, ConversationId};
use crate::store::{Commit, Cursor, InboxPage, Scope, View};

/// Which page of which list.
#[derive(Clone, Debug)]
pub struct InboxQuery {
    /// The list.
    pub view: View,
    /// Where to begin; none for the first page.
    pub cursor: Option<Cursor>,
    /// So many lines at most.
    pub limit: usize,
}

/// How many conversations are in each list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InboxCounts {
    /// Wait for a person.
    pub waiting: u64,
    /// Are with the agent who asks.
    pub mine: u64,
    /// Wait or are with an agent.
    pub open: u64,
    /// Are with an agent, and somebody else is asked.
    pub pending: u64,
    /// Are with the bot.
    pub bot: u64,
    /// Are done.
    pub done: u64,
}

/// A change of a conversation that its row decides on: the events to write, or why not.
type Moved = Result<Vec<EventBody>, InvalidTransition>;

impl Desk {
    /// A page of a list, as far as the agent may see.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn inbox(&self, agent: &Agent, query: &InboxQuery) -> Result<InboxPage, DeskError> {
        Ok(self
            .store
            .inbox(
                &scope(agent),
                &query.view,
                query.cursor.as_ref(),
                query.limit,
            )
            .await?)
    }

    /// How many conversations are in each list, as far as the agent may see.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn inbox_counts(&self, agent: &Agent) -> Result<InboxCounts, DeskError> {
        let scope = scope(agent);
        Ok(InboxCounts {
            waiting: self.store.inbox_count(&scope, &View::Waiting).await?,
            mine: self
                .store
                .inbox_count(&scope, &View::Mine(agent.id.clone()))
                .await?,
            open: self.store.inbox_count(&scope, &View::Open).await?,
            pending: self.store.inbox_count(&scope, &View::Pending).await?,
            bot: self.store.inbox_count(&scope, &View::Bot).await?,
            done: self.store.inbox_count(&scope, &View::Done).await?,
        })
    }

    /// A conversation, for an agent who may see it.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when there is none, or it is another merchant's: the two look alike.
    pub async fn conversation(
        &self,
        agent: &Agent,
        id: &ConversationId,
    ) -> Result<Conversation, DeskError> {
        let found = self.store.conversation(id).await?;
        found
            .filter(|conversation| sees(agent, conversation))
            .ok_or(DeskError::NotFound)
    }

    /// The events of a conversation that follow a number, for an agent who may see it.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`].
    pub async fn events(
        &self,
        agent: &Agent,
        id: &ConversationId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Event>, DeskError> {
        self.conversation(agent, id).await?;
        Ok(self.store.events(id, after, limit).await?)
    }

    /// The events of a visitor's own conversation that follow a number; none before the first message.
    ///
    /// # Errors
    /// [`DeskError::Unauthorized`] when the session is gone.
    pub async fn own_events(
        &self,
        session: &Session,
        after: Seq,
        limit: usize,
    ) -> Result<(Option<ConversationId>, Vec<Event>), DeskError> {
        let session = self
            .store
            .session(&session.token)
            .await?
            .ok_or(DeskError::Unauthorized)?;
        let Some(id) = session.conversation else {
            return Ok((None, Vec::new()));
        };
        let events = self.store.events(&id, after, limit).await?;
        Ok((Some(id), events))
    }

    /// Takes a waiting conversation. Of two at once one wins; the other is told who.
    ///
    /// # Errors
    /// [`DeskError::NotAllowed`] when it does not wait any more, [`DeskError::Conflict`] when it changed at that moment.
    pub async fn claim(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        self.change(agent, id, based_on, |conversation, _| {
            conversation.claim(agent.id.clone())
        })
        .await
    }

    /// Takes a conversation from the bot or a colleague.
    ///
    /// # Errors
    /// As [`Self::claim`].
    pub async fn take_over(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        self.change(agent, id, based_on, |conversation, _| {
            conversation.take_over(agent.id.clone())
        })
        .await
    }

    /// Gives a conversation back to the bot.
    ///
    /// # Errors
    /// [`DeskError::NotAllowed`] when it is not the agent's.
    pub async fn give_back(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        self.change(agent, id, based_on, |conversation, _| {
            conversation.give_back(&agent.id)
        })
        .await
    }

    /// Calls a conversation done.
    ///
    /// # Errors
    /// [`DeskError::NotAllowed`] when it is not the agent's, or done already.
    pub async fn resolve(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        self.change(agent, id, based_on, |conversation, now| {
            conversation.resolve(Some(&agent.id), now)
        })
        .await
    }

    /// Leaves a conversation until a time.
    ///
    /// # Errors
    /// [`DeskError::NotAllowed`] when it is not the agent's, is done, or the time has passed.
    pub async fn snooze(
        &self,
        agent: &Agent,
        id: &ConversationId,
        until: Timestamp,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        self.change(agent, id, based_on, |conversation, now| {
            conversation.snooze(&agent.id, until, now)
        })
        .await
    }

    /// Says something to the customer.
    ///
    /// # Errors
    /// [`DeskError::NotAllowed`] when the conversation is not the agent's; [`DeskError::Invalid`] for an empty or too long text.
    pub async fn reply(
        &self,
        agent: &Agent,
        id: &ConversationId,
        client_id: ClientId,
        text: String,
        based_on: Option<Revision>,
    ) -> Result<Event, DeskError> {
        self.check_text(&text)?;
        let name = client_id.clone();
        let sent = self.change(agent, id, based_on, |conversation, _| {
            let mut bodies = vec![EventBody::Reply {
                text: text.clone(),
                language: conversation.language,
                choices: Vec::new(),
                because: None,
                client_id: Some(client_id.clone()),
            }];
            bodies.extend(conversation.speak(&agent.id)?);
            Ok(bodies)
        });
        self.first_or(sent.await, agent, id, &name).await
    }

    /// Writes a note that customers never see.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] for an empty or too long text.
    pub async fn note(
        &self,
        agent: &Agent,
        id: &ConversationId,
        client_id: ClientId,
        text: String,
    ) -> Result<Event, DeskError> {
        self.check_text(&text)?;
        let name = client_id.clone();
        let written = self.change(agent, id, None, |_, _| {
            Ok(vec![EventBody::Note {
                text: text.clone(),
                client_id: client_id.clone(),
            }])
        });
        self.first_or(written.await, agent, id, &name).await
    }

    fn check_text(&self, text: &str) -> Result<(), DeskError> {
        let length = text.chars().count();
        match length {
            _ if text.trim().is_empty() => Err(DeskError::Invalid("the text is empty".to_owned())),
            _ if length > self.options.text_chars => Err(DeskError::Invalid(format!(
                "the text has {length} characters, at most {} are taken",
                self.options.text_chars
            ))),
            _ => Ok(()),
        }
    }

    /// The event that was written, now or when it was sent the first time.
    async fn first_or(
        &self,
        result: Result<Conversation, DeskError>,
        agent: &Agent,
        id: &ConversationId,
        name: &ClientId,
    ) -> Result<Event, DeskError> {
        match result {
            Ok(_) | Err(DeskError::Repeated(_)) => {
                let sender = format!("agent:{}", agent.id);
                self.store
                    .message_by_client_id(id, &sender, name)
                    .await?
                    .ok_or(DeskError::NotFound)
            }
            Err(error) => Err(error),
        }
    }

    /// Changes a conversation in one commit. Without a revision to base it on, a change that came in between is no obstacle as long as
    /// the move is still allowed.
    async fn change(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
        make: impl Fn(&mut Conversation, Timestamp) -> Moved,
    ) -> Result<Conversation, DeskError> {
        loop {
            let mut conversation = self.conversation(agent, id).await?;
            if based_on.is_some_and(|based_on| based_on != conversation.revision) {
                return Err(conflict(&conversation));
            }
            let now = self.clock.now();
            let bodies = make(&mut conversation, now)?;
            let by = Actor::Agent(agent.id.clone());
            let events = bodies
                .into_iter()
                .map(|body| conversation.next_event(by.clone(), body, now))
                .collect();
            let after = Conversation {
                revision: conversation.revision.next(),
                ..conversation.clone()
            };
            match self
                .commit(Commit::new().conversation(conversation, events))
                .await
            {
                Err(DeskError::Conflict { .. }) if based_on.is_none() => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.live.wake(id);
                    self.live.wake_inbox(&after.merchant);
                    return Ok(after);
                }
            }
        }
    }

    /// The name that customers see for an agent.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn agent_name(&self, id: &AgentId) -> Result<Option<String>, DeskError> {
        Ok(self.store.agent(id).await?.map(|agent| agent.name))
    }
}

fn conflict(conversation: &Conversation) -> DeskError {
    let owner: Owner = conversation.owner.clone();
    DeskError::Conflict {
        owner,
        revision: conversation.revision,
    }
}

/// A merchant's agent sees that merchant's conversations only.
fn sees(agent: &Agent, conversation: &Conversation) -> bool {
    agent
        .merchant
        .as_ref()
        .is_none_or(|merchant| *merchant == conversation.merchant)
}

fn scope(agent: &Agent) -> Scope {
    agent.merchant.clone().map_or(Scope::All, Scope::Merchant)
}

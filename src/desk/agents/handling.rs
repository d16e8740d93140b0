//! What people do: take a conversation, answer, note, give back, resolve. Each is refused to those who may not.

use jiff::{SignedDuration, Timestamp};

use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::conversation::{
    Actor, Conversation, Event, EventBody, InvalidTransition, LeftFor, Owner, Revision, Seq,
};
use crate::domain::ids::{AgentId, ClientId, ConversationId, MerchantId};
use crate::domain::redact::redact;
use crate::store::{Commit, Filter};

/// A change that lost to a faster one is tried again on the new state, so often.
const ATTEMPTS: usize = 16;
/// What is left until something happens comes back after so long all the same.
const LEFT_AT_MOST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Until when a conversation is left.
#[derive(Clone, Copy, Debug, Default)]
pub struct Left {
    /// Until this time, if there is one.
    pub until: Option<Timestamp>,
    /// Or until this happens.
    pub for_what: LeftFor,
}

/// A change of a conversation that its row decides on: the events to write, or why not.
pub(in crate::desk) type Moved = Result<Vec<EventBody>, InvalidTransition>;

impl Desk {
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
        self.change_that_can_be_undone(agent, id, based_on, |conversation, _| {
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
        self.change_that_can_be_undone(agent, id, based_on, |conversation, _| {
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
        self.change_that_can_be_undone(agent, id, based_on, |conversation, _| {
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
        self.change_that_can_be_undone(agent, id, based_on, |conversation, now| {
            conversation.resolve(Some(&agent.id), now)
        })
        .await
    }

    /// Leaves a conversation until a time or, without one, until something happens.
    ///
    /// # Errors
    /// [`DeskError::NotAllowed`] when it is not the agent's, is done, or the time has passed.
    pub async fn snooze(
        &self,
        agent: &Agent,
        id: &ConversationId,
        left: Left,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        self.change_that_can_be_undone(agent, id, based_on, |conversation, now| {
            let until = left.until.unwrap_or(now + LEFT_AT_MOST);
            conversation.snooze(&agent.id, (until, left.for_what), now)
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
        let text = self.checked(&text)?;
        let is_it = |body: &EventBody| matches!(body, EventBody::Reply { text: first, .. } if *first == text);
        self.once(agent, id, (&client_id, &is_it), based_on, |row, now| {
            let said = EventBody::Reply {
                text: text.clone(),
                language: row.language,
                choices: Vec::new(),
                because: None,
                client_id: Some(client_id.clone()),
            };
            row.speak(&agent.id, vec![said], now)
        })
        .await
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
        let text = self.checked(&text)?;
        let note = || EventBody::Note {
            text: text.clone(),
            client_id: client_id.clone(),
        };
        let is_it = |body: &EventBody| *body == note();
        self.once(agent, id, (&client_id, &is_it), None, |_, _| {
            Ok(vec![note()])
        })
        .await
    }

    /// A text that may be written: not empty, not too long, without secrets.
    fn checked(&self, text: &str) -> Result<String, DeskError> {
        let (length, most) = (text.chars().count(), self.options.text_chars);
        match length {
            _ if text.trim().is_empty() => Err(DeskError::Invalid("the text is empty".to_owned())),
            _ if length > most => Err(DeskError::Invalid(format!(
                "the text has {length} characters, at most {most} are taken"
            ))),
            _ => Ok(redact(text).text),
        }
    }

    /// Writes what an agent sends, and gives the event; sent again, the first one holds. Something else under a name that was given is not
    /// taken for what was sent first: it would be lost, and its writer told that it is not.
    async fn once(
        &self,
        agent: &Agent,
        id: &ConversationId,
        (name, is_it): (&ClientId, &(dyn Fn(&EventBody) -> bool + Sync)),
        based_on: Option<Revision>,
        make: impl Fn(&mut Conversation, Timestamp) -> Moved,
    ) -> Result<Event, DeskError> {
        self.conversation(agent, id).await?;
        let checked = |first: Event| match is_it(&first.body) {
            true => Ok(first),
            false => Err(DeskError::NamedAlready),
        };
        if let Some(first) = self.sent(agent, id, name).await? {
            return checked(first);
        }
        let result = self.change(agent, id, based_on, make).await;
        match (self.sent(agent, id, name).await?, result) {
            (Some(event), _) => checked(event),
            (None, Err(error)) => Err(error),
            (None, Ok(_)) => Err(DeskError::NotFound),
        }
    }

    /// What the agent sent under this name.
    async fn sent(
        &self,
        agent: &Agent,
        id: &ConversationId,
        name: &ClientId,
    ) -> Result<Option<Event>, DeskError> {
        let sender = format!("agent:{}", agent.id);
        let Some(seq) = self.store.sent(id, &sender, name).await? else {
            return Ok(None);
        };
        let found = self
            .store
            .events(id, Seq(seq.0.saturating_sub(1)), 1)
            .await?;
        Ok(found.into_iter().next())
    }

    /// Changes a conversation in one commit. Without a revision to base it on, a change that came in between is no obstacle as long as
    /// the move is still allowed.
    pub(in crate::desk) async fn change(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
        make: impl Fn(&mut Conversation, Timestamp) -> Moved,
    ) -> Result<Conversation, DeskError> {
        let (_, after) = self.change_from(agent, id, based_on, make).await?;
        Ok(after)
    }

    /// As [`Self::change`], of which the audit log says more than that something was changed: in the same commit.
    pub(in crate::desk) async fn change_as(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
        as_what: (Audited, Option<String>),
        make: impl Fn(&mut Conversation, Timestamp) -> Moved,
    ) -> Result<Conversation, DeskError> {
        let with = (Some(as_what), Commit::new());
        let changed = self.change_with(agent, id, based_on, with, make);
        Ok(changed.await?.1)
    }

    /// As [`Self::change`]: how it stood, and how it stands.
    pub(in crate::desk) async fn change_from(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
        make: impl Fn(&mut Conversation, Timestamp) -> Moved,
    ) -> Result<(Conversation, Conversation), DeskError> {
        let with = (None, Commit::new());
        self.change_with(agent, id, based_on, with, make).await
    }

    /// As [`Self::change`], in a commit that was begun.
    pub(in crate::desk) async fn change_with(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
        (as_what, begun): (Option<(Audited, Option<String>)>, Commit),
        make: impl Fn(&mut Conversation, Timestamp) -> Moved,
    ) -> Result<(Conversation, Conversation), DeskError> {
        let changed = (Audited::Changed, Some(id.to_string()));
        let lines: Vec<_> = std::iter::once(changed).chain(as_what).collect();
        let mut lost = None;
        for _ in 0..ATTEMPTS {
            let mut row = self.conversation(agent, id).await?;
            if based_on.is_some_and(|based_on| based_on != row.revision) {
                return Err(conflict(&row));
            }
            let now = self.clock.now();
            let before = row.clone();
            let bodies = make(&mut row, now)?;
            let by = Actor::Agent(agent.id.clone());
            let events: Vec<Event> = bodies
                .into_iter()
                .map(|body| row.next_event(by.clone(), body, now))
                .collect();
            let after = Conversation {
                revision: row.revision.next(),
                ..row.clone()
            };
            let commit = self
                .tell_promises(begun.clone(), &row, &before.promises)
                .expecting(id, row.revision)
                .events(events)
                .conversation(row);
            let lines = lines.iter().cloned();
            let commit = lines.fold(commit, |commit, (what, about)| {
                commit.audit(self.entry(&agent.id, what, about, None))
            });
            match self.commit(commit).await {
                Err(error @ DeskError::Conflict { .. }) => lost = Some(error),
                Err(error) => return Err(error),
                Ok(()) => {
                    let outcomes = after.promises.outcomes_since(&before.promises);
                    self.promised.count(&outcomes);
                    self.line.taken(before.waiting_since, &after, now);
                    self.live.wake(id);
                    self.live.wake_inbox(&after.merchant);
                    // Whoever is done with one, or gave it away, may have room for another.
                    if after.owner != before.owner || after.status.is_done() {
                        Box::pin(self.give_out(vec![after.merchant.clone()])).await;
                    }
                    return Ok((before, after));
                }
            }
        }
        Err(lost.unwrap_or(DeskError::Busy))
    }

    /// The name that customers see for an agent.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn agent_name(&self, id: &AgentId) -> Result<Option<String>, DeskError> {
        Ok(self.store.agent(id).await?.map(|agent| agent.name))
    }
}

pub(in crate::desk) fn conflict(conversation: &Conversation) -> DeskError {
    let owner: Owner = conversation.owner.clone();
    DeskError::Conflict {
        owner,
        revision: conversation.revision,
    }
}

/// Whose lists an agent reads who asks for something: their own merchant's, or the one that they ask for.
///
/// # Errors
/// When they ask for a merchant of whom they see nothing.
pub(in crate::desk) fn scope<'a>(
    agent: &'a Agent,
    filter: &'a Filter,
) -> Result<Option<&'a MerchantId>, ()> {
    match (&agent.merchant, &filter.merchant) {
        (Some(own), Some(asked)) if own != asked => Err(()),
        (own, asked) => Ok(own.as_ref().or(asked.as_ref())),
    }
}

/// A merchant's agent sees that merchant's conversations only.
pub(in crate::desk) fn sees(agent: &Agent, conversation: &Conversation) -> bool {
    sees_merchant(agent, &conversation.merchant)
}

/// Whether an agent sees the conversations of a merchant.
pub(in crate::desk) fn sees_merchant(agent: &Agent, merchant: &MerchantId) -> bool {
    agent.merchant.as_ref().is_none_or(|own| own == merchant)
}

//! What can be written: a commit is a list of records that become true together, or not at all.
//!
//! Indexes, counters and the inbox are not in it: the store derives them from the records.

use crate::domain::account::{Agent, ApiKey, Session, TokenHash};
use crate::domain::conversation::{Conversation, Event, Owner, Revision, Seq};
use crate::domain::ids::{AgentId, ConversationId};
use crate::domain::order::Order;
use crate::domain::tally::Tally;

use super::error::StoreError;

/// Changes that are made together.
#[derive(Clone, Debug, Default)]
#[must_use = "a commit does nothing until it is given to the store"]
pub struct Commit {
    pub(crate) ops: Vec<Op>,
}

/// One change.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Conversation(Box<Conversation>, Vec<Event>),
    Session(Box<Session>),
    SessionUnchanged(TokenHash, Option<ConversationId>),
    EndSession(TokenHash),
    Order(Box<Order>),
    Agent(Agent),
    NewAgent(Agent),
    ApiKey(ApiKey),
    RemoveApiKey(TokenHash),
    Tally(Tally),
}

impl Commit {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a conversation's row and its new events.
    ///
    /// `conversation.revision` is the revision the change was based on, as it was read (0 for a new conversation); the store writes the
    /// next one. If the stored revision is another, the commit is refused with [`Conflict::Conversation`]. The events must be those
    /// after the stored `last_seq` up to `conversation.last_seq`, without a gap. If one of them was sent before
    /// ([`Event::sent_as`]), the commit is refused with [`CommitError::Repeated`].
    pub fn conversation(mut self, conversation: Conversation, events: Vec<Event>) -> Self {
        self.ops
            .push(Op::Conversation(Box::new(conversation), events));
        self
    }

    /// Writes a session, whatever stood there.
    pub fn session(mut self, session: Session) -> Self {
        self.ops.push(Op::Session(Box::new(session)));
        self
    }

    /// Expects that a session is there and has this conversation; otherwise the commit is refused with [`Conflict::Session`]. Put it
    /// before [`Self::session`]: of two first messages at once only one begins the conversation.
    pub fn session_unchanged(
        mut self,
        token: TokenHash,
        conversation: Option<ConversationId>,
    ) -> Self {
        self.ops.push(Op::SessionUnchanged(token, conversation));
        self
    }

    /// Removes a session, if it is there.
    pub fn end_session(mut self, token: TokenHash) -> Self {
        self.ops.push(Op::EndSession(token));
        self
    }

    /// Writes an order, whatever stood there.
    pub fn order(mut self, order: Order) -> Self {
        self.ops.push(Op::Order(Box::new(order)));
        self
    }

    /// Writes an agent, whatever stood there.
    pub fn agent(mut self, agent: Agent) -> Self {
        self.ops.push(Op::Agent(agent));
        self
    }

    /// Writes an agent; refused with [`Conflict::AgentExists`] if there is one with this id.
    pub fn new_agent(mut self, agent: Agent) -> Self {
        self.ops.push(Op::NewAgent(agent));
        self
    }

    /// Writes an API key.
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.ops.push(Op::ApiKey(key));
        self
    }

    /// Removes an API key, if it is there.
    pub fn remove_api_key(mut self, token: TokenHash) -> Self {
        self.ops.push(Op::RemoveApiKey(token));
        self
    }

    /// Writes a tally, whatever stood there.
    pub fn tally(mut self, tally: Tally) -> Self {
        self.ops.push(Op::Tally(tally));
        self
    }
}

/// That a commit is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The journal sequence that carries it. Commits that were made together share it.
    pub journal: u64,
}

/// Why a commit was not made. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// What it was based on has changed.
    #[error("{0}")]
    Conflict(Conflict),
    /// One of its events was sent before, and is stored under this number.
    #[error("this was sent before: it is event {} of conversation {conversation}", seq.0)]
    Repeated {
        /// Where.
        conversation: ConversationId,
        /// The number of the first one.
        seq: Seq,
    },
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What has changed in the meantime.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Conflict {
    /// The conversation has another revision.
    #[error("conversation {id} has changed: it is at revision {} and with {}", revision.0, owner.name())]
    Conversation {
        /// Which.
        id: ConversationId,
        /// Who owns it now; the bot, if it does not exist.
        owner: Owner,
        /// Its revision now; 0 if it does not exist.
        revision: Revision,
    },
    /// The session has another conversation, or is gone.
    #[error("the session has changed")]
    Session {
        /// The session as it is now.
        session: Option<Box<Session>>,
    },
    /// There is an agent with this id.
    #[error("there is an agent {0} already")]
    AgentExists(AgentId),
}

//! Who may speak: visitors' sessions, agents' tokens, shops' keys.

use std::borrow::Cow;

use jiff::SignedDuration;
use secrecy::SecretString;
use tokio::sync::watch;

use crate::clock::{token, token_hash, visitor_id};
use crate::desk::{Desk, DeskError};
use crate::domain::account::{Agent, ApiKey, Session, TokenHash};
use crate::domain::conversation::{Event, Identity, Role, Seq};
use crate::domain::ids::{ConversationId, SiteId};
use crate::domain::language::Language;
use crate::domain::page_facts::PageFacts;
use crate::store::Commit;

/// How long a session of somebody unknown lasts without a message.
const SESSION: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Somebody who comes to a storefront.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The storefront.
    pub site: SiteId,
    /// Whom the shop signed in, checked by the caller.
    pub identity: Option<Identity>,
    /// Who speaks.
    pub role: Role,
    /// The language of the page.
    pub language: Option<Language>,
    /// What else the page says.
    pub page: PageFacts,
}

/// A session that has just begun.
#[derive(Debug)]
pub struct Opened {
    /// What the browser shows from now on. It is not kept anywhere else.
    pub token: SecretString,
    /// The session.
    pub session: Session,
}

impl Desk {
    /// A session as it is now, for whoever holds its visitor's lane: read again unless this is the first try and it has a conversation.
    pub(in crate::desk) async fn as_it_is<'s>(
        &self,
        session: &'s Session,
        is_first: bool,
    ) -> Result<Cow<'s, Session>, DeskError> {
        if is_first && session.conversation.is_some() {
            return Ok(Cow::Borrowed(session));
        }
        let found = self.store.session(&session.token).await?;
        found.map(Cow::Owned).ok_or(DeskError::Unauthorized)
    }

    /// Begins a session. A person is only ever joined to conversations of the same session: knowing an e-mail address opens nothing.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] for an unknown site; [`DeskError::Busy`] or [`DeskError::Stopped`] when it cannot be written.
    pub async fn open_session(&self, visit: Visit) -> Result<Opened, DeskError> {
        let site = self.site(&visit.site)?;
        let now = self.clock.now();
        let token = token("fdv_");
        let session = Session {
            token: token_hash(&token),
            visitor: visitor_id(),
            site: site.id.clone(),
            conversation: None,
            role: visit.role,
            identity: visit.identity,
            language: visit.language,
            page: visit.page,
            created_at: now,
            expires_at: now + SESSION,
        };
        self.commit(Commit::new().session(session.clone())).await?;
        Ok(Opened { token, session })
    }

    /// Changes whenever somebody's access does: whoever holds something open asks again for whom it is.
    #[must_use]
    pub fn access_changes(&self) -> watch::Receiver<()> {
        self.store.access_changes()
    }

    /// The session of a token.
    ///
    /// # Errors
    /// [`DeskError::Unauthorized`] when it is unknown or has ended.
    pub async fn session(&self, token: &SecretString) -> Result<Session, DeskError> {
        let session = self
            .store
            .session(&token_hash(token))
            .await?
            .ok_or(DeskError::Unauthorized)?;
        if session.expires_at <= self.clock.now() {
            return Err(DeskError::Unauthorized);
        }
        self.followed(session).await
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

    /// The agent of a token.
    ///
    /// # Errors
    /// [`DeskError::Unauthorized`] when it is unknown or the agent may not work any more.
    pub async fn agent(&self, token: &SecretString) -> Result<Agent, DeskError> {
        let agent = self
            .store
            .agent_of(&token_hash(token))
            .await?
            .ok_or(DeskError::Unauthorized)?;
        if agent.disabled {
            Err(DeskError::Unauthorized)
        } else {
            self.heard_of(&agent, None);
            Ok(agent)
        }
    }

    /// An agent does something, or has the inbox open: whoever has not said that they are away is at work.
    pub(in crate::desk) fn heard_of(&self, agent: &Agent, log_in: Option<TokenHash>) {
        let now = self.clock.now();
        self.roster.heard(&agent.id, log_in, now);
        self.line.saw(agent, now);
    }

    /// The shop's key of a token.
    ///
    /// # Errors
    /// [`DeskError::Unauthorized`] when it is unknown.
    pub async fn api_key(&self, token: &SecretString) -> Result<ApiKey, DeskError> {
        self.store
            .api_key(&token_hash(token))
            .await?
            .ok_or(DeskError::Unauthorized)
    }
}

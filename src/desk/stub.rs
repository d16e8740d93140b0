//! STUB: an echo that answers like the desk.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    clippy::unused_async
)]
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use crate::clock::{self, Clock};
use crate::domain::account::{Agent, ApiKey, Session, TokenHash};
use crate::domain::conversation::*;
use crate::domain::handoff::HandoffReason;
use crate::domain::ids::*;
use crate::domain::language::Language;
use crate::domain::order::Order;
use crate::live::Live;

#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("the token is not known, has expired, or was withdrawn")]
    Unauthorized,
    #[error("there is no such thing here")]
    NotFound,
    #[error("the conversation has changed: it is at revision {} and with {}", revision.0, owner.name())]
    Conflict { owner: Owner, revision: Revision },
    #[error("{0}")]
    NotAllowed(#[from] InvalidTransition),
    #[error("{0}")]
    Invalid(String),
    #[error("the desk is busy: try again in a moment")]
    Busy,
    #[error("the desk has stopped writing: {0}")]
    Stopped(String),
}

#[derive(Debug)]
pub struct OpenedSession {
    pub token: SecretString,
    pub session: Session,
}
#[derive(Debug)]
pub struct Inbound {
    pub client_id: ClientId,
    pub text: String,
    pub choice: Option<u8>,
}
#[derive(Debug, Clone)]
pub struct Received {
    pub conversation: ConversationId,
    pub seq: Seq,
    pub replies: Vec<Event>,
    pub repeated: bool,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    Waiting,
    Mine,
    Open,
    Bot,
    Done,
}
#[derive(Debug, Clone)]
pub struct Cursor(pub String);
#[derive(Debug, Default)]
pub struct Counts {
    pub waiting: u64,
    pub mine: u64,
    pub open: u64,
    pub bot: u64,
    pub done: u64,
}
#[derive(Debug)]
pub struct InboxPage {
    pub rows: Vec<Conversation>,
    pub next: Option<Cursor>,
    pub counts: Counts,
}

#[derive(Debug, Default)]
struct Kept {
    sessions: HashMap<String, Session>,
    logs: BTreeMap<ConversationId, (Conversation, Vec<Event>)>,
    agents: HashMap<String, Agent>,
    keys: HashMap<String, ApiKey>,
    first: HashMap<(VisitorId, ClientId), Received>,
    orders: BTreeMap<(MerchantId, OrderId), Order>,
}
#[derive(Debug)]
pub struct Desk {
    clock: Clock,
    live: Live,
    kept: Mutex<Kept>,
    sites: BTreeMap<SiteId, MerchantId>,
}

impl Desk {
    pub fn stub(clock: Clock, live: Live, sites: BTreeMap<SiteId, MerchantId>) -> Self {
        Self {
            clock,
            live,
            kept: Mutex::default(),
            sites,
        }
    }
    pub fn add_agent(&self, token: &str, agent: Agent) {
        self.kept.lock().unwrap().agents.insert(token.into(), agent);
    }
    pub fn add_key(&self, token: &str, key: ApiKey) {
        self.kept.lock().unwrap().keys.insert(token.into(), key);
    }
    pub async fn open_session(
        &self,
        site: &SiteId,
        identity: Option<Identity>,
        role: Role,
        locale: Option<Language>,
    ) -> Result<OpenedSession, DeskError> {
        if !self.sites.contains_key(site) {
            return Err(DeskError::NotFound);
        }
        let token = clock::token("fds_");
        let now = self.clock.now();
        let session = Session {
            token: TokenHash([0; 32]),
            visitor: clock::visitor_id(),
            site: site.clone(),
            conversation: None,
            role,
            identity,
            language: locale,
            created_at: now,
            expires_at: now + SignedDuration::from_hours(24),
        };
        self.kept
            .lock()
            .unwrap()
            .sessions
            .insert(token.expose_secret().to_owned(), session.clone());
        Ok(OpenedSession { token, session })
    }
    pub async fn session(&self, token: &str) -> Result<Session, DeskError> {
        let session = self
            .kept
            .lock()
            .unwrap()
            .sessions
            .get(token)
            .cloned()
            .ok_or(DeskError::Unauthorized)?;
        if session.expires_at <= self.clock.now() {
            return Err(DeskError::Unauthorized);
        }
        Ok(session)
    }
    pub async fn receive(
        &self,
        session: &Session,
        inbound: Inbound,
    ) -> Result<Received, DeskError> {
        let mut kept = self.kept.lock().unwrap();
        let kept = &mut *kept;
        if let Some(first) = kept
            .first
            .get(&(session.visitor.clone(), inbound.client_id.clone()))
        {
            return Ok(Received {
                repeated: true,
                ..first.clone()
            });
        }
        let now = self.clock.now();
        let merchant = self.sites[&session.site].clone();
        let held = kept
            .sessions
            .values_mut()
            .find(|s| s.visitor == session.visitor)
            .unwrap();
        let id = held
            .conversation
            .get_or_insert_with(clock::conversation_id)
            .clone();
        let (row, log) = kept.logs.entry(id.clone()).or_insert_with(|| {
            (
                Conversation::open(
                    Opening {
                        id: id.clone(),
                        site: session.site.clone(),
                        merchant,
                        channel: "widget".into(),
                        visitor: session.visitor.clone(),
                        role: session.role,
                        identity: session.identity.clone(),
                        language: Language::En,
                        previous: None,
                    },
                    now,
                ),
                Vec::new(),
            )
        });
        let message = row.next_event(
            Actor::Customer,
            EventBody::Message {
                client_id: inbound.client_id.clone(),
                text: inbound.text.clone(),
                choice: inbound.choice,
            },
            now,
        );
        let seq = message.seq;
        log.push(message);
        let mut replies = Vec::new();
        if row.owner == Owner::Bot {
            let reply = row.next_event(
                Actor::Bot,
                EventBody::Reply {
                    text: format!("echo: {}", inbound.text),
                    language: Language::En,
                    choices: vec![],
                    because: Some(Because {
                        rule: Some("stub.toml:1".into()),
                        ..Because::default()
                    }),
                    client_id: None,
                },
                now,
            );
            log.push(reply.clone());
            replies.push(reply);
            if inbound.text == "human" {
                let handoff = Handoff {
                    reason: HandoffReason::AskedForHuman,
                    priority: Priority::Normal,
                    team: None,
                    brief: crate::domain::brief::Brief {
                        suggested_reply: Some("internal brief".into()),
                        ..Default::default()
                    },
                };
                for body in row.hand_off(handoff, now).unwrap() {
                    let e = row.next_event(Actor::Bot, body, now);
                    log.push(e);
                }
            }
        }
        row.revision = row.revision.next();
        let received = Received {
            conversation: id.clone(),
            seq,
            replies,
            repeated: false,
        };
        kept.first.insert(
            (session.visitor.clone(), inbound.client_id),
            received.clone(),
        );
        self.live.wake(&id);
        self.live.wake_inbox(&kept.logs[&id].0.merchant);
        Ok(received)
    }
    pub async fn events(
        &self,
        conversation: &ConversationId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Event>, DeskError> {
        Ok(self
            .kept
            .lock()
            .unwrap()
            .logs
            .get(conversation)
            .ok_or(DeskError::NotFound)?
            .1
            .iter()
            .filter(|e| e.seq > after)
            .take(limit)
            .cloned()
            .collect())
    }
    pub async fn agent(&self, token: &str) -> Result<Agent, DeskError> {
        self.kept
            .lock()
            .unwrap()
            .agents
            .get(token)
            .filter(|a| !a.disabled)
            .cloned()
            .ok_or(DeskError::Unauthorized)
    }
    pub async fn agent_name(&self, id: &AgentId) -> Result<Option<String>, DeskError> {
        Ok(self
            .kept
            .lock()
            .unwrap()
            .agents
            .values()
            .find(|a| a.id == *id)
            .map(|a| a.name.clone()))
    }
    pub async fn inbox(
        &self,
        agent: &Agent,
        view: View,
        _cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<InboxPage, DeskError> {
        let kept = self.kept.lock().unwrap();
        let rows = kept
            .logs
            .values()
            .map(|(row, _)| row)
            .filter(|row| sees(agent, row))
            .filter(|row| match view {
                View::Waiting => row.owner == Owner::Queue,
                View::Mine => row.owner == Owner::Agent(agent.id.clone()),
                View::Open => row.owner != Owner::Bot && !row.status.is_done(),
                View::Bot => row.owner == Owner::Bot,
                View::Done => row.status.is_done(),
            })
            .take(limit)
            .cloned()
            .collect();
        Ok(InboxPage {
            rows,
            next: None,
            counts: Counts::default(),
        })
    }
    pub async fn conversation(
        &self,
        agent: &Agent,
        id: &ConversationId,
    ) -> Result<Conversation, DeskError> {
        self.kept
            .lock()
            .unwrap()
            .logs
            .get(id)
            .map(|(row, _)| row)
            .filter(|row| sees(agent, row))
            .cloned()
            .ok_or(DeskError::NotFound)
    }
    fn change(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
        change: impl FnOnce(&mut Conversation, Timestamp) -> Result<Vec<EventBody>, InvalidTransition>,
    ) -> Result<(Conversation, Vec<Event>), DeskError> {
        let mut kept = self.kept.lock().unwrap();
        let (row, log) = kept
            .logs
            .get_mut(id)
            .filter(|(row, _)| sees(agent, row))
            .ok_or(DeskError::NotFound)?;
        if based_on.is_some_and(|based_on| based_on != row.revision) {
            return Err(DeskError::Conflict {
                owner: row.owner.clone(),
                revision: row.revision,
            });
        }
        let now = self.clock.now();
        let mut events = Vec::new();
        for body in change(row, now)? {
            let e = row.next_event(Actor::Agent(agent.id.clone()), body, now);
            events.push(e.clone());
            log.push(e);
        }
        row.revision = row.revision.next();
        self.live.wake(id);
        self.live.wake_inbox(&row.merchant);
        Ok((row.clone(), events))
    }
    pub async fn claim(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        Ok(self
            .change(agent, id, based_on, |row, _| row.claim(agent.id.clone()))?
            .0)
    }
    pub async fn take_over(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        Ok(self
            .change(agent, id, based_on, |row, _| {
                row.take_over(agent.id.clone())
            })?
            .0)
    }
    pub async fn give_back(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        Ok(self
            .change(agent, id, based_on, |row, _| row.give_back(&agent.id))?
            .0)
    }
    pub async fn resolve(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
    ) -> Result<Conversation, DeskError> {
        Ok(self
            .change(agent, id, based_on, |row, now| {
                row.resolve(Some(&agent.id), now)
            })?
            .0)
    }
    pub async fn snooze(
        &self,
        agent: &Agent,
        id: &ConversationId,
        based_on: Option<Revision>,
        until: Timestamp,
    ) -> Result<Conversation, DeskError> {
        Ok(self
            .change(agent, id, based_on, |row, now| {
                row.snooze(&agent.id, until, now)
            })?
            .0)
    }
    pub async fn reply(
        &self,
        agent: &Agent,
        id: &ConversationId,
        client_id: ClientId,
        text: String,
        based_on: Option<Revision>,
    ) -> Result<Event, DeskError> {
        Ok(self
            .change(agent, id, based_on, |row, _| {
                let mut e = vec![EventBody::Reply {
                    text,
                    language: Language::En,
                    choices: vec![],
                    because: None,
                    client_id: Some(client_id),
                }];
                e.extend(row.speak(&agent.id)?);
                Ok(e)
            })?
            .1
            .remove(0))
    }
    pub async fn note(
        &self,
        agent: &Agent,
        id: &ConversationId,
        client_id: ClientId,
        text: String,
        based_on: Option<Revision>,
    ) -> Result<Event, DeskError> {
        Ok(self
            .change(agent, id, based_on, |_, _| {
                Ok(vec![EventBody::Note { text, client_id }])
            })?
            .1
            .remove(0))
    }
    pub async fn api_key(&self, token: &str) -> Result<ApiKey, DeskError> {
        self.kept
            .lock()
            .unwrap()
            .keys
            .get(token)
            .cloned()
            .ok_or(DeskError::Unauthorized)
    }
    pub async fn put_order(&self, key: &ApiKey, order: Order) -> Result<(), DeskError> {
        self.kept
            .lock()
            .unwrap()
            .orders
            .insert((key.merchant.clone(), order.id.clone()), order);
        Ok(())
    }
    pub async fn put_orders(&self, key: &ApiKey, orders: Vec<Order>) -> Result<(), DeskError> {
        for o in orders {
            self.put_order(key, o).await?;
        }
        Ok(())
    }
    pub async fn order(&self, key: &ApiKey, id: &OrderId) -> Result<Order, DeskError> {
        self.kept
            .lock()
            .unwrap()
            .orders
            .get(&(key.merchant.clone(), id.clone()))
            .cloned()
            .ok_or(DeskError::NotFound)
    }
}
fn sees(agent: &Agent, row: &Conversation) -> bool {
    agent.merchant.as_ref().is_none_or(|m| *m == row.merchant)
}

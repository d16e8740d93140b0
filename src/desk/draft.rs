//! A conversation being changed: its row, its new events, and whatever else belongs into the same commit.

use jiff::Timestamp;

use super::turn::{Message, hear};
use super::{ATTEMPTS, Desk, DeskError};
use crate::clock::conversation_id;
use crate::domain::account::Session;
use crate::domain::channel::Known;
use crate::domain::claim::OrderClaims;
use crate::domain::conversation::{Actor, Belongs, Conversation, Event, EventBody, Heard, Opening};
use crate::domain::ids::ConversationId;
use crate::domain::notice::Notice;
use crate::domain::promise::Promises;
use crate::domain::spoken::Spoken;
use crate::domain::tally::Tally;
use crate::domain::webhook::Delivery;
use crate::store::Commit;

/// A conversation being changed, with all that is to be written in one commit.
pub(super) struct Draft {
    /// Its revision is the one that the change is based on.
    pub(super) conversation: Conversation,
    pub(super) events: Vec<Event>,
    pub(super) tallies: Vec<Tally>,
    /// The claims that the turn moved; their revision is the one that it is based on.
    pub(super) claims: Vec<OrderClaims>,
    /// The session, when it gets another conversation, and the one it had.
    pub(super) session: Option<(Option<ConversationId>, Session)>,
    /// What the platform calls the message, if it came over one, and what it signed.
    pub(super) known: Vec<Known>,
    /// How much went out of late to whoever goes on in a new conversation.
    pub(super) spoken: Vec<Spoken>,
    /// What the platform is to be asked for: files, and who has the customer there.
    pub(super) asks: Vec<Delivery>,
    /// The promises before the change.
    pub(super) promised: Promises,
    /// How the order was paid that is talked about, where this was looked up.
    pub(super) paid_by: Option<String>,
    /// Whether it answers what was written on a page.
    pub(super) on_page: bool,
    /// The conversation that this one goes on from, without the promises and the links to notices that came along, and without the question
    /// how the help was: they are about something else by now.
    left: Option<Conversation>,
}

/// Why the desk itself changes a conversation.
#[derive(Clone, Copy)]
pub(super) enum Cause<'n> {
    /// Something is due.
    Due(Timestamp),
    /// A trouble that it asked about is over.
    Over(&'n Notice),
}

impl Desk {
    /// Changes a conversation without a caller, on its newest state and in its visitor's lane; says whether there was anything to change.
    pub(super) async fn redraft(
        &self,
        id: &ConversationId,
        cause: Cause<'_>,
    ) -> Result<bool, DeskError> {
        for _ in 0..ATTEMPTS {
            let Some(row) = self.store.conversation(id).await? else {
                return Ok(false);
            };
            let _lane = self.visitors.enter(row.visitor.as_str()).await;
            let Some(row) = self.store.conversation(id).await? else {
                return Ok(false);
            };
            let merchant = row.merchant.clone();
            let draft = match cause {
                Cause::Due(now) => self.reviewed(row, now).await?,
                Cause::Over(notice) => self.told_over(row, notice, self.clock.now()),
            };
            let Some(draft) = draft else {
                return Ok(false);
            };
            match self.finish(draft).await {
                Err(DeskError::Conflict { .. }) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.live.wake_inbox(&merchant);
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

impl Draft {
    /// The session's conversation, or a new one.
    pub(super) fn begin(
        desk: &Desk,
        session: &Session,
        current: Option<Conversation>,
        message: &Message,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        let Some(mut current) = current else {
            return Self::open(desk, session, None, now);
        };
        if session.identity.is_some() {
            current.identity.clone_from(&session.identity);
        }
        current.page.clone_from(&session.page);
        let mut draft = Self::go_on(current);
        match hear(&desk.rules(), &mut draft.conversation, message, now) {
            Heard::BeginsAnother => Self::open(desk, session, Some(draft.conversation), now),
            Heard::GoesOn(bodies) => {
                for body in bodies {
                    let event = draft.conversation.next_event(Actor::System, body, now);
                    draft.events.push(event);
                }
                Ok(draft)
            }
        }
    }

    /// As [`Self::begin`], for a file: it belongs to whatever was spoken of last.
    pub(super) fn begin_with_file(
        desk: &Desk,
        session: &Session,
        current: Option<Conversation>,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        let Some(mut current) = current else {
            return Self::open(desk, session, None, now);
        };
        if session.identity.is_some() {
            current.identity.clone_from(&session.identity);
        }
        match current.hear(Belongs::Same, now) {
            Heard::BeginsAnother => Self::open(desk, session, Some(current), now),
            Heard::GoesOn(bodies) => {
                let mut draft = Self::go_on(current);
                for body in bodies {
                    let event = draft.conversation.next_event(Actor::System, body, now);
                    draft.events.push(event);
                }
                Ok(draft)
            }
        }
    }

    fn open(
        desk: &Desk,
        session: &Session,
        previous: Option<Conversation>,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        let site = desk.site(&session.site)?;
        let opening = Opening {
            id: conversation_id(),
            site: site.id.clone(),
            merchant: site.merchant.clone(),
            channel: "widget".to_owned(),
            visitor: session.visitor.clone(),
            role: session.role,
            identity: session.identity.clone(),
            language: session.language.unwrap_or(site.language),
            previous: previous.as_ref().map(|previous| previous.id.clone()),
        };
        let mut conversation = Conversation::open(opening, now);
        conversation.page.clone_from(&session.page);
        let (mut left, mut was_asked) = (previous, false);
        if let Some(previous) = &mut left {
            conversation.memory = previous.memory.carried();
            conversation.promises = previous.promises.take_binding();
            conversation.notices = std::mem::take(&mut previous.notices);
            was_asked = previous.asked_about.take().is_some();
        }
        let recipient = left.as_ref().and_then(|left| left.recipient.as_ref());
        let spoken = recipient.map_or_else(Vec::new, |recipient| recipient.spoken.clone());
        let promised = conversation.promises.clone();
        let is_linked = !conversation.notices.is_empty();
        let body = EventBody::Started {
            previous: conversation.previous.clone(),
        };
        let started = conversation.next_event(Actor::System, body, now);
        let session = Some((
            session.conversation.clone(),
            Session {
                conversation: Some(conversation.id.clone()),
                ..session.clone()
            },
        ));
        Ok(Self {
            conversation,
            events: vec![started],
            tallies: Vec::new(),
            claims: Vec::new(),
            session,
            known: Vec::new(),
            spoken,
            asks: Vec::new(),
            left: left.filter(|_| promised.next_look().is_some() || is_linked || was_asked),
            promised,
            paid_by: None,
            on_page: false,
        })
    }

    pub(super) fn go_on(conversation: Conversation) -> Self {
        Self {
            promised: conversation.promises.clone(),
            paid_by: None,
            on_page: false,
            left: None,
            conversation,
            events: Vec::new(),
            tallies: Vec::new(),
            claims: Vec::new(),
            session: None,
            known: Vec::new(),
            spoken: Vec::new(),
            asks: Vec::new(),
        }
    }

    pub(super) fn replies(&self) -> Vec<Event> {
        self.events
            .iter()
            .filter(|event| is_reply_of_bot(event))
            .cloned()
            .collect()
    }

    pub(super) fn into_commit(self) -> Commit {
        let mut commit = Commit::new();
        commit.on_page = self.on_page;
        if let Some((before, session)) = self.session {
            commit = commit
                .expecting_session(session.token, before)
                .session(session);
        }
        for known in self.known {
            commit = commit.know(known);
        }
        for ask in self.asks {
            commit = commit.send(ask);
        }
        for claims in self.claims {
            commit = commit.claims(claims);
        }
        for tally in self.tallies {
            commit = commit.tally(tally);
        }
        if let Some(left) = self.left {
            commit = commit.expecting(&left.id, left.revision).conversation(left);
        }
        for event in &self.events {
            if let EventBody::NoticeLinked { notice } = &event.body {
                let merchant = self.conversation.merchant.clone();
                commit = commit.expecting_open(merchant, notice.clone());
            }
        }
        commit
            .expecting(&self.conversation.id, self.conversation.revision)
            .events(self.events)
            .conversation(self.conversation)
    }
}

/// Whether the bot said this to the customer, as an answer. What the desk tells without being asked is none.
pub(super) fn is_reply_of_bot(event: &Event) -> bool {
    let because = matches!(
        event.body,
        EventBody::Reply {
            because: Some(_),
            ..
        }
    );
    because && event.by == Actor::Bot
}

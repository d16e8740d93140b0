//! Messaging platforms: their customers' messages as turns, once each however often they come, and what is said to them into the outbox
//! by the very commit that says it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;

use super::arrival::{Arrival, INLINE_WITHIN};
use crate::clock;
use crate::desk::customers::receive::{Attempt, Received, Source};
use crate::desk::turn::Message;
use crate::desk::{ATTEMPTS, Desk, DeskError};
use crate::domain::account::{Session, TokenHash};
use crate::domain::channel::{Known, MessageState, Recipient};
use crate::domain::conversation::{Actor, Conversation, Event, EventBody, Owner, Role, Seq};
use crate::domain::ids::{ConversationId, EndpointId};
use crate::domain::page_facts::PageFacts;
use crate::domain::redact::redact;
use crate::domain::webhook::Delivery;
use crate::engine::replies::Values;
use crate::engine::say::Say;
use crate::store::Commit;

/// Somebody who writes on a platform is the same person for so long after their last message; renewed when half of it is over.
const SESSION: SignedDuration = SignedDuration::from_hours(24 * 365);
/// Somebody whom their platform calls by another name goes on with what they had, if it is no older: a telephone number that has been silent
/// for longer may be somebody else's by now.
const FOLLOWS: SignedDuration = SignedDuration::from_hours(24 * 30);
/// A button is looked for among so many of the last events.
const BUTTONS_WITHIN: u64 = 50;

impl Desk {
    /// Takes a message of a platform. When this returns, the message is on disk, and so is its answer, unless it is half a sentence:
    /// that is answered together with the next one, while the platform has its acknowledgement.
    ///
    /// # Errors
    /// [`DeskError::Busy`] or [`DeskError::Stopped`] when it cannot be written: the platform is to send it again.
    pub async fn receive_from(self: &Arc<Self>, arrival: &Arrival) -> Result<Received, DeskError> {
        if let Some(received) = self.receive_answer(arrival).await? {
            return Ok(received);
        }
        let session = self.session_of(arrival).await?;
        self.unless_there(&session, arrival).await?;
        let message = Message {
            client_id: arrival.id.as_client_id(),
            text: redact(&self.shortened(&arrival.text)).text,
            choice: self.still_offered(&session, arrival).await?,
        };
        let source = Source {
            arrival: Some(arrival),
            ..Source::default()
        };
        match self.take_in(&session, &message, source).await? {
            Attempt::Done(received) => Ok(received),
            Attempt::Waits(received) => {
                let (desk, waits) = (Arc::clone(self), received.clone());
                tokio::spawn(async move {
                    if let Err(error) = desk.settle(waits, None).await {
                        tracing::error!(%error, "half a sentence could not be answered: it is answered with the next message");
                    }
                });
                Ok(received)
            }
        }
    }

    /// What somebody is told whose message a person will answer, in the desk's own words; nothing where the bot answers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn said_meanwhile(&self, received: &Received) -> Result<Option<String>, DeskError> {
        if !received.replies.is_empty() {
            return Ok(None);
        }
        let row = self.store.conversation(&received.conversation).await?;
        let row = row.filter(|row| row.owner != Owner::Bot);
        Ok(row.map(|row| {
            let rules = self.rules();
            rules
                .replies
                .say(Say::CommandTaken, row.language, &Values::new())
        }))
    }

    /// What was answered when this message came before.
    pub(in crate::desk) async fn arrived_before(
        &self,
        arrival: &Arrival,
    ) -> Result<Option<Received>, DeskError> {
        match self.store.known(&arrival.id).await? {
            None => match &arrival.once {
                Some(once) if self.store.known(once).await?.is_some() => {
                    Err(DeskError::SignedForAnother)
                }
                _ => Ok(None),
            },
            Some(Known { message, .. }) => {
                let answer = self.first_answer(&message.conversation, message.seq);
                answer.await.map(Some)
            }
        }
    }

    /// A platform may take longer texts than the desk, and would send this one again for days.
    pub(in crate::desk) fn shortened(&self, text: &str) -> String {
        text.chars().take(self.options.text_chars).collect()
    }

    /// The session of somebody on a platform: theirs from the first message on, without a token. Whoever was known by another name there
    /// goes on with what they have.
    async fn session_of(&self, arrival: &Arrival) -> Result<Session, DeskError> {
        let recipient = &arrival.recipient;
        let token = TokenHash::of_platform_user(&recipient.outbox, &recipient.user);
        let now = self.clock.now();
        let expires_at = now + SESSION;
        let mut commit = Commit::new();
        let session = match self.store.session(&token).await? {
            Some(session) if session.expires_at > now + SESSION / 2 => {
                let session = self.followed(session).await?;
                return match self.session_before(arrival).await? {
                    Some(before) => {
                        let names = (recipient.user.as_str(), None);
                        let of = (&recipient.outbox, names);
                        self.joined(session, before, of).await
                    }
                    None => Ok(session),
                };
            }
            Some(session) => Session {
                expires_at,
                ..session
            },
            None => match self.session_before(arrival).await? {
                Some(before) => {
                    // It goes on under the new name alone: whoever comes with the old one again, or with another new one, is not known.
                    commit = commit.end_session(before.token);
                    Session {
                        token,
                        expires_at,
                        ..self.followed(before).await?
                    }
                }
                None => Session {
                    token,
                    visitor: clock::visitor_id(),
                    site: self.site(&arrival.site)?.id.clone(),
                    conversation: None,
                    role: Role::Customer,
                    identity: None,
                    language: arrival.language,
                    page: PageFacts::default(),
                    created_at: now,
                    expires_at,
                },
            },
        };
        let _lane = self.visitors.enter(recipient.user.as_str()).await;
        // Two first messages at once: the session of the faster one holds.
        match self.store.session(&token).await? {
            Some(found) if found.expires_at > now + SESSION / 2 => return Ok(found),
            _ => {}
        }
        self.commit(commit.session(session.clone())).await?;
        Ok(session)
    }

    /// The session of somebody whose platform called them by another name before, where they have written lately.
    async fn session_before(&self, arrival: &Arrival) -> Result<Option<Session>, DeskError> {
        let Some(formerly) = &arrival.formerly else {
            return Ok(None);
        };
        self.lately_by(&arrival.recipient.outbox, formerly).await
    }

    /// The session of somebody who has written lately under a name that may have been somebody else's earlier.
    pub(in crate::desk) async fn lately_by(
        &self,
        outbox: &EndpointId,
        name: &str,
    ) -> Result<Option<Session>, DeskError> {
        let token = TokenHash::of_platform_user(outbox, name);
        let Some(before) = self.store.session(&token).await? else {
            return Ok(None);
        };
        let lately = match &before.conversation {
            Some(id) => self.store.conversation(id).await?,
            None => None,
        };
        let since = self.clock.now() - FOLLOWS;
        Ok(lately
            .is_some_and(|row| row.updated_at > since)
            .then_some(before))
    }

    /// The choice, if the button still stands for what is offered: an old one is read as the words that stand on it.
    async fn still_offered(
        &self,
        session: &Session,
        arrival: &Arrival,
    ) -> Result<Option<u8>, DeskError> {
        let (Some(number), Some(current)) = (arrival.choice, self.current(session).await?) else {
            return Ok(None);
        };
        let from = Seq(current.last_seq.0.saturating_sub(BUTTONS_WITHIN));
        let events = self.store.events(&current.id, from, usize::MAX).await?;
        let offered = events.iter().rev().find_map(|event| match event.said()? {
            (_, []) => None,
            (_, choices) => Some(choices),
        });
        let is_offered = offered.unwrap_or_default().iter().any(|choice| {
            let says_so = choice.label == arrival.text || arrival.text == number.to_string();
            choice.number == number && says_so
        });
        Ok(is_offered.then_some(number))
    }

    /// The commit, with what it says to customers of platforms on its way to them, and to those who left an address.
    pub(in crate::desk) fn to_customers(&self, commit: Commit) -> Commit {
        let mut deliveries = Vec::new();
        for (row, mut events) in commit.happening() {
            if commit.on_page || came_by_page(&commit, &events) {
                // It is answered where it was asked: platforms count what is sent there.
                events.retain(|event| event.by != Actor::Bot);
            }
            match &row.recipient {
                Some(recipient) => deliveries.extend(said_to(row, recipient, &events)),
                None => deliveries.extend(self.letters(row, &events)),
            }
        }
        let (commit, deliveries) = self.held_off(commit, deliveries);
        deliveries.into_iter().fold(commit, Commit::send)
    }

    /// What was said goes back with the answer to the request: it is not to be sent as well. Where a part of it is lost, that is said, and why.
    ///
    /// # Errors
    /// [`DeskError::Busy`] or [`DeskError::Stopped`] when it cannot be written: then it is not to go back.
    pub async fn take_inline(
        &self,
        outbox: &EndpointId,
        received: &Received,
        lost: Option<&str>,
    ) -> Result<(), DeskError> {
        let said: BTreeSet<Seq> = received.replies.iter().map(|event| event.seq).collect();
        let Some(row) = self.store.conversation(&received.conversation).await? else {
            return Ok(());
        };
        // A platform that asks again while the first answer is on its way finds nothing more to take, rather than losing to it.
        let _lane = self.visitors.enter(row.visitor.as_str()).await;
        let (mut commit, mut taken) = (Commit::new(), Vec::new());
        let waiting = self.waiting_in(outbox, &received.conversation);
        for (delivery, seq) in waiting.await? {
            if said.contains(&seq) {
                commit = commit.delivered(delivery);
                taken.push(seq);
            }
        }
        let taken = (&taken[..], lost);
        self.sent_inline(commit, &received.conversation, taken)
            .await
    }

    /// Writes down that messages have gone out, together with what takes them out of the outbox.
    async fn sent_inline(
        &self,
        commit: Commit,
        id: &ConversationId,
        (taken, lost): (&[Seq], Option<&str>),
    ) -> Result<(), DeskError> {
        for _ in 0..ATTEMPTS {
            let row = self.store.conversation(id).await?;
            let Some(mut row) = row.filter(|_| !taken.is_empty()) else {
                return self.commit(commit).await;
            };
            let (revision, now) = (row.revision, self.clock.now());
            let events: Vec<Event> = taken
                .iter()
                .map(|seq| {
                    let body = EventBody::MessageMoved {
                        message: *seq,
                        state: lost.map_or(MessageState::Sent, |_| MessageState::Failed),
                        why: lost.map(str::to_owned),
                    };
                    row.note(body, now)
                })
                .collect();
            let whole = commit.clone().expecting(id, revision).events(events);
            match self.commit(whole.conversation(row)).await {
                Err(DeskError::Conflict { .. }) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.live.wake(id);
                    return Ok(());
                }
            }
        }
        Err(DeskError::Busy)
    }
}

/// Whether the customer wrote on a page, and not over a platform, by whose name for it the message would be known.
fn came_by_page(commit: &Commit, events: &[&Event]) -> bool {
    let mut written = events
        .iter()
        .filter(|event| matches!(event.body, EventBody::Message { .. }));
    written.any(|event| !commit.knows(&event.conversation, event.seq))
}

/// What is said in a commit, each as a delivery. The first answer to a message may go out as such.
fn said_to(row: &Conversation, recipient: &Recipient, events: &[&Event]) -> Vec<Delivery> {
    let mut answers = events
        .iter()
        .any(|event| matches!(event.body, EventBody::Message { .. }));
    // What may go back with the answer to the request is left to it for as long as the platform waits.
    let after = match recipient.channel {
        _ if !answers => SignedDuration::ZERO,
        channel if channel.answers_inline() => INLINE_WITHIN,
        channel => channel.answers_after(),
    };
    let mut deliveries = Vec::new();
    for event in events {
        // What people at the platform said, its customer has from there.
        let is_ours = !matches!(event.by, Actor::Customer | Actor::There(_));
        if event.said().is_some_and(|(text, _)| !text.is_empty()) && is_ours {
            let name = clock::event_name();
            let delivery = Delivery::to_customer(row, &recipient.outbox, event, answers, name);
            deliveries.push(delivery.not_before(event.at + after));
            answers = false;
        }
    }
    deliveries
}

//! What is handed over to people at the platform where its customer writes: theirs by the very commit that hands it over, and the desk's
//! again when the platform says so. Of accounts that are not switched to it nothing goes there.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::arrival::{Arrival, INLINE_WITHIN};
use crate::clock;
use crate::desk::customers::receive::Received;
use crate::desk::{ATTEMPTS, Desk, DeskError};
use crate::domain::account::{Session, TokenHash};
use crate::domain::conversation::{Actor, Conversation, Event, EventBody, Hands, Owner};
use crate::domain::ids::EndpointId;
use crate::domain::transcript::handed_off_in_words;
use crate::domain::webhook::Delivery;
use crate::store::Commit;

impl Desk {
    /// Puts others in place of the accounts whose people at the platform take over.
    pub fn set_hands_over(&self, accounts: impl IntoIterator<Item = EndpointId>) {
        let accounts: BTreeSet<EndpointId> = accounts.into_iter().collect();
        self.hands_over.store(Arc::new(accounts));
    }

    /// The commit, with what it hands over in the hands of people at the platform, and what tells them so, or that somebody here has taken it
    /// from them: to be sent behind all else.
    pub(in crate::desk) fn hand_there(&self, mut commit: Commit) -> (Commit, Vec<Delivery>) {
        let accounts = self.hands_over.load();
        if accounts.is_empty() {
            return (commit, Vec::new());
        }
        let (mut moved, mut told) = (Vec::new(), Vec::new());
        for (row, events) in commit.happening_mut() {
            let outbox = row.recipient.as_ref().map(|to| to.outbox.clone());
            let Some(outbox) = outbox.filter(|outbox| accounts.contains(outbox)) else {
                continue;
            };
            let may_be_there = row.may_be_there();
            let mut all = events.iter();
            if let Some(taken) = all.find(|event| is_taken_over(event, may_be_there)) {
                let name = clock::event_name();
                let delivery = Delivery::to_customer(row, &outbox, taken, false, name);
                told.push(delivery.taking_back());
            }
            let mut latest = events.iter().rev();
            let handed = latest.find(|event| matches!(event.body, EventBody::HandedOff(_)));
            let Some(handed) = handed else {
                continue;
            };
            let bodies = row.hand_there(handed.seq, handed.at);
            if bodies.is_empty() {
                continue;
            }
            let name = clock::event_name();
            let delivery = Delivery::to_customer(row, &outbox, handed, false, name);
            let to = row.recipient.as_ref();
            let by_answer = to.is_some_and(|to| to.channel.answers_inline());
            // Where the answer to a request tells them, it is left to that for as long as the platform waits.
            let after = match by_answer {
                true => INLINE_WITHIN,
                false => SignedDuration::ZERO,
            };
            let delivery = delivery.not_before(handed.at + after);
            told.push(delivery.handing_over());
            told.extend(question(row, handed));
            moved.extend(written(row, bodies, handed.at));
        }
        (commit.events(moved), told)
    }

    /// Whether people at the platform have the conversation of a message.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn is_with_people_there(&self, received: &Received) -> Result<bool, DeskError> {
        let row = self.store.conversation(&received.conversation).await?;
        Ok(row.is_some_and(|row| row.is_with_people_there()))
    }

    /// Notes who answers a customer at the platform. Whoever has never written is not known, and what they say elsewhere there is another
    /// conversation.
    ///
    /// # Errors
    /// [`DeskError::Busy`] or [`DeskError::Stopped`] when it cannot be written: the platform is to tell it again.
    pub async fn note_hands(
        &self,
        outbox: &EndpointId,
        (user, place): (&str, Option<&str>),
        hands: Hands,
    ) -> Result<(), DeskError> {
        let token = TokenHash::of_platform_user(outbox, user);
        let Some(session) = self.store.session(&token).await? else {
            return Ok(());
        };
        self.shift(&session, |row, now| {
            let to = row.recipient.as_ref();
            let is_there =
                to.is_some_and(|to| to.outbox == *outbox && to.place.as_deref() == place);
            if is_there {
                row.in_hands(hands, now)
            } else {
                Vec::new()
            }
        })
        .await
    }

    /// A customer writes whose conversation was left to people at the platform: where the account is not switched to that any more, it waits
    /// for people here.
    pub(in crate::desk) async fn unless_there(
        &self,
        session: &Session,
        arrival: &Arrival,
    ) -> Result<(), DeskError> {
        if self.hands_over.load().contains(&arrival.recipient.outbox) {
            return Ok(());
        }
        self.shift(session, Conversation::call_back).await
    }

    /// Changes who has the conversation of a session, if anybody else is to have it.
    async fn shift(
        &self,
        session: &Session,
        change: impl Fn(&mut Conversation, Timestamp) -> Vec<EventBody>,
    ) -> Result<(), DeskError> {
        for _ in 0..ATTEMPTS {
            let Some(mut row) = self.current(session).await? else {
                return Ok(());
            };
            let (now, before) = (self.clock.now(), row.there.clone());
            let bodies = change(&mut row, now);
            if bodies.is_empty() && row.there == before {
                return Ok(());
            }
            let there = row.there.as_ref().filter(|_| row.owner == Owner::Platform);
            let is_new = there.is_some_and(|there| there.question.is_none());
            let events = written(&mut row, bodies, now);
            let first = events.first().filter(|_| is_new);
            let asked = first.and_then(|event| question(&mut row, event));
            let commit = Commit::new().events(events);
            let commit = asked.into_iter().fold(commit, Commit::send);
            // What was held while they had it may go when its customer writes.
            if self.is_written(commit.releasing(), row).await? {
                return Ok(());
            }
        }
        Err(DeskError::Busy)
    }

    /// Writes what a platform told of a conversation, and wakes whoever looks at it; says whether nobody was faster.
    pub(in crate::desk) async fn is_written(
        &self,
        commit: Commit,
        row: Conversation,
    ) -> Result<bool, DeskError> {
        let (id, merchant) = (row.id.clone(), row.merchant.clone());
        let commit = commit.expecting(&id, row.revision).conversation(row);
        match self.commit(commit).await {
            Err(DeskError::Conflict { .. } | DeskError::SessionChanged) => Ok(false),
            Err(error) => Err(error),
            Ok(()) => {
                self.live.wake(&id);
                self.live.wake_inbox(&merchant);
                Ok(true)
            }
        }
    }

    /// The brief of a hand-over as people elsewhere read it, in the language of the storefront; empty for anything else.
    #[must_use]
    pub fn brief_in_words(&self, row: &Conversation, event: &Event) -> String {
        let EventBody::HandedOff(handoff) = &event.body else {
            return String::new();
        };
        let site = self.site(&row.site);
        let language = site.map_or(row.language, |site| site.language);
        handed_off_in_words(handoff, &self.transcript_labels(language))
    }
}

/// Whether somebody here took a conversation over from people at the platform, or from the queue while those there may have it, too.
fn is_taken_over(event: &Event, may_be_there: bool) -> bool {
    match &event.body {
        EventBody::OwnerChanged { from, to, .. } => {
            let is_theirs = *from == Owner::Platform || (may_be_there && *from == Owner::Queue);
            is_theirs && matches!(to, Owner::Agent(_))
        }
        _ => false,
    }
}

/// The question who has the customer there, for when nobody there can have them any longer; none on platforms that say so themselves.
pub(in crate::desk) fn question(row: &mut Conversation, about: &Event) -> Option<Delivery> {
    let to = row.recipient.clone()?;
    let from = to.heard_at + to.channel.people_have_within()?;
    let name = clock::event_name();
    row.there.as_mut()?.question = Some(name.clone());
    let delivery = Delivery::to_customer(row, &to.outbox, about, false, name);
    Some(delivery.asking_hands().not_before(from))
}

pub(in crate::desk) fn written(
    row: &mut Conversation,
    bodies: Vec<EventBody>,
    at: Timestamp,
) -> Vec<Event> {
    let bodies = bodies.into_iter();
    bodies
        .map(|body| row.next_event(Actor::System, body, at))
        .collect()
}

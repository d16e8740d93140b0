//! What becomes of messages that were sent, as platforms tell it: by the name of a message, or of all that was said to somebody up to a
//! time. Nothing is told twice, or backwards.

use jiff::{SignedDuration, Timestamp};

use crate::desk::{ATTEMPTS, Desk, DeskError};
use crate::domain::account::TokenHash;
use crate::domain::channel::{KNOWN_FOR, Known, MessageRef, MessageState, PlatformId};
use crate::domain::conversation::{Actor, Event, EventBody, Seq};
use crate::domain::ids::{ConversationId, EndpointId};
use crate::domain::redact::redact;
use crate::store::Commit;

/// Of what was said to somebody, so many of the last events are looked at.
const SEEN_WITHIN: u64 = 200;
/// A platform notes a message before we note that it was taken: so long before, at most.
const TAKEN_LATER: SignedDuration = SignedDuration::from_secs(20);

/// What became of a message that was sent, as the platform tells it.
#[derive(Clone, Debug)]
pub struct Fate {
    /// What the platform calls the message.
    pub id: PlatformId,
    /// What became of it.
    pub state: MessageState,
    /// Why it failed.
    pub why: Option<String>,
    /// What was signed, where that is not what is told: it is good for this, and for nothing else.
    pub once: Option<PlatformId>,
}

/// What became of all that was said to somebody up to a time.
#[derive(Clone, Debug)]
pub struct FateOfAll {
    /// The outbox of the account.
    pub outbox: EndpointId,
    /// The platform's name for the customer.
    pub user: String,
    /// What became of it.
    pub state: MessageState,
    /// Up to when it was said.
    pub up_to: Timestamp,
}

/// Where messages are now, and why.
struct Told<'a> {
    state: MessageState,
    why: Option<&'a str>,
}

impl Desk {
    /// Notes what became of a message that was sent. Nothing is known of one that another program sent.
    ///
    /// # Errors
    /// [`DeskError::SignedForAnother`] when what vouches for it was used before; [`DeskError::Busy`] or [`DeskError::Stopped`] when it
    /// cannot be written: the platform is to tell it again.
    pub async fn note_fate(&self, fate: &Fate) -> Result<(), DeskError> {
        let known = self.store.known(&fate.id).await?;
        let message = known
            .as_ref()
            .map_or_else(nothing, |known| known.message.clone());
        let used = match &fate.once {
            Some(once) => self.store.known(once).await?,
            None => None,
        };
        match used {
            Some(used) if used.message == message => return Ok(()),
            Some(_) => return Err(DeskError::SignedForAnother),
            None => {}
        }
        if let Some(Known { with, .. }) = known {
            let told = Told {
                state: fate.state,
                why: fate.why.as_deref(),
            };
            let all: Vec<Seq> = std::iter::once(message.seq).chain(with).collect();
            let after = Seq(message.seq.0.saturating_sub(1));
            let moved = self.moved(&message.conversation, after, told, |_| all.clone());
            moved.await?;
        }
        match &fate.once {
            Some(once) => self.use_up(once, message).await,
            None => Ok(()),
        }
    }

    /// Notes what became of all that was said to somebody up to a time.
    ///
    /// # Errors
    /// [`DeskError::Busy`] or [`DeskError::Stopped`] when it cannot be written: the platform is to tell it again.
    pub async fn note_fate_of_all(&self, fate: &FateOfAll) -> Result<(), DeskError> {
        let token = TokenHash::of_platform_user(&fate.outbox, &fate.user);
        let Some(session) = self.store.session(&token).await? else {
            return Ok(());
        };
        let Some(row) = self.current(&session).await? else {
            return Ok(());
        };
        let told = Told {
            state: fate.state,
            why: None,
        };
        let after = Seq(row.last_seq.0.saturating_sub(SEEN_WITHIN));
        let of_them = |events: &[Event]| sent_by(events, fate.up_to);
        self.moved(&row.id, after, told, of_them).await
    }

    /// Notes what was signed for something of which nothing is kept.
    ///
    /// # Errors
    /// As for [`Self::note_fate`], but for what was used before: nothing was done with it.
    pub async fn note_spent(&self, once: &PlatformId) -> Result<(), DeskError> {
        match self.store.known(once).await? {
            Some(_) => Ok(()),
            None => self.use_up(once, nothing()).await,
        }
    }

    /// What was signed is good for what is told of this message, and for nothing else that anybody sends with it.
    async fn use_up(&self, once: &PlatformId, message: MessageRef) -> Result<(), DeskError> {
        let known = Known {
            id: once.clone(),
            message,
            with: Vec::new(),
            until: self.clock.now() + KNOWN_FOR,
        };
        match self.commit(Commit::new().know(known)).await {
            // Somebody told the same at that moment.
            Err(DeskError::Conflict { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Writes down where messages are now, of those for which it is news.
    async fn moved(
        &self,
        id: &ConversationId,
        after: Seq,
        told: Told<'_>,
        which: impl Fn(&[Event]) -> Vec<Seq>,
    ) -> Result<(), DeskError> {
        for _ in 0..ATTEMPTS {
            let Some(mut row) = self.store.conversation(id).await? else {
                return Ok(());
            };
            let (revision, merchant) = (row.revision, row.merchant.clone());
            let events = self.store.events(id, after, usize::MAX).await?;
            let mut messages = which(&events);
            messages.retain(|seq| is_news(&events, *seq, told.state));
            if messages.is_empty() {
                return Ok(());
            }
            let now = self.clock.now();
            let moved = messages.into_iter().map(|message| {
                let body = EventBody::MessageMoved {
                    message,
                    state: told.state,
                    why: told.why.map(|why| redact(why).text),
                };
                row.note(body, now)
            });
            let moved: Vec<Event> = moved.collect();
            let commit = Commit::new().expecting(id, revision).events(moved);
            match self.commit(commit.conversation(row)).await {
                Err(DeskError::Conflict { .. }) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.live.wake(id);
                    self.live.wake_inbox(&merchant);
                    return Ok(());
                }
            }
        }
        Err(DeskError::Busy)
    }
}

/// What stands for a message that another program sent.
fn nothing() -> MessageRef {
    MessageRef {
        conversation: ConversationId::from_uuid(uuid::Uuid::nil()),
        seq: Seq(0),
    }
}

/// What was said and taken by a time. What waited until later had not been seen then.
fn sent_by(events: &[Event], up_to: Timestamp) -> Vec<Seq> {
    let said = events
        .iter()
        .filter(|event| event.by != Actor::Customer && event.at <= up_to && event.said().is_some());
    let is_sent = |seq: Seq| {
        events.iter().any(|event| match &event.body {
            EventBody::MessageMoved { message, state, .. } => {
                *message == seq && *state == MessageState::Sent && event.at <= up_to + TAKEN_LATER
            }
            _ => false,
        })
    };
    said.map(|event| event.seq)
        .filter(|seq| is_sent(*seq))
        .collect()
}

/// Whether a state is told for the first time, and not after a later one: platforms tell things twice and in any order.
fn is_news(after: &[Event], seq: Seq, state: MessageState) -> bool {
    let told = after.iter().rev().filter_map(|event| match &event.body {
        EventBody::MessageMoved { message, state, .. } if *message == seq => Some(*state),
        _ => None,
    });
    // What was sent again begins anew.
    let told = told.take_while(|state| *state != MessageState::Queued);
    let rank = |state| match state {
        MessageState::Queued | MessageState::Held => 0,
        MessageState::Sent => 1,
        MessageState::Delivered => 2,
        // That a notice arrived is not that what was said did.
        MessageState::Read | MessageState::Noticed => 3,
        MessageState::Failed | MessageState::Dropped => 4,
    };
    let last = told.map(rank).max();
    last.is_none_or(|last| last < rank(state))
}

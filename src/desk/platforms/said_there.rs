//! What people at the platform of a customer say to them, or note for each other, in the inbox there: kept in the log by the names that
//! they have there, so that it has no hole. Their customer has it from the platform: it is neither sent nor answered.

use jiff::{SignedDuration, Timestamp};

use crate::desk::{ATTEMPTS, Desk, DeskError};
use crate::domain::account::TokenHash;
use crate::domain::channel::{
    KNOWN_FOR, Known, MessageRef, MessageState, NOBODY_KNOWS, PlatformId,
};
use crate::domain::conversation::{Actor, Conversation, Event, EventBody, Seq};
use crate::domain::ids::EndpointId;
use crate::domain::redact::redact;
use crate::domain::webhook::DeliveryState;
use crate::store::Commit;

/// What is on its way stands among so many of the last events.
const ON_ITS_WAY: u64 = 50;
/// So long after it was given up something may still be heard of it.
const HEARD_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// So much of a name is kept.
const NAME: usize = 80;

/// What somebody at a platform wrote.
#[derive(Clone, Debug)]
pub struct SaidThere {
    /// The account's outbox.
    pub outbox: EndpointId,
    /// What the platform calls it.
    pub id: PlatformId,
    /// The same, had the desk sent it: in the name of a person there, where that is whose token it was given.
    pub sent_as: PlatformId,
    /// The platform's name for the customer.
    pub user: String,
    /// Where, on platforms where one person writes in several places.
    pub place: Option<String>,
    /// Who wrote it.
    pub name: String,
    /// What they wrote.
    pub text: String,
    /// Whether it is a note that the customer does not see.
    pub is_note: bool,
}

impl Desk {
    /// Keeps it, once however often it comes. What is said to somebody who has never written, or elsewhere there, belongs to no
    /// conversation of the desk.
    ///
    /// # Errors
    /// [`DeskError::Busy`] or [`DeskError::Stopped`] when it cannot be written: the platform is to tell it again.
    pub async fn note_said_there(&self, said: &SaidThere) -> Result<(), DeskError> {
        let token = TokenHash::of_platform_user(&said.outbox, &said.user);
        let Some(session) = self.store.session(&token).await? else {
            return Ok(());
        };
        for _ in 0..ATTEMPTS {
            for id in [&said.id, &said.sent_as] {
                if self.store.known(id).await?.is_some() {
                    return Ok(());
                }
            }
            let Some(mut row) = self.current(&session).await? else {
                return Ok(());
            };
            let to = row.recipient.as_ref();
            if !to.is_some_and(|to| to.outbox == said.outbox && to.place == said.place) {
                return Ok(());
            }
            if self.is_our_own(&row, said).await? {
                return Ok(());
            }
            let text = self.shortened(&said.text);
            let commit = said.in_log(&mut row, &text, self.clock.now());
            if self.is_written(commit, row).await? {
                return Ok(());
            }
        }
        Err(DeskError::Busy)
    }

    /// Whether the desk itself says it there, by the token of a person and so in their name, and does not know yet by which name it was
    /// taken: the platform may tell what it has before it answers, and its answer may be lost.
    async fn is_our_own(&self, row: &Conversation, said: &SaidThere) -> Result<bool, DeskError> {
        let from = Seq(row.last_seq.0.saturating_sub(ON_ITS_WAY));
        let events = self.store.events(&row.id, from, usize::MAX).await?;
        let same = events.iter().filter(|event| self.says(row, event, said));
        for event in same {
            if self.may_be_there(&said.outbox, &events, event).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the platform may have what was said, though it did not say so: it goes out at this moment, or no answer was heard. What only
    /// waits, because it was refused or may not go out yet, is not there.
    async fn may_be_there(
        &self,
        outbox: &EndpointId,
        events: &[Event],
        event: &Event,
    ) -> Result<bool, DeskError> {
        let now = self.clock.now();
        let fate = events.iter().rev().find_map(|one| match &one.body {
            EventBody::MessageMoved {
                message,
                state,
                why,
            } if *message == event.seq => {
                Some((*state, why.as_deref().unwrap_or_default(), one.at))
            }
            _ => None,
        });
        match fate {
            None | Some((MessageState::Queued, ..)) => {}
            Some((MessageState::Failed, why, at)) => {
                return Ok(why.starts_with(NOBODY_KNOWS) && now.duration_since(at) < HEARD_WITHIN);
            }
            Some(_) => return Ok(false),
        }
        let waiting = self.store.waiting_in(outbox, &event.conversation).await?;
        let mut own = waiting.iter().filter_map(|delivery| {
            let to = delivery.message.as_ref()?;
            (to.message.seq == event.seq && !to.is_between_us()).then_some((delivery, to))
        });
        Ok(own.any(|(delivery, to)| {
            let is_due = matches!(delivery.state, DeliveryState::Waiting { from } if from <= now);
            to.unanswered.is_some() || (is_due && to.held.is_none())
        }))
    }

    /// Whether an event is said in these words at a platform; of a hand-over it is the brief, in a note.
    fn says(&self, row: &Conversation, event: &Event, said: &SaidThere) -> bool {
        if said.is_note {
            let brief = self.brief_in_words(row, event);
            return !brief.is_empty() && brief.trim() == said.text.trim();
        }
        let is_ours = !matches!(event.by, Actor::Customer | Actor::There(_));
        let text = event
            .said()
            .map(|(text, _)| text.trim())
            .filter(|_| is_ours);
        let rest = text.and_then(|text| said.text.trim().strip_prefix(text));
        // Behind it may stand what its platform cannot show.
        text.is_some_and(|text| !text.is_empty())
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("\n\n"))
    }
}

impl SaidThere {
    fn in_log(&self, row: &mut Conversation, text: &str, now: Timestamp) -> Commit {
        let name = redact(&self.name).text.chars().take(NAME).collect();
        let text = redact(text).text;
        let client_id = self.id.as_client_id();
        let body = match self.is_note {
            true => EventBody::Note { text, client_id },
            false => EventBody::Reply {
                text,
                language: row.language,
                choices: Vec::new(),
                because: None,
                client_id: Some(client_id),
            },
        };
        let event = row.next_event(Actor::There(name), body, now);
        let known = Known {
            id: self.id.clone(),
            message: MessageRef {
                conversation: row.id.clone(),
                seq: event.seq,
            },
            with: Vec::new(),
            until: now + KNOWN_FOR,
        };
        Commit::new().event(event).know(known)
    }
}

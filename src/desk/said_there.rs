//! What people at the platform of a customer say to them, or note for each other, in the inbox there: kept in the log by the names that
//! they have there, so that it has no hole. Their customer has it from the platform: it is neither sent nor answered.

use jiff::{SignedDuration, Timestamp};

use super::{ATTEMPTS, Desk, DeskError};
use crate::domain::account::TokenHash;
use crate::domain::channel::{KNOWN_FOR, Known, MessageRef, MessageState, PlatformId};
use crate::domain::conversation::{Actor, Conversation, Event, EventBody, Seq};
use crate::domain::ids::EndpointId;
use crate::domain::redact::redact;
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
        let now = self.clock.now();
        let is_under_way = |seq: Seq| {
            let fate = events.iter().rev().find_map(|event| match &event.body {
                EventBody::MessageMoved { message, state, .. } if *message == seq => {
                    Some((*state, event.at))
                }
                _ => None,
            });
            match fate {
                None | Some((MessageState::Queued, _)) => true,
                // It may be there all the same, where no answer was heard.
                Some((MessageState::Failed, at)) => now.duration_since(at) < HEARD_WITHIN,
                Some(_) => false,
            }
        };
        let mut same = events.iter().filter(|event| self.says(row, event, said));
        Ok(same.any(|event| is_under_way(event.seq)))
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

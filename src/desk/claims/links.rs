//! Links to pay by: the merchant's program answers a request, and the customer is told in the conversation, in the same commit.

use jiff::Timestamp;

use crate::desk::{Desk, DeskError};
use crate::domain::account::ApiKey;
use crate::domain::audit::Audited;
use crate::domain::brief::Brief;
use crate::domain::conversation::{
    Actor, Conversation, Event, EventBody, Handoff, Owner, Priority,
};
use crate::domain::handoff::HandoffReason;
use crate::domain::payment_link::{
    Answered, InvalidLink, LinkId, LinkState, PaymentLink, checked_url,
};
use crate::domain::promise::{Deed, Promised};
use crate::domain::redact::redact;
use crate::engine::dialogue::told_link;
use crate::store::Commit;

/// An answer that lost to a faster change is tried again on the new state, so often.
const ATTEMPTS: usize = 16;
/// A reason has at most so many characters.
const WORDS: usize = 300;

impl Desk {
    /// A request of the key's merchant.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when there is none, or it is another merchant's: the two look alike.
    pub async fn payment_link(&self, key: &ApiKey, id: &LinkId) -> Result<PaymentLink, DeskError> {
        let row = self.linked(key, id).await?;
        let link = row.links.get(id.number).cloned();
        let link = link.ok_or(DeskError::NotFound)?;
        let about = id.conversation.to_string();
        self.key_looked(key, Audited::Read, about).await?;
        Ok(link)
    }

    async fn linked(&self, key: &ApiKey, id: &LinkId) -> Result<Conversation, DeskError> {
        let row = self.store.conversation(&id.conversation).await?;
        let row = row.filter(|row| row.merchant == key.merchant);
        row.ok_or(DeskError::NotFound)
    }

    /// The merchant's program answers a request. The same answer again changes nothing.
    ///
    /// # Errors
    /// [`DeskError::NotFound`]; [`DeskError::Link`] for a link that cannot be taken, or after another answer; [`DeskError::Invalid`] for a
    /// reason that is empty or too long.
    pub async fn answer_link(
        &self,
        key: &ApiKey,
        id: &LinkId,
        answer: LinkState,
    ) -> Result<PaymentLink, DeskError> {
        for _ in 0..ATTEMPTS {
            let mut row = self.linked(key, id).await?;
            let now = self.clock.now();
            let answer = self.checked_answer(&row, answer.clone())?;
            let known = row.links.get(id.number).ok_or(DeskError::NotFound)?;
            let is_new = known.state != answer;
            if matches!(&answer, LinkState::Given { expires_at: Some(at), .. } if is_new && *at <= now)
            {
                return Err(InvalidLink::Expired.into());
            }
            let revision = row.revision;
            let promised = row.promises.clone();
            let answered = row.links.answer(id.number, answer);
            let link = row.links.get(id.number).cloned();
            let link = link.ok_or(DeskError::NotFound)?;
            if answered.ok_or(DeskError::NotFound)?? == Answered::Before {
                return Ok(link);
            }
            row.promises.note(Deed::Linked(id.number), now);
            let outcomes = row.promises.outcomes_since(&promised);
            let incident = self.incident_now(&row).await?;
            let events = self.tell_link(&mut row, (&link, incident), now)?;
            let merchant = row.merchant.clone();
            let about = id.conversation.to_string();
            let entry = self.entry_of_key(key, Audited::Changed, about)?;
            let commit = self
                .tell_promises(Commit::new().audit(entry), &row, &promised)
                .expecting(&id.conversation, revision)
                .events(events)
                .conversation(row);
            match self.commit(commit).await {
                Err(DeskError::Conflict { .. } | DeskError::SessionChanged) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.promised.count(&outcomes);
                    self.live.wake(&id.conversation);
                    self.live.wake_inbox(&merchant);
                    return Ok(link);
                }
            }
        }
        Err(DeskError::Busy)
    }

    /// An address of the site's own hosts, or a reason that can be told.
    fn checked_answer(
        &self,
        row: &Conversation,
        answer: LinkState,
    ) -> Result<LinkState, DeskError> {
        Ok(match answer {
            LinkState::Given { url, expires_at } => LinkState::Given {
                url: checked_url(&url, &self.site(&row.site)?.payment_hosts)?,
                expires_at,
            },
            LinkState::Refused { reason } => {
                let reason = redact(reason.trim()).text;
                if reason.is_empty() || reason.chars().count() > WORDS {
                    let detail = format!("a reason has 1 to {WORDS} characters");
                    return Err(DeskError::Invalid(detail));
                }
                LinkState::Refused { reason }
            }
            LinkState::Asked => {
                return Err(DeskError::Invalid("nothing was answered".to_owned()));
            }
        })
    }

    /// What the customer is told; where there is no link, a person finds another way.
    fn tell_link(
        &self,
        row: &mut Conversation,
        (link, incident): (&PaymentLink, Option<String>),
        now: Timestamp,
    ) -> Result<Vec<Event>, DeskError> {
        let site = self.site(&row.site)?;
        let due_by = crate::desk::turn::answered_by(&site.calendar, now);
        let zone = site.calendar.zone();
        let (text, because) = told_link(&self.rules(), link, due_by, (row.language, zone));
        let bodies = [
            EventBody::PaymentLink(link.into()),
            EventBody::Reply {
                text,
                language: row.language,
                choices: Vec::new(),
                because: Some(because),
                client_id: None,
            },
        ];
        let mut events: Vec<Event> = Vec::new();
        for body in bodies {
            events.push(row.next_event(Actor::System, body, now));
        }
        let refused = matches!(link.state, LinkState::Refused { .. });
        if refused && row.owner == Owner::Bot && !row.status.is_done() {
            let handoff = hand_over_link(row, (link, incident), due_by);
            for body in row.hand_off(handoff, now)? {
                events.push(row.next_event(Actor::System, body, now));
            }
            self.promise_outside(row, Promised::Answer { claim: None }, due_by, now)?;
        }
        Ok(events)
    }
}

/// There is no link: a person finds another way.
fn hand_over_link(
    row: &Conversation,
    (link, incident): (&PaymentLink, Option<String>),
    due_by: Timestamp,
) -> Handoff {
    let reason = match &link.state {
        LinkState::Refused { reason } => Some(reason.clone()),
        _ => None,
    };
    Handoff {
        reason: HandoffReason::NotCovered,
        priority: Priority::Normal,
        team: row.team.clone(),
        due_by: Some(due_by),
        brief: Brief {
            order: Some(link.order.clone()),
            likely_cause: reason,
            incident,
            bot_said: row.memory.last_said.last().cloned(),
            promised: row.memory.promised.clone(),
            tried: row.memory.answered.clone(),
            language: Some(row.language),
            ..Brief::default()
        },
    }
}

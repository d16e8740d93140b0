//! The line before people, as the desk keeps it in memory: who waits, how long others waited, who is at work, who is writing.
//!
//! None of it is written down. After a restart the line is read from the inbox's own order again, and there is no figure for a wait
//! until some have been taken. A line is read once for all who stand in it, and again when somebody came or went.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::availability::may_answer;
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::conversation::{Conversation, EventBody, Owner};
use crate::domain::ids::{AgentId, ConversationId, MerchantId};
use crate::domain::site::Site;
use crate::domain::waiting::{InLine, Lane, Presence, Taken, Waiting, ahead, expected};
use crate::store::{Commit, View};

/// So far a line is looked at. Who stands further back is told that many wait, not how many.
const LOOKED_AT: usize = 100;
/// So many of those who were taken last say how long it takes.
const LATELY: usize = 20;
/// They were taken within this time.
const LATELY_WITHIN: SignedDuration = SignedDuration::from_hours(2);
/// Somebody who was heard of within this time is at work. An open inbox is heard of three times a minute.
const AT_WORK: SignedDuration = SignedDuration::from_mins(5);
/// Somebody who types is shown to type for so long.
const TYPES_FOR: SignedDuration = SignedDuration::from_secs(6);
/// Readers are not told again before so much of that time is over.
const TOLD_AGAIN: SignedDuration = SignedDuration::from_secs(2);

/// An agent who is writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typing {
    /// Who.
    pub agent: AgentId,
    /// Until when it is shown.
    pub until: Timestamp,
}

/// What is kept of all lines.
#[derive(Debug, Default)]
pub(in crate::desk) struct Line(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    lines: HashMap<MerchantId, Known>,
    taken: HashMap<MerchantId, VecDeque<Taken>>,
    /// Who of those that answer customers was heard of.
    seen: HashMap<AgentId, Seen>,
    typing: HashMap<ConversationId, Typing>,
}

/// Somebody who answers customers.
#[derive(Debug)]
struct Seen {
    /// Whose customers; those of all merchants where there is none.
    merchant: Option<MerchantId>,
    /// When they were last heard of.
    at: Timestamp,
}

/// One line, if it has been read since it last changed.
#[derive(Debug, Default)]
struct Known {
    changes: u64,
    line: Option<Arc<Vec<InLine>>>,
}

impl Line {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An agent does something. Whoever only reads is nobody that a customer could wait for.
    pub(in crate::desk) fn saw(&self, agent: &Agent, now: Timestamp) {
        let mut kept = self.kept();
        match kept.seen.get_mut(&agent.id) {
            _ if !may_answer(agent) => drop(kept.seen.remove(&agent.id)),
            Some(seen) if seen.merchant == agent.merchant => seen.at = now,
            _ => {
                let (merchant, at) = (agent.merchant.clone(), now);
                let seen = Seen { merchant, at };
                kept.seen.insert(agent.id.clone(), seen);
            }
        }
    }

    /// A conversation was changed in which a customer had waited since then: if a person has it now, that is how long it took.
    pub(in crate::desk) fn taken(
        &self,
        since: Option<Timestamp>,
        row: &Conversation,
        now: Timestamp,
    ) {
        let (Some(since), Owner::Agent(_)) = (since, &row.owner) else {
            return;
        };
        let mut kept = self.kept();
        let taken = kept.taken.entry(row.merchant.clone()).or_default();
        taken.push_back(Taken {
            at: now,
            lane: Lane::of(row.team.as_deref(), &row.site),
            waited: now.duration_since(since),
        });
        if taken.len() > LATELY {
            taken.pop_front();
        }
    }

    fn lately(&self, merchant: &MerchantId, now: Timestamp) -> Vec<Taken> {
        let kept = self.kept();
        let all = kept.taken.get(merchant).into_iter().flatten();
        all.filter(|one| now.duration_since(one.at) <= LATELY_WITHIN)
            .cloned()
            .collect()
    }

    /// Whether somebody is at work for a merchant's customers who has not `left`.
    fn is_staffed(
        &self,
        merchant: &MerchantId,
        now: Timestamp,
        left: impl Fn(&AgentId) -> bool,
    ) -> bool {
        let kept = self.kept();
        kept.seen.iter().any(|(agent, seen)| {
            let is_theirs = seen.merchant.as_ref().is_none_or(|own| own == merchant);
            is_theirs && now.duration_since(seen.at) <= AT_WORK && !left(agent)
        })
    }
}

/// The merchants whose line a commit changes.
pub(in crate::desk) fn changed_by(commit: &Commit) -> Vec<MerchantId> {
    let moves = |body: &EventBody| match body {
        EventBody::OwnerChanged { from, to, .. } => *from == Owner::Queue || *to == Owner::Queue,
        EventBody::HandedOff(_) => true,
        _ => false,
    };
    let moved = commit.events.iter().filter(|event| moves(&event.body));
    let rows = &commit.conversations;
    moved
        .filter_map(|event| rows.iter().find(|row| row.id == event.conversation))
        .map(|row| row.merchant.clone())
        .collect()
}

impl Desk {
    /// Tells those who stand in these lines that they have changed.
    pub(in crate::desk) fn lines_changed(&self, merchants: Vec<MerchantId>) {
        for merchant in merchants {
            {
                let mut kept = self.line.kept();
                let known = kept.lines.entry(merchant.clone()).or_default();
                known.changes += 1;
                known.line = None;
            }
            self.live.wake_line(&merchant);
        }
    }

    /// How the wait of a conversation's customer stands, and whose line it is; nothing while they do not wait.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn waiting(
        &self,
        id: &ConversationId,
    ) -> Result<Option<(MerchantId, Waiting)>, DeskError> {
        let row = self.store.conversation(id).await?;
        let is_waiting = |row: &Conversation| row.owner == Owner::Queue && !row.status.is_done();
        let Some(row) = row.filter(is_waiting) else {
            return Ok(None);
        };
        let now = self.clock.now();
        let (presence, back_at) = self.presence(self.site(&row.site)?);
        let waited = now.duration_since(row.waiting_since.unwrap_or(now));
        let lane = Lane::of(row.team.as_deref(), &row.site);
        let minutes = match presence {
            Presence::Here => expected(&self.line.lately(&row.merchant, now), &lane, waited),
            Presence::Away | Presence::Closed => None,
        };
        let waiting = Waiting {
            ahead: ahead(&self.line_of(&row.merchant).await?, id),
            minutes,
            presence,
            back_at,
            may_leave: row.may_leave_queue(),
            email: row.contact.as_ref().map(|email| email.masked()),
            by_letter: row.recipient.is_none() && self.mailbox_of(&row.site).is_some(),
        };
        Ok(Some((row.merchant, waiting)))
    }

    /// Whether anybody is there for a site's customers, and if not, from when somebody is.
    pub fn presence(&self, site: &Site) -> (Presence, Option<Timestamp>) {
        let now = self.clock.now();
        if !site.calendar.is_open(now) {
            return (Presence::Closed, Some(site.calendar.next_open(now)));
        }
        let left = |agent: &AgentId| self.roster.left(agent);
        match self.line.is_staffed(&site.merchant, now, left) {
            true => (Presence::Here, None),
            false => (Presence::Away, None),
        }
    }

    /// The beginning of a merchant's line, in the order of the inbox.
    async fn line_of(&self, merchant: &MerchantId) -> Result<Arc<Vec<InLine>>, DeskError> {
        let changes = {
            let mut kept = self.line.kept();
            let known = kept.lines.entry(merchant.clone()).or_default();
            if let Some(line) = &known.line {
                return Ok(Arc::clone(line));
            }
            known.changes
        };
        let page = self
            .store
            .inbox_rows(View::Waiting, Some(merchant), None, LOOKED_AT)
            .await?;
        let rows = page.rows.into_iter().map(|row| InLine {
            lane: Lane::of(row.team.as_deref(), &row.site),
            conversation: row.id,
        });
        let line = Arc::new(rows.collect::<Vec<_>>());
        let mut kept = self.line.kept();
        let known = kept.lines.entry(merchant.clone()).or_default();
        // What changed while it was read is not in it for certain.
        if known.changes == changes {
            known.line = Some(Arc::clone(&line));
        }
        Ok(line)
    }

    /// An agent is writing to the customer: shown for a few seconds, never written down.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] when the agent may not see the conversation, [`DeskError::NotAllowed`] when somebody else speaks in it.
    pub async fn types(&self, agent: &Agent, id: &ConversationId) -> Result<Typing, DeskError> {
        let row = self.conversation(agent, id).await?;
        row.speaks(&agent.id)?;
        let now = self.clock.now();
        let typing = Typing {
            agent: agent.id.clone(),
            until: now + TYPES_FOR,
        };
        {
            let mut kept = self.line.kept();
            kept.typing.retain(|_, one| one.until > now);
            if let Some(known) = kept.typing.get(id)
                && known.agent == agent.id
                && typing.until.duration_since(known.until) < TOLD_AGAIN
            {
                return Ok(known.clone());
            }
            kept.typing.insert(id.clone(), typing.clone());
        }
        self.live.wake(id);
        Ok(typing)
    }

    /// Who is writing in a conversation now.
    #[must_use]
    pub fn typing(&self, id: &ConversationId) -> Option<Typing> {
        let now = self.clock.now();
        let kept = self.line.kept();
        kept.typing.get(id).filter(|one| one.until > now).cloned()
    }
}

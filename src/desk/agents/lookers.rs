//! Who looks at a conversation, and who writes in it: kept in memory for as long as they say so, told by wake-ups, never written down.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::ids::{AgentId, ConversationId};

/// Whoever has not said again for so long that they look does not look any more.
const LOOKS_FOR: SignedDuration = SignedDuration::from_secs(60);
/// The same for writing.
const WRITES_FOR: SignedDuration = SignedDuration::from_secs(8);

/// Somebody who has a conversation open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looker {
    /// Who.
    pub agent: AgentId,
    /// As colleagues know them.
    pub name: String,
    /// Whether they are writing.
    pub writes: bool,
}

/// What an agent says of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// They have it open.
    Reads,
    /// They write a reply or a note.
    Writes,
    /// They have turned to something else.
    Left,
}

#[derive(Debug)]
struct Kept {
    agent: AgentId,
    name: String,
    until: Timestamp,
    writes_until: Timestamp,
}

/// All who look at something.
#[derive(Debug, Default)]
pub(in crate::desk) struct Lookers(Mutex<HashMap<ConversationId, Vec<Kept>>>);

impl Lookers {
    /// A panic in between leaves nothing half changed: each change is one step.
    fn kept(&self) -> MutexGuard<'_, HashMap<ConversationId, Vec<Kept>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at(&self, id: &ConversationId, now: Timestamp) -> Vec<Looker> {
        let kept = self.kept();
        let here = kept.get(id).into_iter().flatten();
        let here = here.filter(|one| one.until > now);
        here.map(|one| Looker {
            agent: one.agent.clone(),
            name: one.name.clone(),
            writes: one.writes_until > now,
        })
        .collect()
    }

    /// Takes down what an agent says.
    fn note(&self, agent: &Agent, id: &ConversationId, looks: Looks, now: Timestamp) {
        let mut kept = self.kept();
        kept.retain(|_, all| {
            all.retain(|one| one.until > now);
            !all.is_empty()
        });
        let here = kept.entry(id.clone()).or_default();
        here.retain(|one| one.agent != agent.id);
        if looks != Looks::Left {
            here.push(Kept {
                agent: agent.id.clone(),
                name: agent.name.clone(),
                until: now + LOOKS_FOR,
                writes_until: match looks {
                    Looks::Writes => now + WRITES_FOR,
                    Looks::Reads | Looks::Left => now,
                },
            });
            here.sort_by(|one, other| one.agent.cmp(&other.agent));
        }
    }
}

impl Desk {
    /// An agent says that they look at a conversation, write in it, or have left it; gives who else is there. Colleagues are woken when
    /// that changes.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`].
    pub async fn looks(
        &self,
        agent: &Agent,
        id: &ConversationId,
        looks: Looks,
    ) -> Result<Vec<Looker>, DeskError> {
        let row = self.conversation(agent, id).await?;
        let now = self.clock.now();
        let before = self.lookers.at(id, now);
        self.lookers.note(agent, id, looks, now);
        let after = self.lookers.at(id, now);
        if before != after {
            self.live.wake_inbox(&row.merchant);
        }
        Ok(others(after, &agent.id))
    }

    /// Who else looks at a conversation.
    #[must_use]
    pub fn lookers(&self, id: &ConversationId, agent: &AgentId) -> Vec<Looker> {
        others(self.lookers.at(id, self.clock.now()), agent)
    }
}

fn others(mut all: Vec<Looker>, own: &AgentId) -> Vec<Looker> {
    all.retain(|one| one.agent != *own);
    all
}

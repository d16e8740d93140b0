//! One person's data: what is held, and all of it to be taken along. What that is, `holdings` lists; what goes is taken out by `erasing`.

use std::collections::BTreeSet;

use serde_json::json;

use super::kinds::{Holdings, Kind, ORDERS};
use crate::desk::agents::search::{STEP, person_words};
use crate::desk::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::conversation::Conversation;
use crate::domain::ids::ConversationId;
use crate::domain::pack::Pack;
use crate::domain::search::Term;

/// No person has more conversations that are looked at; where there are more, that is said.
pub(super) const MOST: usize = 1_000;

/// What is held on a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Their conversations, the latest first.
    pub conversations: Vec<ConversationId>,
    /// How much there is of each kind.
    counts: Vec<(Kind, usize)>,
    /// What the filters of agents are called that are among it.
    pub filters: Vec<String>,
    /// Whether they have more conversations than are looked at.
    pub more_conversations: bool,
    /// Whether they have more orders than are counted.
    pub more_orders: bool,
}

impl Held {
    pub(in crate::desk) fn of(holdings: &Holdings) -> Self {
        let (rows, filters) = (holdings.logs.iter(), holdings.filters.iter());
        Self {
            conversations: rows.map(|(row, _)| row.id.clone()).collect(),
            counts: Kind::ALL.map(|kind| (kind, holdings.count(kind))).to_vec(),
            more_conversations: holdings.more_conversations,
            more_orders: holdings.more_orders,
            filters: filters.map(|(_, one)| one.name.clone()).collect(),
        }
    }

    /// How much there is of a kind.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        let found = self.counts.iter().find(|(one, _)| *one == kind);
        found.map_or(0, |(_, count)| *count)
    }
}

impl Desk {
    /// What is held on whoever speaks in a conversation: what would be erased, and what would stay.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`].
    pub async fn held(&self, agent: &Agent, id: &ConversationId) -> Result<Held, DeskError> {
        let holdings = self.holdings(agent, id).await?;
        let about = Some(id.to_string());
        self.note_down(&agent.id, Audited::Read, about).await?;
        Ok(Held::of(&holdings))
    }

    /// All conversations of whoever speaks in one, as far as the agent sees them, the latest first; and whether there are more than are
    /// looked at.
    pub(in crate::desk) async fn conversations_of(
        &self,
        agent: &Agent,
        id: &ConversationId,
    ) -> Result<(Vec<Conversation>, bool), DeskError> {
        let row = self.conversation(agent, id).await?;
        self.read_for_words(usize::MAX).await?;
        let mut ids = BTreeSet::new();
        for word in person_words(&row) {
            let mut before = None;
            loop {
                let found = self
                    .store
                    .find(&[Term::Word(word.clone())], before, STEP)
                    .await?;
                before = found.last().map(|(number, _)| *number);
                let is_last = found.len() < STEP;
                ids.extend(found.into_iter().map(|(_, id)| id));
                if is_last || ids.len() > MOST {
                    break;
                }
            }
        }
        ids.insert(id.clone());
        let mut are_more = ids.len() > MOST;
        let mut rows = Vec::new();
        for id in ids.iter().rev() {
            if rows.len() == MOST {
                are_more = true;
                break;
            }
            match self.conversation(agent, id).await {
                Ok(found) if found.is_of_same(&row) => rows.push(found),
                Ok(_) | Err(DeskError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((rows, are_more))
    }

    /// All that is held on a person, as one file of the form of a pack.
    ///
    /// # Errors
    /// As for [`Self::held`].
    pub async fn person_export(
        &self,
        agent: &Agent,
        id: &ConversationId,
    ) -> Result<String, DeskError> {
        let held = self.holdings(agent, id).await?;
        let mut pack = Pack::default();
        let mut about =
            json!({"conversation": id, "made_at": self.clock.now(), "made_by": agent.id});
        if held.more_conversations {
            about["conversations_left_out"] = json!(format!("all but the newest {MOST}"));
        }
        if held.more_orders {
            about["orders_left_out"] = json!(format!("all but the newest {ORDERS}"));
        }
        pack.add("person", None, &about);
        for kind in Kind::ALL {
            self.add_kind(kind, &held, &mut pack).await?;
        }
        self.given_out(agent, id, pack).await
    }
}

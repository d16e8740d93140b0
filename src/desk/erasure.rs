//! One person's data: what is held, and all of it to be taken along. What goes is taken out by `erasing`.
//!
//! A person is whoever speaks in a conversation: all conversations of the same visitor, or of the same person as the shop signed them in.

use std::collections::BTreeSet;

use serde_json::json;

use super::pack::claim_without_person;
use super::search::{STEP, person_words};
use super::{CaseFacts, Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::claim::ClaimId;
use crate::domain::conversation::{Conversation, Event, EventBody};
use crate::domain::evidence::EvidenceHash;
use crate::domain::ids::ConversationId;
use crate::domain::order_record;
use crate::domain::pack::Pack;
use crate::domain::search::Term;
use crate::domain::transcript::{AgentEvent, Names};

/// No person has more conversations that are looked at.
const MOST: usize = 1_000;

/// What is held on a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Their conversations, the latest first.
    pub conversations: Vec<ConversationId>,
    /// How many events these have.
    pub events: u64,
    /// How many files they handed in.
    pub files: usize,
    /// How many sessions are theirs, with or without a conversation.
    pub sessions: usize,
    /// How much of what merchants' programs and platforms were told of them, or are to be told, is kept and would go.
    pub told: usize,
    /// How many refund applications stay, without their words.
    pub claims: usize,
}

impl Desk {
    /// What is held on whoever speaks in a conversation: what would be erased, and what would stay.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`].
    pub async fn held(&self, agent: &Agent, id: &ConversationId) -> Result<Held, DeskError> {
        let mut held = Held::default();
        // What is in two conversations of theirs is held once.
        let (mut files, mut claims) = (BTreeSet::new(), BTreeSet::new());
        let rows = self.conversations_of(agent, id).await?;
        let traces = self.traces_of_person(&rows).await?;
        (held.sessions, held.told) = (traces.sessions.len(), traces.told());
        for row in rows {
            let events = self.whole_log(agent, &row.id).await?;
            held.events += row.last_seq.0;
            files.extend(files_in(&events));
            claims.extend(claims_in(&events));
            held.conversations.push(row.id);
        }
        (held.files, held.claims) = (files.len(), claims.len());
        let about = Some(id.to_string());
        self.note_down(&agent.id, Audited::Read, about).await?;
        Ok(held)
    }

    /// All conversations of whoever speaks in one, as far as the agent sees them, the latest first.
    pub(super) async fn conversations_of(
        &self,
        agent: &Agent,
        id: &ConversationId,
    ) -> Result<Vec<Conversation>, DeskError> {
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
                if is_last || ids.len() >= MOST {
                    break;
                }
            }
        }
        ids.insert(id.clone());
        let mut rows = Vec::new();
        for id in ids.iter().rev() {
            match self.conversation(agent, id).await {
                Ok(found) if found.is_of_same(&row) => rows.push(found),
                Ok(_) | Err(DeskError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(rows)
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
        let mut pack = Pack::default();
        pack.add(
            "person",
            &json!({"conversation": id, "made_at": self.clock.now(), "made_by": agent.id}),
        );
        for row in self.conversations_of(agent, id).await? {
            let head = json!({
                "conversation": row.id, "site": row.site, "channel": row.channel, "customer": row.identity, "contact": row.contact,
                "page": row.page, "language": row.language, "began_at": row.created_at, "labels": row.labels,
            });
            pack.add("conversation", &head);
            let facts = self.case_facts(agent, &row.id).await?;
            for one in &facts.orders {
                pack.add("order", &order_record::to_json(&one.order));
                for claim in &one.claims {
                    pack.add("claim", &claim_without_person(claim));
                }
            }
            let events = self.whole_log(agent, &row.id).await?;
            self.add_further_claims(&row, &facts, &events, &mut pack)
                .await?;
            for event in &events {
                let seen = AgentEvent::of(event, &Names::new());
                pack.add("event", &serde_json::to_value(seen).unwrap_or_default());
            }
            self.add_files(agent, &row.id, &events, &mut pack).await?;
        }
        let (text, seal) = pack.seal();
        let about = Some(format!("{id} {seal}"));
        self.note_down(&agent.id, Audited::Exported, about).await?;
        Ok(text)
    }

    /// The claims that were made in a conversation on orders which are not at hand in it, with these orders.
    async fn add_further_claims(
        &self,
        row: &Conversation,
        facts: &CaseFacts,
        events: &[Event],
        pack: &mut Pack,
    ) -> Result<(), DeskError> {
        let mut orders: BTreeSet<_> = facts.orders.iter().map(|one| &one.order.id).collect();
        let made = claims_in(events);
        let further: Vec<_> = made
            .iter()
            .filter(|id| orders.insert(id.order()))
            .map(ClaimId::order)
            .collect();
        for id in further {
            if let Some(order) = self.store.order(&row.merchant, id).await? {
                pack.add("order", &order_record::to_json(&order));
            }
            let claims = self.store.claims(&row.merchant, id).await?;
            for claim in claims.iter().flat_map(|on| &on.claims) {
                pack.add("claim", &claim_without_person(claim));
            }
        }
        Ok(())
    }
}

pub(super) fn files_in(events: &[Event]) -> BTreeSet<EvidenceHash> {
    let files = events.iter().filter_map(|event| match &event.body {
        EventBody::Attached { file, .. } => Some(file.hash),
        _ => None,
    });
    files.collect()
}

pub(super) fn claims_in(events: &[Event]) -> BTreeSet<ClaimId> {
    let claims = events.iter().filter_map(|event| match &event.body {
        EventBody::ClaimMoved { claim, .. } => Some(claim.clone()),
        _ => None,
    });
    claims.collect()
}

//! One person's data: what is held, to be taken along or erased; and what has been kept long enough.
//!
//! A person is whoever speaks in a conversation: all conversations of the same visitor, or of the same person as the shop signed them in.
//! Erased go the conversations with their logs, what they are found by, reviews of them, their sessions, and files that nobody else
//! handed in. Orders stay with the shop whose they are, and so do refund applications, which the law wants kept, without the customer's own
//! words and without what finds a person again among others. The audit log keeps that somebody looked, and at which id.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::json;

use super::pack::claim_without_person;
use super::search::{STEP, person_words};
use super::{CaseFacts, Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::audit::Audited;
use crate::domain::claim::ClaimId;
use crate::domain::conversation::{Conversation, Event, EventBody, Seq, Status};
use crate::domain::evidence::EvidenceHash;
use crate::domain::ids::ConversationId;
use crate::domain::order_record;
use crate::domain::pack::Pack;
use crate::domain::search::Term;
use crate::domain::transcript::{AgentEvent, Names};
use crate::store::Commit;

/// No person has more conversations that are looked at.
const MOST: usize = 1_000;
/// So many conversations are looked at for their age in one pass, and so many erased.
const PER_PASS: usize = 400;
/// So many events are read at a time.
const EVENTS: usize = 200;
/// A change that lost to a faster one is made again, so often.
const RETRIES: usize = 8;

/// What is held on a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Their conversations, the latest first.
    pub conversations: Vec<ConversationId>,
    /// How many events these have.
    pub events: u64,
    /// How many files they handed in.
    pub files: usize,
    /// How many sessions may read their conversations.
    pub sessions: usize,
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
        for row in self.conversations_of(agent, id).await? {
            let events = self.whole_log(agent, &row.id).await?;
            held.events += row.last_seq.0;
            files.extend(files_in(&events));
            claims.extend(claims_in(&events));
            held.sessions += self.store.sessions_of(&row.id).await?.len();
            held.conversations.push(row.id);
        }
        (held.files, held.claims) = (files.len(), claims.len());
        let about = Some(id.to_string());
        self.note_down(&agent.id, Audited::Read, about).await?;
        Ok(held)
    }

    /// All conversations of whoever speaks in one, as far as the agent sees them, the latest first.
    async fn conversations_of(
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

    /// Erases a person, of whom so many conversations were shown to whoever asks for it.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] as for [`Self::conversation`]; [`DeskError::Invalid`] when there are more or fewer conversations by now.
    pub async fn erase_person(
        &self,
        agent: &Agent,
        id: &ConversationId,
        shown: usize,
    ) -> Result<Held, DeskError> {
        let held = self.held(agent, id).await?;
        if held.conversations.len() != shown {
            let now = held.conversations.len();
            return Err(DeskError::Invalid(format!(
                "there are {now} conversations now: look again at what goes"
            )));
        }
        for one in &held.conversations {
            self.erase(one).await?;
            let about = Some(one.to_string());
            self.note_down(&agent.id, Audited::Erased, about).await?;
        }
        Ok(held)
    }

    /// Takes a conversation out, with all that belongs to nobody else.
    async fn erase(&self, id: &ConversationId) -> Result<(), DeskError> {
        let Some(row) = self.store.conversation(id).await? else {
            return Ok(());
        };
        let _visitor = self.visitors.enter(row.visitor.as_str()).await;
        let _files = self.files.enter(row.merchant.as_str()).await;
        let _index = self.indexing.lock().await;
        let (words, events) = self.all_words(&row).await?;
        for claim in claims_in(&events) {
            self.forget_person_in(&row, &claim).await?;
        }
        let mut commit = Commit::new().erase(id.clone(), words);
        for session in self.store.sessions_of(id).await? {
            commit = commit.end_session(session.token);
        }
        self.store.commit(commit).await?;
        for hash in files_in(&events) {
            self.store.remove_unused_file(&hash).await?;
        }
        metrics::counter!("frontdesk_erased_total").increment(1);
        self.lines_changed(vec![row.merchant.clone()]);
        self.live.wake(id);
        self.live.wake_inbox(&row.merchant);
        Ok(())
    }

    /// A refund application stays, without the customer's words and without what finds them among others.
    async fn forget_person_in(&self, row: &Conversation, id: &ClaimId) -> Result<(), DeskError> {
        for _ in 0..RETRIES {
            let Some(mut claims) = self.store.claims(&row.merchant, id.order()).await? else {
                return Ok(());
            };
            let Some(claim) = claims.claims.iter_mut().find(|claim| claim.id == *id) else {
                return Ok(());
            };
            claim.note = None;
            claim.conversation = None;
            claim.by.clear();
            claim.evidence.clear();
            match self.commit(Commit::new().claims(claims)).await {
                Err(DeskError::Conflict { .. } | DeskError::SessionChanged) => {}
                other => return other,
            }
        }
        Err(DeskError::Busy)
    }

    /// Whether money may still move because of what was asked for in a conversation: what was shown for it is needed until then.
    async fn has_open_claim(&self, row: &Conversation) -> Result<bool, DeskError> {
        let mut after = Seq::default();
        loop {
            let page = self.store.events(&row.id, after, EVENTS).await?;
            let Some(last) = page.last() else {
                return Ok(false);
            };
            after = last.seq;
            for id in claims_in(&page) {
                let claims = self.store.claims(&row.merchant, id.order()).await?;
                let claim = claims.as_ref().and_then(|claims| claims.get(&id));
                if claim.is_some_and(|claim| claim.state.is_open()) {
                    return Ok(true);
                }
            }
        }
    }

    /// Erases conversations that are done, or that nobody has touched, for longer than the desk keeps them.
    pub(super) async fn erase_what_is_old(&self) -> Result<(), DeskError> {
        if self.options.keep_days == 0 {
            return Ok(());
        }
        let before =
            self.clock.now() - SignedDuration::from_hours(24 * i64::from(self.options.keep_days));
        let after = self.kept_until.lock().await.clone();
        let page = self.store.conversations(after.as_ref(), PER_PASS).await?;
        // Ids are in the order in which conversations began: what comes after a young one is younger still.
        let old = page.iter().take_while(|row| row.created_at < before);
        let mut last = None;
        for row in old {
            last = Some(row.id.clone());
            let is_over = row.status == Status::Closed
                || matches!(row.status, Status::Resolved { .. })
                || !row.status.is_done() && row.promises.next_look().is_none();
            if row.updated_at < before && is_over && !self.has_open_claim(row).await? {
                self.erase(&row.id).await?;
            }
        }
        // At the end it begins again: those that were passed over may have become old enough.
        *self.kept_until.lock().await = last;
        Ok(())
    }
}

fn files_in(events: &[Event]) -> BTreeSet<EvidenceHash> {
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

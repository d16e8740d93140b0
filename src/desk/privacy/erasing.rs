//! Taking a person out of the desk, or conversations that have been kept long enough, with all that others keep of them.
//!
//! Erased go the conversations with their logs, what they are found by, reviews of them, their sessions, files that nobody else handed in,
//! and what merchants' programs and platforms were told of them. Orders stay with the shop whose they are, and so do refund applications,
//! which the law wants kept, without the customer's own words and without what finds a person again among others; and that one of them was
//! decided on is still told to the merchant, who has to pay. The audit log keeps that somebody looked, and at which id.
//!
//! Whatever is written of a conversation is written with its row. What others keep of it is therefore looked up first, and it goes only if its
//! row has not changed since: nothing comes in between. What agents write beside it, drafts and reviews, is written only while there is a row.

use std::collections::BTreeSet;

use super::kinds::{Kind, Traces};
use super::within::{claims_in, files_in};
use crate::desk::{Desk, DeskError, Held};
use crate::domain::account::{Agent, Session};
use crate::domain::audit::Audited;
use crate::domain::claim::{ClaimId, OrderClaims};
use crate::domain::conversation::{Conversation, Event};
use crate::domain::ids::{ConversationId, OrderId};
use crate::store::Commit;

/// What lost to a faster change is looked up and done again, so often.
const RETRIES: usize = 8;

impl Desk {
    /// What is kept of a person beside their conversations: sessions in which they have said nothing are theirs, too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(in crate::desk) async fn traces_of_person(
        &self,
        rows: &[Conversation],
    ) -> Result<Traces, DeskError> {
        let is_theirs = |session: &Session| {
            let merchant = self.site(&session.site).ok().map(|site| &site.merchant);
            let subject = session.identity.as_ref().map(|one| &one.subject);
            rows.iter().any(|row| {
                let known = row.identity.as_ref().map(|one| &one.subject);
                let is_same =
                    known.is_some() && known == subject && merchant == Some(&row.merchant);
                is_same
                    || session.visitor == row.visitor
                    || session.conversation.as_ref() == Some(&row.id)
            })
        };
        let sessions = self.store.sessions_that(is_theirs).await?;
        let ids = rows.iter().map(|row| row.id.clone()).collect();
        let deliveries = self.store.deliveries_about(&ids).await?;
        Ok(Traces {
            sessions,
            deliveries,
        })
    }

    /// What is kept of conversations that are over beside them. Whoever had them may be there for another.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(in crate::desk) async fn traces_of(
        &self,
        ids: &BTreeSet<ConversationId>,
    ) -> Result<Traces, DeskError> {
        let reads = |session: &Session| {
            session
                .conversation
                .as_ref()
                .is_some_and(|id| ids.contains(id))
        };
        let sessions = self.store.sessions_that(reads).await?;
        let deliveries = self.store.deliveries_about(ids).await?;
        Ok(Traces {
            sessions,
            deliveries,
        })
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
        let holdings = self.holdings(agent, id).await?;
        let held = Held::of(&holdings);
        if held.conversations.len() != shown {
            let now = held.conversations.len();
            return Err(DeskError::Invalid(format!(
                "there are {now} conversations now: look again at what goes"
            )));
        }
        // What finds a person is known as long as they are here: it goes first.
        self.take_filters_out(agent, id, &holdings).await?;
        let mut left: Vec<ConversationId> = held.conversations.clone();
        for _ in 0..RETRIES {
            left = self.erase_of_person(agent, left).await?;
            if left.is_empty() {
                return Ok(held);
            }
        }
        Err(DeskError::Busy)
    }

    /// Erases conversations of a person, and gives those that changed at that moment.
    async fn erase_of_person(
        &self,
        agent: &Agent,
        ids: Vec<ConversationId>,
    ) -> Result<Vec<ConversationId>, DeskError> {
        let mut rows = Vec::new();
        for id in &ids {
            rows.extend(self.store.conversation(id).await?);
        }
        let traces = self.traces_of_person(&rows).await?;
        let ended = traces.sessions.iter();
        let entry = ids.first().map(ToString::to_string);
        let entry = self.entry(&agent.id, Audited::Erased, entry, None);
        let ended = ended.fold(Commit::new().audit(entry), |commit, session| {
            commit.end_session(session.token)
        });
        self.commit(ended).await?;
        let mut left = Vec::new();
        for row in rows {
            let about = Some(row.id.to_string());
            let entry = self.entry(&agent.id, Audited::Erased, about, None);
            if !self
                .erase(&row, &traces, Commit::new().audit(entry))
                .await?
            {
                left.push(row.id);
            }
        }
        Ok(left)
    }

    /// Takes a conversation out, with all that belongs to nobody else; says whether it is gone. It is not if it has changed since it was read.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(in crate::desk) async fn erase(
        &self,
        row: &Conversation,
        traces: &Traces,
        commit: Commit,
    ) -> Result<bool, DeskError> {
        let _visitor = self.visitors.enter(row.visitor.as_str()).await;
        let _files = self.files.enter(row.merchant.as_str()).await;
        let _index = self.indexing.lock().await;
        let (words, events) = self.all_words(row).await?;
        let mut commit = commit
            .expecting(&row.id, row.revision)
            .erase(row.id.clone(), words);
        for kind in Kind::ALL {
            commit = self.take_out(kind, (row, &events), traces, commit).await?;
        }
        match self.store.commit(commit).await.map_err(DeskError::from) {
            Err(DeskError::Conflict { .. } | DeskError::SessionChanged) => return Ok(false),
            other => other?,
        }
        for hash in files_in(&events) {
            self.store.remove_unused_file(&hash).await?;
        }
        self.open_claims.forget(&row.id);
        self.just_done.forget(&row.id);
        metrics::counter!("frontdesk_erased_total").increment(1);
        self.lines_changed(vec![row.merchant.clone()]);
        self.live.wake(&row.id);
        self.live.wake_inbox(&row.merchant);
        Ok(true)
    }

    /// The commit, without what is kept of a kind with a conversation or because of it.
    async fn take_out(
        &self,
        kind: Kind,
        (row, events): (&Conversation, &[Event]),
        traces: &Traces,
        commit: Commit,
    ) -> Result<Commit, DeskError> {
        Ok(match kind {
            // Whatever is kept under a conversation goes with its row, in `store::erase`.
            Kind::Conversations | Kind::Events | Kind::Drafts | Kind::Reviews => commit,
            // Where a file is, the engine does not know: it is removed when no event names it any more.
            Kind::Files => commit,
            // They are agents'. Of a person they are taken out of the lists before the first conversation goes; of what is old, with the last one.
            Kind::Filters => commit,
            Kind::Sessions => {
                let own = traces.sessions.iter();
                let own = own.filter(|session| session.conversation.as_ref() == Some(&row.id));
                own.fold(commit, |commit, session| commit.end_session(session.token))
            }
            Kind::Told => {
                let told = traces.deliveries.iter();
                let told = told.filter(|(about, one)| *about == row.id && !one.outlives_person());
                told.fold(commit, |commit, (_, one)| commit.delivered(one.id.clone()))
            }
            Kind::Claims => {
                let claims = self.without_person(row, claims_in(events)).await?;
                claims.into_iter().fold(commit, Commit::claims)
            }
            // The shop's.
            Kind::Orders => commit,
        })
    }

    /// Refund applications stay, without the customer's words and without what finds them among others.
    async fn without_person(
        &self,
        row: &Conversation,
        ids: BTreeSet<ClaimId>,
    ) -> Result<Vec<OrderClaims>, DeskError> {
        let orders: BTreeSet<&OrderId> = ids.iter().map(ClaimId::order).collect();
        let mut all = Vec::new();
        for order in orders {
            let Some(mut on) = self.store.claims(&row.merchant, order).await? else {
                continue;
            };
            for claim in on.claims.iter_mut().filter(|claim| ids.contains(&claim.id)) {
                claim.note = None;
                claim.conversation = None;
                claim.by.clear();
                claim.evidence.clear();
            }
            all.push(on);
        }
        Ok(all)
    }
}

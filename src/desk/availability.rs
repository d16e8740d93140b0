//! Who of the agents is there, and who gets what waits where a site gives it out by itself.
//!
//! Who is there is kept in memory: after a restart nobody is until their page says so again, which it does as soon as it is back. Whoever has
//! not been heard of for a while is not there. What waits is given out in the order of the line that customers see, whenever somebody
//! came into it, or an agent came, got room, or was heard of again.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::agents::sees_merchant;
use super::{Desk, DeskError};
use crate::domain::account::Agent;
use crate::domain::availability::{Availability, Candidate, Needed, choose};
use crate::domain::conversation::{Actor, Conversation, Owner, Status};
use crate::domain::ids::{AgentId, ConversationId, MerchantId};
use crate::domain::rights::AgentRole;
use crate::store::{Commit, View};

/// Whoever has not been heard of for so long is not there.
const HEARD_WITHIN: SignedDuration = SignedDuration::from_mins(5);
/// So far a line is given out at a time.
const LOOKED_AT: usize = 100;
/// The same agent gets a customer again who comes back within this time.
const SAME_WITHIN: SignedDuration = SignedDuration::from_hours(72);

/// What is kept of who is there.
#[derive(Debug, Default)]
pub(super) struct Roster {
    known: Mutex<HashMap<AgentId, Known>>,
    /// Merchants in whose line something is to be given out.
    wanted: Mutex<BTreeSet<MerchantId>>,
    /// One gives out at a time.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    says: Availability,
    heard: Timestamp,
}

impl Roster {
    fn known(&self) -> MutexGuard<'_, HashMap<AgentId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wanted(&self) -> MutexGuard<'_, BTreeSet<MerchantId>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An agent was heard of.
    pub(super) fn heard(&self, agent: &AgentId, now: Timestamp) {
        if let Some(known) = self.known().get_mut(agent) {
            known.heard = now;
        }
    }

    fn of(&self, agent: &AgentId, now: Timestamp) -> Availability {
        let known = self.known().get(agent).copied();
        let here = known.filter(|known| now.duration_since(known.heard) <= HEARD_WITHIN);
        here.map_or(Availability::Offline, |known| known.says)
    }

    /// Whether an agent has said that they are not there.
    pub(super) fn left(&self, agent: &AgentId) -> bool {
        let known = self.known().get(agent).copied();
        known.is_some_and(|known| known.says == Availability::Offline)
    }

    /// Those who said that they are there and have not been heard of for a while.
    fn lost(&self, now: Timestamp) -> Vec<AgentId> {
        let known = self.known();
        let is_lost = |known: &Known| {
            known.says != Availability::Offline && now.duration_since(known.heard) > HEARD_WITHIN
        };
        let lost = known.iter().filter(|(_, known)| is_lost(known));
        lost.map(|(agent, _)| agent.clone()).collect()
    }
}

impl Desk {
    /// Whether an agent takes new conversations.
    #[must_use]
    pub fn availability(&self, agent: &AgentId) -> Availability {
        self.roster.of(agent, self.clock.now())
    }

    /// An agent comes, pauses or goes. When they go, those of their customers who wait for an answer go back into the queue.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn set_availability(
        &self,
        agent: &Agent,
        says: Availability,
    ) -> Result<(), DeskError> {
        let heard = self.clock.now();
        let known = Known { says, heard };
        self.roster.known().insert(agent.id.clone(), known);
        match says {
            Availability::Offline => self.put_back_all(agent).await?,
            Availability::Online => {
                let merchants = self.sites().map(|site| site.merchant.clone());
                let theirs = merchants.filter(|merchant| sees_merchant(agent, merchant));
                self.give_out(theirs.collect()).await;
            }
            Availability::Paused => {}
        }
        let merchants: BTreeSet<_> = self.sites().map(|site| &site.merchant).collect();
        merchants
            .into_iter()
            .for_each(|merchant| self.live.wake_inbox(merchant));
        Ok(())
    }

    /// Those who were lost sight of are not there any more.
    pub(super) async fn look_for_lost(&self) -> Result<(), DeskError> {
        for id in self.roster.lost(self.clock.now()) {
            match self.store.agent(&id).await? {
                Some(agent) => self.set_availability(&agent, Availability::Offline).await?,
                None => drop(self.roster.known().remove(&id)),
            }
        }
        // Whoever may not answer any more has nobody's customers, whether they ever said that they were there or not.
        for agent in self.store.agents().await? {
            let may = agent.rights.role >= AgentRole::Agent && !agent.disabled;
            let own = View::Mine(agent.id.clone());
            if !may && self.store.inbox_count(own, None).await? > 0 {
                self.put_back_all(&agent).await?;
            }
        }
        Ok(())
    }

    /// The agent of a conversation whose customer waits, if they have said that they are not there.
    pub(super) fn whose_agent_left(&self, row: &Conversation) -> Option<AgentId> {
        match &row.owner {
            Owner::Agent(agent) if row.status == Status::Active => {
                Some(agent.clone()).filter(|agent| self.roster.left(agent))
            }
            _ => None,
        }
    }

    /// A customer has written to somebody who is not there: they wait for anybody. What fails here does not undo what the customer wrote.
    pub(super) async fn hand_back(&self, id: &AgentId, conversation: &ConversationId) {
        let moved = async {
            let Some(agent) = self.store.agent(id).await? else {
                return Ok(());
            };
            self.put_back_one(&agent, conversation).await
        };
        if let Err(error) = moved.await {
            tracing::error!(%error, conversation = %conversation, "a conversation could not be handed back");
        }
    }

    async fn put_back_all(&self, agent: &Agent) -> Result<(), DeskError> {
        let mut cursor = None;
        loop {
            let view = View::Mine(agent.id.clone());
            let page = self
                .store
                .inbox_rows(view, None, cursor.as_ref(), LOOKED_AT)
                .await?;
            for row in page.rows.iter().filter(|row| row.status == Status::Active) {
                self.put_back_one(agent, &row.id).await?;
            }
            match page.next {
                Some(next) => cursor = Some(next),
                None => return Ok(()),
            }
        }
    }

    async fn put_back_one(&self, agent: &Agent, id: &ConversationId) -> Result<(), DeskError> {
        let moved = self.change(agent, id, None, |row, now| row.put_back(&agent.id, now));
        match moved.await {
            Ok(_) | Err(DeskError::NotAllowed(_) | DeskError::Conflict { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Gives out what waits in the lines of some merchants. What cannot be given now waits; nothing that fails here undoes what was done.
    pub(super) async fn give_out(&self, merchants: Vec<MerchantId>) {
        let gives = |merchant: &MerchantId| {
            let mut sites = self.sites();
            sites.any(|site| site.gives_out && site.merchant == *merchant)
        };
        self.roster
            .wanted()
            .extend(merchants.into_iter().filter(gives));
        while !self.roster.wanted().is_empty() {
            // Whoever has the turn takes what was added meanwhile along.
            let Ok(_turn) = self.roster.turn.try_lock() else {
                return;
            };
            loop {
                let Some(merchant) = self.roster.wanted().pop_first() else {
                    break;
                };
                if let Err(error) = self.give_out_of(&merchant).await {
                    tracing::error!(%error, %merchant, "what waits could not be given out");
                }
            }
        }
    }

    async fn give_out_of(&self, merchant: &MerchantId) -> Result<(), DeskError> {
        let mut all = self.candidates(merchant).await?;
        if all.is_empty() {
            return Ok(());
        }
        let page = self
            .store
            .inbox(View::Waiting, Some(merchant), None, LOOKED_AT)
            .await?;
        for row in page.rows {
            if !self.site(&row.site).is_ok_and(|site| site.gives_out) {
                continue;
            }
            let last = self.last_agent(&row).await?;
            let needed = Needed {
                team: row.team.as_deref(),
                language: row.language,
                last: last.as_ref(),
            };
            let Some(chosen) = choose(&needed, &all).map(|one| one.agent.clone()) else {
                continue;
            };
            if self.give(row, &chosen).await? {
                let given = all.iter_mut().find(|one| one.agent == chosen);
                given.into_iter().for_each(|one| one.has += 1);
            }
        }
        Ok(())
    }

    /// Those who take new conversations of a merchant.
    async fn candidates(&self, merchant: &MerchantId) -> Result<Vec<Candidate>, DeskError> {
        let mut all = Vec::new();
        for agent in self.store.agents().await? {
            let availability = self.availability(&agent.id);
            let may = agent.rights.role >= AgentRole::Agent && !agent.disabled;
            if availability != Availability::Online || !may || !sees_merchant(&agent, merchant) {
                continue;
            }
            let view = View::Mine(agent.id.clone());
            all.push(Candidate {
                has: self.store.inbox_count(view, None).await?,
                agent: agent.id,
                availability,
                team: agent.rights.team,
                languages: agent.rights.languages,
                cap: agent.rights.cap,
            });
        }
        Ok(all)
    }

    /// Who had this customer last time, if that is not long ago.
    async fn last_agent(&self, row: &Conversation) -> Result<Option<AgentId>, DeskError> {
        if let Some(last) = &row.last_agent {
            return Ok(Some(last.clone()));
        }
        let Some(previous) = &row.previous else {
            return Ok(None);
        };
        let previous = self.store.conversation(previous).await?;
        let lately =
            |before: &Conversation| row.created_at.duration_since(before.updated_at) <= SAME_WITHIN;
        Ok(previous
            .filter(lately)
            .and_then(|before| match before.owner {
                Owner::Agent(agent) => Some(agent),
                _ => before.last_agent,
            }))
    }

    /// Gives a waiting conversation to an agent, unless somebody was faster.
    async fn give(&self, mut row: Conversation, to: &AgentId) -> Result<bool, DeskError> {
        let (id, revision, waited) = (row.id.clone(), row.revision, row.waiting_since);
        let now = self.clock.now();
        let bodies = row.claim(to.clone())?;
        let events: Vec<_> = bodies
            .into_iter()
            .map(|body| row.next_event(Actor::System, body, now))
            .collect();
        let commit = Commit::new().expecting(&id, revision).events(events);
        match self.write_down(commit.conversation(row.clone())).await {
            Err(DeskError::Conflict { .. }) => return Ok(false),
            other => other?,
        }
        self.line.taken(waited, &row, now);
        self.live.wake(&id);
        self.live.wake_inbox(&row.merchant);
        Ok(true)
    }
}

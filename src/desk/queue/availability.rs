//! Who of the agents is there, and who gets what waits where a site gives it out by itself.
//!
//! Who is there is kept in memory (`roster`): after a restart nobody is until a page of theirs says a word, and then they are what they chose before.
//! Whoever has not been heard of for a while is not there. What waits is given out in the order of the line that customers see, whenever somebody
//! came into it, or an agent came, got room, or was heard of again.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::roster::Says;
use crate::desk::agents::handling::sees_merchant;
use crate::desk::{Desk, DeskError, Pass};
use crate::domain::account::Agent;
use crate::domain::availability::{Availability, Candidate, Needed, choose};
use crate::domain::conversation::{Actor, Conversation, Owner, Status};
use crate::domain::ids::{AgentId, ConversationId, MerchantId};
use crate::domain::rights::AgentRole;
use crate::store::{Commit, InboxRow, View};

/// So far a line is looked at at a time.
const LOOKED_AT: usize = 100;
/// The same agent gets a customer again who comes back within this time.
const SAME_WITHIN: SignedDuration = SignedDuration::from_hours(72);
/// So many earlier conversations of a customer are looked at.
const LATEST: usize = 5;

impl Desk {
    /// Whether an agent takes new conversations.
    #[must_use]
    pub fn availability(&self, agent: &AgentId) -> Availability {
        self.roster.of(agent, self.clock.now())
    }

    /// An agent comes, pauses or goes, or a browser of theirs says whether they touch it. When they go, those of their customers who wait for
    /// an answer go back into the queue.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn set_availability(
        &self,
        agent: &Agent,
        pass: &Pass,
        says: Says,
    ) -> Result<(), DeskError> {
        let was = self.availability(&agent.id);
        {
            let _presence = self.roster.presence.lock().await;
            let now = self.clock.now();
            let chosen = self.roster.says(&agent.id, pass.log_in(), says, now);
            if let Some(chosen) = chosen {
                self.commit(Commit::new().chosen(chosen)).await?;
            }
        }
        let is = self.availability(&agent.id);
        if says.remembered && is == was {
            return Ok(());
        }
        match is {
            Availability::Offline => self.put_back_all(agent).await?,
            Availability::Online => {
                let merchants = self.sites().map(|site| site.merchant.clone());
                let theirs = merchants.filter(|merchant| sees_merchant(agent, merchant));
                self.give_out(theirs.collect()).await;
            }
            Availability::Paused => {}
        }
        self.tell_of_presence();
        Ok(())
    }

    /// An agent has left their last browser. Nobody chose that they are away: back again, they are what they were.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub(in crate::desk) async fn has_gone(&self, agent: &Agent) -> Result<(), DeskError> {
        {
            let _presence = self.roster.presence.lock().await;
            self.roster.goes(&agent.id, self.clock.now());
        }
        self.put_back_all(agent).await?;
        self.tell_of_presence();
        Ok(())
    }

    fn tell_of_presence(&self) {
        let merchants: BTreeSet<_> = self.sites().map(|site| &site.merchant).collect();
        for merchant in merchants {
            self.live.wake_inbox(merchant);
            // Those who wait are told whether anybody is there.
            self.live.wake_line(merchant);
        }
    }

    /// What everybody chose before the desk started holds; and whoever had customers then, and had come in with a browser, is expected to be heard of.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(in crate::desk) async fn expect_who_was_here(&self) -> Result<(), DeskError> {
        for agent in self.store.agents().await? {
            if let Some(chosen) = self.store.chosen(&agent.id).await? {
                self.roster.remember(chosen);
            }
            let own = View::Mine(agent.id.clone());
            let has_any = self.store.inbox_count(own, None).await? > 0;
            if has_any && self.has_come_in(&agent).await? {
                self.roster.expect(&agent.id, self.clock.now());
            }
        }
        Ok(())
    }

    /// Whether a browser of the agent's was left open, be its log-in over by now: nobody knows for how long the desk was away.
    async fn has_come_in(&self, agent: &Agent) -> Result<bool, DeskError> {
        let log_ins = self.store.log_ins_of(&agent.id).await?;
        Ok(log_ins.iter().any(|one| one.epoch == agent.rights.epoch))
    }

    /// Those who were lost sight of are not there any more, and have none of those who wait.
    pub(in crate::desk) async fn look_for_lost(&self) -> Result<(), DeskError> {
        {
            let _presence = self.roster.presence.lock().await;
            self.roster.miss(self.clock.now());
        }
        for id in self.roster.owing() {
            match self.store.agent(&id).await? {
                Some(agent) => self.put_back_all(&agent).await?,
                None => self.roster.settled(&id),
            }
            self.tell_of_presence();
        }
        // Whoever may not answer any more has nobody's customers, whether they ever said that they were there or not.
        for agent in self.store.agents().await? {
            let own = View::Mine(agent.id.clone());
            if !may_answer(&agent) && self.store.inbox_count(own, None).await? > 0 {
                self.put_back_all(&agent).await?;
            }
        }
        Ok(())
    }

    /// Whether an agent has said that they are not there, or is missed.
    #[must_use]
    pub fn has_left(&self, agent: &AgentId) -> bool {
        self.roster.left(agent)
    }

    /// A customer has written to somebody who is not there: they wait for anybody. What fails here does not undo what the customer wrote.
    pub(in crate::desk) async fn hand_back(&self, id: &AgentId, conversation: &ConversationId) {
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
                None => break,
            }
        }
        self.roster.settled(&agent.id);
        Ok(())
    }

    async fn put_back_one(&self, agent: &Agent, id: &ConversationId) -> Result<(), DeskError> {
        let moved = self.change(agent, id, None, |row, now| row.put_back(&agent.id, now));
        match moved.await {
            Ok(_) | Err(DeskError::NotAllowed(_) | DeskError::Conflict { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Gives out what waits in the lines of some merchants. What cannot be given now waits; nothing that fails here undoes what was done.
    pub(in crate::desk) async fn give_out(&self, merchants: Vec<MerchantId>) {
        let gives = |merchant: &MerchantId| {
            let mut sites = self.sites();
            sites.any(|site| site.gives_out && site.merchant == *merchant)
        };
        self.roster.want(merchants.into_iter().filter(gives));
        while self.roster.wants_any() {
            // Whoever has the turn takes what was added meanwhile along.
            let Ok(_turn) = self.roster.turn.try_lock() else {
                return;
            };
            while let Some(merchant) = self.roster.next_wanted() {
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
        // What nobody can take holds up nothing behind it. Once nobody has room, there is no need to look further.
        let mut cursor = None;
        while all.iter().any(Candidate::has_room) {
            let page = self
                .store
                .inbox_rows(View::Waiting, Some(merchant), cursor.as_ref(), LOOKED_AT)
                .await?;
            for line in page.rows {
                let gives_out = self.site(&line.site).is_ok_and(|site| site.gives_out);
                if gives_out && could_be_taken(&line, &all) {
                    self.give_one(&line.id, &mut all).await?;
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Gives a waiting conversation to whoever fits best of those who are there; whoever turns out not to be is no candidate any more.
    async fn give_one(
        &self,
        id: &ConversationId,
        all: &mut Vec<Candidate>,
    ) -> Result<(), DeskError> {
        let found = self.store.conversation(id).await?;
        let waits = |row: &Conversation| row.owner == Owner::Queue && !row.status.is_done();
        let Some(row) = found.filter(waits) else {
            return Ok(());
        };
        let last = self.last_agent(&row).await?;
        let needed = Needed {
            team: row.team.as_deref(),
            language: row.language,
            last: last.as_ref(),
        };
        while let Some(chosen) = choose(&needed, all).map(|one| one.agent.clone()) {
            match self.give(&row, &chosen).await? {
                Given::Taken => {
                    let given = all.iter_mut().find(|one| one.agent == chosen);
                    given.into_iter().for_each(|one| one.has += 1);
                    break;
                }
                Given::TooLate => break,
                Given::Gone => all.retain(|one| one.agent != chosen),
            }
        }
        Ok(())
    }

    /// Those who take new conversations of a merchant.
    async fn candidates(&self, merchant: &MerchantId) -> Result<Vec<Candidate>, DeskError> {
        let mut all = Vec::new();
        for agent in self.store.agents().await? {
            all.extend(self.as_candidate(agent, merchant).await?);
        }
        Ok(all)
    }

    /// An agent as they stand now, if they take new conversations of a merchant.
    async fn as_candidate(
        &self,
        agent: Agent,
        merchant: &MerchantId,
    ) -> Result<Option<Candidate>, DeskError> {
        let availability = self.availability(&agent.id);
        let is_there = availability == Availability::Online;
        if !is_there || !may_answer(&agent) || !sees_merchant(&agent, merchant) {
            return Ok(None);
        }
        let view = View::Mine(agent.id.clone());
        Ok(Some(Candidate {
            has: self.store.inbox_count(view, None).await?,
            agent: agent.id,
            availability,
            team: agent.rights.team,
            languages: agent.rights.languages,
            cap: agent.rights.cap,
        }))
    }

    /// Who had this customer last time, if that is not long ago.
    async fn last_agent(&self, row: &Conversation) -> Result<Option<AgentId>, DeskError> {
        if let Some(last) = &row.last_agent {
            return Ok(Some(last.clone()));
        }
        // Whom the shop signed in is the same customer in another browser.
        let found = self.found_of(row, LATEST).await?;
        let before = row.previous.iter().chain(&found);
        for id in before.filter(|id| **id != row.id) {
            let Some(before) = self.store.conversation(id).await? else {
                continue;
            };
            let lately = row.created_at.duration_since(before.updated_at) <= SAME_WITHIN;
            let had = match before.owner {
                Owner::Agent(agent) => Some(agent),
                _ => before.last_agent,
            };
            if let Some(agent) = had.filter(|_| lately) {
                return Ok(Some(agent));
            }
        }
        Ok(None)
    }

    /// Gives a waiting conversation to an agent who is there, unless somebody was faster. Nobody comes or goes while it is written down.
    async fn give(&self, row: &Conversation, to: &AgentId) -> Result<Given, DeskError> {
        let _presence = self.roster.presence.lock().await;
        let agent = self.store.agent(to).await?;
        let stands = match agent {
            Some(agent) => self.as_candidate(agent, &row.merchant).await?,
            None => None,
        };
        let Some(stands) = stands.filter(Candidate::has_room) else {
            return Ok(Given::Gone);
        };
        let mut row = row.clone();
        let (id, revision, waited) = (row.id.clone(), row.revision, row.waiting_since);
        let now = self.clock.now();
        let bodies = row.claim(to.clone())?;
        let events: Vec<_> = bodies
            .into_iter()
            .map(|body| row.next_event(Actor::System, body, now))
            .collect();
        let commit = Commit::new().expecting(&id, revision).events(events);
        let commit = match stands.cap {
            Some(cap) => commit.expecting_room(to.clone(), cap),
            None => commit,
        };
        match self.write_down(commit.conversation(row.clone())).await {
            Err(DeskError::Conflict { .. }) => return Ok(Given::TooLate),
            // Somebody gave them another one at that moment.
            Err(DeskError::SessionChanged) => return Ok(Given::Gone),
            other => other?,
        }
        self.line.taken(waited, &row, now);
        self.live.wake(&id);
        self.live.wake_inbox(&row.merchant);
        Ok(Given::Taken)
    }
}

/// What became of a conversation that was to be given to somebody.
enum Given {
    /// They have it.
    Taken,
    /// It does not wait any more.
    TooLate,
    /// They take nothing any more.
    Gone,
}

/// Whether there is anybody who could take what waits.
fn could_be_taken(line: &InboxRow, all: &[Candidate]) -> bool {
    let needed = Needed {
        team: line.team.as_deref(),
        language: line.language,
        last: None,
    };
    choose(&needed, all).is_some()
}

/// Whether an agent is one of those who answer customers.
pub(in crate::desk) fn may_answer(agent: &Agent) -> bool {
    agent.rights.role >= AgentRole::Agent && !agent.disabled
}

/// Whose customer waits in a conversation, if somebody has it.
pub(in crate::desk) fn whose_customer_waits(row: &Conversation) -> Option<AgentId> {
    match &row.owner {
        Owner::Agent(agent) if row.status == Status::Active => Some(agent.clone()),
        _ => None,
    }
}

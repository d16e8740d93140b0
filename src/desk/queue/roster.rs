//! Who of the agents is there, as the desk keeps it in memory, and what they owe: customers of theirs that are to go back into the queue.
//!
//! What an agent chose is kept for all their browsers, and each browser says whether anybody touches it: who works in one of them does not
//! rest in another. After a restart nobody has said anything yet; what was chosen before is read from the store: who had gone has gone, and
//! who had not is there as soon as a page of theirs says a word. Whoever came in with a browser before and has customers is expected then, and
//! is missed like anybody else who is not heard of for a while; whoever is heard of without a word, such as a program that answers with a token,
//! is left alone, as it always is.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::account::TokenHash;
use crate::domain::availability::{Availability, Chosen};
use crate::domain::ids::{AgentId, MerchantId};

/// Whoever has not been heard of for so long is not there.
const HEARD_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// What is kept of who is there.
#[derive(Debug, Default)]
pub(in crate::desk) struct Roster {
    known: Mutex<HashMap<AgentId, Known>>,
    /// What they chose before the desk started.
    before: Mutex<HashMap<AgentId, Chosen>>,
    /// Merchants in whose line something is to be given out.
    wanted: Mutex<BTreeSet<MerchantId>>,
    /// One gives out at a time.
    pub(in crate::desk) turn: tokio::sync::Mutex<()>,
    /// Who is there changes, and a conversation is given to somebody who is there, one after the other: nobody is given one who has said
    /// that they go, and whoever goes finds all that they were given.
    pub(in crate::desk) presence: tokio::sync::Mutex<()>,
}

/// What an agent or their browser says.
#[derive(Clone, Copy, Debug)]
pub struct Says {
    /// What the agent chose.
    pub chose: Availability,
    /// Whether their browser says so by itself, from what it has kept. That counts where the desk knows of no choice, and that somebody is not
    /// there is chosen, never remembered.
    pub remembered: bool,
    /// When they chose it, where their browser has kept that: of what several have kept the latest counts.
    pub chosen_at: Option<Timestamp>,
    /// Whether nobody has touched the browser for a while.
    pub rests: bool,
}

#[derive(Clone, Debug)]
struct Known {
    /// What they chose; none where they never did.
    chose: Option<Availability>,
    /// When they chose it, where that was before the desk started or only a browser says so; what they chose since is later than whatever was kept.
    kept_of: Option<Timestamp>,
    /// Whether they, or a browser of theirs, have said anything since the desk started.
    said: bool,
    sight: Sight,
    heard: Timestamp,
    /// Whether customers of theirs may be left who are to go back into the queue.
    owes: bool,
    /// The browsers that have said whether anybody touches them.
    browsers: Vec<Browser>,
}

/// A browser that an agent came in with.
#[derive(Clone, Copy, Debug)]
struct Browser {
    log_in: TokenHash,
    heard: Timestamp,
    rests: bool,
}

/// Whether an agent is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sight {
    /// They were heard of.
    Here,
    /// Not since the desk started, and they have customers from before.
    Expected,
    /// Not any more: they left their last browser, or were not heard of for too long. What they chose holds again when they are back.
    Lost,
}

impl Known {
    /// Somebody who has not said anything since the desk started.
    fn silent(before: Option<&Chosen>, heard: Timestamp) -> Self {
        Self {
            chose: before.map(|chosen| chosen.is),
            kept_of: before.map(|chosen| chosen.at),
            said: false,
            sight: Sight::Here,
            heard,
            owes: false,
            browsers: Vec::new(),
        }
    }

    fn is_lost(&self, now: Timestamp) -> bool {
        let is_awaited = match self.sight {
            Sight::Here => self.said && self.chose != Some(Availability::Offline),
            Sight::Expected => true,
            Sight::Lost => false,
        };
        is_awaited && is_over(self.heard, now)
    }

    fn availability(&self, now: Timestamp) -> Availability {
        match self.chose {
            _ if self.sight != Sight::Here || !self.said => Availability::Offline,
            _ if is_over(self.heard, now) => Availability::Offline,
            Some(Availability::Online) if self.rests(now) => Availability::Paused,
            chose => chose.unwrap_or_default(),
        }
    }

    /// Whether nobody touches any of the browsers that are still open.
    fn rests(&self, now: Timestamp) -> bool {
        let is_open = |browser: &&Browser| !is_over(browser.heard, now);
        let mut open = self.browsers.iter().filter(is_open).peekable();
        open.peek().is_some() && open.all(|browser| browser.rests)
    }

    fn hear_browser(&mut self, log_in: TokenHash, rests: bool, now: Timestamp) {
        self.browsers
            .retain(|one| one.log_in != log_in && !is_over(one.heard, now));
        self.browsers.push(Browser {
            log_in,
            heard: now,
            rests,
        });
    }

    /// Takes what they say, or what their browser has kept; gives when they chose it, where that was not known.
    fn choose(&mut self, says: Says, now: Timestamp) -> Option<Timestamp> {
        // A clock that is ahead is no later than now.
        let chosen_at = says
            .chosen_at
            .map_or(Timestamp::UNIX_EPOCH, |at| at.min(now));
        let is_later = || self.kept_of.is_some_and(|known| known < chosen_at);
        let is_new = match says.remembered {
            true => says.chose != Availability::Offline && (self.chose.is_none() || is_later()),
            false => true,
        };
        if is_new {
            self.chose = Some(says.chose);
            self.kept_of = says.remembered.then_some(chosen_at);
            self.owes = says.chose == Availability::Offline;
        } else if self.chose != Some(Availability::Offline) {
            // They are back before anybody took their customers away.
            self.owes = false;
        }
        self.sight = Sight::Here;
        self.said = true;
        let at = if says.remembered { chosen_at } else { now };
        is_new.then_some(at)
    }
}

fn is_over(heard: Timestamp, now: Timestamp) -> bool {
    now.duration_since(heard) > HEARD_WITHIN
}

impl Roster {
    fn known(&self) -> MutexGuard<'_, HashMap<AgentId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wanted(&self) -> MutexGuard<'_, BTreeSet<MerchantId>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was chosen before the desk started.
    pub(in crate::desk) fn remember(&self, chosen: Chosen) {
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        before.insert(chosen.agent.clone(), chosen);
    }

    fn silent(&self, agent: &AgentId, heard: Timestamp) -> Known {
        let before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        Known::silent(before.get(agent), heard)
    }

    /// In these lines something is to be given out.
    pub(in crate::desk) fn want(&self, merchants: impl IntoIterator<Item = MerchantId>) {
        self.wanted().extend(merchants);
    }

    pub(in crate::desk) fn wants_any(&self) -> bool {
        !self.wanted().is_empty()
    }

    pub(in crate::desk) fn next_wanted(&self) -> Option<MerchantId> {
        self.wanted().pop_first()
    }

    /// An agent was heard of, from one of their browsers where they have come in with one.
    pub(in crate::desk) fn heard(
        &self,
        agent: &AgentId,
        log_in: Option<TokenHash>,
        now: Timestamp,
    ) {
        let mut all = self.known();
        let known = all
            .entry(agent.clone())
            .or_insert_with(|| self.silent(agent, now));
        known.heard = now;
        if !known.said {
            known.sight = Sight::Here;
            known.owes = false;
        }
        let mut browsers = known.browsers.iter_mut();
        if let Some(browser) = browsers.find(|one| Some(one.log_in) == log_in) {
            browser.heard = now;
        }
    }

    /// An agent, or their browser, says whether they are there; gives what they chose, where that was not known. Whoever holds `presence` calls
    /// this.
    pub(in crate::desk) fn says(
        &self,
        agent: &AgentId,
        log_in: Option<TokenHash>,
        says: Says,
        now: Timestamp,
    ) -> Option<Chosen> {
        let mut all = self.known();
        let known = all
            .entry(agent.clone())
            .or_insert_with(|| self.silent(agent, now));
        known.heard = now;
        let chosen_at = known.choose(says, now);
        if let Some(log_in) = log_in {
            known.hear_browser(log_in, says.rests, now);
        }
        chosen_at.map(|at| Chosen {
            agent: agent.clone(),
            is: says.chose,
            at,
        })
    }

    /// An agent has left their last browser. Whoever holds `presence` calls this.
    pub(in crate::desk) fn goes(&self, agent: &AgentId, now: Timestamp) {
        let mut all = self.known();
        let known = all
            .entry(agent.clone())
            .or_insert_with(|| self.silent(agent, now));
        known.sight = Sight::Lost;
        known.owes = true;
        known.browsers.clear();
    }

    /// An agent has left one of their browsers.
    pub(in crate::desk) fn leaves(&self, agent: &AgentId, log_in: TokenHash) {
        if let Some(known) = self.known().get_mut(agent) {
            known.browsers.retain(|one| one.log_in != log_in);
        }
    }

    /// An agent who has customers from before the desk started, at that time. Whoever has been heard of since is known already.
    pub(in crate::desk) fn expect(&self, agent: &AgentId, started: Timestamp) {
        let expected = Known {
            sight: Sight::Expected,
            ..self.silent(agent, started)
        };
        self.known().entry(agent.clone()).or_insert(expected);
    }

    /// Whether an agent takes new conversations; not there, where they have said nothing or have not been heard of for a while.
    pub(in crate::desk) fn of(&self, agent: &AgentId, now: Timestamp) -> Availability {
        let known = self.known();
        let known = known.get(agent);
        known.map_or(Availability::Offline, |known| known.availability(now))
    }

    /// Whether an agent has said that they are not there, or is missed.
    pub(in crate::desk) fn left(&self, agent: &AgentId) -> bool {
        let now = Timestamp::UNIX_EPOCH; // nothing that is asked for here depends on it
        let known = self.known().get(agent).cloned();
        let known = known.unwrap_or_else(|| self.silent(agent, now));
        known.sight == Sight::Lost || known.chose == Some(Availability::Offline)
    }

    /// Those who are to be there and have not been heard of for a while are not there any more. Whoever holds `presence` calls this.
    pub(in crate::desk) fn miss(&self, now: Timestamp) {
        let mut all = self.known();
        for known in all.values_mut().filter(|known| known.is_lost(now)) {
            known.sight = Sight::Lost;
            known.owes = true;
        }
    }

    /// Those of whose customers some may still have to go back.
    pub(in crate::desk) fn owing(&self) -> Vec<AgentId> {
        let known = self.known();
        let owing = known.iter().filter(|(_, known)| known.owes);
        owing.map(|(agent, _)| agent.clone()).collect()
    }

    /// All customers of an agent have gone back who were to.
    pub(in crate::desk) fn settled(&self, agent: &AgentId) {
        if let Some(known) = self.known().get_mut(agent) {
            known.owes = false;
        }
    }
}

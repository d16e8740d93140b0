//! Who of the agents is there, as the desk keeps it in memory, and what they owe: customers of theirs that are to go back into the queue.
//!
//! After a restart nobody has said anything yet. Whoever has customers then is expected, and is missed like anybody else who is not heard of
//! for a while; whoever is heard of without a word, such as a program that answers with a token, is left alone, as it always is.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::availability::Availability;
use crate::domain::ids::{AgentId, MerchantId};

/// Whoever has not been heard of for so long is not there.
const HEARD_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// What is kept of who is there.
#[derive(Debug, Default)]
pub(super) struct Roster {
    known: Mutex<HashMap<AgentId, Known>>,
    /// Merchants in whose line something is to be given out.
    wanted: Mutex<BTreeSet<MerchantId>>,
    /// One gives out at a time.
    pub(super) turn: tokio::sync::Mutex<()>,
    /// Who is there changes, and a conversation is given to somebody who is there, one after the other: nobody is given one who has said
    /// that they go, and whoever goes finds all that they were given.
    pub(super) presence: tokio::sync::Mutex<()>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    word: Word,
    heard: Timestamp,
    /// Whether customers of theirs may be left who are to go back into the queue.
    owes: bool,
}

/// What an agent has said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Nothing.
    None,
    /// This.
    Said(Availability),
    /// Nothing since the desk started, and they have customers from before.
    Expected,
    /// The same, and their time is over.
    Missed,
}

impl Known {
    fn is_lost(&self, now: Timestamp) -> bool {
        let is_awaited = match self.word {
            Word::Said(says) => says != Availability::Offline,
            Word::Expected => true,
            Word::None | Word::Missed => false,
        };
        is_awaited && now.duration_since(self.heard) > HEARD_WITHIN
    }
}

impl Roster {
    fn known(&self) -> MutexGuard<'_, HashMap<AgentId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wanted(&self) -> MutexGuard<'_, BTreeSet<MerchantId>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In these lines something is to be given out.
    pub(super) fn want(&self, merchants: impl IntoIterator<Item = MerchantId>) {
        self.wanted().extend(merchants);
    }

    pub(super) fn wants_any(&self) -> bool {
        !self.wanted().is_empty()
    }

    pub(super) fn next_wanted(&self) -> Option<MerchantId> {
        self.wanted().pop_first()
    }

    /// An agent was heard of.
    pub(super) fn heard(&self, agent: &AgentId, now: Timestamp) {
        let mut all = self.known();
        match all.get_mut(agent) {
            Some(known) => {
                known.heard = now;
                if matches!(known.word, Word::Expected | Word::Missed) {
                    known.word = Word::None;
                    known.owes = false;
                }
            }
            None => drop(all.insert(agent.clone(), Known::silent(now))),
        }
    }

    /// An agent says whether they are there. Whoever holds `presence` calls this.
    pub(super) fn says(&self, agent: &AgentId, says: Availability, now: Timestamp) {
        let known = Known {
            word: Word::Said(says),
            heard: now,
            owes: says == Availability::Offline,
        };
        self.known().insert(agent.clone(), known);
    }

    /// An agent who has customers from before the desk started, at that time. Whoever has been heard of since is known already.
    pub(super) fn expect(&self, agent: &AgentId, started: Timestamp) {
        let expected = Known {
            word: Word::Expected,
            ..Known::silent(started)
        };
        self.known().entry(agent.clone()).or_insert(expected);
    }

    /// What an agent says of themselves; not there, where they have said nothing or have not been heard of for a while.
    pub(super) fn of(&self, agent: &AgentId, now: Timestamp) -> Availability {
        let known = self.known().get(agent).copied();
        match known {
            Some(known) if now.duration_since(known.heard) <= HEARD_WITHIN => match known.word {
                Word::Said(says) => says,
                Word::None | Word::Expected | Word::Missed => Availability::Offline,
            },
            _ => Availability::Offline,
        }
    }

    /// Whether an agent has said that they are not there, or is missed.
    pub(super) fn left(&self, agent: &AgentId) -> bool {
        let known = self.known().get(agent).copied();
        known.is_some_and(|known| {
            matches!(known.word, Word::Said(Availability::Offline) | Word::Missed)
        })
    }

    /// Those who are to be there and have not been heard of for a while are not there any more. Whoever holds `presence` calls this.
    pub(super) fn miss(&self, now: Timestamp) {
        for known in self.known().values_mut() {
            if known.is_lost(now) {
                known.word = match known.word {
                    Word::Said(_) => Word::Said(Availability::Offline),
                    Word::None | Word::Expected | Word::Missed => Word::Missed,
                };
                known.owes = true;
            }
        }
    }

    /// Those of whose customers some may still have to go back.
    pub(super) fn owing(&self) -> Vec<AgentId> {
        let known = self.known();
        let owing = known.iter().filter(|(_, known)| known.owes);
        owing.map(|(agent, _)| agent.clone()).collect()
    }

    /// All customers of an agent have gone back who were to.
    pub(super) fn settled(&self, agent: &AgentId) {
        if let Some(known) = self.known().get_mut(agent) {
            known.owes = false;
        }
    }
}

impl Known {
    const fn silent(heard: Timestamp) -> Self {
        Self {
            word: Word::None,
            heard,
            owes: false,
        }
    }
}

//! Taking back what was done a moment ago: how a conversation stood, and putting it there again.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Conversation;
use super::event::EventBody;
use super::label::Label;
use super::owner::{Owner, Status};
use super::transition::InvalidTransition;
use super::triage::LABELS;
use crate::domain::priority::Priority;

/// How a conversation stood before a change that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    /// Who had it.
    pub owner: Owner,
    /// Where it stood.
    pub status: Status,
    /// How urgent it was.
    pub priority: Priority,
    /// What it was sorted by.
    pub labels: BTreeSet<Label>,
}

impl Stood {
    /// Where it stands by now: the time until which it was left may have come.
    fn status_at(&self, now: Timestamp) -> Status {
        match &self.status {
            Status::Snoozed { until, .. } if *until <= now => Status::Active,
            status => status.clone(),
        }
    }
}

impl Conversation {
    /// How it stands.
    #[must_use]
    pub fn stands(&self) -> Stood {
        Stood {
            owner: self.owner.clone(),
            status: self.status.clone(),
            priority: self.priority,
            labels: self.labels.clone(),
        }
    }

    /// Puts it back to how it stood, with what was owed then. What has been sent to the customer is not called back, and the time until which
    /// it was left may have come.
    ///
    /// # Errors
    /// When it is closed, or was: that is not taken back. How it stood is what somebody sends: nothing that can be taken back called it done
    /// before, people at a platform have only what they had, and it has no more labels than it could have.
    pub fn restore(
        &mut self,
        stood: &Stood,
        now: Timestamp,
    ) -> Result<Vec<EventBody>, InvalidTransition> {
        if self.status == Status::Closed || stood.status == Status::Closed {
            return Err(self.refuse("put back"));
        }
        let was_done = stood.status.is_done() && stood.status != self.status;
        let was_elsewhere = stood.owner == Owner::Platform && self.owner != Owner::Platform;
        if was_done || was_elsewhere && self.there.is_none() {
            return Err(self.refuse("put back"));
        }
        if stood.labels.len() > LABELS && stood.labels != self.labels {
            return Err(self.refuse("add more labels"));
        }
        let mut events = Vec::new();
        if (self.priority, &self.labels) != (stood.priority, &stood.labels) {
            self.priority = stood.priority;
            self.labels.clone_from(&stood.labels);
            events.push(EventBody::Triaged {
                priority: self.priority,
                labels: self.labels.clone(),
            });
        }
        if self.status.is_done() && !stood.status.is_done() {
            self.owe_again();
        }
        let moved = self.set_owner(stood.owner.clone()).into_iter();
        let moved = moved.chain(self.set_status(stood.status_at(now)));
        events.extend(moved.map(EventBody::taken_back));
        // Whoever is in the queue again has the place in it that they had.
        let waits = self.owner == Owner::Queue && !self.status.is_done();
        self.waiting_since = waits.then_some(self.asked_since.unwrap_or(self.updated_at));
        Ok(events)
    }

    /// Puts all of it back to what it was before a change after which nothing has happened: owner and status, its place in the queue, what is
    /// owed and by when, and what the bot remembered; done, where what is taken back is that it goes on. The log goes on.
    ///
    /// # Errors
    /// When it is closed, or was.
    pub fn put_back_as(
        &mut self,
        before: &Self,
        now: Timestamp,
    ) -> Result<Vec<EventBody>, InvalidTransition> {
        if self.status == Status::Closed || before.status == Status::Closed {
            return Err(self.refuse("put back"));
        }
        let status = before.stands().status_at(now);
        let was = Self {
            status: self.status.clone(),
            owner: self.owner.clone(),
            revision: self.revision,
            last_seq: self.last_seq,
            // What was asked is not called back.
            asking: self.asking,
            ..before.clone()
        };
        let is = std::mem::replace(self, was);
        let mut events = Vec::new();
        if (is.priority, &is.labels) != (self.priority, &self.labels) {
            events.push(EventBody::Triaged {
                priority: self.priority,
                labels: self.labels.clone(),
            });
        }
        let (last, there) = (self.last_agent.clone(), self.there.clone());
        let had_there = self.had_there;
        let moved = self.set_owner(before.owner.clone()).into_iter();
        let moved = moved.chain(self.set_status(status));
        events.extend(moved.map(EventBody::taken_back));
        (self.last_agent, self.there) = (last, there);
        self.had_there = had_there;
        self.asked_about = before.asked_about;
        Ok(events)
    }

    /// What was owed when the matter was called done is owed again, by the time that it was.
    pub(super) fn owe_again(&mut self) {
        self.promises.bind_again();
        self.service.run_again();
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{agent, conversation, handoff};
    use super::*;
    use crate::domain::conversation::{LeftFor, Triage};

    fn label(number: usize) -> Label {
        Label::try_from(format!("label{number}")).unwrap()
    }

    type Change = Box<dyn Fn(&mut Conversation)>;

    #[test]
    fn what_was_done_a_moment_ago_leaves_nothing_behind_but_the_log() {
        let now = Timestamp::UNIX_EPOCH;
        let sort = Triage {
            priority: Some(Priority::Urgent),
            add: vec![label(1)],
            remove: Vec::new(),
        };
        let mut waits = conversation();
        waits.hand_off(handoff(), now).unwrap();
        let mut own = waits.clone();
        own.claim(agent(1)).unwrap();
        let with_bot = conversation();
        let until = (now + jiff::SignedDuration::from_hours(1), LeftFor::Refund);
        let mut done = own.clone();
        done.resolve(Some(&agent(1)), now).unwrap();
        let table: [(&Conversation, Change); 7] = [
            (&done, Box::new(|row| drop(row.reopen(agent(2)).unwrap()))),
            (&waits, Box::new(|row| drop(row.claim(agent(1)).unwrap()))),
            (
                &with_bot,
                Box::new(|row| drop(row.take_over(agent(1)).unwrap())),
            ),
            (
                &own,
                Box::new(|row| drop(row.give_back(&agent(1)).unwrap())),
            ),
            (
                &own,
                Box::new(move |row| drop(row.snooze(&agent(1), until, now).unwrap())),
            ),
            (
                &own,
                Box::new(move |row| drop(row.resolve(Some(&agent(1)), now).unwrap())),
            ),
            (&own, Box::new(move |row| drop(row.triage(&sort).unwrap()))),
        ];
        for (before, change) in table {
            let mut row = before.clone();
            change(&mut row);
            row.revision = row.revision.next();
            let (revision, last_seq) = (row.revision, row.last_seq);
            let events = row.put_back_as(before, now).unwrap();
            assert!(!events.is_empty(), "the log says so");
            let as_before = Conversation {
                asking: row.asking,
                revision,
                last_seq,
                ..before.clone()
            };
            assert_eq!(row, as_before);
        }
        let closed = Conversation {
            status: Status::Closed,
            ..own.clone()
        };
        assert!(own.clone().put_back_as(&closed, now).is_err());
    }

    #[test]
    fn whatever_was_done_to_a_conversation_can_be_taken_back_but_its_closing() {
        let now = Timestamp::UNIX_EPOCH;
        let mut row = conversation();
        row.hand_off(handoff(), now).unwrap();
        let waited = row.waiting_since;
        row.updated_at = now + jiff::SignedDuration::from_hours(1);
        let queued = row.stands();
        row.take_over(agent(1)).unwrap();
        let had = row.stands();
        let sort = Triage {
            priority: Some(Priority::Urgent),
            add: vec![Label::try_from("late".to_owned()).unwrap()],
            remove: Vec::new(),
        };
        row.triage(&sort).unwrap();
        row.resolve(Some(&agent(1)), now).unwrap();
        assert!(!row.restore(&had, now).unwrap().is_empty());
        assert_eq!(row.stands(), had);
        assert_eq!(row.asked_about, None, "nobody rates what goes on");
        assert_eq!(row.restore(&had, now), Ok(Vec::new()));
        row.restore(&queued, now).unwrap();
        assert_eq!(row.owner, Owner::Queue);
        assert_eq!(row.waiting_since, waited, "their place is theirs again");
        let elsewhere = Stood {
            owner: Owner::Platform,
            ..queued.clone()
        };
        let done = Stood {
            status: Status::Resolved { at: now },
            ..queued
        };
        for made_up in [elsewhere, done] {
            let before = row.clone();
            assert!(row.restore(&made_up, now).is_err(), "{made_up:?}");
            assert_eq!(row, before);
        }
        let too_many = Stood {
            labels: (0..=LABELS).map(label).collect(),
            ..row.stands()
        };
        let before = row.clone();
        assert!(row.restore(&too_many, now).is_err());
        assert_eq!(row, before, "no more labels than it could have had");
        row.labels = (0..LABELS).map(label).collect();
        let full = row.stands();
        row.labels.clear();
        row.restore(&full, now).unwrap();
        assert_eq!(row.stands(), full, "all that it could have come back");
        row.status = Status::Closed;
        assert!(row.restore(&had, now).is_err());
    }
}

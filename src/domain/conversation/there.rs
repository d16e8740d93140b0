//! Conversations that people have at the platform where their customer writes, in the inbox of that platform and not in the desk's own.
//!
//! The platform is told by a message of the outbox; until it has taken that, nobody there knows. If it does not take it, people here
//! have the conversation.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::event::EventBody;
use super::owner::{Owner, REOPEN_WITHIN, Status};
use super::{Conversation, Seq};
use crate::domain::is_default;

/// What the platform tells of may be so old: until then, what says that nobody there has it was said before they had.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_secs(30);

/// Where they have a customer for longer than they can, it is asked again after so long.
pub const ASKED_AGAIN: SignedDuration = SignedDuration::from_hours(6);

/// Who answers a customer at the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hands {
    /// The desk.
    Desk,
    /// People there, or nobody yet: it waits for them.
    People,
    /// Nobody any more: people there called it done.
    Nobody,
}

impl Hands {
    /// The word for whoever looks at a recorded request.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::People => "people",
            Self::Nobody => "nobody",
        }
    }
}

/// A conversation that people at the platform have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct There {
    /// The number of the hand-over: what was said before it still goes out, and nothing behind it. 0 where they took it by themselves.
    pub after: Seq,
    /// Since when the platform knows; none while it has not taken it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub known_at: Option<Timestamp>,
    /// Whether it may know before: it was told, and nobody heard what became of that.
    #[serde(default, skip_serializing_if = "is_default")]
    pub may_know: bool,
    /// Whether they have said anything to their customer.
    #[serde(default, skip_serializing_if = "is_default")]
    pub answered: bool,
    /// The question by which the platform is asked who has it, on platforms that may not say that nobody has it any more.
    #[serde(default, skip_serializing_if = "is_default")]
    pub question: Option<String>,
}

/// When a platform is to be asked who has a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Now.
    Now,
    /// Not before this time.
    At(Timestamp),
    /// Never: nobody there has it, or another question has been put in the place of this one.
    Never,
}

impl Conversation {
    /// Whether people at the platform have it: what they called done, nobody has.
    #[must_use]
    pub fn is_with_people_there(&self) -> bool {
        self.owner == Owner::Platform && !self.status.is_done()
    }

    /// What waits for a person goes to those at the platform, who have clocks of their own. Nothing where it does not wait.
    #[must_use]
    pub fn hand_there(&mut self, after: Seq, now: Timestamp) -> Vec<EventBody> {
        if self.owner != Owner::Queue || self.status.is_done() {
            return Vec::new();
        }
        self.there = Some(There {
            after,
            known_at: None,
            may_know: false,
            answered: false,
            question: None,
        });
        self.leave_to_platform(now)
    }

    /// The platform has taken what it was told. Those here who had it meanwhile, because it took long, have it no more, unless one of
    /// them answers.
    #[must_use]
    pub fn known_there(&mut self, now: Timestamp) -> Vec<EventBody> {
        let waits = matches!(self.owner, Owner::Queue | Owner::Platform);
        let Some(there) = self.there.as_mut() else {
            return Vec::new();
        };
        there.known_at.get_or_insert(now);
        if waits {
            self.leave_to_platform(now)
        } else {
            Vec::new()
        }
    }

    /// Whether people at the platform, who know of it or may, are to have it no more: somebody here took it over from them.
    #[must_use]
    pub fn is_taken_back(&self) -> bool {
        let knows = |there: &There| there.known_at.is_some() || there.may_know;
        self.there.as_ref().is_some_and(knows) && self.owner != Owner::Platform
    }

    /// Whether it waits for people here because the platform did not say that it knows, which it may all the same.
    #[must_use]
    pub fn may_be_there(&self) -> bool {
        let there = self.there.as_ref();
        there.is_some_and(|there| there.may_know && there.known_at.is_none())
    }

    /// A request by which the platform was to be told did not come to anything yet, as far as is known. Where it will not for long, the
    /// conversation waits for people here meanwhile, unless those there know by themselves.
    #[must_use]
    pub fn not_known_there(
        &mut self,
        is_far: bool,
        may_know: bool,
        now: Timestamp,
    ) -> Vec<EventBody> {
        let Some(there) = self.there.as_mut() else {
            return Vec::new();
        };
        there.may_know |= may_know;
        if is_far && there.known_at.is_none() {
            return self.call_back(now);
        }
        Vec::new()
    }

    /// The platform was not told: the conversation waits for people here.
    #[must_use]
    pub fn call_back(&mut self, now: Timestamp) -> Vec<EventBody> {
        if self.owner != Owner::Platform || self.status.is_done() {
            return Vec::new();
        }
        self.waiting_since = Some(*self.asked_since.get_or_insert(now));
        self.set_owner(Owner::Queue)
    }

    /// The platform says who answers its customer. An agent here who answers goes on, and what was never handed over there waits here.
    #[must_use]
    pub fn in_hands(&mut self, hands: Hands, now: Timestamp) -> Vec<EventBody> {
        let is_known = |there: &There| {
            let known_at = there.known_at;
            known_at.is_some_and(|at| now.duration_since(at) >= ON_ITS_WAY)
        };
        match (hands, &self.owner) {
            (Hands::People, Owner::Platform | Owner::Queue) => self.known_there(now),
            (Hands::People, Owner::Bot) if !self.status.is_done() => {
                self.there = Some(There {
                    after: Seq(0),
                    known_at: Some(now),
                    may_know: false,
                    answered: false,
                    question: None,
                });
                self.leave_to_platform(now)
            }
            // What they called done they did not take after it was said.
            (Hands::Desk, Owner::Platform)
                if self.status.is_done() || self.there.as_ref().is_some_and(is_known) =>
            {
                self.back_from_there()
            }
            (Hands::Nobody, Owner::Platform) if !self.status.is_done() => {
                self.set_status(Status::Resolved { at: now })
            }
            _ => Vec::new(),
        }
    }

    /// When the question of a name is to be asked, of a platform whose people can have a customer for so long after their last word.
    #[must_use]
    pub fn to_ask(&self, question: &str, within: SignedDuration, now: Timestamp) -> Ask {
        let is_this = |there: &&There| there.question.as_deref() == Some(question);
        let Some(there) = self.there.as_ref().filter(is_this) else {
            return Ask::Never;
        };
        let at = match (&self.owner, &self.status) {
            // It is still being told.
            (Owner::Queue, _) if there.known_at.is_none() => now + ASKED_AGAIN,
            // The customer may still bring it back to them, and their time begins anew when they do: it is looked at before.
            (Owner::Platform, Status::Resolved { at }) if *at + REOPEN_WITHIN > now => {
                (*at + REOPEN_WITHIN).min(now + ASKED_AGAIN)
            }
            (Owner::Platform, status) if !status.is_done() => {
                let heard_at = self.recipient.as_ref().map(|to| to.heard_at);
                heard_at.unwrap_or(self.updated_at) + within
            }
            _ => return Ask::Never,
        };
        if at > now { Ask::At(at) } else { Ask::Now }
    }

    /// Nobody at the platform has it any more, though nobody said so. It is done where they answered their customer; where they did not,
    /// it waits for people here.
    #[must_use]
    pub fn ended_there(&mut self, now: Timestamp) -> Vec<EventBody> {
        if self.owner != Owner::Platform || self.status.is_done() {
            return Vec::new();
        }
        let answered = self.there.as_mut().is_some_and(|there| {
            // It has been asked: should they take it up again, it is asked anew.
            there.question = None;
            there.answered
        });
        if answered && self.unheard.is_empty() {
            return self.set_status(Status::Resolved { at: now });
        }
        self.call_back(now)
    }

    fn leave_to_platform(&mut self, now: Timestamp) -> Vec<EventBody> {
        self.waiting_since = None;
        self.promises.release_answers(now);
        self.set_owner(Owner::Platform)
    }

    /// What is done stays done until the customer's message brings it back.
    fn back_from_there(&mut self) -> Vec<EventBody> {
        let done = self.status.is_done().then(|| self.status.clone());
        let mut events = self.back_to_bot();
        if let Some(done) = done {
            self.status = done;
            events.retain(|event| matches!(event, EventBody::OwnerChanged { .. }));
        }
        events
    }
}

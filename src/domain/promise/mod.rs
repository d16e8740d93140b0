//! What a customer was told to count on, and by when: a person's answer after a hand-over, money by a date.
//!
//! A promise is made by the words that tell the time and lives in the conversation's row, so that it is written, kept and broken in
//! the commit of whatever did it. Shortly before it lapses the desk looks again at the facts ([`due`]). If nothing has happened, the
//! customer hears so first and is told a new time; when that one lapses too, the matter is raised to a person. "Tell me if nothing
//! has changed by then" is an offer and no promise; what agents write in their own words is not read.

mod facts;
mod laid_aside;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use facts::{Action, PromiseFacts, due};

use super::claim::ClaimId;
use super::ids::OrderId;
use super::is_default;

/// So many promises of a conversation are remembered after they are over.
const REMEMBERED: usize = 16;

/// Something a customer was told to count on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Tells it from the others of its conversation.
    pub number: u32,
    /// What.
    pub what: Promised,
    /// By when, as the customer was told first.
    pub by: Timestamp,
    /// When it was made.
    pub made_at: Timestamp,
    /// When the desk looks next whether it is kept.
    pub look_at: Timestamp,
    /// Where it stands.
    pub state: PromiseState,
    /// Where it stood when the matter was called done without it: so it stands again, should that be taken back.
    #[serde(default, skip_serializing_if = "is_default")]
    laid_aside: Option<PromiseState>,
}

/// What was promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Promised {
    /// A person answers.
    Answer {
        /// The claim that was handed in, if it is about one: its decision is an answer.
        #[serde(default, skip_serializing_if = "is_default")]
        claim: Option<ClaimId>,
    },
    /// Somebody finds out why a claim's payment failed and says how it goes on, or the money is sent again.
    Repair {
        /// The claim.
        claim: ClaimId,
    },
    /// A link to pay by.
    Link {
        /// Which of the conversation's requests.
        number: u32,
        /// For which order.
        order: OrderId,
    },
    /// A person takes up a claim that waits for something to be shown, whether it was shown by then or not.
    TakeUp {
        /// The claim.
        claim: ClaimId,
    },
    /// Money is there.
    Payment {
        /// For which order.
        order: OrderId,
        /// Which of its refunds: the shop's own number, or a claim's.
        refund: String,
    },
}

impl Promised {
    /// The name in briefs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::Repair { .. } => "repair",
            Self::Link { .. } => "link",
            Self::TakeUp { .. } => "take_up",
            Self::Payment { .. } => "payment",
        }
    }
}

/// Where a promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PromiseState {
    /// It binds, and its time has not come.
    Open,
    /// The customer has been told that it is late, and a new time.
    ToldLate {
        /// The new time.
        by: Timestamp,
    },
    /// It was done: in time, if not after [`Promise::by`].
    Kept {
        /// When.
        at: Timestamp,
    },
    /// It was not done, and a person has been asked to.
    Raised {
        /// When.
        at: Timestamp,
    },
    /// There is nothing left to be done.
    Void {
        /// Since when.
        at: Timestamp,
    },
}

/// A step that a promise cannot take where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot {attempt} a promise that is {state}")]
pub struct InvalidPromiseStep {
    /// What was tried, as a verb.
    pub attempt: &'static str,
    /// Where it stands.
    pub state: &'static str,
}

/// Something done that may be what was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed<'a> {
    /// An agent answered the customer.
    Answered,
    /// Somebody decided about a claim, or asked for what it lacks.
    Decided(&'a ClaimId),
    /// A claim was paid.
    Paid(&'a ClaimId),
    /// A request for a link was answered.
    Linked(u32),
    /// A claim went to a person.
    TakenUp(&'a ClaimId),
}

/// What became of a promise, as it is counted. Each is made once and ends once: kept, late, raised or void.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromiseOutcome {
    /// It was made.
    Made,
    /// It was done in time.
    Kept,
    /// It was done after its time.
    Late,
    /// The customer was told that it would be late; it may yet end in time.
    ToldLate,
    /// It was not done, and a person has been asked to.
    Raised,
    /// There was nothing left to be done.
    Void,
}

impl PromiseOutcome {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Made,
        Self::Kept,
        Self::Late,
        Self::ToldLate,
        Self::Raised,
        Self::Void,
    ];

    /// The word in the metric.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Kept => "kept",
            Self::Late => "late",
            Self::ToldLate => "told_late",
            Self::Raised => "raised",
            Self::Void => "void",
        }
    }
}

impl PromiseState {
    /// The name in records and errors.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ToldLate { .. } => "told_late",
            Self::Kept { .. } => "kept",
            Self::Raised { .. } => "raised",
            Self::Void { .. } => "void",
        }
    }
}

type Stepped = Result<(), InvalidPromiseStep>;

impl Promise {
    /// Whether it still binds.
    #[must_use]
    pub const fn binds(&self) -> bool {
        matches!(
            self.state,
            PromiseState::Open | PromiseState::ToldLate { .. }
        )
    }

    /// It was done.
    ///
    /// # Errors
    /// When it is over.
    pub fn keep(&mut self, now: Timestamp) -> Stepped {
        self.end("keep", PromiseState::Kept { at: now })
    }

    /// The customer is told, once, that it is late, and when it will be instead.
    ///
    /// # Errors
    /// When they have been told before, or it is over.
    pub fn tell_late(&mut self, by: Timestamp) -> Stepped {
        if self.state != PromiseState::Open {
            return Err(self.refuse("tell late"));
        }
        self.state = PromiseState::ToldLate { by };
        self.look_at = by;
        Ok(())
    }

    /// A person is asked to do it.
    ///
    /// # Errors
    /// When it is over.
    pub fn raise(&mut self, now: Timestamp) -> Stepped {
        self.end("raise", PromiseState::Raised { at: now })
    }

    /// There is nothing left to be done.
    ///
    /// # Errors
    /// When it is over.
    pub fn void(&mut self, now: Timestamp) -> Stepped {
        self.end("void", PromiseState::Void { at: now })
    }

    /// Whether a deed is what was promised. Once the customer has been told that money is late, a colleague's answer is what they
    /// wait for.
    #[must_use]
    pub fn is_kept_by(&self, deed: Deed<'_>) -> bool {
        match (&self.what, deed) {
            (Promised::Answer { .. }, Deed::Answered) => true,
            (Promised::Link { number, .. }, Deed::Linked(answered)) => *number == answered,
            // A colleague who has taken the matter up gives the link, or says why there is none.
            (Promised::Link { .. }, Deed::Answered) => true,
            (Promised::TakeUp { claim }, Deed::TakenUp(id)) => claim == id,
            (Promised::Link { .. }, _) | (_, Deed::Linked(_) | Deed::TakenUp(_)) => false,
            (Promised::Repair { .. } | Promised::TakeUp { .. }, Deed::Answered) => true,
            (
                Promised::Repair { claim } | Promised::TakeUp { claim },
                Deed::Decided(id) | Deed::Paid(id),
            ) => claim == id,
            (Promised::Answer { claim }, Deed::Decided(id) | Deed::Paid(id)) => {
                claim.as_ref() == Some(id)
            }
            (Promised::Payment { .. }, Deed::Answered) => {
                matches!(self.state, PromiseState::ToldLate { .. })
            }
            (Promised::Payment { refund, .. }, Deed::Paid(id)) => *refund == id.to_string(),
            (Promised::Payment { .. }, Deed::Decided(_)) => false,
        }
    }

    fn end(&mut self, attempt: &'static str, state: PromiseState) -> Stepped {
        if !self.binds() {
            return Err(self.refuse(attempt));
        }
        self.state = state;
        Ok(())
    }

    const fn refuse(&self, attempt: &'static str) -> InvalidPromiseStep {
        InvalidPromiseStep {
            attempt,
            state: self.state.name(),
        }
    }

    /// What became of it so far.
    #[must_use]
    pub fn outcome(&self) -> PromiseOutcome {
        match self.state {
            PromiseState::Open => PromiseOutcome::Made,
            PromiseState::ToldLate { .. } => PromiseOutcome::ToldLate,
            PromiseState::Kept { at } if at <= self.by => PromiseOutcome::Kept,
            PromiseState::Kept { .. } => PromiseOutcome::Late,
            PromiseState::Raised { .. } => PromiseOutcome::Raised,
            PromiseState::Void { .. } => PromiseOutcome::Void,
        }
    }
}

/// The promises of a conversation, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Promises(Vec<Promise>);

impl Promises {
    /// Notes a promise, to be looked at `look_at`. The same thing by the same time is the same promise, and a new date for the same
    /// money takes the place of the one before.
    pub fn make(&mut self, what: Promised, by: Timestamp, look_at: Timestamp, now: Timestamp) {
        let same = |known: &&mut Promise| known.binds() && known.what == what;
        if self.0.iter_mut().filter(same).any(|known| known.by == by) {
            return;
        }
        if matches!(what, Promised::Payment { .. } | Promised::Repair { .. }) {
            for known in self.0.iter_mut().filter(same) {
                known.state = PromiseState::Void { at: now };
            }
        }
        let number = self.0.last().map_or(1, |last| last.number + 1);
        self.0.push(Promise {
            number,
            what,
            by,
            made_at: now,
            look_at,
            state: PromiseState::Open,
            laid_aside: None,
        });
        let mut surplus = self.0.len().saturating_sub(REMEMBERED);
        self.0.retain(|known| {
            let forget = surplus > 0 && !known.binds();
            surplus -= usize::from(forget);
            !forget
        });
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Promise> {
        self.0.iter()
    }

    /// All of them, to take steps with.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Promise> {
        self.0.iter_mut()
    }

    /// When the first of those that bind is to be looked at.
    #[must_use]
    pub fn next_look(&self) -> Option<Timestamp> {
        let binding = self.0.iter().filter(|promise| promise.binds());
        binding.map(|promise| promise.look_at).min()
    }

    /// Something was done: the promises that it fulfils are kept.
    pub fn note(&mut self, deed: Deed<'_>, now: Timestamp) {
        let fulfilled = |promise: &&mut Promise| promise.binds() && promise.is_kept_by(deed);
        for promise in self.0.iter_mut().filter(fulfilled) {
            promise.state = PromiseState::Kept { at: now };
        }
    }

    /// Takes those that still bind, to go on elsewhere.
    #[must_use]
    pub fn take_binding(&mut self) -> Self {
        let (binding, over) = self.0.drain(..).partition(Promise::binds);
        self.0 = over;
        Self(binding)
    }

    /// Takes in those of another conversation, each under a number of its own here.
    pub fn join(&mut self, others: Self) {
        for promise in others.0 {
            let number = self.0.last().map_or(1, |last| last.number + 1);
            self.0.push(Promise { number, ..promise });
        }
    }

    /// What became of them since they were as `before`.
    #[must_use]
    pub fn outcomes_since(&self, before: &Self) -> Vec<PromiseOutcome> {
        self.changed_since(before).map(Promise::outcome).collect()
    }

    /// Those that have moved since they were as `before`.
    pub fn changed_since(&self, before: &Self) -> impl Iterator<Item = &Promise> {
        self.0.iter().filter(|promise| {
            let known = before.0.iter().find(|known| known.number == promise.number);
            known.is_none_or(|known| known.state != promise.state)
        })
    }
}

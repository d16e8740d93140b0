//! Service levels: how soon people answer, and settle what they took up. Pure; time and calendar come in.
//!
//! The clocks are a reader of the log. They begin when a conversation goes to people: the first response is owed until somebody answers,
//! the next one whenever the customer has written again, the resolution until the matter is done. Only working time counts. While the
//! customer is asked, the resolution does not: what was spent is kept, and the clock goes on when they write.

mod late;
mod levels;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use late::{due_by, is_late};
pub use levels::{InvalidLevels, Levels, LevelsRecord, Targets};

use super::calendar::Calendar;
use super::conversation::{Actor, Event, EventBody, Owner, Priority, Status};
use super::is_default;

/// What is owed to a customer whom people have taken up.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// The first answer of a person.
    FirstResponse,
    /// An answer to what was written after it.
    NextResponse,
    /// An end of the matter.
    Resolution,
}

impl Goal {
    /// The word in records and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::NextResponse => "next_response",
            Self::Resolution => "resolution",
        }
    }
}

/// How near its end a clock is.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// In time.
    #[default]
    Running,
    /// Soon over.
    Warned,
    /// Over.
    Breached,
}

impl Stage {
    /// The word in records and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Warned => "warned",
            Self::Breached => "breached",
        }
    }
}

/// One clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Running {
    /// For what.
    pub goal: Goal,
    /// Since when it runs; none while it stands still.
    #[serde(default, skip_serializing_if = "is_default")]
    since: Option<Timestamp>,
    /// Seconds of working time that had passed before.
    #[serde(default, skip_serializing_if = "is_default")]
    spent: i64,
    /// When it is soon over; none where nothing is promised, or it stands still.
    #[serde(default, skip_serializing_if = "is_default")]
    pub warn_at: Option<Timestamp>,
    /// When it is over.
    #[serde(default, skip_serializing_if = "is_default")]
    pub due: Option<Timestamp>,
    /// What has been said of it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stage: Stage,
}

/// The clocks of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Whether people have it.
    #[serde(default, skip_serializing_if = "is_default")]
    with_people: bool,
    /// Whether a person has answered since they have.
    #[serde(default, skip_serializing_if = "is_default")]
    answered: bool,
    /// The answer that is owed.
    #[serde(default, skip_serializing_if = "is_default")]
    response: Option<Running>,
    /// The end that is owed.
    #[serde(default, skip_serializing_if = "is_default")]
    resolution: Option<Running>,
}

/// By what clocks are set.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// What is promised.
    pub levels: &'a Levels,
    /// When people work.
    pub calendar: &'a Calendar,
}

impl Service {
    /// Follows what happened in a conversation that is so urgent now. Gives how long the customer waited for a person's first answer, if
    /// this is it, in working time.
    pub fn follow(
        &mut self,
        event: &Event,
        priority: Priority,
        terms: Terms<'_>,
    ) -> Option<SignedDuration> {
        let at = event.at;
        match &event.body {
            EventBody::HandedOff(_) => self.take_up(true, at),
            EventBody::OwnerChanged { to, .. } => match to {
                Owner::Bot => *self = Self::default(),
                Owner::Queue => self.take_up(true, at),
                Owner::Agent(_) => self.take_up(false, at),
            },
            EventBody::Message { .. } if self.with_people => self.owe(at),
            EventBody::Reply { .. } | EventBody::Attached { .. }
                if matches!(event.by, Actor::Agent(_)) =>
            {
                return self.answer(at, terms.calendar);
            }
            EventBody::StatusChanged { to, .. } => self.stand(to, at, terms.calendar),
            EventBody::Triaged { .. } => {}
            _ => return None,
        }
        for clock in self.response.iter_mut().chain(&mut self.resolution) {
            clock.plan(priority, terms);
        }
        None
    }

    fn take_up(&mut self, owes: bool, at: Timestamp) {
        self.with_people = true;
        if owes {
            self.owe(at);
        }
        self.resolution
            .get_or_insert(Running::new(Goal::Resolution, at));
    }

    fn owe(&mut self, at: Timestamp) {
        let goal = match self.answered {
            true => Goal::NextResponse,
            false => Goal::FirstResponse,
        };
        self.response.get_or_insert(Running::new(goal, at));
    }

    fn answer(&mut self, at: Timestamp, calendar: &Calendar) -> Option<SignedDuration> {
        let is_first = !self.answered;
        self.answered = true;
        let clock = self.response.take()?;
        let since = clock.since.filter(|_| is_first)?;
        Some(calendar.working_time_between(since, at))
    }

    fn stand(&mut self, to: &Status, at: Timestamp, calendar: &Calendar) {
        match to {
            Status::Resolved { .. } | Status::Closed => {
                (self.response, self.resolution) = (None, None);
            }
            Status::WaitingCustomer => {
                self.resolution
                    .iter_mut()
                    .for_each(|clock| clock.pause(at, calendar));
            }
            Status::Active if self.with_people => {
                let clock = self
                    .resolution
                    .get_or_insert(Running::new(Goal::Resolution, at));
                clock.since.get_or_insert(at);
            }
            Status::Active | Status::WaitingThirdParty | Status::Snoozed { .. } => {}
        }
    }

    /// Notes what is soon over, or over, by now.
    pub fn review(&mut self, now: Timestamp) -> Vec<EventBody> {
        let clocks = self.response.iter_mut().chain(&mut self.resolution);
        clocks.filter_map(|clock| clock.review(now)).collect()
    }

    /// When to look again.
    #[must_use]
    pub fn next_look(&self) -> Option<Timestamp> {
        self.clocks().filter_map(Running::next_look).min()
    }

    /// The clock that is over first.
    #[must_use]
    pub fn nearest(&self) -> Option<&Running> {
        let planned = self.clocks().filter(|clock| clock.due.is_some());
        planned.min_by_key(|clock| clock.due)
    }

    /// All clocks.
    pub fn clocks(&self) -> impl Iterator<Item = &Running> {
        self.response.iter().chain(&self.resolution)
    }
}

impl Running {
    const fn new(goal: Goal, at: Timestamp) -> Self {
        Self {
            goal,
            since: Some(at),
            spent: 0,
            warn_at: None,
            due: None,
            stage: Stage::Running,
        }
    }

    fn pause(&mut self, at: Timestamp, calendar: &Calendar) {
        if let Some(since) = self.since.take() {
            self.spent += calendar.working_time_between(since, at).as_secs();
        }
    }

    /// When it is over, as things are now. What has been said of it stays said.
    fn plan(&mut self, priority: Priority, terms: Terms<'_>) {
        let target = terms.levels.target(self.goal, priority);
        let (Some(since), Some(target)) = (self.since, target) else {
            (self.warn_at, self.due) = (None, None);
            return;
        };
        let left = |of: SignedDuration| of - SignedDuration::from_secs(self.spent);
        let calendar = terms.calendar;
        self.due = Some(calendar.working_time_after(since, left(target)));
        let early = left(terms.levels.warning(target));
        self.warn_at = Some(calendar.working_time_after(since, early));
    }

    fn next_look(&self) -> Option<Timestamp> {
        match self.stage {
            Stage::Running => self.warn_at,
            Stage::Warned => self.due,
            Stage::Breached => None,
        }
    }

    fn review(&mut self, now: Timestamp) -> Option<EventBody> {
        let due = self.due?;
        let stage = match self.warn_at {
            _ if due <= now => Stage::Breached,
            Some(warn_at) if warn_at <= now => Stage::Warned,
            _ => Stage::Running,
        };
        if stage <= self.stage {
            return None;
        }
        self.stage = stage;
        let goal = self.goal;
        Some(EventBody::ServiceLevel { goal, stage, due })
    }
}

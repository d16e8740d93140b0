//! Service levels: how soon people answer, and settle what they took up. Pure; time and calendar come in.
//!
//! The clocks are a reader of the log. They begin when a conversation goes to people: the first response is owed until somebody answers,
//! the next one whenever the customer has written again, the resolution until the matter is done. Only working time counts. While the
//! customer is asked, the resolution does not: what was spent is kept, and the clock goes on when they write.

mod follow;
mod late;
mod levels;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use late::{due_by, is_late};
pub use levels::{InvalidLevels, Levels, LevelsRecord, Targets};

use super::calendar::Calendar;
use super::is_default;
use super::priority::Priority;

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
    /// What was owed when the matter was called done: it is owed again, should that be taken back.
    #[serde(default, skip_serializing_if = "is_default")]
    laid_aside: Vec<Running>,
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
}

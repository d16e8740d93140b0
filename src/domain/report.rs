//! What a day at the desk added up to: counted as it happens, in the commit in which it happens, by merchant, day and language.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::conversation::{Conversation, Event, EventBody, Owner, Status};
use super::handoff::HandoffReason;
use super::is_default;
use super::promise::PromiseOutcome;
use super::rating::Helper;
use super::service::{Goal, Stage};

/// The first waits end here, in seconds; each of the others is longer by a half and a fifth, alternately doubling.
const SHORTEST: i64 = 15;
/// So many steps: the last one has no end.
const STEPS: usize = 32;

/// What is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Conversations that began.
    #[serde(default, skip_serializing_if = "is_default")]
    pub began: u64,
    /// Those of them that a person got, whenever that was.
    #[serde(default, skip_serializing_if = "is_default")]
    pub to_people: u64,
    /// Those of them that the bot has alone again, because it was taken back or the customer left the queue: no person got them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub to_people_taken_back: u64,
    /// Hand-overs by their reason.
    #[serde(default, skip_serializing_if = "is_default")]
    pub handed_off: BTreeMap<HandoffReason, u64>,
    /// Those of them that the bot had alone, and of which the customer said that they are solved.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resolved_by_bot: u64,
    /// Those of these that went on after all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub confirmed_taken_back: u64,
    /// Resolved by a person.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resolved_by_people: u64,
    /// Those of them that were taken back the next moment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub resolved_taken_back: u64,
    /// Resolved, and active again.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reopened: u64,
    /// Those of them that were taken back the next moment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reopened_taken_back: u64,
    /// Promises that were kept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub promises_kept: u64,
    /// Promises that were late, or never kept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub promises_broken: u64,
    /// Answers of the bot that agents said were wrong.
    #[serde(default, skip_serializing_if = "is_default")]
    pub wrong: u64,
    /// What agents did with the replies that were suggested to them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub suggestions: BTreeMap<Suggestion, u64>,
    /// What was late: first and next answers, and ends.
    #[serde(default, skip_serializing_if = "is_default")]
    pub late: BTreeMap<Goal, u64>,
    /// Ratings of the bot, from 1 to 5.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rated_bot: [u64; 5],
    /// Ratings of people.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rated_people: [u64; 5],
    /// How long customers waited for a person's first answer.
    #[serde(default, skip_serializing_if = "is_default")]
    pub first_response: Waits,
}

/// What an agent did with a reply that was suggested.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Suggestion {
    /// Sent as it was.
    Accepted,
    /// Taken and changed.
    Edited,
    /// Something else was said.
    Ignored,
}

/// How often somebody waited about how long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Waits(BTreeMap<u8, u64>);

impl Waits {
    /// Counts one.
    pub fn add(&mut self, wait: SignedDuration) {
        let step = (0..STEPS - 1).position(|step| wait.as_secs() <= end(step));
        let step = u8::try_from(step.unwrap_or(STEPS - 1)).unwrap_or(u8::MAX);
        *self.0.entry(step).or_default() += 1;
    }

    /// So long at most did so many of a hundred wait, to the step in which they fall; none where nobody did.
    #[must_use]
    pub fn within(&self, percent: u64) -> Option<SignedDuration> {
        let all: u64 = self.0.values().sum();
        let wanted = (all * percent).div_ceil(100);
        let mut seen = 0;
        let found = self.0.iter().find(|(_, count)| {
            seen += **count;
            seen >= wanted && wanted > 0
        });
        found.map(|(step, _)| SignedDuration::from_secs(end(usize::from(*step))))
    }
}

/// The end of a step: 15, 22, 30, 45, 60, 90 … seconds.
const fn end(step: usize) -> i64 {
    let whole = SHORTEST << (step / 2);
    if step.is_multiple_of(2) {
        whole
    } else {
        whole + whole / 2
    }
}

impl Day {
    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Counts what happened in a conversation, which is as it is after it.
    pub fn count(&mut self, event: &Event, row: &Conversation) {
        match &event.body {
            EventBody::Started { .. } => self.began += 1,
            EventBody::HandedOff(handoff) => {
                *self.handed_off.entry(handoff.reason).or_default() += 1;
            }
            EventBody::StatusChanged {
                from,
                to,
                taken_back,
            } => match (from, to) {
                (_, Status::Resolved { .. }) if *taken_back => self.reopened_taken_back += 1,
                (_, Status::Resolved { .. }) if row.owner == Owner::Bot => {}
                (_, Status::Resolved { .. }) => self.resolved_by_people += 1,
                (Status::Resolved { .. }, _) if *taken_back => self.resolved_taken_back += 1,
                (Status::Resolved { .. }, Status::Active) => self.reopened += 1,
                _ => {}
            },
            EventBody::ServiceLevel {
                goal,
                stage: Stage::Breached,
                ..
            } => {
                *self.late.entry(*goal).or_default() += 1;
            }
            EventBody::Rated { of, score, .. } => {
                let all = match of {
                    Helper::Bot => &mut self.rated_bot,
                    Helper::Agent => &mut self.rated_people,
                };
                let at = usize::from(u8::from(*score)).saturating_sub(1);
                all.iter_mut()
                    .skip(at)
                    .take(1)
                    .for_each(|count| *count += 1);
            }
            _ => {}
        }
    }

    /// Counts what became of promises.
    pub fn count_promises(&mut self, outcomes: &[PromiseOutcome]) {
        for outcome in outcomes {
            match outcome {
                PromiseOutcome::Kept => self.promises_kept += 1,
                PromiseOutcome::Late | PromiseOutcome::Raised => self.promises_broken += 1,
                PromiseOutcome::Made | PromiseOutcome::ToldLate | PromiseOutcome::Void => {}
            }
        }
    }

    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        self.began += other.began;
        self.to_people += other.to_people;
        self.to_people_taken_back += other.to_people_taken_back;
        self.resolved_by_bot += other.resolved_by_bot;
        self.confirmed_taken_back += other.confirmed_taken_back;
        self.resolved_by_people += other.resolved_by_people;
        self.resolved_taken_back += other.resolved_taken_back;
        self.reopened += other.reopened;
        self.reopened_taken_back += other.reopened_taken_back;
        self.promises_kept += other.promises_kept;
        self.promises_broken += other.promises_broken;
        self.wrong += other.wrong;
        sum(&mut self.handed_off, &other.handed_off);
        sum(&mut self.late, &other.late);
        sum(&mut self.suggestions, &other.suggestions);
        sum(&mut self.first_response.0, &other.first_response.0);
        for (own, other) in [
            (&mut self.rated_bot, &other.rated_bot),
            (&mut self.rated_people, &other.rated_people),
        ] {
            own.iter_mut()
                .zip(other)
                .for_each(|(own, other)| *own += other);
        }
    }

    /// Those who began, whom no person got, and who did not say that it was solved: nobody heard of them again, if the day is over.
    #[must_use]
    pub const fn assumed(&self) -> u64 {
        self.began
            .saturating_sub(self.got_by_people())
            .saturating_sub(self.confirmed())
    }

    /// Those of which the customer said that the bot had solved them, and that did not go on after that.
    #[must_use]
    pub const fn confirmed(&self) -> u64 {
        self.resolved_by_bot
            .saturating_sub(self.confirmed_taken_back)
    }

    /// Those that a person got, and that did not come back to the bot untouched.
    #[must_use]
    pub const fn got_by_people(&self) -> u64 {
        self.to_people.saturating_sub(self.to_people_taken_back)
    }

    /// Those that people resolved, and did not take back the next moment.
    #[must_use]
    pub const fn done_by_people(&self) -> u64 {
        self.resolved_by_people
            .saturating_sub(self.resolved_taken_back)
    }

    /// Those that went on after they had been resolved, and for more than a moment.
    #[must_use]
    pub const fn gone_on(&self) -> u64 {
        self.reopened.saturating_sub(self.reopened_taken_back)
    }
}

fn sum<K: Ord + Copy>(own: &mut BTreeMap<K, u64>, other: &BTreeMap<K, u64>) {
    for (key, count) in other {
        *own.entry(*key).or_default() += count;
    }
}

/// The mean of ratings; none where nobody rated.
#[must_use]
#[allow(clippy::cast_precision_loss)] // no desk has 2^53 ratings
pub fn mean(ratings: &[u64; 5]) -> Option<f64> {
    let all: u64 = ratings.iter().sum();
    let points: u64 = ratings
        .iter()
        .zip(1..)
        .map(|(count, score)| count * score)
        .sum();
    (all > 0).then(|| points as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_told_to_the_step_in_which_they_fall() {
        let mut waits = Waits::default();
        assert_eq!(waits.within(50), None);
        for seconds in [5, 10, 20, 29, 100, 100, 100, 4_000, 4_000, 90_000_000] {
            waits.add(SignedDuration::from_secs(seconds));
        }
        let within = |percent| waits.within(percent).map(|wait| wait.as_secs());
        assert_eq!(within(20), Some(15));
        assert_eq!(within(50), Some(120));
        assert_eq!(within(90), Some(5_760));
        assert!(within(100).unwrap() > 400_000);
        let ends: Vec<i64> = (0..6).map(end).collect();
        assert_eq!(ends, [15, 22, 30, 45, 60, 90]);
    }

    #[test]
    fn days_add_up() {
        let mut one = Day {
            began: 5,
            to_people: 2,
            resolved_by_bot: 1,
            rated_bot: [0, 0, 0, 1, 1],
            ..Day::default()
        };
        one.handed_off.insert(HandoffReason::Angry, 2);
        one.first_response.add(SignedDuration::from_secs(60));
        let mut both = one.clone();
        both.add(&one);
        assert_eq!((both.began, both.assumed()), (10, 4));
        assert_eq!(both.handed_off[&HandoffReason::Angry], 4);
        assert_eq!(mean(&both.rated_bot), Some(4.5));
        assert_eq!(mean(&both.rated_people), None);
        assert!(!both.is_empty() && Day::default().is_empty());
    }
}

//! Which cause a message states: not one that it denies or only asks about, and whether it states it so plainly that it may be handed in
//! unsaid. It must not know what is filled in, nor what is said.

use super::beside::cuts;
use super::circumstances::{ASKS_ASIDE, QUESTION};
use super::parts::LONGEST;
use super::speaker::Speaker;
use crate::domain::claim::ClaimCause;
use crate::domain::ids::IntentId;
use crate::engine::reading::Reading;

/// The circumstance of somebody who ordered something else than they wanted.
pub(super) const ORDERED_WRONG: &str = "ordered_wrong";
/// The circumstance of somebody who wonders at what happened, which tells that it did.
const WONDERS: &str = "wonders";
/// The circumstance of a clause that says which cause it is not.
const NOT_THE_CAUSE: &str = "not_the_cause";
/// The circumstance of words that are a guess, a worry, or somebody else's.
const HEDGED: &str = "hedged";
/// So many clauses of a message are looked at by themselves.
const PARTS: usize = 12;

impl Speaker<'_> {
    /// The cause that the message tells, if it tells one.
    pub(super) fn told_cause(&self) -> Option<ClaimCause> {
        let told = self.cause_behind_slip().or_else(|| self.cause_meant());
        // Who ordered the wrong size themselves was not sent it.
        let theirs = matches!(told, None | Some(ClaimCause::WrongItem));
        let own_fault = theirs && self.tells(ORDERED_WRONG);
        match own_fault {
            true => Some(ClaimCause::ChangedMind),
            false => told,
        }
    }

    /// Of the causes that the words name, the one that no clause denies. None: they name none, or deny what they name.
    fn cause_meant(&self) -> Option<ClaimCause> {
        let named = causes_in(&self.told);
        let denies = self.tells(NOT_THE_CAUSE);
        if named.len() < 2 && !denies || self.heard.text.len() > LONGEST {
            return named.first().copied();
        }
        let clauses = self.clauses_read();
        let mut stated = clauses.iter().filter_map(cause_stated);
        let first = stated.next();
        // Who does not like it, and has found a fault as well, sends back something faulty.
        let fault = stated.find(|it| matches!(it, ClaimCause::Damaged | ClaimCause::WrongItem));
        let meant = match first {
            Some(ClaimCause::ChangedMind) => fault.or(first),
            first => first,
        };
        meant.or_else(|| named.first().copied().filter(|_| !denies))
    }

    /// Whether the words deny this cause, and name no other.
    pub(super) fn denies_cause(&self, cause: ClaimCause) -> bool {
        let named = || causes_in(&self.told).contains(&cause);
        self.tells(NOT_THE_CAUSE) && named() && self.told_cause().is_none()
    }

    /// Whether a cause is told, rather than asked about: "what counts as damaged?" tells of nothing that is.
    pub(super) fn states_cause(&self) -> bool {
        let states = |part: &Reading| {
            let asks = part.tells(QUESTION) || part.tells(ASKS_ASIDE);
            !asks && !causes_in(&part.told).is_empty()
        };
        let wonders = self.tells(WONDERS);
        self.told_cause().is_some() && (wonders || self.clauses_read().iter().any(states))
    }

    /// Whether one cause is told and nothing else that makes it doubtful: no question, no guess, nobody else's words.
    pub(super) fn states_plainly(&self) -> bool {
        let asks = self.asks_at_all() && !self.tells(WONDERS);
        let one = self.told_cause().is_some() && causes_in(&self.told).len() < 2;
        one && !asks && !self.tells(HEDGED)
    }

    /// The clauses of the message, each by itself.
    fn clauses_read(&self) -> Vec<Reading> {
        let text = self.heard.text;
        let mut start = 0;
        let cuts = cuts(self.rules, text).into_iter().take(PARTS);
        let parts = cuts.map(|(end, _)| {
            let part = text.get(start..end).unwrap_or_default();
            start = end;
            self.rules.matcher.read(part)
        });
        parts.collect()
    }
}

/// The causes that are named among what is told.
fn causes_in(told: &[IntentId]) -> Vec<ClaimCause> {
    let named = |cause: &ClaimCause| told.iter().any(|it| it.as_str() == cause.name());
    let mut causes: Vec<ClaimCause> = ClaimCause::ALL.into_iter().filter(named).collect();
    // The first that was told comes first.
    let place = |cause: &ClaimCause| told.iter().position(|it| it.as_str() == cause.name());
    causes.sort_by_key(place);
    causes
}

/// The cause that a part of a message tells, if it neither denies it nor asks.
pub(super) fn cause_stated(part: &Reading) -> Option<ClaimCause> {
    let denied = part.tells(NOT_THE_CAUSE) || part.tells(QUESTION);
    let cause = causes_in(&part.told).first().copied();
    cause.filter(|_| !denied)
}

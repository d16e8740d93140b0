//! How one message was read, by its label. Two figures stand beside the score, because it says nothing of them: a right reading may act on
//! something besides that nobody asked for, and of two requests in one message one may have been lost.

use super::rows::Row;
use crate::engine::reading::{Decision, Reading};

/// Acting on these is no false answer.
const HARMLESS: [&str; 4] = ["greeting", "thanks", "goodbye", "talk_to_human"];

/// How one message was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Score {
    Right(Heard),
    Wrong,
    Silent,
    HandedOver,
    FalseAnswer,
    RightlyNothing,
}

/// What a right reading heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// What was asked.
    All,
    /// What was asked, and something besides that was not.
    More,
    /// One of two requests.
    Half,
}

/// Judges a reading by its label. `goes_to_person` says of an intent whether the desk hands over for it.
pub(super) fn judge(row: &Row, reading: &Reading, goes_to_person: &dyn Fn(&str) -> bool) -> Score {
    let acted = acted_on(reading);
    let is_harmless = |it: &&&str| HARMLESS.contains(it) || row.accepts(it);
    if row.is_out_of_scope() {
        return if acted.iter().all(|it| is_harmless(&it)) {
            Score::RightlyNothing
        } else {
            Score::FalseAnswer
        };
    }
    let accepted = acted.iter().filter(|it| row.accepts(it)).count();
    let clarified = reading.decision == Decision::Clarify && row.accepts("clarify");
    if clarified {
        Score::Right(Heard::All)
    } else if accepted > 0 {
        let more = !acted.iter().all(|it| is_harmless(&it));
        Score::Right(match (more, accepted < asked_for(row)) {
            (true, _) => Heard::More,
            (false, true) => Heard::Half,
            (false, false) => Heard::All,
        })
    } else if acted.is_empty() {
        Score::Silent
    } else if acted.iter().all(|intent| goes_to_person(intent)) {
        Score::HandedOver
    } else {
        Score::Wrong
    }
}

fn acted_on(reading: &Reading) -> Vec<&str> {
    match reading.decision {
        Decision::Answer => reading
            .intents
            .iter()
            .map(|it| it.intent.as_str())
            .collect(),
        Decision::Clarify | Decision::None => Vec::new(),
    }
}

/// How many answers a message wants: a greeting in front of a request is none, and what is fair instead of two may be one.
fn asked_for(row: &Row) -> usize {
    let is_asked = |it: &&String| !HARMLESS.contains(&it.as_str());
    let asked = row.expected.iter().filter(is_asked).count();
    if row.acceptable.is_empty() {
        asked
    } else {
        asked.min(1)
    }
}

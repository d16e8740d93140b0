//! What the desk counts of what went wrong or had to go to a person, from nothing on: what was never counted is in no metric, so that its
//! first time would be no rise, and nobody who watches rates would be told of it.

use metrics::Counter;

use crate::domain::handoff::HandoffReason;
use crate::domain::promise::PromiseOutcome;

/// Begins all of it at nothing.
pub fn count_from_zero() {
    HandoffReason::ALL
        .map(handoffs)
        .into_iter()
        .chain(PromiseOutcome::ALL.map(promises))
        .chain([refused_log_ins(), wrong_answers(), files_again()])
        .for_each(|counter| counter.increment(0));
}

/// How many conversations went to a person for a reason.
pub(super) fn handoffs(reason: HandoffReason) -> Counter {
    metrics::counter!("frontdesk_handoffs_total", "reason" => reason.code())
}

/// How many promises turned out so.
pub(super) fn promises(outcome: PromiseOutcome) -> Counter {
    metrics::counter!("frontdesk_promises_total", "outcome" => outcome.name())
}

/// How many log-ins were refused.
pub(super) fn refused_log_ins() -> Counter {
    metrics::counter!("frontdesk_log_ins_refused_total")
}

/// How often an agent said that the bot was wrong.
pub(super) fn wrong_answers() -> Counter {
    metrics::counter!("frontdesk_bot_was_wrong_total")
}

/// How many files were handed in that somebody had handed in before.
pub(super) fn files_again() -> Counter {
    metrics::counter!("frontdesk_evidence_reused_total")
}

//! What is late, also where no level says by when: then who has waited for three minutes has waited too long.

use jiff::{SignedDuration, Timestamp};

use super::Running;

/// Nobody waits longer for a person without being late, where nothing else is promised.
const PATIENCE: SignedDuration = SignedDuration::from_secs(180);

/// By when something is owed; none where nobody waits and nothing is promised.
#[must_use]
pub fn due_by(owed: Option<&Running>, unanswered_since: Option<Timestamp>) -> Option<Timestamp> {
    match owed {
        Some(owed) if owed.due.is_some() => owed.due,
        _ => unanswered_since.map(|since| since.saturating_add(PATIENCE).unwrap_or(Timestamp::MAX)),
    }
}

/// Whether it should have been done by now.
#[must_use]
pub fn is_late(
    owed: Option<&Running>,
    unanswered_since: Option<Timestamp>,
    now: Timestamp,
) -> bool {
    due_by(owed, unanswered_since).is_some_and(|due| due <= now)
}

//! How much went out to a platform of late, so that a desk that starts again does not send more at once than it takes.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// So many requests went out within one second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spoken {
    /// The last of them.
    pub at: Timestamp,
    /// So many.
    pub times: u32,
}

/// One more went out. What is longer ago than it matters is forgotten.
pub fn spoke(all: &mut Vec<Spoken>, at: Timestamp, within: SignedDuration) {
    all.retain(|one| at.duration_since(one.at) < within);
    match all.last_mut() {
        Some(last) if last.at.as_second() == at.as_second() => {
            last.times = last.times.saturating_add(1);
            last.at = last.at.max(at);
        }
        _ => all.push(Spoken { at, times: 1 }),
    }
}

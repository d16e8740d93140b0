//! When agents last did something with a log-in. It is written down now and then only, and a log-in ends by what is known here: to the minute, and
//! not by as much too early as it was last written ago.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::account::{LogIn, TokenHash};

/// A log-in ends when nothing has been done for so long.
const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// That something was done is written down so often at most. What was not is lost with a crash, and no more than that.
const WRITTEN: SignedDuration = SignedDuration::from_mins(1);
/// So many are remembered before those that are over go.
const MANY: usize = 256;

/// What was done last, with each log-in.
#[derive(Debug, Default)]
pub(in crate::desk) struct Touches(Mutex<HashMap<[u8; 32], Timestamp>>);

impl Touches {
    /// Remembers that something was done, and tells whether it is to be written down.
    pub(in crate::desk) fn touch(&self, log_in: &LogIn, at: Timestamp, now: Timestamp) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY {
            known.retain(|_, at| now.duration_since(*at) < IDLE);
        }
        let last = known.entry(log_in.token.0).or_insert(log_in.seen_at);
        *last = at.max(*last);
        at.duration_since(log_in.seen_at) >= WRITTEN
    }

    /// Forgets one that has ended.
    pub(in crate::desk) fn forget(&self, token: &TokenHash) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&token.0);
    }

    /// Whether nobody comes in with a log-in any more.
    pub(in crate::desk) fn has_ended(&self, log_in: &LogIn, now: Timestamp) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = known.get(&log_in.token.0).copied();
        let seen_at = last.map_or(log_in.seen_at, |last| last.max(log_in.seen_at));
        log_in.expires_at <= now || now.duration_since(seen_at) >= IDLE
    }
}

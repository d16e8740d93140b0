//! Agents' log-ins, with their places in the index of what ends, and the pages of the audit log.

use jiff::Timestamp;

use crate::domain::account::{LogIn, TokenHash};
use crate::store::disk::tx::Tx;
use crate::store::keys;
use crate::store::record;
use crate::store::records::commit::{Commit, Op};
use crate::store::records::rows::Done;

/// A part of the audit log, and in which order.
#[derive(Clone, Copy, Debug)]
pub struct AuditSpan {
    /// From this time on.
    pub since: Timestamp,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// For whoever looks; whoever takes it along has it in the order in which it was written.
    pub newest_first: bool,
}

impl AuditSpan {
    /// All from a time on, the oldest first.
    #[must_use]
    pub const fn since(since: Timestamp) -> Self {
        Self {
            since,
            until: None,
            newest_first: false,
        }
    }
}

/// Writes a log-in, whatever stood there.
pub(in crate::store) fn put(tx: &mut Tx<'_>, log_in: &LogIn) -> Done {
    end(tx, &log_in.token)?;
    tx.put(&keys::log_in(&log_in.token), &record::encode(log_in)?)?;
    tx.mark(keys::log_in_end(log_in.expires_at, &log_in.token));
    Ok(())
}

/// Writes when an agent last did something, if their log-in is there: one that has ended meanwhile stays ended. Of two such times the later one
/// counts, whichever comes last.
pub(in crate::store) fn touch(tx: &mut Tx<'_>, seen: &LogIn) -> Done {
    let Some(kept) = tx.get(&keys::log_in(&seen.token))? else {
        return Ok(());
    };
    let kept: LogIn = record::decode(&kept)?;
    if kept.seen_at < seen.seen_at {
        put(tx, seen)?;
    }
    Ok(())
}

impl Commit {
    /// Writes when an agent last did something with a log-in, if it is there still.
    pub fn touch_log_in(mut self, seen: LogIn) -> Self {
        self.others.push(Op::TouchLogIn(seen));
        self
    }
}

/// Removes a log-in, if it is there.
pub(in crate::store) fn end(tx: &mut Tx<'_>, token: &TokenHash) -> Done {
    let key = keys::log_in(token);
    if let Some(old) = tx.get(&key)? {
        let old: LogIn = record::decode(&old)?;
        tx.unmark(keys::log_in_end(old.expires_at, token));
        tx.delete(&key)?;
    }
    Ok(())
}

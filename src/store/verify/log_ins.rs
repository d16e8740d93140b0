//! Log-ins have their place among what ends, and every line of the audit log can be read.

use super::records::{Check, Outcome};
use crate::domain::account::LogIn;
use crate::domain::audit::AuditEntry;
use crate::store::keys;

impl Check<'_, '_> {
    pub(super) fn log_ins(&mut self) -> Outcome {
        self.each::<AuditEntry>(b'j', "line of the audit log", |_, _| Ok(()))?;
        self.each(b'v', "log-in", |check, log_in: LogIn| {
            let key = keys::log_in_end(log_in.expires_at, &log_in.token);
            check.expect(&key, "a log-in").map(drop)
        })
    }
}

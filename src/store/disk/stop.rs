//! The end of acknowledging: after an I/O error or damage nothing is taken any more, and whoever runs the process is told.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use crate::store::disk::engine::EngineError;
use crate::store::disk::folder::write_durably;
use crate::store::error::StoreError;

/// Called once when the store stops, with the reason. The process is expected to exit with code 70 and be started again.
pub type OnStop = Arc<dyn Fn(&str) + Send + Sync>;

/// Whether the store has stopped, and why.
pub(crate) struct Stop {
    reason: OnceLock<String>,
    on_stop: Option<OnStop>,
    /// Where the next start is told that the engine is damaged.
    suspect: PathBuf,
}

impl Stop {
    /// Not stopped.
    pub(crate) fn new(suspect: PathBuf, on_stop: Option<OnStop>) -> Self {
        Self {
            reason: OnceLock::new(),
            on_stop,
            suspect,
        }
    }

    /// An error once the store has stopped.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match self.reason() {
            None => Ok(()),
            Some(reason) => Err(StoreError::Stopped {
                reason: reason.to_owned(),
            }),
        }
    }

    /// Why it stopped, if it has.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.reason.get().map(String::as_str)
    }

    /// Stops for good.
    pub(crate) fn stop(&self, reason: &str) -> StoreError {
        if self.reason.set(reason.to_owned()).is_ok() {
            tracing::error!(reason, "store.stopped");
            if let Some(on_stop) = &self.on_stop {
                on_stop(reason);
            }
        }
        StoreError::Stopped {
            reason: self.reason().unwrap_or(reason).to_owned(),
        }
    }

    /// Stops because the engine failed; damage is left for the next start to repair.
    pub(crate) fn engine_failed(&self, error: &EngineError) -> StoreError {
        if let EngineError::Damaged(what) = error
            && let Err(e) = write_durably(&self.suspect, what)
        {
            tracing::error!(file = %self.suspect.display(), error = %e, "store.suspect.not_written");
        }
        self.stop(&error.to_string())
    }
}

impl std::fmt::Debug for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stop")
            .field("reason", &self.reason)
            .finish()
    }
}

//! Keeps senders going: each sends while something is due, then waits until there is more, or until its next attempt's time has come.

use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::{Destination, Progress, Sender};
use crate::store::StoreError;

/// The longest sleep: a machine that slept, or whose clock was set, is not late for longer.
const LONGEST: Duration = Duration::from_secs(60);
/// After so long a store that could not be written is tried again.
const AFTER_FAILURE: Duration = Duration::from_secs(30);

/// Senders at work. Dropping it stops them, wherever they are: what was not taken out of the outbox is sent when they work again.
#[derive(Debug)]
pub struct Running {
    pub(super) tasks: JoinSet<()>,
}

impl Running {
    /// Stops them as dropping does, and returns when they are gone.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

/// Lets senders work until the guard is dropped.
#[must_use]
pub fn run(senders: Vec<Sender>) -> Running {
    let mut tasks = JoinSet::new();
    for sender in senders {
        sender.count_from_zero();
        tasks.spawn(sender.work());
    }
    Running { tasks }
}

impl Sender {
    async fn work(self) {
        let mut changes = self.store.outbox_changes();
        if let Destination::Endpoint(endpoint) = &*self.to
            && let Err(error) = self.known_here(endpoint).await
        {
            tracing::warn!(%error, endpoint = %self.outbox(), "delivery.address_not_noted");
        }
        loop {
            changes.mark_unchanged();
            let now = self.clock.now();
            let pause = match self.deliver_next(now).await {
                Ok(progress) => pause(&progress, now),
                Err(StoreError::Stopped { .. }) => return,
                Err(error) => {
                    tracing::error!(%error, endpoint = %self.outbox(), "delivery.outbox_unusable");
                    tokio::time::sleep(AFTER_FAILURE).await;
                    continue;
                }
            };
            let Some(pause) = pause else { continue };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                changed = changes.changed() => if changed.is_err() { return },
            }
        }
    }
}

/// How long to wait after a look; none if there may be more to do at once.
fn pause(progress: &Progress, now: Timestamp) -> Option<Duration> {
    match progress {
        Progress::Delivered(_)
        | Progress::Partly(_)
        | Progress::Held(_)
        | Progress::Retrying(_)
        | Progress::GivenUp(_)
        | Progress::TooLate(_)
        | Progress::PutOff(_) => None,
        Progress::Idle | Progress::Gone => Some(LONGEST),
        Progress::NotBefore(from) => {
            let wait = Duration::try_from(from.duration_since(now)).unwrap_or_default();
            Some(wait.min(LONGEST))
        }
    }
}

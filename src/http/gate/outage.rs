//! What the log says while the desk can do nothing for those who ask, because its store fails, as on a full disk: the first refusal with its
//! cause, how many more there were now and then, and that it is over. A line for each request would fill what is left of the disk, and hide all others.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often those that came meanwhile are counted in the log.
const EVERY: Duration = Duration::from_mins(1);
/// After so long without a refusal it is over.
const QUIET: Duration = Duration::from_secs(5);

/// Requests that were refused because the store could not do what they needed.
#[derive(Debug, Default)]
pub struct Outage(Mutex<Option<Run>>);

/// Refusals that belong together.
#[derive(Clone, Copy, Debug)]
struct Run {
    began: Instant,
    last: Instant,
    said_at: Instant,
    unsaid: u64,
    all: u64,
}

/// What is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Say {
    First,
    More { since_last: u64 },
    Over { all: u64, lasted: Duration },
}

impl Outage {
    /// A request was refused for this cause.
    pub fn refused(&self, cause: &str, now: Instant) {
        match note(&mut self.lock(), now) {
            Some(Say::First) => {
                tracing::error!(
                    desk.cause = cause,
                    "refused a request: the store fails; those that follow are counted, not named"
                );
            }
            said => log(said, Some(cause)),
        }
    }

    /// Looks whether something is to be said though nobody asks for anything.
    pub fn look(&self, is_writable: impl FnOnce() -> bool, now: Instant) {
        log(look(&mut self.lock(), is_writable, now), None);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Run>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn log(said: Option<Say>, cause: Option<&str>) {
    match said {
        Some(Say::More { since_last }) => {
            tracing::error!(
                desk.cause = cause,
                refused = since_last,
                "refused more requests: the store fails"
            );
        }
        Some(Say::Over { all, lasted }) => {
            let seconds = lasted.as_secs();
            tracing::warn!(
                refused = all,
                seconds,
                "the store works again: what was refused is to be sent again, nothing that was acknowledged is lost"
            );
        }
        Some(Say::First) | None => {}
    }
}

/// One more refusal.
fn note(run: &mut Option<Run>, now: Instant) -> Option<Say> {
    let Some(run) = run else {
        *run = Some(Run {
            began: now,
            last: now,
            said_at: now,
            unsaid: 0,
            all: 1,
        });
        return Some(Say::First);
    };
    run.last = now;
    run.all += 1;
    run.unsaid += 1;
    more(run, now)
}

/// No refusal, as far as anybody knows.
fn look(slot: &mut Option<Run>, is_writable: impl FnOnce() -> bool, now: Instant) -> Option<Say> {
    let run = slot.as_mut()?;
    if now.duration_since(run.last) >= QUIET && is_writable() {
        let all = run.all;
        let lasted = now.duration_since(run.began);
        *slot = None;
        return Some(Say::Over { all, lasted });
    }
    more(run, now)
}

fn more(run: &mut Run, now: Instant) -> Option<Say> {
    if run.unsaid == 0 || now.duration_since(run.said_at) < EVERY {
        return None;
    }
    let since_last = std::mem::take(&mut run.unsaid);
    run.said_at = now;
    Some(Say::More { since_last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_refusals_are_three_lines_and_the_end_is_said_once() {
        let began = Instant::now();
        let at = |ms: u64| began + Duration::from_millis(ms);
        let mut run = None;
        let mut said = Vec::new();
        for n in 0..1_000 {
            said.extend(note(&mut run, at(n * 100)));
            said.extend(look(&mut run, || true, at(n * 100)));
        }
        assert_eq!(said, [Say::First, Say::More { since_last: 600 }]);
        assert_eq!(
            look(&mut run, || false, at(130_000)),
            Some(Say::More { since_last: 399 })
        );
        assert_eq!(look(&mut run, || false, at(500_000)), None, "nobody asked");
        let lasted = Duration::from_millis(600_000);
        assert_eq!(
            look(&mut run, || true, at(600_000)),
            Some(Say::Over { all: 1_000, lasted })
        );
        assert_eq!(look(&mut run, || true, at(700_000)), None);
        assert_eq!(note(&mut run, at(800_000)), Some(Say::First));
    }
}

//! Backups by themselves: a thread looks now and then whether one is due, takes it, and makes room.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::Clock;
use crate::store::{BackupDue, Past, Schedule, Store, StoreError};

/// How often to look whether one is due.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// When to look first: a start has enough to do.
const FIRST_LOOK: Duration = Duration::from_secs(2);

/// The backups of a desk.
pub struct Backups {
    store: Store,
    schedule: Schedule,
    clock: Clock,
    known: Mutex<Known>,
    failures: AtomicU64,
}

/// What is known of earlier ones.
#[derive(Clone, Copy, Default)]
struct Known {
    past: Past,
    /// What the last one covers.
    covers: u64,
}

/// A running thread. Dropping it lets the thread end, after the backup that it is at.
pub struct Running {
    _until_dropped: Sender<()>,
}

/// Looks until the guard is dropped.
pub fn run(backups: Arc<Backups>) -> std::io::Result<Running> {
    let (guard, ended) = channel::<()>();
    thread::Builder::new()
        .name("backups".to_owned())
        .spawn(move || {
            let mut pause = FIRST_LOOK;
            while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(pause) {
                backups.look();
                pause = LOOK_EVERY;
            }
        })?;
    Ok(Running {
        _until_dropped: guard,
    })
}

impl Backups {
    /// Those of a store, as far as its folder knows of them.
    pub fn new(store: Store, schedule: Schedule, clock: Clock) -> Self {
        let backups = Self {
            store,
            schedule,
            clock,
            known: Mutex::default(),
            failures: AtomicU64::new(0),
        };
        backups.refresh(backups.clock.now());
        backups
    }

    /// Takes one if it is due.
    pub fn look(&self) {
        let now = self.clock.now();
        let past = self.refresh(now);
        let Some(due) = self.schedule.due(&past, now) else {
            return;
        };
        match self.take(due) {
            Ok(covers) => self.change(|known| {
                known.covers = covers;
                known.past.taken = Some(now);
                known.past.failed = None;
                known.past.wanted = None;
            }),
            Err(error) => {
                tracing::error!(%error, due = due.name(), "no backup could be taken; it is tried again");
                self.failures.fetch_add(1, Ordering::Relaxed);
                self.change(|known| known.past.failed = Some(now));
            }
        }
    }

    /// What is to be said when one is overdue.
    pub fn complaint(&self) -> Option<String> {
        let past = self.known().past;
        let overdue = self.schedule.overdue(&past, self.clock.now());
        let last = past.taken.map(|at| format!("the last one is of {at}"));
        let last = last.unwrap_or_else(|| "there is none".to_owned());
        overdue.then(|| format!("a backup is overdue: {last}"))
    }

    /// Puts the state into the metrics.
    pub fn measure(&self) {
        let last = self.known().past.taken.map_or(0, Timestamp::as_second);
        #[allow(clippy::cast_precision_loss)] // exact up to 2^53 seconds
        metrics::gauge!("frontdesk_backup_last_success_timestamp_seconds").set(last as f64);
        let overdue = if self.complaint().is_some() { 1.0 } else { 0.0 };
        metrics::gauge!("frontdesk_backup_overdue").set(overdue);
        let failures = self.failures.load(Ordering::Relaxed);
        metrics::counter!("frontdesk_backup_failures_total").absolute(failures);
    }

    /// Takes one, verified; then lets go of what it makes superfluous. Returns what it covers.
    fn take(&self, due: BackupDue) -> Result<u64, StoreError> {
        let backup = self.store.backup(None)?;
        let (path, bytes) = (backup.path.display(), backup.bytes);
        tracing::info!(%path, bytes, due = due.name(), "backup taken and verified");
        let room = self.store.prune_journal().and_then(|segments| {
            let backups = self.store.thin_backups(self.schedule.keep)?;
            Ok((segments, backups))
        });
        match room {
            Ok((segments, backups)) => {
                tracing::info!(segments, backups, "journal pruned and old backups deleted");
            }
            // The backup stands all the same, and the next one makes room again.
            Err(error) => {
                tracing::error!(%error, "the journal or old backups could not be deleted")
            }
        }
        Ok(backup.covers)
    }

    /// Looks at the folder: an operator may have taken one, too.
    fn refresh(&self, now: Timestamp) -> Past {
        let newest = self.store.backups().map(|mut kept| kept.pop());
        let journal = self.store.journal_bytes();
        let applied = self.store.report().applied;
        self.change(|known| {
            if let Ok(Some(newest)) = &newest
                && newest.covers != known.covers
            {
                known.covers = newest.covers;
                known.past.taken = Some(newest.at);
            }
            known.past.journal = journal.unwrap_or(known.past.journal);
            known.past.uncovered = applied.saturating_sub(known.covers);
            let wanted = self.schedule.wanted(&known.past, now).map(|_| now);
            known.past.wanted = known.past.wanted.filter(|_| wanted.is_some()).or(wanted);
        });
        self.known().past
    }

    fn known(&self) -> Known {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Known)) {
        change(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::domain::account::{Agent, TokenHash};
    use crate::domain::ids::AgentId;
    use crate::domain::rights::Rights;
    use crate::store::{Commit, Options, verify_backup};

    const HOUR: Duration = Duration::from_secs(3600);

    /// A desk's store in a folder, and a clock that is moved.
    struct Desk {
        dir: tempfile::TempDir,
        store: Store,
        clock: Clock,
        backups: Backups,
    }

    impl Desk {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let clock = Clock::manual(Timestamp::from_second(1_800_000_000).unwrap());
            let options = Options {
                segment: 4096,
                min_free: 0,
                ..Options::new(dir.path().join("data"), clock.now())
            };
            let store = Store::open(&options).unwrap();
            let schedule = Schedule {
                every: 24 * HOUR,
                journal: 1 << 20,
                keep: 3,
            };
            Self {
                backups: Backups::new(store.clone(), schedule, clock.clone()),
                dir,
                store,
                clock,
            }
        }

        fn write(&self, id: &str) {
            let agent = Agent {
                id: AgentId::parse(id).unwrap(),
                name: "x".repeat(3000),
                merchant: None,
                token: TokenHash([1; 32]),
                disabled: false,
                created_at: self.clock.now(),
                rights: Rights::default(),
            };
            let commit = self.store.commit(Commit::new().agent(agent));
            crate::cli::block_on(commit).unwrap().unwrap();
        }

        fn pass(&self, time: Duration) {
            self.clock.move_to(self.clock.now() + time);
            self.backups.look();
        }

        fn files(&self, folder: &str) -> Vec<PathBuf> {
            let entries = fs::read_dir(self.dir.path().join("data").join(folder)).unwrap();
            entries.map(|entry| entry.unwrap().path()).collect()
        }

        fn taken(&self) -> usize {
            self.files("backups").len()
        }
    }

    #[test]
    fn a_day_with_news_gets_a_backup_and_a_quiet_one_does_not() {
        let desk = Desk::new();
        desk.backups.look();
        assert_eq!(desk.taken(), 0, "there is nothing yet");
        desk.write("a");
        desk.backups.look();
        assert_eq!(desk.taken(), 1);
        desk.write("b");
        desk.pass(23 * HOUR);
        assert_eq!(desk.taken(), 1);
        desk.pass(HOUR);
        assert_eq!(desk.taken(), 2);
        desk.pass(240 * HOUR);
        assert_eq!(desk.taken(), 2);
        assert_eq!(desk.backups.complaint(), None);
    }

    #[test]
    fn the_newest_backups_stay_whole_and_the_journal_that_they_cover_goes() {
        let desk = Desk::new();
        for day in 0..6 {
            for n in 0..4 {
                desk.write(&format!("day{day}-{n}"));
            }
            desk.pass(24 * HOUR);
        }
        let kept = desk.store.backups().unwrap();
        assert_eq!((kept.len(), desk.taken()), (3, 3));
        for backup in &kept {
            verify_backup(&backup.path).unwrap();
        }
        assert_eq!(kept[2].covers, desk.store.report().applied);
        let segments = desk.files("journal").into_iter();
        let segments = segments.filter(|path| path.extension() == Some("seg".as_ref()));
        assert_eq!(segments.count(), 1, "24 records of 3 KB each had a segment");
    }

    #[test]
    fn a_backup_that_an_operator_took_counts() {
        let desk = Desk::new();
        desk.write("a");
        desk.store.backup(None).unwrap();
        desk.backups.look();
        assert_eq!(desk.taken(), 1);
    }

    #[test]
    fn a_failure_is_tried_again_and_complained_about_in_the_end() {
        let desk = Desk::new();
        let folder = desk.dir.path().join("data/backups");
        desk.write("a");
        replace_by_file(&folder);
        desk.backups.look();
        assert_eq!(desk.backups.failures.load(Ordering::Relaxed), 1);
        desk.pass(Duration::from_secs(60));
        assert_eq!(desk.backups.failures.load(Ordering::Relaxed), 1, "too soon");
        desk.pass(HOUR);
        assert_eq!(desk.backups.failures.load(Ordering::Relaxed), 2);
        let complaint = desk.backups.complaint().unwrap();
        assert!(complaint.contains("there is none"), "{complaint}");
        fs::remove_file(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
        desk.pass(HOUR);
        assert_eq!(desk.taken(), 1);
        assert_eq!(desk.backups.complaint(), None);
    }

    fn replace_by_file(folder: &Path) {
        fs::remove_dir_all(folder).unwrap();
        fs::write(folder, "in the way").unwrap();
    }
}

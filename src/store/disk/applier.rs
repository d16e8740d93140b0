//! The thread that moves what is journalled into the engine: when something has waited long enough, or much waits.
//!
//! It is behind the answers, never in front of them. If it falls too far behind, the writer waits for it, so that memory and what a
//! start has to replay stay bounded. An engine that stands still for a minute has not failed, and will not go on either: the store stops
//! then, so that the process ends and its next start replays the journal.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::store::batch::Changes;
use crate::store::disk::engine::EngineError;
use crate::store::disk::layered::Layered;
use crate::store::disk::stop::Stop;
use crate::store::keys;

/// How long the oldest waits, so that what comes meanwhile goes along.
const WAIT: Duration = Duration::from_millis(500);
/// So many bytes do not wait any longer.
const MUCH: usize = 4 << 20;
/// So many bytes are too many: the writer waits.
const TOO_MUCH: usize = 8 << 20;
/// The engine moves 8 MB in less than a second. If it has moved nothing for so long, it stands still.
const PATIENCE: Duration = Duration::from_secs(60);

/// The way from the journal to the engine. One thread lays on top, another one sinks below.
#[derive(Debug)]
pub(crate) struct Applier {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    map: Arc<Layered>,
    stop: Arc<Stop>,
    state: Mutex<State>,
    changed: Condvar,
    patience: Duration,
}

/// What both threads know of each other.
#[derive(Debug, Default)]
struct State {
    /// Bytes that wait, beside those on their way.
    waiting: usize,
    /// Something is on its way into the engine.
    under_way: bool,
    /// Somebody wants what waits to be moved at once.
    hurry: bool,
    /// Nothing more comes.
    closing: bool,
    /// Nothing moves any more: the thread has ended, or the engine stands still.
    ended: bool,
    /// How often something reached the engine.
    moved: u64,
}

impl Applier {
    /// Starts the thread.
    pub(crate) fn start(map: Arc<Layered>, stop: Arc<Stop>) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            map,
            stop,
            state: Mutex::default(),
            changed: Condvar::new(),
            patience: PATIENCE,
        });
        let own = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("store-applier".to_owned())
            .spawn(move || own.work())?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Takes the changes of a sequence, which every read sees from now on. Waits while too much waits.
    pub(crate) fn take(&self, changes: Changes, seq: u64) {
        let mut state = self.shared.lock();
        while state.waiting >= TOO_MUCH && !state.ended {
            state = self.shared.wait_for_engine(state);
        }
        let before = state.waiting;
        state.waiting = self.shared.map.lay(changes, seq);
        let crossed = |limit| before < limit && state.waiting >= limit;
        if crossed(1) || crossed(MUCH) {
            self.shared.changed.notify_all();
        }
    }

    /// Waits until the engine has all that was taken, or has failed.
    pub(crate) fn catch_up(&self) {
        let mut state = self.shared.lock();
        state.hurry = true;
        self.shared.changed.notify_all();
        while (state.waiting > 0 || state.under_way) && !state.ended {
            state = self.shared.wait_for_engine(state);
        }
        state.hurry = false;
    }

    /// Moves all that waits into the engine and ends the thread, unless the engine stands still: then the thread is left where it is.
    pub(crate) fn finish(&mut self) {
        let mut state = self.shared.lock();
        state.closing = true;
        self.shared.changed.notify_all();
        while !state.ended {
            state = self.shared.wait_for_engine(state);
        }
        let stands_still = state.under_way;
        drop(state);
        if let Some(thread) = self.thread.take()
            && !stands_still
        {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn work(&self) {
        while self.wait_for_work() {
            if let Err(error) = self.sink() {
                // What was not moved stays where it is read from, and in the journal.
                self.stop.engine_failed(&error);
                break;
            }
        }
        self.lock().ended = true;
        self.changed.notify_all();
    }

    /// Waits until it is time to move something; false when nothing comes any more.
    fn wait_for_work(&self) -> bool {
        let mut state = self.lock();
        while state.waiting == 0 && !state.closing {
            state = self.wait(state);
        }
        if state.waiting == 0 {
            return false;
        }
        let gathers = |s: &mut State| s.waiting < MUCH && !s.hurry && !s.closing;
        let waited = self.changed.wait_timeout_while(state, WAIT, gathers);
        drop(waited);
        true
    }

    fn sink(&self) -> Result<(), EngineError> {
        let layer = {
            let mut state = self.lock();
            state.waiting = 0;
            state.under_way = true;
            self.map.begin_sinking()
        };
        self.changed.notify_all();
        if let Some(layer) = layer {
            let engine = self.map.engine();
            engine.sink(&layer.changes, keys::applied(layer.to))?;
            self.map.sunk(layer.to);
        }
        let mut state = self.lock();
        state.under_way = false;
        state.moved += 1;
        drop(state);
        self.changed.notify_all();
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a change, and stops the store when the engine has been at one and the same thing for too long.
    fn wait_for_engine<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        let moved = state.moved;
        let waited = self.changed.wait_timeout(state, self.patience);
        let (mut state, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() && state.under_way && state.moved == moved {
            state.ended = true;
            self.stop.stop("the engine stands still");
        }
        state
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        let waited = self.changed.wait(state);
        waited.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Applier {
    fn drop(&mut self) {
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::disk::engine::{Engine, MAX_VALUE};

    fn start(dir: &std::path::Path) -> (Arc<Layered>, Applier) {
        let engine = Engine::open(&dir.join("sled"), 1 << 20).unwrap();
        let map = Arc::new(Layered::new(engine, 0));
        let stop = Arc::new(Stop::new(dir.join("SUSPECT"), None));
        let applier = Applier::start(Arc::clone(&map), stop).unwrap();
        (map, applier)
    }

    #[test]
    fn after_the_end_the_engine_has_the_last_of_each_and_says_how_far_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let (map, mut applier) = start(dir.path());
        for seq in 1..=9 {
            let value = |byte| Some(vec![byte]);
            let changes = [(b"each".to_vec(), value(seq)), (vec![b'n', seq], value(7))];
            applier.take(changes.into(), seq.into());
            assert_eq!(map.get(b"each").unwrap(), Some(vec![seq]));
        }
        applier.take([(vec![b'n', 1], None)].into(), 10);
        applier.finish();
        let engine = map.engine();
        assert_eq!(engine.get(b"each").unwrap(), Some(vec![9]));
        assert_eq!(engine.page(b"n", b"o", 99).unwrap().len(), 8);
        let (key, said) = keys::applied(10);
        assert_eq!((engine.get(&key).unwrap(), map.applied()), (said, 10));
    }

    #[test]
    fn an_engine_that_stands_still_stops_the_store_and_keeps_nobody_waiting() {
        let dir = tempfile::tempdir().unwrap();
        let (map, mut healthy) = start(dir.path());
        healthy.finish();
        let stop = Arc::new(Stop::new(dir.path().join("SUSPECT"), None));
        let stuck = State {
            under_way: true,
            ..State::default()
        };
        let mut applier = Applier {
            shared: Arc::new(Shared {
                map,
                stop: Arc::clone(&stop),
                state: Mutex::new(stuck),
                changed: Condvar::new(),
                patience: Duration::from_millis(20),
            }),
            thread: None,
        };
        let large = |seq: u8| (vec![b'k', seq], Some(vec![0; TOO_MUCH]));
        applier.take([large(1)].into(), 1);
        assert_eq!(stop.reason(), None, "it has room for more");
        applier.take([large(2)].into(), 2);
        assert_eq!(stop.reason(), Some("the engine stands still"));
        applier.catch_up();
        applier.finish();
        let suspect = dir.path().join("SUSPECT");
        assert!(!suspect.exists(), "nothing is damaged: nothing is rebuilt");
    }

    #[test]
    fn what_comes_faster_than_the_engine_takes_it_waits_and_memory_stays_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let (map, mut applier) = start(dir.path());
        for seq in 1..=20_u8 {
            let key = |n: u16| [&[b'k', seq][..], &n.to_be_bytes()].concat();
            let changes: Changes = (0..300)
                .map(|n| (key(n), Some(vec![0; MAX_VALUE])))
                .collect();
            applier.take(changes, seq.into());
            assert!(applier.shared.lock().waiting < TOO_MUCH + 2 * 300 * MAX_VALUE);
        }
        applier.finish();
        assert_eq!(map.engine().page(b"k", b"l", 9_999).unwrap().len(), 6_000);
    }
}

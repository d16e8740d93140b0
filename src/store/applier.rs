//! The thread that moves what is journalled into the engine: when something has waited long enough, or much waits.
//!
//! It is behind the answers, never in front of them. If it falls too far behind, the writer waits for it, so that memory and what a
//! start has to replay stay bounded.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::batch::Changes;
use super::engine::EngineError;
use super::keys;
use super::layered::Layered;
use super::stop::Stop;

/// How long the oldest waits, so that what comes meanwhile goes along.
const WAIT: Duration = Duration::from_millis(500);
/// So many bytes do not wait any longer.
const MUCH: usize = 4 << 20;
/// So many bytes are too many: the writer waits.
const TOO_MUCH: usize = 8 << 20;

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
}

/// What both threads know of each other.
#[derive(Debug, Default)]
struct State {
    /// Bytes that wait, beside those on their way.
    waiting: usize,
    /// Nothing more comes.
    closing: bool,
    /// The thread has ended.
    ended: bool,
}

impl Applier {
    /// Starts the thread.
    pub(crate) fn start(map: Arc<Layered>, stop: Arc<Stop>) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            map,
            stop,
            state: Mutex::default(),
            changed: Condvar::new(),
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
            state = self.shared.wait(state);
        }
        let before = state.waiting;
        state.waiting = self.shared.map.lay(changes, seq);
        let crossed = |limit| before < limit && state.waiting >= limit;
        if crossed(1) || crossed(MUCH) {
            self.shared.changed.notify_all();
        }
    }

    /// Moves all that waits into the engine and ends the thread.
    pub(crate) fn finish(&mut self) {
        self.shared.lock().closing = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
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
        let gathers = |state: &mut State| state.waiting < MUCH && !state.closing;
        let waited = self.changed.wait_timeout_while(state, WAIT, gathers);
        drop(waited);
        true
    }

    fn sink(&self) -> Result<(), EngineError> {
        let layer = {
            let mut state = self.lock();
            state.waiting = 0;
            self.map.begin_sinking()
        };
        self.changed.notify_all();
        let Some(layer) = layer else {
            return Ok(());
        };
        let engine = self.map.engine();
        engine.sink(&layer.changes, keys::applied(layer.to))?;
        self.map.sunk(layer.to);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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

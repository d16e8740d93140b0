//! What ends a demo: SIGINT, SIGTERM, and the SIGHUP of a terminal that is closed. Whenever one of them comes, the demo's folder goes with
//! it: before the desk serves, at once; while it serves, when it has stopped; and at the second one, at once again.

use std::io;
use std::path::{Path, PathBuf};
use std::process::exit;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::super::serve::Stop;

/// Whoever still writes into the folder makes it hard to remove.
const TRIES: u32 = 500;
const PAUSE: Duration = Duration::from_millis(10);

/// Watches for what ends the demo.
pub struct Ends(Arc<Mutex<Stage>>);

/// How far the demo is.
#[derive(Default)]
struct Stage {
    folder: Option<PathBuf>,
    /// Stops the desk, while it serves.
    stop: Option<Stop>,
}

impl Ends {
    /// From now on no signal ends the process by itself.
    ///
    /// # Errors
    /// When the system gives no signals.
    pub fn watch() -> io::Result<Self> {
        let stage = Arc::new(Mutex::new(Stage::default()));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let mut signals = {
            let _entered = runtime.enter();
            Signals::new()?
        };
        let watched = Arc::clone(&stage);
        thread::Builder::new()
            .name("demo-ends".to_owned())
            .spawn(move || {
                loop {
                    let number = runtime.block_on(signals.next());
                    lock(&watched).end(number);
                }
            })?;
        Ok(Self(stage))
    }

    /// Makes the folder that goes with the demo.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn folder(&self, make: impl FnOnce() -> io::Result<TempDir>) -> io::Result<TempDir> {
        let mut stage = lock(&self.0);
        let folder = make()?;
        stage.folder = Some(folder.path().to_owned());
        Ok(folder)
    }

    /// Goes on unless a signal is ending the process: what fails meanwhile fails because the folder is gone, and is no error to tell.
    pub fn settle(&self) {
        drop(lock(&self.0));
    }

    /// From now on the desk is stopped, and the folder removed by whoever waits for it.
    pub fn serves(&self, stop: Stop) {
        lock(&self.0).stop = Some(stop);
    }
}

impl Stage {
    fn end(&mut self, number: i32) {
        if let Some(stop) = self.stop.take() {
            return stop.asked();
        }
        if let Some(folder) = &self.folder {
            remove(folder);
        }
        exit(128 + number);
    }
}

fn lock(stage: &Mutex<Stage>) -> MutexGuard<'_, Stage> {
    stage.lock().unwrap_or_else(PoisonError::into_inner)
}

fn remove(folder: &Path) {
    for _ in 0..TRIES {
        // What is missing here is looked for once more: it may be made anew by whoever is still at it.
        let is_gone = std::fs::remove_dir_all(folder).is_err() && !folder.exists();
        if is_gone {
            return;
        }
        thread::sleep(PAUSE);
    }
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// None where whoever started the program wants it to outlive its terminal, as `nohup` does.
    hangup: Option<Signal>,
}

impl Signals {
    fn new() -> io::Result<Self> {
        let hangup = SignalKind::hangup();
        let is_ignored = is_ignored(hangup);
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: (!is_ignored).then(|| signal(hangup)).transpose()?,
        })
    }

    /// Waits for the next one, and gives its number.
    async fn next(&mut self) -> i32 {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        let kind = tokio::select! {
            _ = self.interrupt.recv() => SignalKind::interrupt(),
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = hangup => SignalKind::hangup(),
        };
        kind.as_raw_value()
    }
}

/// Whether the process was started with a signal ignored.
fn is_ignored(kind: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (kind.as_raw_value() - 1) & 1 == 1)
}

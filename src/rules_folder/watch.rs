//! Notices that something in a folder has changed, by the system's file events and, where those do not arrive, by looking.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use notify_debouncer_full::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{Debouncer, RecommendedCache, new_debouncer};

use crate::engine::rules::FOLDERS;

/// An editor writes, renames and deletes within this time; all of it is one save.
const ONE_SAVE: Duration = Duration::from_millis(150);
/// How often to look: network file systems and some containers have no file events.
const LOOK_EVERY: Duration = Duration::from_secs(2);

type Events = Debouncer<RecommendedWatcher, RecommendedCache>;

/// A folder that is being watched. Dropping it ends that.
#[derive(Debug)]
pub struct Watch {
    wake: Sender<Wake>,
    thread: Option<JoinHandle<()>>,
    /// None where the system has no file events; then only looking is left.
    _events: Option<Events>,
}

enum Wake {
    Look,
    Asked,
    Stop,
}

/// Why a folder is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Something in it has changed.
    Saved,
    /// Somebody asked for it.
    Asked,
}

/// Asks for a look at a watched folder, changed or not.
#[derive(Clone, Debug)]
pub struct Ask(Sender<Wake>);

impl Ask {
    /// Asks. Nothing happens when the folder is no longer watched.
    pub fn now(&self) {
        let _ = self.0.send(Wake::Asked);
    }
}

impl Watch {
    /// What asks for a look at this folder.
    #[must_use]
    pub fn ask(&self) -> Ask {
        Ask(self.wake.clone())
    }
}

/// Calls back after each change of a folder, and when asked to, from a thread of its own.
#[must_use]
pub fn on_change(folder: &Path, act: impl FnMut(Cause) + Send + 'static) -> Watch {
    let (wake, woken) = mpsc::channel();
    let events = file_events(folder, wake.clone())
        .inspect_err(
            |error| tracing::warn!(%error, "no file events: rules are looked at every two seconds"),
        )
        .ok();
    start(folder, wake, woken, events, act)
}

fn start(
    folder: &Path,
    wake: Sender<Wake>,
    woken: Receiver<Wake>,
    events: Option<Events>,
    act: impl FnMut(Cause) + Send + 'static,
) -> Watch {
    // Taken before the thread runs, so that a save right after this call is one.
    let first = stamps(folder);
    let folder = folder.to_owned();
    let thread = thread::spawn(move || look(&folder, first, &woken, act));
    Watch {
        wake,
        thread: Some(thread),
        _events: events,
    }
}

fn file_events(
    folder: &Path,
    wake: Sender<Wake>,
) -> Result<Events, notify_debouncer_full::notify::Error> {
    let mut debouncer = new_debouncer(ONE_SAVE, None, move |_| {
        // The folder is no longer watched when nobody listens.
        let _ = wake.send(Wake::Look);
    })?;
    debouncer.watch(folder, RecursiveMode::NonRecursive)?;
    for inner in FOLDERS.map(|below| folder.join(below)) {
        if inner.is_dir() {
            debouncer.watch(&inner, RecursiveMode::NonRecursive)?;
        }
    }
    Ok(debouncer)
}

fn look(folder: &Path, mut known: Stamps, woken: &Receiver<Wake>, mut act: impl FnMut(Cause)) {
    loop {
        let asked = match woken.recv_timeout(LOOK_EVERY) {
            Ok(Wake::Asked) => true,
            Ok(Wake::Look) | Err(RecvTimeoutError::Timeout) => false,
            Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected) => return,
        };
        let now = stamps(folder);
        let saved = now != known;
        known = now;
        match (asked, saved) {
            (true, _) => act(Cause::Asked),
            (false, true) => act(Cause::Saved),
            (false, false) => {}
        }
    }
}

/// Name, time of the last change and length of each file.
type Stamps = Vec<(PathBuf, Option<SystemTime>, u64)>;

/// Those of a rule folder and of the folders below it.
fn stamps(folder: &Path) -> Stamps {
    let inner = FOLDERS.iter().map(|below| folder.join(below));
    let folders = std::iter::once(folder.to_owned()).chain(inner);
    let entries = folders.flat_map(fs::read_dir).flatten().flatten();
    let mut stamps: Stamps = entries
        .filter_map(|entry| {
            let about = fs::metadata(entry.path()).ok()?;
            Some((entry.path(), about.modified().ok(), about.len()))
        })
        .collect();
    stamps.sort();
    stamps
}

impl Drop for Watch {
    fn drop(&mut self) {
        // The thread is gone already if this cannot be sent.
        let _ = self.wake.send(Wake::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc;
    use std::time::Duration;

    use super::start;

    /// Without file events, as on a network file system.
    #[test]
    fn a_save_is_noticed_by_looking() {
        let folder = tempfile::tempdir().unwrap();
        let (wake, woken) = mpsc::channel();
        let (saw, seen) = mpsc::channel();
        let watch = start(folder.path(), wake, woken, None, move |_| {
            saw.send(()).unwrap();
        });
        fs::write(folder.path().join("a.toml"), "x").unwrap();
        seen.recv_timeout(Duration::from_secs(90)).unwrap();
        drop(watch);
        assert!(seen.recv().is_err(), "the thread ends with the watch");
    }
}

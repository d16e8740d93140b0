//! The one thread that writes: it takes the commits that wait, makes one journal record of them, and answers when the disk has it.
//!
//! Group commit: while the disk is busy with one batch the next one gathers, so the deeper the queue, the cheaper the commit.
//! The order is journal, disk, memory, answer; the engine follows later (see `applier`). A refusal is answered after the batch it was judged against is durable, too: it may
//! name a change that was made a moment before.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use crate::store::batch::{self, Changes};
use crate::store::disk::agreement::Agreement;
use crate::store::disk::applier::Applier;
use crate::store::disk::journal::Journal;
use crate::store::disk::layered::Layered;
use crate::store::disk::stop::Stop;
use crate::store::disk::tx::{Tx, WorkError};
use crate::store::error::StoreError;
use crate::store::memory::in_force::{self, InForce};
use crate::store::memory::touched::{self, Touches};

/// Commits that may wait.
const QUEUE: usize = 1024;
/// Commits in one batch.
const BATCH: usize = 256;
/// A batch is closed when its journal record has grown to this many bytes.
const BATCH_BYTES: usize = 1 << 20;
/// No single commit may be larger, in bytes.
pub(crate) const MAX_COMMIT: usize = 8 << 20;

/// What a commit does: reads and changes through a [`Tx`], or refuses.
pub(crate) type Work<R> = Box<dyn FnOnce(&mut Tx<'_>) -> Result<(), WorkError<R>> + Send>;

/// Why a commit was not made.
#[derive(Debug)]
pub(crate) enum Failure<R> {
    /// What it expected does not hold.
    Refused(R),
    /// The store could not.
    Store(StoreError),
}

/// The answer: the journal sequence that carries the commit.
pub(crate) type Answer<R> = Result<u64, Failure<R>>;

/// A commit that was handed in.
#[derive(Debug)]
pub(crate) struct Pending<R>(oneshot::Receiver<Answer<R>>);

impl<R> Pending<R> {
    /// Waits until the disk has it.
    pub(crate) fn wait_blocking(self) -> Answer<R> {
        let answer = self.0.blocking_recv();
        answer.unwrap_or_else(|_| Err(Failure::Store(closed())))
    }
}

enum Message<R> {
    Commit {
        work: Work<R>,
        reply: oneshot::Sender<Answer<R>>,
    },
    /// Delete journal segments that hold nothing after this sequence.
    Prune {
        covered: u64,
        reply: oneshot::Sender<Result<usize, StoreError>>,
    },
    Close,
}

/// The door to the writer thread.
pub(crate) struct Writer<R> {
    queue: SyncSender<Message<R>>,
    thread: std::sync::Mutex<Option<JoinHandle<()>>>,
}

/// What the writer thread works on.
pub(crate) struct Shop {
    /// Where the free space is looked at.
    pub(crate) root: PathBuf,
    /// Bytes that must stay free on the disk.
    pub(crate) min_free: u64,
    /// What is read.
    pub(crate) map: Arc<Layered>,
    /// Moves what is durable into the engine.
    pub(crate) applier: Applier,
    /// What is made durable first.
    pub(crate) journal: Journal,
    /// Whether to go on.
    pub(crate) stop: Arc<Stop>,
    /// The last sequence that every read sees.
    pub(crate) applied: Arc<AtomicU64>,
    /// What is told of every change of a notice.
    pub(crate) in_force: Arc<InForce>,
    /// What is told where something changed that somebody waits for.
    pub(crate) touches: Arc<Touches>,
    /// What is compared before anything is written.
    pub(crate) agreement: Arc<Agreement>,
}

impl<R: Send + 'static> Writer<R> {
    /// Starts the thread.
    pub(crate) fn start(shop: Shop) -> std::io::Result<Self> {
        let (queue, messages) = sync_channel(QUEUE);
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(shop, &messages))?;
        Ok(Self {
            queue,
            thread: std::sync::Mutex::new(Some(thread)),
        })
    }

    /// Commits, and waits until the disk has it.
    pub(crate) async fn commit(&self, work: Work<R>) -> Answer<R> {
        let (reply, answer) = oneshot::channel();
        self.queue
            .try_send(Message::Commit { work, reply })
            .map_err(|full| Failure::Store(not_taken(&full)))?;
        answer
            .await
            .unwrap_or_else(|_| Err(Failure::Store(closed())))
    }

    /// Hands a commit in, waiting for a place in the queue; the answer is waited for separately. Not for a thread that serves others.
    pub(crate) fn submit_blocking(&self, work: Work<R>) -> Result<Pending<R>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue
            .send(Message::Commit { work, reply })
            .map_err(|_| closed())?;
        Ok(Pending(answer))
    }

    /// Deletes the journal segments that hold nothing after `covered`. Returns how many.
    pub(crate) fn prune_blocking(&self, covered: u64) -> Result<usize, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue
            .send(Message::Prune { covered, reply })
            .map_err(|_| closed())?;
        answer.blocking_recv().unwrap_or_else(|_| Err(closed()))
    }

    /// Finishes what was accepted and ends the thread. Calling it again does nothing.
    pub(crate) fn close(&self) {
        let thread = self.thread.lock().ok().and_then(|mut held| held.take());
        if let Some(thread) = thread {
            let _ = self.queue.send(Message::Close);
            let _ = thread.join();
        }
    }
}

impl<R> std::fmt::Debug for Writer<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

fn not_taken<T>(error: &TrySendError<T>) -> StoreError {
    match error {
        TrySendError::Full(_) => StoreError::Busy,
        TrySendError::Disconnected(_) => closed(),
    }
}

fn closed() -> StoreError {
    StoreError::Stopped {
        reason: "it was closed".to_owned(),
    }
}

/// The thread: until it is told to close, or until nobody is left who could send.
fn serve<R>(mut shop: Shop, messages: &Receiver<Message<R>>) {
    shop.agreement.make(&shop.map, &shop.stop);
    let (mut open, mut several) = (true, false);
    while open && let Ok(first) = messages.recv() {
        // Where several come at once, those who are about to hand something in go first, so that one write to the disk serves them all.
        // Somebody alone never waits.
        if several {
            thread::yield_now();
        }
        let mut waiting = Some(first);
        let mut commits = Vec::new();
        while let Some(message) = waiting.take() {
            match message {
                Message::Commit { work, reply } => commits.push((work, reply)),
                Message::Prune { covered, reply } => {
                    let _ = reply.send(shop.prune(covered));
                }
                Message::Close => open = false,
            }
            if commits.len() < BATCH {
                waiting = messages.try_recv().ok();
            }
        }
        several = commits.len() > 1;
        shop.settle(commits);
    }
    shop.applier.finish();
    if shop.stop.reason().is_none()
        && let Err(e) = shop.map.engine().flush()
    {
        tracing::error!(error = %e, "store.close.flush_failed");
    }
}

type Waiting<R> = (Work<R>, oneshot::Sender<Answer<R>>);

/// The verdict on one commit, until the batch is durable.
enum Verdict<R> {
    Accepted,
    Failed(Failure<R>),
}

impl Shop {
    /// Makes durable what waits, in as many batches as it takes, and answers.
    fn settle<R>(&mut self, commits: Vec<Waiting<R>>) {
        let mut commits = commits.into_iter();
        while commits.len() > 0 {
            let mut changes = Changes::new();
            let mut verdicts = Vec::new();
            let mut bytes = 0;
            let admitted = self.admit();
            for (work, reply) in commits.by_ref() {
                let verdict = match &admitted {
                    Ok(()) => self.judge(work, &mut changes, &mut bytes),
                    Err(refuse) => Verdict::Failed(Failure::Store(refuse())),
                };
                verdicts.push((reply, verdict));
                if bytes >= BATCH_BYTES {
                    break;
                }
            }
            let made = self.make_durable(changes);
            metrics::histogram!("store.batch.commits").record(verdicts.len() as f64);
            for (reply, verdict) in verdicts {
                // Nobody waits any more: the commit stands all the same.
                let _ = reply.send(self.answer(&made, verdict));
            }
        }
    }

    /// Deletes journal segments up to a sequence, but none that a start might need: the engine gets all and writes it out first.
    fn prune(&mut self, covered: u64) -> Result<usize, StoreError> {
        self.stop.check()?;
        self.applier.catch_up();
        let applied = self.map.applied();
        let flushed = self.map.engine().flush();
        flushed.map_err(|e| self.stop.engine_failed(&e))?;
        self.journal.prune(covered.min(applied))
    }

    /// Whether anything can be taken at all; if not, what everybody is told.
    fn admit(&self) -> Result<(), Box<dyn Fn() -> StoreError>> {
        if let Some(reason) = self.stop.reason() {
            let reason = reason.to_owned();
            return Err(Box::new(move || StoreError::Stopped {
                reason: reason.clone(),
            }));
        }
        let needed = self.min_free;
        match fs2::available_space(&self.root) {
            Ok(free) if free < needed => {
                Err(Box::new(move || StoreError::DiskFull { free, needed }))
            }
            // A disk whose free space is unknown is judged by the writes themselves.
            _ => Ok(()),
        }
    }

    /// Runs one commit's work on top of the batch so far.
    fn judge<R>(&self, work: Work<R>, changes: &mut Changes, bytes: &mut usize) -> Verdict<R> {
        let mut tx = Tx::new(&self.map, changes);
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut tx)));
        let failure = match outcome {
            Ok(Ok(())) if tx.bytes() <= MAX_COMMIT => {
                *bytes += tx.bytes();
                let own = tx.into_changes();
                match changes.is_empty() {
                    true => *changes = own,
                    false => changes.extend(own),
                }
                return Verdict::Accepted;
            }
            Ok(Ok(())) => Failure::Store(StoreError::TooLarge {
                bytes: tx.bytes(),
                limit: MAX_COMMIT,
            }),
            Ok(Err(WorkError::Refused(refusal))) => Failure::Refused(refusal),
            Ok(Err(WorkError::Store(error))) => Failure::Store(error),
            Ok(Err(WorkError::Engine(error))) => Failure::Store(self.stop.engine_failed(&error)),
            Err(panic) => Failure::Store(panicked(&*panic)),
        };
        Verdict::Failed(failure)
    }

    /// Journal, disk, memory. Returns the sequence; after an error the store has stopped.
    fn make_durable(&mut self, changes: Changes) -> Result<u64, String> {
        if let Some(reason) = self.stop.reason() {
            return Err(reason.to_owned());
        }
        if changes.is_empty() {
            return Ok(self.applied.load(Ordering::Acquire));
        }
        let seq = self.journal.append(&batch::encode(&changes)).map_err(|e| {
            self.stop.stop(&e.to_string());
            e.to_string()
        })?;
        let touches_notices = in_force::are_touched(&changes);
        let touched = touched::among(&changes);
        self.applier.take(changes, seq);
        self.touches.note(touched);
        if touches_notices {
            self.in_force.changed();
        }
        self.applied.store(seq, Ordering::Release);
        Ok(seq)
    }

    fn answer<R>(&self, made: &Result<u64, String>, verdict: Verdict<R>) -> Answer<R> {
        match (made, verdict) {
            (Ok(seq), Verdict::Accepted) => Ok(*seq),
            (Ok(_), Verdict::Failed(failure)) => Err(failure),
            (Err(reason), _) => Err(Failure::Store(StoreError::Stopped {
                reason: reason.clone(),
            })),
        }
    }
}

fn panicked(panic: &(dyn Any + Send)) -> StoreError {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text, "store.commit.panicked");
    StoreError::damaged("a commit's work panicked; nothing of it was written")
}

#[cfg(test)]
mod tests;

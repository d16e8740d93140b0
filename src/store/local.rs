//! The store on this machine's disk: engine, journal and writer, opened together.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::domain::account::Session;
use crate::store::disk::agreement::Agreement;
use crate::store::disk::applier::Applier;
use crate::store::disk::backup::{self, Backup, Kept, Origin};
use crate::store::disk::engine::{EngineError, Pair};
use crate::store::disk::files;
use crate::store::disk::folder::{Folder, free_name};
use crate::store::disk::journal;
use crate::store::disk::layered::Layered;
use crate::store::disk::stop::Stop;
use crate::store::disk::tx::Tx;
use crate::store::disk::values;
use crate::store::disk::writer::{Answer, Failure, Pending, Shop, Writer};
use crate::store::error::StoreError;
use crate::store::memory::in_force::InForce;
use crate::store::memory::memo::Memo;
use crate::store::memory::touched::Touches;
use crate::store::open::open;
use crate::store::options::{Options, Report};
use crate::store::records::apply::prepare;
use crate::store::records::commit::{Commit, CommitError};
use crate::store::records::incoming::{self, IncomingOrder};
use crate::store::records::rows::{Refusal, Rows};

/// How often a long value is read again when a commit changed it in between.
const RETRIES: u32 = 8;

/// A store on this machine's disk.
#[derive(Debug)]
pub struct Local {
    folder: Folder,
    store: u128,
    min_free: u64,
    map: Arc<Layered>,
    writer: Writer<Refusal>,
    pub(crate) rows: Rows,
    pub(crate) sessions: Memo<Session>,
    pub(crate) in_force: Arc<InForce>,
    pub(crate) touches: Arc<Touches>,
    applied: Arc<AtomicU64>,
    stop: Arc<Stop>,
    agreement: Arc<Agreement>,
    report: Report,
    /// Tells those who hold something open that somebody's access has changed.
    access: watch::Sender<()>,
    /// Tells those who deliver that somebody is to be told something.
    outbox: watch::Sender<()>,
    /// One backup or pruning at a time.
    maintenance: Mutex<()>,
}

impl Local {
    /// Opens or creates it, and starts the writer.
    pub(crate) fn open(options: &Options) -> Result<Self, StoreError> {
        let opened = open(options)?;
        files::clear_unfinished(&opened.folder.evidence())?;
        let stop = Arc::new(Stop::new(opened.folder.suspect(), options.on_stop.clone()));
        let root = opened.folder.root().to_owned();
        let no_thread = |e| StoreError::io("start the writer of", &root, e);
        let map = Arc::new(Layered::new(opened.engine, opened.applied));
        let applied = Arc::new(AtomicU64::new(opened.applied));
        let applier = Applier::start(Arc::clone(&map), Arc::clone(&stop)).map_err(no_thread)?;
        let (in_force, touches) = (Arc::default(), Arc::default());
        let agreement = Arc::new(Agreement::new(opened.folder.journal(), opened.store));
        if opened.report.rebuilt.is_some() {
            agreement.settle();
        }
        let shop = Shop {
            root: root.clone(),
            min_free: options.min_free,
            map: Arc::clone(&map),
            applier,
            journal: opened.journal,
            stop: Arc::clone(&stop),
            applied: Arc::clone(&applied),
            in_force: Arc::clone(&in_force),
            touches: Arc::clone(&touches),
            agreement: Arc::clone(&agreement),
        };
        let writer = Writer::start(shop).map_err(no_thread)?;
        Ok(Self {
            folder: opened.folder,
            store: opened.store,
            min_free: options.min_free,
            map,
            writer,
            rows: Arc::new(Memo::new()),
            sessions: Memo::new(),
            in_force,
            touches,
            applied,
            stop,
            agreement,
            report: opened.report,
            access: watch::Sender::new(()),
            outbox: watch::Sender::new(()),
            maintenance: Mutex::new(()),
        })
    }

    /// Makes a commit durable.
    pub(crate) async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        self.stop.check()?;
        let takes_access_away = commit.takes_access_away();
        let fills_outbox = commit.fills_outbox();
        committed(self.writer.commit(prepare(commit, &self.rows)?).await)?;
        if fills_outbox {
            self.outbox.send_replace(());
        }
        if takes_access_away {
            self.access.send_replace(());
        }
        Ok(())
    }

    /// Changes whenever somebody's access does.
    pub(crate) fn access_changes(&self) -> watch::Receiver<()> {
        self.access.subscribe()
    }

    /// Changes whenever somebody is to be told something.
    pub(crate) fn outbox_changes(&self) -> watch::Receiver<()> {
        self.outbox.subscribe()
    }

    /// Whether commits are taken at all.
    pub(crate) fn is_writable(&self) -> bool {
        let free = fs2::available_space(self.folder.root());
        self.stop.reason().is_none() && free.map_or(true, |free| free >= self.min_free)
    }

    /// Refuses what would fill the disk, or what comes after the end.
    pub(crate) fn check_room(&self) -> Result<(), StoreError> {
        self.stop.check()?;
        match fs2::available_space(self.folder.root()) {
            Ok(free) if free < self.min_free => Err(StoreError::DiskFull {
                free,
                needed: self.min_free,
            }),
            _ => Ok(()),
        }
    }

    /// Where the files are that customers handed in.
    pub(crate) fn evidence_folder(&self) -> PathBuf {
        self.folder.evidence()
    }

    /// Hands orders in as one commit, waiting for a place in the queue.
    pub(crate) fn submit(&self, orders: Vec<IncomingOrder>) -> Result<Submitted, StoreError> {
        self.stop.check()?;
        let rows = Rows::clone(&self.rows);
        let work = Box::new(move |tx: &mut Tx<'_>| incoming::apply(orders, tx, &rows));
        Ok(Submitted(self.writer.submit_blocking(work)?))
    }

    /// The bytes of a record.
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        for _ in 0..RETRIES {
            let Some(first) = self.checked(self.map.get(key))? else {
                return Ok(None);
            };
            let part = |n| self.checked(self.map.get(&values::part_key(key, n)));
            if let Some(value) = values::join(first, part)? {
                return Ok(Some(value));
            }
            std::thread::yield_now();
        }
        let damage = EngineError::Damaged("a long value is not whole".to_owned());
        Err(self.stop.engine_failed(&damage))
    }

    /// Up to `limit` records with `from <= key < to`, ascending, long values put together.
    pub(crate) fn page(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Pair>, StoreError> {
        self.whole_of(self.keys(from, to, limit)?)
    }

    /// As [`Self::page`], from the end: the last ones, descending.
    pub(crate) fn page_back(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Pair>, StoreError> {
        self.whole_of(self.checked(self.map.page_back(from, to, limit))?)
    }

    fn whole_of(&self, pairs: Vec<Pair>) -> Result<Vec<Pair>, StoreError> {
        let mut out = Vec::with_capacity(pairs.len());
        for (key, first) in pairs {
            let value = self.whole(&key, first)?;
            out.extend(value.map(|value| (key, value)));
        }
        Ok(out)
    }

    /// The value of a key that begins with `first`.
    pub(crate) fn whole(&self, key: &[u8], first: Vec<u8>) -> Result<Option<Vec<u8>>, StoreError> {
        if values::further_parts(&first) == 0 {
            values::join(first, |_| Ok(None))
        } else {
            self.get(key)
        }
    }

    /// Up to `limit` keys of an index, with what stands there as it is.
    pub(crate) fn keys(
        &self,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<Pair>, StoreError> {
        self.checked(self.map.page(from, to, limit))
    }

    /// What the engine said; a failure of it is the end of acknowledging.
    fn checked<T>(&self, result: Result<T, EngineError>) -> Result<T, StoreError> {
        result.map_err(|e| self.stop.engine_failed(&e))
    }

    /// Takes a backup while serving, reads it back, and returns what it covers.
    pub(crate) fn backup(&self, path: &Path) -> Result<Backup, StoreError> {
        let _one = self
            .maintenance
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.agreement.wait();
        self.stop.check()?;
        let (root, backups) = (self.folder.root(), self.folder.backups());
        backup::may_be_written(path, self.store, root, &backups)?;
        let origin = Origin {
            store: self.store,
            engine: self.map.engine(),
            journal: &self.folder.journal(),
            evidence: &self.folder.evidence(),
            applied: self.map.applied(),
            to: &|| self.applied.load(Ordering::Acquire),
        };
        let backup = backup::take(&origin, path)?;
        tracing::info!(path = %path.display(), covers = backup.covers, bytes = backup.bytes, "store.backup.taken");
        Ok(backup)
    }

    /// The data folder.
    pub(crate) fn root(&self) -> &Path {
        self.folder.root()
    }

    /// Where the next backup in the data folder goes.
    pub(crate) fn backup_path(&self) -> PathBuf {
        let covers = self.applied.load(Ordering::Acquire);
        free_name(
            &self.folder.backups(),
            &format!("{covers:020}{}", backup::SUFFIX),
        )
    }

    /// Deletes the journal segments that the newest whole backup in the data folder covers. Returns how many.
    pub(crate) fn prune(&self) -> Result<usize, StoreError> {
        let _one = self
            .maintenance
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match backup::newest(&self.folder.backups(), Some(self.store))? {
            Some(backup) => self.writer.prune_blocking(backup.covers),
            None => Ok(0),
        }
    }

    /// Deletes the oldest backups in the data folder until no more than `keep` are left. Returns how many.
    pub(crate) fn thin_backups(&self, keep: usize) -> Result<usize, StoreError> {
        let _one = self
            .maintenance
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        backup::thin(&self.folder.backups(), self.store, keep)
    }

    /// The backups in the data folder, the oldest first, as they say of themselves.
    pub(crate) fn backups(&self) -> Result<Vec<Kept>, StoreError> {
        backup::kept(&self.folder.backups(), self.store)
    }

    /// The length of the journal's segments, in bytes.
    pub(crate) fn journal_bytes(&self) -> Result<u64, StoreError> {
        journal::size(&self.folder.journal())
    }

    /// What it says about itself.
    pub(crate) fn report(&self) -> Report {
        Report {
            applied: self.applied.load(Ordering::Acquire),
            records_read: self.map.records_read(),
            stopped: self.stop.reason().map(str::to_owned),
            free: fs2::available_space(self.folder.root()).ok(),
            ..self.report.clone()
        }
    }

    /// Finishes what was accepted and takes nothing more.
    pub(crate) fn close(&self) {
        self.writer.close();
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        self.writer.close();
    }
}

/// A commit that was handed in.
#[derive(Debug)]
pub(crate) struct Submitted(Pending<Refusal>);

impl Submitted {
    /// Waits until the disk has it.
    pub(crate) fn wait(self) -> Result<(), CommitError> {
        committed(self.0.wait_blocking())
    }
}

fn committed(answer: Answer<Refusal>) -> Result<(), CommitError> {
    match answer {
        Ok(_) => Ok(()),
        Err(Failure::Store(error)) => Err(CommitError::Store(error)),
        Err(Failure::Refused(current)) => Err(CommitError::Conflict(current)),
    }
}

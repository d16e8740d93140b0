//! Opening a store: tidy up, open the engine behind a guard, check it, replay what the journal has beyond it; or rebuild it.
//!
//! The journal and the backups are the truth, the engine is made from them: whatever is wrong with the engine, it is put into
//! quarantine and built anew. What is never done in silence is to go on without something that was acknowledged: a journal that is
//! damaged before its end, or that does not reach back to the backup, keeps the store closed and says what to do.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use crate::store::batch;
use crate::store::disk::agreement;
use crate::store::disk::backup::{self, Backup, Origin};
use crate::store::disk::engine::{Engine, EngineError};
use crate::store::disk::folder::{Folder, create_private, move_aside};
use crate::store::disk::journal::{self, Journal, Newest, Reader};
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::layout;
use crate::store::options::{Options, Rebuilt, Report};

/// After so many starts in a row that died while opening the engine, it is rebuilt.
const DEAD_STARTS: u32 = 3;

/// A store that is ready to be written to.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The folder, locked.
    pub(crate) folder: Folder,
    /// The engine, with everything of the journal in it.
    pub(crate) engine: Engine,
    /// The journal, at its end.
    pub(crate) journal: Journal,
    /// Which store this is.
    pub(crate) store: u128,
    /// The last sequence in the engine.
    pub(crate) applied: u64,
    /// What was met on the way.
    pub(crate) report: Report,
}

/// Opens or creates the store in a folder.
pub(crate) fn open(options: &Options) -> Result<Opened, StoreError> {
    let folder = Folder::lock(&options.folder)?;
    remove(&folder.rebuilding())?;
    backup::remove_partial(&folder.backups())?;
    let mut report = Report::default();
    let newest =
        journal_of(&folder).and_then(|store| Newest::load(&folder.journal(), store).ok()?);
    let opening = Opening {
        folder,
        options,
        newest,
    };
    let (engine, notes) = match opening.usable()? {
        Ok(found) => found,
        Err(why) => opening.rebuild(why, &mut report)?,
    };
    opening.finish(engine, notes, report)
}

/// What an engine says about itself.
#[derive(Clone, Copy, Debug)]
struct Notes {
    store: u128,
    applied: u64,
}

#[derive(Debug)]
struct Opening<'a> {
    folder: Folder,
    options: &'a Options,
    /// Read once for all that is to be known of it; what is wrong with it is said at the end.
    newest: Option<Newest>,
}

impl Opening<'_> {
    /// The engine as it is, or why it must be rebuilt.
    fn usable(&self) -> Result<Result<(Engine, Notes), String>, StoreError> {
        if let Ok(why) = fs::read_to_string(self.folder.suspect()) {
            return Ok(Err(format!("it was found damaged while serving: {why}")));
        }
        if !self.folder.engine().exists() {
            return Ok(Err("there is no engine yet".to_owned()));
        }
        let dead = self.count_start()?;
        if dead >= DEAD_STARTS {
            return Ok(Err(format!("{dead} starts in a row died while opening it")));
        }
        match self.open_and_check() {
            Ok(found) => Ok(Ok(found)),
            Err(EngineError::Damaged(why)) => Ok(Err(why)),
            Err(EngineError::Refused(e)) => {
                remove(&self.folder.opening())?;
                Err(StoreError::io("open", &self.folder.engine(), e))
            }
        }
    }

    /// Counts this start as one that died, until it has not. Returns how many did before.
    fn count_start(&self) -> Result<u32, StoreError> {
        let path = self.folder.opening();
        let dead = fs::read_to_string(&path)
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0);
        fs::write(&path, format!("{}\n", dead + 1))
            .map_err(|e| StoreError::io("write", &path, e))?;
        Ok(dead)
    }

    fn open_and_check(&self) -> Result<(Engine, Notes), EngineError> {
        let engine = Engine::open(&self.folder.engine(), self.options.cache)?;
        let notes = read_notes(&engine)?
            .ok_or_else(|| EngineError::Damaged("it does not say which store it is".to_owned()))?;
        if journal_of(&self.folder).is_some_and(|id| id != notes.store) {
            let why = "it belongs to another store than the journal";
            return Err(EngineError::Damaged(why.to_owned()));
        }
        match self.missing(&engine, notes)? {
            Some(why) => Err(EngineError::Damaged(why)),
            None => Ok((engine, notes)),
        }
    }

    /// What the engine lacks. Most of the comparison can wait until reads are served, but not if a backup is to be made from the engine
    /// at this start.
    fn missing(&self, engine: &Engine, notes: Notes) -> Result<Option<String>, EngineError> {
        let Notes { store, applied } = notes;
        let journal = self.folder.journal();
        let could_rebuild = || self.could_rebuild(store, applied).unwrap_or(false);
        match &self.newest {
            Some(newest) if !newest.is_hurt(applied) && could_rebuild() => {
                agreement::missing_at_the_end(engine, &journal, newest, applied)
            }
            _ => agreement::missing(engine, &journal, store, applied),
        }
    }

    /// Puts the engine into quarantine and builds it from the newest whole backup. The journal is replayed afterwards.
    fn rebuild(&self, why: String, report: &mut Report) -> Result<(Engine, Notes), StoreError> {
        let known = journal_of(&self.folder);
        let backup = backup::newest(&self.folder.backups(), known)?;
        let fresh = known.is_none() && backup.is_none() && !self.folder.engine().exists();
        self.check_reach(backup.as_ref())?;
        let quarantine = self.quarantine()?;
        if !fresh {
            tracing::error!(why, quarantine = ?quarantine, backup = ?backup.as_ref().map(|b| &b.path), "store.engine.rebuilding");
        }
        let built = self.build(backup.as_ref(), known)?;
        remove(&self.folder.suspect())?;
        if !fresh {
            report.rebuilt = Some(Rebuilt {
                why,
                quarantine,
                backup: backup.map(|backup| backup.path),
            });
        }
        Ok(built)
    }

    /// Without the first records nothing can be rebuilt: better to stay closed, with the damaged engine still in its place.
    fn check_reach(&self, backup: Option<&Backup>) -> Result<(), StoreError> {
        let covered = backup.map_or(0, |backup| backup.covers);
        match journal::list(&self.folder.journal())?.first() {
            Some(first) if first.first > covered + 1 => Err(StoreError::Gap {
                journal_from: first.first,
                backup_to: covered,
            }),
            _ => Ok(()),
        }
    }

    fn quarantine(&self) -> Result<Option<PathBuf>, StoreError> {
        let engine = self.folder.engine();
        if !engine.exists() {
            return Ok(None);
        }
        let to = self.folder.free_name(&self.quarantine_name());
        move_aside(&engine, &to)?;
        Ok(Some(to))
    }

    fn quarantine_name(&self) -> String {
        let now = self.options.now.to_zoned(TimeZone::UTC);
        format!("quarantine-{}", now.strftime("%Y%m%dT%H%M%SZ"))
    }

    /// Builds the engine beside its place, then puts it there: a kill in between leaves nothing half built.
    fn build(
        &self,
        backup: Option<&Backup>,
        known: Option<u128>,
    ) -> Result<(Engine, Notes), StoreError> {
        let place = self.folder.rebuilding();
        let engine = self.open_engine(&place)?;
        let notes = match backup {
            Some(backup) => {
                let header = backup::load(&backup.path, &engine, &self.folder.evidence())?;
                Notes {
                    store: header.store,
                    applied: header.to,
                }
            }
            None => self.begin(&engine, known)?,
        };
        engine.flush().map_err(engine_error)?;
        drop(engine);
        move_aside(&place, &self.folder.engine())?;
        Ok((self.open_engine(&self.folder.engine())?, notes))
    }

    fn begin(&self, engine: &Engine, known: Option<u128>) -> Result<Notes, StoreError> {
        let store = known.unwrap_or_else(|| self.options.now.as_nanosecond().unsigned_abs());
        engine
            .apply(
                [keys::store_id(store), keys::layout_unsure()],
                keys::applied(0),
            )
            .map_err(engine_error)?;
        Ok(Notes { store, applied: 0 })
    }

    fn open_engine(&self, place: &Path) -> Result<Engine, StoreError> {
        Engine::open(place, self.options.cache).map_err(engine_error)
    }

    /// Replays the journal and opens its end.
    fn finish(
        mut self,
        engine: Engine,
        notes: Notes,
        mut report: Report,
    ) -> Result<Opened, StoreError> {
        let is_current = has_current_layout(&engine)?;
        let folder = self.folder.journal();
        let newest = match self.newest.take() {
            None => Newest::load(&folder, notes.store)?,
            newest => newest,
        };
        let applied = match &newest {
            Some(newest) if newest.next() <= notes.applied + 1 => notes.applied,
            _ => replay(&folder, &engine, notes)?,
        };
        if !is_current {
            layout::renew(&engine).map_err(engine_error)?;
        }
        report.replayed = applied - notes.applied;
        let segment = self.options.segment;
        let open = |newest| Journal::open(&folder, notes.store, segment, applied + 1, newest);
        let (mut journal, torn) = open(newest.as_ref())?;
        if let Some(torn) = torn {
            tracing::error!(seq = torn.seq, kept_in = %torn.kept_in.display(), "store.journal.torn_tail");
            report.torn_tail = Some(torn.kept_in);
        }
        if newest.as_ref().is_some_and(|it| it.is_hurt(applied)) {
            report.healed = Some(self.heal(&engine, notes.store, applied)?);
            journal = open(None)?.0;
        } else if !self.could_rebuild(notes.store, applied)? {
            tracing::error!(applied, "store.backup.missing");
            self.take_over(&engine, notes.store, applied)?;
        }
        remove(&self.folder.opening())?;
        Ok(Opened {
            folder: self.folder,
            engine,
            journal,
            store: notes.store,
            applied,
            report,
        })
    }

    /// Whether backup and journal together reach from the beginning to now.
    fn could_rebuild(&self, store: u128, applied: u64) -> Result<bool, StoreError> {
        let first = match journal::list(&self.folder.journal())?.first() {
            Some(first) => first.first,
            None => applied + 1,
        };
        let covered = backup::list(&self.folder.backups())?
            .iter()
            .filter_map(|path| backup::header(path).ok())
            .filter(|header| header.store == store)
            .map(|header| header.to)
            .max();
        Ok(first <= covered.unwrap_or(0) + 1)
    }

    /// Takes a backup of the engine as it is, before anything is written to it.
    fn take_over(&self, engine: &Engine, store: u128, applied: u64) -> Result<(), StoreError> {
        let name = format!("{applied:020}-at-start{}", backup::SUFFIX);
        let origin = Origin {
            store,
            engine,
            journal: &self.folder.journal(),
            evidence: &self.folder.evidence(),
            applied,
            to: &|| applied,
        };
        backup::take(&origin, &self.folder.backups().join(name)).map(drop)
    }

    /// The engine has what the journal has lost. A backup of the engine takes over from the journal, which is put aside.
    fn heal(&self, engine: &Engine, store: u128, applied: u64) -> Result<PathBuf, StoreError> {
        tracing::error!(applied, "store.journal.damaged_behind_the_engine");
        self.take_over(engine, store, applied)?;
        let journal = self.folder.journal();
        let to = self
            .folder
            .free_name(&format!("{}-journal", self.quarantine_name()));
        create_private(&to).map_err(|e| StoreError::io("create", &to, e))?;
        for segment in journal::list(&journal)? {
            if let Some(name) = segment.path.file_name() {
                move_aside(&segment.path, &to.join(name))?;
            }
        }
        Ok(to)
    }
}

/// Applies the journal's records after `applied`. Returns the last sequence then.
fn replay(folder: &Path, engine: &Engine, notes: Notes) -> Result<u64, StoreError> {
    let Notes { store, applied } = notes;
    let mut last = applied;
    for record in Reader::open(folder, store, applied + 1, u64::MAX)? {
        let record = record?;
        let changes = batch::decode(&record.payload).ok_or_else(|| {
            StoreError::damaged(format!("journal record {} makes no sense", record.seq))
        })?;
        engine
            .apply(changes, keys::applied(record.seq))
            .map_err(engine_error)?;
        last = record.seq;
    }
    if last > applied {
        tracing::info!(from = applied + 1, to = last, "store.journal.replayed");
    }
    Ok(last)
}

/// The store id the newest readable segment carries.
fn journal_of(folder: &Folder) -> Option<u128> {
    let segments = journal::list(&folder.journal()).ok()?;
    segments
        .iter()
        .rev()
        .find_map(|segment| journal::store_of(&segment.path))
}

fn read_notes(engine: &Engine) -> Result<Option<Notes>, EngineError> {
    let store = engine.get(keys::STORE_ID)?;
    let applied = engine.get(keys::APPLIED)?;
    let (Some(store), Some(applied)) = (store, applied) else {
        return Ok(None);
    };
    Ok(match (store.try_into(), applied.try_into()) {
        (Ok(store), Ok(applied)) => Some(Notes {
            store: u128::from_be_bytes(store),
            applied: u64::from_be_bytes(applied),
        }),
        _ => None,
    })
}

/// Whether the keys are laid out as this program does it, and not as an earlier one did.
fn has_current_layout(engine: &Engine) -> Result<bool, StoreError> {
    let found = engine.get(keys::LAYOUT).map_err(engine_error)?;
    match found.as_deref() {
        Some([found]) if *found > keys::LAYOUT_VERSION => Err(StoreError::FromTheFuture {
            found: *found,
            known: keys::LAYOUT_VERSION,
        }),
        found => Ok(found == Some(&[keys::LAYOUT_VERSION])),
    }
}

/// An engine's failure at a moment when there is no second chance.
fn engine_error(error: EngineError) -> StoreError {
    match error {
        EngineError::Refused(e) => StoreError::io("use", Path::new("sled"), e),
        EngineError::Damaged(what) => StoreError::Damaged { what },
    }
}

/// Removes a file or folder of ours that may be missing.
fn remove(path: &Path) -> Result<(), StoreError> {
    let result = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match result {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::io("remove", path, e))
        }
        _ => Ok(()),
    }
}

//! Looking at a data folder without changing what is in it: is everything there that should be, and is everything whole?
//!
//! The journal, the backups, the engine, then every record and every index, which are derived anew and compared. Offline: the lock is
//! taken, nothing is replayed, rebuilt or cut off; what the journal has beyond the engine is laid over it in memory.

mod copy;
mod evidence;
mod log_ins;
mod merged;
mod outbox;
mod records;
mod search;

use std::path::Path;

use crate::store::batch::{self, Changes};
use crate::store::disk::agreement;
use crate::store::disk::backup;
use crate::store::disk::engine::{Engine, EngineError};
use crate::store::disk::folder::Folder;
use crate::store::disk::journal;
use crate::store::error::StoreError;
use crate::store::keys;
use copy::Copy;
use merged::Merged;
pub use records::Tallied;

/// So many problems are put into words; the rest is counted.
const WORDS: usize = 100;
/// Bytes of page cache for reading everything once.
const CACHE: u64 = 64 << 20;

/// What was found in a data folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verification {
    /// What is wrong, in words: the first hundred.
    pub problems: Vec<String>,
    /// How many problems there are in all.
    pub problem_count: u64,
    /// What is worth knowing and not wrong.
    pub remarks: Vec<String>,
    /// Whole records in the journal.
    pub journal_records: u64,
    /// Whole backups in the folder.
    pub backups: u64,
    /// How many records of each kind there are.
    pub tallied: Tallied,
}

impl Verification {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.problem_count == 0
    }

    fn problem(&mut self, words: impl Into<String>) {
        self.problem_count += 1;
        if self.problems.len() < WORDS {
            self.problems.push(words.into());
        }
    }
}

/// Looks at a data folder that no process is using.
///
/// # Errors
/// When it cannot be looked at at all: it is missing, in use, or the disk refuses. What is wrong inside is in the result.
pub fn verify(root: &Path) -> Result<Verification, StoreError> {
    if !root.is_dir() {
        return Err(StoreError::damaged(format!(
            "there is no data folder {}",
            root.display()
        )));
    }
    let folder = Folder::look(root)?;
    let mut found = Verification::default();
    // The copy goes here, while it is read: sled holds its one file open, and somebody who kills this process leaves nothing behind.
    let engine = match copy_engine(&folder, &mut found)? {
        Some(copy) => open_engine(&copy, &mut found)?,
        None => None,
    };
    let notes = engine.as_ref().and_then(|engine| {
        Some((
            number(engine, keys::STORE_ID)?,
            number(engine, keys::APPLIED)?,
        ))
    });
    if engine.is_some() && notes.is_none() {
        found.problem("the engine does not say which store it is: it will be rebuilt");
    }
    let applied = notes.map_or(0, |(_, applied)| u64::try_from(applied).unwrap_or(u64::MAX));
    let store = notes.map(|(store, _)| store);
    let segments = match folder.journal().is_dir() {
        true => journal::list(&folder.journal())?,
        false => Vec::new(),
    };
    let covered = check_backups(&folder, store, &mut found)?;
    let (overlay, next) = check_journal(&segments, store, applied, &mut found)?;
    let ends = Ends {
        covered,
        applied,
        next: next.unwrap_or(covered + 1),
        segments: &segments,
    };
    ends.check(&mut found);
    if let (Some(engine), Some(store)) = (engine, store) {
        check_agreement(&engine, &folder, (store, applied), &mut found);
        let merged = Merged::new(&engine, &overlay);
        if let Err(e) = records::check(&merged, &folder.evidence(), &mut found) {
            found.problem(format!("the engine cannot be read to its end: {e}"));
        }
    }
    Ok(found)
}

fn copy_engine(folder: &Folder, found: &mut Verification) -> Result<Option<Copy>, StoreError> {
    let path = folder.engine();
    if !path.exists() {
        found.problem("there is no engine: it will be rebuilt from backup and journal");
        return Ok(None);
    }
    if let Ok(why) = std::fs::read_to_string(folder.suspect()) {
        found.problem(format!("the engine was found damaged while serving: {why}"));
    }
    Copy::of(&path).map(Some)
}

fn open_engine(copy: &Copy, found: &mut Verification) -> Result<Option<Engine>, StoreError> {
    let opened = Engine::open(copy.path(), CACHE);
    if opened.is_ok() && copy.has_new_set_up() {
        found.problem("the engine's file `conf` is damaged: the next start writes it anew");
    }
    match opened {
        Ok(engine) => Ok(Some(engine)),
        Err(EngineError::Refused(e)) => Err(StoreError::io("open", copy.path(), e)),
        Err(EngineError::Damaged(why)) => {
            found.problem(format!("the engine is damaged and will be rebuilt: {why}"));
            Ok(None)
        }
    }
}

/// Whether the engine has what the journal says it was given last. A start compares the same, and makes the engine anew.
fn check_agreement(
    engine: &Engine,
    folder: &Folder,
    (store, applied): (u128, u64),
    found: &mut Verification,
) {
    match agreement::missing(engine, &folder.journal(), store, applied) {
        Ok(None) => {}
        Ok(Some(why)) => {
            found.problem(format!("the engine is damaged and will be rebuilt: {why}"));
        }
        Err(e) => found.problem(format!(
            "the engine cannot be compared with the journal: {e}"
        )),
    }
}

fn number(engine: &Engine, key: &[u8]) -> Option<u128> {
    let bytes = engine.get(key).ok().flatten()?;
    (bytes.len() <= 16).then(|| bytes.iter().fold(0, |n, byte| (n << 8) | u128::from(*byte)))
}

/// Reads every segment. Returns what the journal has beyond the engine, and which record would come next.
fn check_journal(
    segments: &[journal::SegmentFile],
    store: Option<u128>,
    applied: u64,
    found: &mut Verification,
) -> Result<(Changes, Option<u64>), StoreError> {
    let mut overlay = Changes::new();
    let mut expected = None;
    let last_path = segments.last().map(|segment| segment.path.clone());
    for segment in segments {
        let name = segment.path.display();
        let Some(id) = store.or_else(|| journal::store_of(&segment.path)) else {
            found.problem(format!("{name}: its header is damaged"));
            continue;
        };
        let loaded = match journal::load(segment, id, u64::MAX) {
            Ok(loaded) => loaded,
            Err(StoreError::Damaged { what }) => {
                found.problem(what);
                continue;
            }
            Err(e) => return Err(e),
        };
        if loaded.headless {
            found.problem(format!("{name}: its header is damaged"));
        }
        if expected.is_some_and(|next| next != segment.first) {
            found.problem(format!(
                "{name}: it begins with record {}, but record {} comes next",
                segment.first,
                expected.unwrap_or(0)
            ));
        }
        for wound in &loaded.contents.damage {
            found.problem(format!(
                "{name}: record {} at byte {} is damaged",
                wound.seq, wound.at
            ));
        }
        if let Some(torn) = &loaded.contents.torn {
            let words = format!("{name}: record {} at byte {} is cut off", torn.seq, torn.at);
            let is_tail = Some(&segment.path) == last_path.as_ref() && torn.seq > applied;
            cut_off(words, is_tail, found);
        }
        for span in &loaded.contents.records {
            found.journal_records += 1;
            match batch::decode(&loaded.bytes[span.payload()]) {
                Some(changes) if span.seq > applied => overlay.extend(changes),
                Some(_) => {}
                None => found.problem(format!("{name}: record {} makes no sense", span.seq)),
            }
        }
        expected = Some(loaded.contents.next(segment.first));
    }
    Ok((overlay, expected))
}

/// A record that is cut off is what a crash leaves at the very end, and damage anywhere else.
fn cut_off(words: String, is_tail: bool, found: &mut Verification) {
    if is_tail {
        found.remarks.push(format!(
            "{words}: it never was acknowledged, or the last record is damaged"
        ));
    } else {
        found.problem(words);
    }
}

/// How far everything reaches.
struct Ends<'a> {
    /// The last record that whole backups have.
    covered: u64,
    /// The last record that the engine has.
    applied: u64,
    /// The record that comes after the journal's last one: without a journal, after what backups have.
    next: u64,
    segments: &'a [journal::SegmentFile],
}

impl Ends<'_> {
    fn check(&self, found: &mut Verification) {
        let (covered, applied, last) = (self.covered, self.applied, self.next - 1);
        if last < applied {
            found.problem(match self.segments {
                [] => format!(
                    "the journal is gone: whole backups end with record {covered}, but the engine has record {applied}"
                ),
                _ => format!(
                    "the journal ends with record {last}, but the engine has record {applied}"
                ),
            });
        }
        if let Some(first) = self.segments.first().map(|segment| segment.first) {
            if first > applied + 1 {
                found.problem(format!(
                    "the journal begins with record {first}, but the engine has only record {applied}"
                ));
            }
            if first > covered + 1 {
                found.problem(format!(
                    "the engine could not be rebuilt: the journal begins with record {first}, whole backups end with {covered}"
                ));
            }
        }
        self.check_rest(found);
    }

    /// What is to come into the engine yet. It is behind after every kill, and then has nothing lost: the journal has the rest.
    fn check_rest(&self, found: &mut Verification) {
        let (covered, applied) = (self.covered, self.applied);
        let last = if self.segments.is_empty() {
            0
        } else {
            self.next - 1
        };
        let reaches = self
            .segments
            .first()
            .is_some_and(|it| it.first <= applied + 1);
        if covered > applied.max(last) {
            found.problem(format!(
                "the engine has only record {applied}, the journal ends with record {last}, and a whole backup has all up to {covered}: \
                 what is between is lost, unless somebody restored an older backup; `frontdesk restore` puts it in again"
            ));
        } else if applied < last && reaches {
            found.remarks.push(format!(
                "the engine has record {applied}, the journal goes on to {last}: the next start puts the rest in, as after every kill, \
                 and nothing is lost"
            ));
        }
    }
}

/// Reads every backup. Returns the last record that whole ones of this store have.
fn check_backups(
    folder: &Folder,
    store: Option<u128>,
    found: &mut Verification,
) -> Result<u64, StoreError> {
    let mut covered = 0;
    for path in backup::list(&folder.backups())? {
        match backup::verify(&path) {
            Ok(backup) => {
                found.backups += 1;
                let of = backup::header(&path)?.store;
                if store.is_none_or(|store| store == of) {
                    covered = covered.max(backup.covers);
                }
            }
            Err(e) => found.problem(e.to_string()),
        }
    }
    Ok(covered)
}

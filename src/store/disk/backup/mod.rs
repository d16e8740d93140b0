//! Backups: taken while serving, verified after writing, loaded when the engine must be rebuilt.
//!
//! An iteration over the engine is no snapshot, so a backup also carries the journal records that the engine lacked: pairs
//! first and records on top give the state at one sequence exactly. The files that customers handed in follow. A backup is a file by itself;
//! nothing else is needed to restore it.

mod format;
mod kept;
mod place;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

pub use format::Contents;
pub(crate) use format::Header;
use format::{Chunk, Sink, Source};
pub use kept::Kept;
pub(crate) use kept::{kept, thin};
pub(crate) use place::may_be_written;

use crate::domain::evidence::EvidenceHash;
use crate::store::batch::{self, Changes};
use crate::store::disk::engine::{Engine, Pair};
use crate::store::disk::files as evidence;
use crate::store::disk::folder::{private_file, sync_folder};
use crate::store::disk::journal::Reader;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::keys::files::hash_in_use;

/// How backups are recognised in a folder.
pub(crate) const SUFFIX: &str = ".fdbackup";
/// How a backup is called while it is written.
const PARTIAL: &str = "partial";
/// Pairs that are read from the engine in one go.
const PAGE: usize = 200;
/// Bytes of pairs in one chunk.
const CHUNK: usize = 256 << 10;

/// A backup that was written, read back, and found whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// The journal sequence whose state it holds.
    pub covers: u64,
    /// How much it holds.
    pub counts: Contents,
    /// Files of customers that it names and lacks: all of them in a backup from before files were part of one.
    pub lacks: u64,
    /// Its size in bytes.
    pub bytes: u64,
}

/// What a backup is taken of.
pub(crate) struct Origin<'a> {
    /// Which store.
    pub(crate) store: u128,
    /// Its pairs.
    pub(crate) engine: &'a Engine,
    /// Its journal's folder.
    pub(crate) journal: &'a Path,
    /// The folder of the files that customers handed in.
    pub(crate) evidence: &'a Path,
    /// The last sequence that is in the engine.
    pub(crate) applied: u64,
    /// The last sequence in the journal, now.
    pub(crate) to: &'a dyn Fn() -> u64,
}

/// Takes a backup into a new file and reads it back. Commits may go on meanwhile.
pub(crate) fn take(origin: &Origin<'_>, path: &Path) -> Result<Backup, StoreError> {
    let partial = place::partial(path);
    let fail = |e| StoreError::io("write the backup", &partial, e);
    let file = private_file()
        .create(true)
        .truncate(true)
        .open(&partial)
        .map_err(fail)?;
    let mut sink = Sink::new(BufWriter::new(file)).map_err(fail)?;
    let from = origin.applied;
    export(origin.engine, |chunk| sink.pairs(chunk).map_err(fail))?;
    let to = (origin.to)();
    for record in Reader::open(origin.journal, origin.store, from + 1, to)? {
        let record = record?;
        sink.record(record.seq, &record.payload).map_err(fail)?;
    }
    add_files(origin.evidence, |hash, content| {
        sink.file(hash, content).map_err(fail)
    })?;
    let header = Header {
        store: origin.store,
        from,
        to,
    };
    let (out, head, _) = sink.finish(header).map_err(fail)?;
    seal(out, &head, &partial, path).map_err(fail)?;
    verify(path).inspect_err(|_| {
        // It must not be taken for a backup, but somebody may want to look at it.
        let _ = fs::rename(path, path.with_extension("not-whole"));
    })
}

/// Writes the header over its place, makes the file durable and gives it its name.
fn seal(out: BufWriter<File>, head: &[u8], partial: &Path, path: &Path) -> io::Result<()> {
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(head)?;
    file.sync_all()?;
    fs::rename(partial, path)?;
    sync_folder(parent(path))
}

/// Hands over the files of customers that are whole; the log names the others.
fn add_files(
    evidence: &Path,
    mut add: impl FnMut(&EvidenceHash, &[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut added = Ok(());
    evidence::walk(evidence, |_, hash| {
        if let (Some(hash), Ok(())) = (hash, &added) {
            added = evidence::read(evidence, &hash)
                .and_then(|found| found.map_or(Ok(()), |content| add(&hash, &content)));
        }
    })
    .map_err(|e| StoreError::io("read", evidence, e))?;
    added
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Hands over all pairs of the engine, in chunks. What the engine says about itself is left out: a restored store says it anew.
fn export(
    engine: &Engine,
    mut chunk: impl FnMut(&[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut changes = Changes::new();
    let mut bytes = 0;
    for page in pages(engine) {
        for (key, value) in page? {
            bytes += key.len() + value.len();
            changes.insert(key, Some(value));
        }
        if bytes >= CHUNK {
            chunk(&batch::encode(&std::mem::take(&mut changes)))?;
            bytes = 0;
        }
    }
    if changes.is_empty() {
        return Ok(());
    }
    chunk(&batch::encode(&changes))
}

/// All pairs but the engine's own notes, page by page.
pub(crate) fn pages(engine: &Engine) -> impl Iterator<Item = Result<Vec<Pair>, StoreError>> {
    let mut from = Some(keys::FIRST_RECORD.to_vec());
    std::iter::from_fn(move || {
        let start = from.take()?;
        match engine.page(&start, keys::END, PAGE) {
            Err(e) => Some(Err(StoreError::damaged(e.to_string()))),
            Ok(page) => {
                let (last, _) = page.last()?;
                from = Some([last, &[0][..]].concat());
                Some(Ok(page))
            }
        }
    })
}

/// Reads a backup from end to end and checks all of it.
///
/// # Errors
/// When it cannot be read, or is not whole.
pub fn verify(path: &Path) -> Result<Backup, StoreError> {
    let mut next = None;
    let mut files = Files::default();
    let source = read(path, |header, chunk| {
        let whole = match chunk {
            Chunk::Pairs(bytes) => files.note(&bytes),
            Chunk::Record { seq, payload } => {
                let expected = next.unwrap_or(header.from + 1);
                next = Some(seq + 1);
                seq == expected && files.note(&payload)
            }
            Chunk::File { hash, content } => files.hold(hash, &content),
        };
        whole
            .then_some(())
            .ok_or_else(|| not_whole(path, "a chunk of it makes no sense"))
    })?;
    if next.unwrap_or(source.0.from + 1) != source.0.to + 1 {
        return Err(not_whole(path, "journal records are missing in it"));
    }
    let bytes = fs::metadata(path)
        .map_err(|e| StoreError::io("read", path, e))?
        .len();
    Ok(Backup {
        path: path.to_owned(),
        covers: source.0.to,
        counts: source.1,
        lacks: files.lacking(),
        bytes,
    })
}

/// The files of customers that a backup names, and those that it holds.
#[derive(Default)]
struct Files {
    /// The keys that name one.
    named: BTreeSet<Vec<u8>>,
    held: BTreeSet<EvidenceHash>,
}

impl Files {
    /// Notes which files some changes name. False when they make no sense.
    fn note(&mut self, encoded: &[u8]) -> bool {
        let Some(changes) = batch::decode(encoded) else {
            return false;
        };
        let uses = changes
            .into_iter()
            .filter(|(key, _)| hash_in_use(key).is_some());
        for (key, value) in uses {
            match value {
                Some(_) => self.named.insert(key),
                None => self.named.remove(&key),
            };
        }
        true
    }

    /// Notes a file that is there. False when it is not what its name says.
    fn hold(&mut self, hash: EvidenceHash, content: &[u8]) -> bool {
        self.held.insert(hash);
        EvidenceHash::of(content) == hash
    }

    fn lacking(&self) -> u64 {
        let named: BTreeSet<EvidenceHash> = self
            .named
            .iter()
            .filter_map(|key| hash_in_use(key))
            .collect();
        named.difference(&self.held).count() as u64
    }
}

/// Puts what a backup holds into an empty engine, and its files beside those that are there. Returns what it covers.
pub(crate) fn load(path: &Path, engine: &Engine, evidence: &Path) -> Result<Header, StoreError> {
    let (header, _) = read(path, |header, chunk| {
        let (seq, bytes) = match chunk {
            Chunk::Pairs(bytes) => (0, bytes),
            Chunk::Record { seq, payload } => (seq, payload),
            Chunk::File { hash, content } => return evidence::keep(evidence, &hash, &content),
        };
        let changes =
            batch::decode(&bytes).ok_or_else(|| not_whole(path, "a chunk of it makes no sense"))?;
        engine
            .apply(changes, keys::applied(seq.min(header.to)))
            .map_err(|e| StoreError::damaged(e.to_string()))
    })?;
    engine
        .apply(
            [keys::store_id(header.store), keys::layout_unsure()],
            keys::applied(header.to),
        )
        .map_err(|e| StoreError::damaged(e.to_string()))?;
    Ok(header)
}

/// Reads a backup piece by piece, to its end.
fn read(
    path: &Path,
    mut each: impl FnMut(Header, Chunk) -> Result<(), StoreError>,
) -> Result<(Header, Contents), StoreError> {
    let fail = |e: io::Error| match e.kind() {
        io::ErrorKind::UnexpectedEof => not_whole(path, "it ends too early"),
        io::ErrorKind::InvalidData => not_whole(path, &e.to_string()),
        _ => StoreError::io("read the backup", path, e),
    };
    let file = File::open(path).map_err(fail)?;
    let mut source = Source::new(BufReader::with_capacity(1 << 20, file)).map_err(fail)?;
    let header = source.header;
    while let Some(chunk) = source.next().map_err(fail)? {
        each(header, chunk)?;
    }
    Ok((header, source.counts()))
}

fn not_whole(path: &Path, why: &str) -> StoreError {
    StoreError::damaged(format!("the backup {} is not whole: {why}", path.display()))
}

/// The newest backup of this store in a folder that is whole. Those that are not are named in the log.
pub(crate) fn newest(folder: &Path, store: Option<u128>) -> Result<Option<Backup>, StoreError> {
    let mut found = Vec::new();
    for path in list(folder)? {
        match header(&path) {
            Ok(header) if store.is_none_or(|id| id == header.store) => {
                found.push((header.to, path));
            }
            Ok(_) => tracing::error!(backup = %path.display(), "store.backup.of_another_store"),
            Err(e) => {
                tracing::error!(backup = %path.display(), error = %e, "store.backup.unreadable")
            }
        }
    }
    found.sort();
    while let Some((_, path)) = found.pop() {
        match verify(&path) {
            Ok(backup) => return Ok(Some(backup)),
            Err(e) => {
                tracing::error!(backup = %path.display(), error = %e, "store.backup.not_whole")
            }
        }
    }
    Ok(None)
}

/// The backups in a folder, by name; none if the folder is missing.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    files(folder, SUFFIX)
}

/// Removes what backups that were cut off have left in a folder.
pub(crate) fn remove_partial(folder: &Path) -> Result<(), StoreError> {
    for path in files(folder, PARTIAL)? {
        fs::remove_file(&path).map_err(|e| StoreError::io("remove", &path, e))?;
    }
    Ok(())
}

fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(StoreError::io("read", folder, e)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| StoreError::io("read", folder, e))?.path();
        if path.to_string_lossy().ends_with(ending) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// What a backup says it covers.
pub(crate) fn header(path: &Path) -> Result<Header, StoreError> {
    let file = File::open(path).map_err(|e| StoreError::io("read the backup", path, e))?;
    Source::new(file)
        .map(|source| source.header)
        .map_err(|e| not_whole(path, &e.to_string()))
}

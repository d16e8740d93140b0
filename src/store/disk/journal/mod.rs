//! The journal: what has been acknowledged, in order, on disk. The truth from which everything else can be rebuilt.
//!
//! Append-only segments in one folder, each named by its first sequence and filled with zeros when it is made, so that an append
//! overwrites bytes in place and `fdatasync` has no metadata to write. One record is one batch of commits. After an I/O error the
//! journal refuses everything: what a failed `fsync` left on the disk is unknown, and a second one may succeed without having written it.
//! What the payload means is not known here.

mod reader;
mod segment;

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

pub(crate) use reader::{Loaded, Newest, Reader, SegmentFile, list, load, size, store_of};
use segment::{HEADER, Wound};

use crate::store::disk::folder::{private_file, sync_folder};
use crate::store::error::StoreError;
use segment::Header;

/// A segment that waits for its turn.
const SPARE: &str = "spare.tmp";

/// The open end of the journal. One thread owns it.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    store: u128,
    segment_bytes: usize,
    current: Option<Current>,
    next: u64,
    /// The thread that fills the next segment with zeros.
    spare: Option<JoinHandle<io::Result<()>>>,
    poisoned: bool,
    buffer: Vec<u8>,
}

/// The segment that is being written.
#[derive(Debug)]
struct Current {
    path: PathBuf,
    file: File,
    at: usize,
    size: usize,
}

/// What was found at the end of the journal when it was opened.
#[derive(Debug)]
pub(crate) struct TornTail {
    /// The sequence the cut-off record would have had.
    pub(crate) seq: u64,
    /// Where its bytes were put.
    pub(crate) kept_in: PathBuf,
}

impl Journal {
    /// Opens the journal for appending after its last whole record; a torn tail is put aside and cut off.
    ///
    /// `next` is the sequence that follows all that is known elsewhere; the journal may be ahead of it, never behind. `newest` is the
    /// newest segment, if there is one.
    pub(crate) fn open(
        folder: &Path,
        store: u128,
        segment_bytes: usize,
        next: u64,
        newest: Option<&Newest>,
    ) -> Result<(Self, Option<TornTail>), StoreError> {
        let mut journal = Self {
            folder: folder.to_owned(),
            store,
            segment_bytes: segment_bytes.max(4096),
            current: None,
            next: next.max(1),
            spare: None,
            poisoned: false,
            buffer: Vec::new(),
        };
        let torn = match newest {
            Some(newest) => journal.resume(newest)?,
            None => None,
        };
        journal.prepare_spare();
        Ok((journal, torn))
    }

    /// Goes on behind the last record of the newest segment.
    fn resume(&mut self, newest: &Newest) -> Result<Option<TornTail>, StoreError> {
        let (last, loaded) = (&newest.file, &newest.loaded);
        let after = newest.next();
        if after < self.next {
            // The engine is ahead: go on in a new segment, the old one stays as it is.
            return Ok(None);
        }
        let fail = |e| StoreError::io("open", &last.path, e);
        let file = private_file().open(&last.path).map_err(fail)?;
        let torn = match loaded.contents.torn {
            Some(wound) => Some(self.cut_off(&file, &loaded.bytes, wound)?),
            None => None,
        };
        self.next = after;
        self.current = Some(Current {
            path: last.path.clone(),
            file,
            at: loaded.contents.end(),
            size: loaded.bytes.len(),
        });
        Ok(torn)
    }

    /// Keeps the bytes of a torn tail in a file of their own, then overwrites them with zeros.
    fn cut_off(&self, file: &File, bytes: &[u8], torn: Wound) -> Result<TornTail, StoreError> {
        let kept_in =
            crate::store::disk::folder::free_name(&self.folder, &format!("torn-{:020}", torn.seq));
        let tail = &bytes[torn.at..torn.end];
        let write = || -> io::Result<()> {
            let aside = private_file().create(true).truncate(true).open(&kept_in)?;
            aside.write_all_at(tail, 0)?;
            aside.sync_all()?;
            sync_folder(&self.folder)?;
            file.write_all_at(&vec![0; tail.len()], torn.at as u64)?;
            file.sync_data()
        };
        write().map_err(|e| StoreError::io("cut off the torn tail of", &self.folder, e))?;
        Ok(TornTail {
            seq: torn.seq,
            kept_in,
        })
    }

    /// Writes one record and waits until the disk has it. Returns its sequence.
    ///
    /// After an error nothing more is taken, and whether the record is on disk is unknown.
    pub(crate) fn append(&mut self, payload: &[u8]) -> Result<u64, StoreError> {
        if self.poisoned {
            return Err(StoreError::Stopped {
                reason: "an earlier write to the journal failed".to_owned(),
            });
        }
        self.poisoned = true;
        let seq = self.next;
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        segment::encode_record(self.store, seq, payload, &mut buffer);
        let current = self.room_for(buffer.len())?;
        let at = current.at as u64;
        current
            .file
            .write_all_at(&buffer, at)
            .and_then(|()| current.file.sync_data())
            .map_err(|e| StoreError::io("write to", &current.path, e))?;
        current.at += buffer.len();
        self.buffer = buffer;
        self.buffer.shrink_to(1 << 20);
        self.next += 1;
        self.poisoned = false;
        Ok(seq)
    }

    /// The current segment, or a new one if the record does not fit.
    fn room_for(&mut self, bytes: usize) -> Result<&mut Current, StoreError> {
        let current = match self.current.take() {
            Some(current) if current.at + bytes <= current.size => current,
            _ => self.roll(bytes)?,
        };
        Ok(self.current.insert(current))
    }

    /// Starts a new segment at the next sequence.
    fn roll(&mut self, bytes: usize) -> Result<Current, StoreError> {
        let size = self.segment_bytes.max(HEADER + bytes);
        let spare = self.folder.join(SPARE);
        let filled = self.spare.take().map(JoinHandle::join);
        let ready = size == self.segment_bytes && matches!(filled, Some(Ok(Ok(()))));
        let path = self.folder.join(format!("{:020}.seg", self.next));
        let make = || -> io::Result<File> {
            if !ready {
                fill(&spare, size)?;
            }
            let file = private_file().open(&spare)?;
            let header = Header {
                store: self.store,
                first: self.next,
            };
            file.write_all_at(&header.encode(), 0)?;
            file.sync_all()?;
            fs::rename(&spare, &path)?;
            sync_folder(&self.folder)?;
            Ok(file)
        };
        let file = make().map_err(|e| StoreError::io("begin", &path, e))?;
        self.prepare_spare();
        Ok(Current {
            path,
            file,
            at: HEADER,
            size,
        })
    }

    /// Makes the next segment ready in the background, so that no commit waits for it.
    fn prepare_spare(&mut self) {
        let spare = self.folder.join(SPARE);
        let size = self.segment_bytes;
        self.spare = std::thread::Builder::new()
            .name("store-spare".to_owned())
            .spawn(move || fill(&spare, size))
            .ok();
    }

    /// Deletes the segments that hold nothing after sequence `covered`. Returns how many.
    pub(crate) fn prune(&mut self, covered: u64) -> Result<usize, StoreError> {
        let segments = list(&self.folder)?;
        let mut deleted = 0;
        for pair in segments.windows(2) {
            if pair[1].first > covered.saturating_add(1) {
                break;
            }
            fs::remove_file(&pair[0].path)
                .map_err(|e| StoreError::io("delete", &pair[0].path, e))?;
            deleted += 1;
        }
        sync_folder(&self.folder).map_err(|e| StoreError::io("sync", &self.folder, e))?;
        Ok(deleted)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if let Some(spare) = self.spare.take() {
            // Its result matters only to the next segment, and there is none.
            let _ = spare.join();
        }
    }
}

/// Makes a file of `size` zeros: real ones, so that later writes need no new blocks.
fn fill(path: &Path, size: usize) -> io::Result<()> {
    let file = private_file().create(true).truncate(true).open(path)?;
    let zeros = vec![0; size.min(1 << 20)];
    let mut at = 0;
    while at < size {
        let step = zeros.len().min(size - at);
        file.write_all_at(&zeros[..step], at as u64)?;
        at += step;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests;

//! Reading the journal: which segments there are, and the records from a sequence on, in order and without a gap.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::segment::{self, Contents, HEADER, Header};
use crate::store::error::StoreError;

/// A segment's file and the sequence its name states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SegmentFile {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its first sequence.
    pub(crate) first: u64,
}

/// A segment in memory.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The whole file.
    pub(crate) bytes: Vec<u8>,
    /// Whether its header cannot be read; the records carry enough to do without.
    pub(crate) headless: bool,
    /// Its records and wounds.
    pub(crate) contents: Contents,
}

/// The newest segment in memory, read once for all that a start wants to know of it.
#[derive(Debug)]
pub(crate) struct Newest {
    /// Its file.
    pub(crate) file: SegmentFile,
    /// Which store it belongs to.
    pub(crate) store: u128,
    /// What is in it.
    pub(crate) loaded: Loaded,
}

impl Newest {
    /// Reads it; none if the folder has no segments.
    pub(crate) fn load(folder: &Path, store: u128) -> Result<Option<Self>, StoreError> {
        let Some(file) = list(folder)?.pop() else {
            return Ok(None);
        };
        let loaded = load(&file, store, u64::MAX)?;
        Ok(Some(Self {
            file,
            store,
            loaded,
        }))
    }

    /// The sequence after its last record.
    pub(crate) fn next(&self) -> u64 {
        self.loaded.contents.next(self.file.first)
    }

    /// Whether it lacks a record that the engine has, or is damaged where the engine does not need it.
    pub(crate) fn is_hurt(&self, applied: u64) -> bool {
        let ends_early = self.next() <= applied;
        ends_early || self.loaded.headless || !self.loaded.contents.damage.is_empty()
    }
}

/// One record of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// Its sequence.
    pub(crate) seq: u64,
    /// What was appended.
    pub(crate) payload: Vec<u8>,
}

/// The segments of a folder, oldest first.
pub(crate) fn list(folder: &Path) -> Result<Vec<SegmentFile>, StoreError> {
    let fail = |e| StoreError::io("read", folder, e);
    let mut segments = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let first = name
            .and_then(|name| name.strip_suffix(".seg"))
            .and_then(|stem| stem.parse().ok());
        if let Some(first) = first {
            segments.push(SegmentFile { path, first });
        }
    }
    segments.sort_by_key(|segment| segment.first);
    Ok(segments)
}

/// The length of all segments of a folder, in bytes.
pub(crate) fn size(folder: &Path) -> Result<u64, StoreError> {
    let sizes = list(folder)?.into_iter().map(|segment| {
        let meta = fs::metadata(&segment.path);
        let meta = meta.map_err(|e| StoreError::io("look at", &segment.path, e))?;
        Ok(meta.len())
    });
    sizes.sum()
}

/// Reads one segment of a store up to sequence `to`.
pub(crate) fn load(file: &SegmentFile, store: u128, to: u64) -> Result<Loaded, StoreError> {
    let bytes = fs::read(&file.path).map_err(|e| StoreError::io("read", &file.path, e))?;
    let expected = Header {
        store,
        first: file.first,
    };
    let found = Header::decode(&bytes);
    if found.is_some_and(|found| found != expected) {
        return Err(StoreError::damaged(format!(
            "the journal segment {} belongs to another store or was renamed",
            file.path.display()
        )));
    }
    Ok(Loaded {
        headless: found.is_none(),
        contents: segment::parse(&bytes, expected, to),
        bytes,
    })
}

/// The store id in a segment's header, if it can be read.
pub(crate) fn store_of(path: &Path) -> Option<u128> {
    let mut head = [0; HEADER];
    File::open(path).ok()?.read_exact(&mut head).ok()?;
    Header::decode(&head).map(|header| header.store)
}

/// The records from one sequence to another, in order. The first damage or gap ends it with an error.
#[derive(Debug)]
pub(crate) struct Reader {
    store: u128,
    segments: std::vec::IntoIter<SegmentFile>,
    loaded: Option<(SegmentFile, Loaded)>,
    /// Index of the next record in the loaded segment.
    index: usize,
    next: u64,
    to: u64,
    failed: bool,
}

impl Reader {
    /// Reads `from..=to`. The journal may end before `to`; it may not begin after `from`.
    pub(crate) fn open(folder: &Path, store: u128, from: u64, to: u64) -> Result<Self, StoreError> {
        let mut segments = list(folder)?;
        let skip = segments.partition_point(|segment| segment.first <= from);
        segments.drain(..skip.saturating_sub(1));
        Ok(Self {
            store,
            segments: segments.into_iter(),
            loaded: None,
            index: 0,
            next: from,
            to,
            failed: false,
        })
    }

    fn read(&mut self) -> Result<Option<Record>, StoreError> {
        while self.next <= self.to {
            if let Some(record) = self.record_in_segment()? {
                return Ok(Some(record));
            }
            if !self.next_segment()? {
                return Ok(None);
            }
        }
        Ok(None)
    }

    fn record_in_segment(&mut self) -> Result<Option<Record>, StoreError> {
        let Some((file, loaded)) = &self.loaded else {
            return Ok(None);
        };
        let spans = &loaded.contents.records[self.index..];
        let skipped = spans.partition_point(|span| span.seq < self.next);
        let Some(span) = spans.get(skipped) else {
            return Ok(None);
        };
        if span.seq != self.next {
            let wound = loaded.contents.damage.iter().find(|w| w.seq == self.next);
            return Err(StoreError::JournalDamaged {
                segment: file.path.clone(),
                offset: wound.map_or(0, |wound| wound.at as u64),
                seq: self.next,
            });
        }
        self.index += skipped + 1;
        self.next += 1;
        Ok(Some(Record {
            seq: span.seq,
            payload: loaded.bytes[span.payload()].to_vec(),
        }))
    }

    fn next_segment(&mut self) -> Result<bool, StoreError> {
        let Some(file) = self.segments.next() else {
            return Ok(false);
        };
        if file.first > self.next {
            return Err(match &self.loaded {
                None => StoreError::Gap {
                    journal_from: file.first,
                    backup_to: self.next - 1,
                },
                Some((before, loaded)) => StoreError::JournalDamaged {
                    segment: before.path.clone(),
                    offset: loaded.contents.end() as u64,
                    seq: self.next,
                },
            });
        }
        let loaded = load(&file, self.store, self.to)?;
        self.index = 0;
        self.loaded = Some((file, loaded));
        Ok(true)
    }
}

impl Iterator for Reader {
    type Item = Result<Record, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let item = self.read().transpose();
        self.failed = matches!(item, Some(Err(_)));
        item
    }
}

//! The file format of a backup. Pure but for the readers and writers it is given.
//!
//! ```text
//! header   "FDBKUP01"  store id u128  from u64  to u64  crc32c u32  zeros up to 64 bytes
//! chunk    kind u8  length u32  crc32c u32  bytes
//!          kind 1: pairs, as in a journal record   kind 2: a journal record: sequence u64, payload
//!          kind 3: a file that a customer handed in: sha256, content; none in backups of before there were any
//! end      kind 9: pairs u64  records u64  sha256 of everything before this chunk
//! ```
//! The pairs are what an iteration met between sequence `from` and `to`; the records are the journal from `from + 1` to `to`. Pairs
//! first, then records on top, give the state at `to` exactly, because records are absolute. Files come last: each was on disk before a
//! record named it, so that none is missing that a record up to `to` names.

use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

use crate::domain::evidence::EvidenceHash;

/// First bytes of every backup.
const MAGIC: &[u8; 8] = b"FDBKUP01";
const HEADER: usize = 64;
const PAIRS: u8 = 1;
const RECORD: u8 = 2;
const FILE: u8 = 3;
const END: u8 = 9;
/// No chunk is longer: a length beyond it is damage, not a reason to ask for memory.
const MAX_CHUNK: u32 = 64 << 20;

/// What a backup covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Which store it is of.
    pub(crate) store: u128,
    /// The sequence that was applied when it was begun.
    pub(crate) from: u64,
    /// The sequence whose state it holds.
    pub(crate) to: u64,
}

impl Header {
    fn encode(self) -> [u8; HEADER] {
        let mut out = [0; HEADER];
        out[..8].copy_from_slice(MAGIC);
        out[8..24].copy_from_slice(&self.store.to_le_bytes());
        out[24..32].copy_from_slice(&self.from.to_le_bytes());
        out[32..40].copy_from_slice(&self.to.to_le_bytes());
        let crc = crc32c::crc32c(&out[..40]);
        out[40..44].copy_from_slice(&crc.to_le_bytes());
        out
    }

    fn decode(bytes: &[u8; HEADER]) -> Option<Self> {
        let number = |at: usize| Some(u64::from_le_bytes(bytes[at..at + 8].try_into().ok()?));
        let crc = u32::from_le_bytes(bytes[40..44].try_into().ok()?);
        if &bytes[..8] != MAGIC || crc32c::crc32c(&bytes[..40]) != crc {
            return None;
        }
        Some(Self {
            store: u128::from_le_bytes(bytes[8..24].try_into().ok()?),
            from: number(24)?,
            to: number(32)?,
        })
    }
}

/// One piece of a backup.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Chunk {
    /// Pairs, in the form of a journal record's payload.
    Pairs(Vec<u8>),
    /// A journal record.
    Record {
        /// Its sequence.
        seq: u64,
        /// Its payload.
        payload: Vec<u8>,
    },
    /// A file that a customer handed in.
    File {
        /// What it is called by.
        hash: EvidenceHash,
        /// What is in it.
        content: Vec<u8>,
    },
}

/// How much a backup holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Chunks of pairs.
    pub pairs: u64,
    /// Journal records.
    pub records: u64,
    /// Files that customers handed in.
    pub files: u64,
}

/// Writes a backup piece by piece. The header comes last, over its place: until then the file is no backup.
#[derive(Debug)]
pub(crate) struct Sink<W> {
    out: W,
    hash: Sha256,
    counts: Contents,
}

impl<W: Write> Sink<W> {
    /// Leaves room for the header.
    pub(crate) fn new(mut out: W) -> io::Result<Self> {
        out.write_all(&[0; HEADER])?;
        Ok(Self {
            out,
            hash: Sha256::new(),
            counts: Contents::default(),
        })
    }

    /// Adds pairs.
    pub(crate) fn pairs(&mut self, encoded: &[u8]) -> io::Result<()> {
        self.counts.pairs += 1;
        self.chunk(PAIRS, encoded)
    }

    /// Adds a journal record.
    pub(crate) fn record(&mut self, seq: u64, payload: &[u8]) -> io::Result<()> {
        self.counts.records += 1;
        self.chunk(RECORD, &[&seq.to_le_bytes(), payload].concat())
    }

    /// Adds a file.
    pub(crate) fn file(&mut self, hash: &EvidenceHash, content: &[u8]) -> io::Result<()> {
        self.counts.files += 1;
        self.chunk(FILE, &[&hash.0, content].concat())
    }

    /// Ends it. The header returned is to be written at the beginning.
    pub(crate) fn finish(mut self, header: Header) -> io::Result<(W, [u8; HEADER], Contents)> {
        let head = header.encode();
        let mut hash = self.hash.clone();
        hash.update(head);
        let counts = self.counts;
        // Files are not counted in it: the hash covers them, and backups without any look as they always did.
        let end = [
            &counts.pairs.to_le_bytes()[..],
            &counts.records.to_le_bytes(),
            &hash.finalize(),
        ]
        .concat();
        self.chunk(END, &end)?;
        self.out.flush()?;
        Ok((self.out, head, counts))
    }

    fn chunk(&mut self, kind: u8, bytes: &[u8]) -> io::Result<()> {
        let len = u32::try_from(bytes.len())
            .ok()
            .filter(|len| *len <= MAX_CHUNK)
            .ok_or_else(|| io::Error::other("a chunk of a backup is too long"))?;
        let mut head = [0; 9];
        head[0] = kind;
        head[1..5].copy_from_slice(&len.to_le_bytes());
        head[5..9].copy_from_slice(&crc32c::crc32c(bytes).to_le_bytes());
        for piece in [&head, bytes] {
            self.hash.update(piece);
            self.out.write_all(piece)?;
        }
        Ok(())
    }
}

/// Reads a backup piece by piece, checking every checksum; the end checks the whole.
#[derive(Debug)]
pub(crate) struct Source<R> {
    input: R,
    /// What it covers.
    pub(crate) header: Header,
    hash: Sha256,
    counts: Contents,
}

impl<R: Read> Source<R> {
    /// Reads the header.
    pub(crate) fn new(mut input: R) -> io::Result<Self> {
        let mut head = [0; HEADER];
        input.read_exact(&mut head)?;
        let header = Header::decode(&head).ok_or_else(|| damaged("its header is damaged"))?;
        Ok(Self {
            input,
            header,
            hash: Sha256::new(),
            counts: Contents::default(),
        })
    }

    /// The next piece; none after the end, which has then been found whole.
    pub(crate) fn next(&mut self) -> io::Result<Option<Chunk>> {
        let mut head = [0; 9];
        self.input.read_exact(&mut head)?;
        let len = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
        let crc = u32::from_le_bytes([head[5], head[6], head[7], head[8]]);
        if len > MAX_CHUNK {
            return Err(damaged("a chunk's length is damaged"));
        }
        let mut bytes = vec![0; len as usize];
        self.input.read_exact(&mut bytes)?;
        if crc32c::crc32c(&bytes) != crc {
            return Err(damaged("a chunk does not match its checksum"));
        }
        if head[0] == END {
            return self.check_end(&bytes).map(|()| None);
        }
        self.hash.update(head);
        self.hash.update(&bytes);
        self.chunk(head[0], bytes).map(Some)
    }

    /// How much was read so far.
    pub(crate) fn counts(&self) -> Contents {
        self.counts
    }

    fn chunk(&mut self, kind: u8, bytes: Vec<u8>) -> io::Result<Chunk> {
        match kind {
            PAIRS => {
                self.counts.pairs += 1;
                Ok(Chunk::Pairs(bytes))
            }
            RECORD => {
                self.counts.records += 1;
                let (seq, payload) = bytes
                    .split_first_chunk::<8>()
                    .ok_or_else(|| damaged("a journal record in it is too short"))?;
                Ok(Chunk::Record {
                    seq: u64::from_le_bytes(*seq),
                    payload: payload.to_vec(),
                })
            }
            FILE => {
                self.counts.files += 1;
                let (hash, content) = bytes
                    .split_first_chunk::<32>()
                    .ok_or_else(|| damaged("a file in it is too short"))?;
                let (hash, content) = (EvidenceHash(*hash), content.to_vec());
                Ok(Chunk::File { hash, content })
            }
            _ => Err(damaged("it has a chunk of an unknown kind")),
        }
    }

    fn check_end(&mut self, end: &[u8]) -> io::Result<()> {
        let mut hash = self.hash.clone();
        hash.update(self.header.encode());
        let expected = [
            &self.counts.pairs.to_le_bytes()[..],
            &self.counts.records.to_le_bytes(),
            &hash.finalize(),
        ]
        .concat();
        if end != expected {
            return Err(damaged("its end does not match what was read"));
        }
        match self.input.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(damaged("something follows its end")),
        }
    }
}

fn damaged(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backup() -> Vec<u8> {
        let header = Header {
            store: 9,
            from: 3,
            to: 5,
        };
        let mut sink = Sink::new(Vec::new()).unwrap();
        sink.pairs(b"some pairs").unwrap();
        sink.record(4, b"a record").unwrap();
        sink.record(5, b"another").unwrap();
        sink.file(&EvidenceHash::of(b"a photo"), b"a photo")
            .unwrap();
        let (mut bytes, head, counts) = sink.finish(header).unwrap();
        assert_eq!(
            counts,
            Contents {
                pairs: 1,
                records: 2,
                files: 1
            }
        );
        bytes[..HEADER].copy_from_slice(&head);
        bytes
    }

    fn read(bytes: &[u8]) -> io::Result<Vec<Chunk>> {
        let mut source = Source::new(bytes)?;
        let mut chunks = Vec::new();
        while let Some(chunk) = source.next()? {
            chunks.push(chunk);
        }
        Ok(chunks)
    }

    #[test]
    fn what_is_written_is_read() {
        let chunks = read(&backup()).unwrap();
        assert_eq!(chunks[0], Chunk::Pairs(b"some pairs".to_vec()));
        assert_eq!(
            chunks[2],
            Chunk::Record {
                seq: 5,
                payload: b"another".to_vec()
            }
        );
        let file = Chunk::File {
            hash: EvidenceHash::of(b"a photo"),
            content: b"a photo".to_vec(),
        };
        assert_eq!(chunks[3], file);
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_noticed() {
        let whole = backup();
        for at in (0..44).chain(HEADER..whole.len()) {
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            assert!(read(&bytes).is_err(), "byte {at}");
        }
        for len in 0..whole.len() {
            assert!(read(&whole[..len]).is_err(), "cut at {len}");
        }
        assert!(read(&[whole, vec![0]].concat()).is_err());
    }
}

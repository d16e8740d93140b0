//! One file of the journal: its header, its records, and what a damaged or torn one looks like.
//!
//! ```text
//! header   "FDESKJ01"  store id u128  first seq u64  crc32c u32  zeros up to 64 bytes
//! record   len u32  crc32c u32 (of store id, len, seq, payload)  seq u64  payload (len bytes)
//! rest     zeros: the file is filled with them when it is made, so that an append changes no metadata
//! ```
//! Numbers are little-endian. The checksum begins with the store's id, so that no text a customer sends can look like a record.
//! Pure: from bytes to values.

use std::ops::{Range, RangeInclusive};

/// First bytes of every segment.
const MAGIC: &[u8; 8] = b"FDESKJ01";
/// Bytes before the first record.
pub(crate) const HEADER: usize = 64;
/// Bytes that are looked at at once where zeros are expected.
const STRETCH: usize = 4096;
/// Bytes of a record before its payload.
pub(crate) const FRAME: usize = 16;

/// The header of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Which store the journal belongs to.
    pub(crate) store: u128,
    /// Sequence of the first record.
    pub(crate) first: u64,
}

impl Header {
    /// The header as it stands in the file.
    pub(crate) fn encode(self) -> [u8; HEADER] {
        let mut out = [0; HEADER];
        out[..8].copy_from_slice(MAGIC);
        out[8..24].copy_from_slice(&self.store.to_le_bytes());
        out[24..32].copy_from_slice(&self.first.to_le_bytes());
        let crc = crc32c::crc32c(&out[..32]);
        out[32..36].copy_from_slice(&crc.to_le_bytes());
        out
    }

    /// The header of a file; none if it is no segment or its header is damaged.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let head = bytes.get(..HEADER)?;
        let whole = &head[..8] == MAGIC
            && crc32c::crc32c(&head[..32]) == u32_at(head, 32)?
            && head[36..].iter().all(|byte| *byte == 0);
        if !whole {
            return None;
        }
        Some(Self {
            store: u128::from_le_bytes(head[8..24].try_into().ok()?),
            first: u64_at(head, 24)?,
        })
    }
}

/// Puts a record behind what is in `out`.
pub(crate) fn encode_record(store: u128, seq: u64, payload: &[u8], out: &mut Vec<u8>) {
    let len = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&record_crc(store, len, seq, payload).to_le_bytes());
    out.extend_from_slice(&seq.to_le_bytes());
    out.extend_from_slice(payload);
}

fn record_crc(store: u128, len: u32, seq: u64, payload: &[u8]) -> u32 {
    let crc = crc32c::crc32c(&store.to_le_bytes());
    let crc = crc32c::crc32c_append(crc, &len.to_le_bytes());
    let crc = crc32c::crc32c_append(crc, &seq.to_le_bytes());
    crc32c::crc32c_append(crc, payload)
}

/// A whole record found in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Its sequence.
    pub(crate) seq: u64,
    /// Where its frame begins.
    pub(crate) at: usize,
    /// Length of its payload.
    pub(crate) len: usize,
}

impl Span {
    /// The byte after the record.
    pub(crate) fn end(self) -> usize {
        self.at + FRAME + self.len
    }

    /// Where its payload stands.
    pub(crate) fn payload(self) -> Range<usize> {
        self.at + FRAME..self.end()
    }
}

/// A stretch that holds no whole record though it is not all zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wound {
    /// The sequence that should stand there.
    pub(crate) seq: u64,
    /// First byte.
    pub(crate) at: usize,
    /// The byte after the last one that is not zero, or where the next whole record begins.
    pub(crate) end: usize,
}

/// What a segment holds.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// The whole records, in order.
    pub(crate) records: Vec<Span>,
    /// Damage with whole records after it.
    pub(crate) damage: Vec<Wound>,
    /// Damage with nothing whole after it: what a write that was cut off leaves behind.
    pub(crate) torn: Option<Wound>,
}

impl Contents {
    /// Where the next record goes.
    pub(crate) fn end(&self) -> usize {
        self.records.last().map_or(HEADER, |last| last.end())
    }

    /// The sequence the next record gets, in a segment that began with `first`.
    pub(crate) fn next(&self, first: u64) -> u64 {
        self.records.last().map_or(first, |last| last.seq + 1)
    }
}

/// Reads the records of a segment up to sequence `to`; what follows that is not looked at.
pub(crate) fn parse(bytes: &[u8], header: Header, to: u64) -> Contents {
    let Header {
        store,
        first: mut seq,
    } = header;
    let mut contents = Contents::default();
    let mut at = HEADER;
    while seq <= to {
        if let Some(span) = record_at(bytes, store, at).filter(|span| span.seq == seq) {
            contents.records.push(span);
            at = span.end();
            seq += 1;
            continue;
        }
        let Some(last) = last_used(bytes, at) else {
            break;
        };
        match find_record(bytes, header, at + 1..=last, seq) {
            Some(next) => {
                contents.damage.push(Wound {
                    seq,
                    at,
                    end: next.at,
                });
                at = next.at;
                seq = next.seq;
            }
            None => {
                contents.torn = Some(Wound {
                    seq,
                    at,
                    end: last + 1,
                });
                break;
            }
        }
    }
    contents
}

/// The whole record at `at`, if there is one.
pub(crate) fn record_at(bytes: &[u8], store: u128, at: usize) -> Option<Span> {
    let len = u32_at(bytes, at)?;
    if len == 0 {
        return None;
    }
    let seq = u64_at(bytes, at + 8)?;
    let start = at + FRAME;
    let payload = bytes.get(start..start.checked_add(len as usize)?)?;
    (u32_at(bytes, at + 4)? == record_crc(store, len, seq, payload)).then_some(Span {
        seq,
        at,
        len: len as usize,
    })
}

/// The last byte at or after `at` that is not zero.
fn last_used(bytes: &[u8], at: usize) -> Option<usize> {
    // What is not used yet is most of a file: whole stretches of it are looked at at once.
    let mut rest = bytes.get(at..)?;
    while let Some((before, stretch)) = rest.split_last_chunk::<STRETCH>()
        && stretch.iter().fold(0, |all, byte| all | byte) == 0
    {
        rest = before;
    }
    rest.iter().rposition(|byte| *byte != 0).map(|i| at + i)
}

/// The first whole record that begins in `range` and may follow `seq`.
fn find_record(
    bytes: &[u8],
    header: Header,
    mut range: RangeInclusive<usize>,
    seq: u64,
) -> Option<Span> {
    // A plausible sequence is checked first: it costs nothing, a checksum at every byte would.
    let plausible = seq..=seq.saturating_add(1 << 24);
    range.find_map(|at| {
        let found = u64_at(bytes, at + 8)?;
        plausible
            .contains(&found)
            .then(|| record_at(bytes, header.store, at))?
    })
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(
        bytes.get(at..at.checked_add(4)?)?.try_into().ok()?,
    ))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(
        bytes.get(at..at.checked_add(8)?)?.try_into().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: Header = Header { store: 7, first: 5 };

    fn segment(payloads: &[Vec<u8>], tail: usize) -> Vec<u8> {
        let mut bytes = HEAD.encode().to_vec();
        for (seq, payload) in (5..).zip(payloads) {
            encode_record(HEAD.store, seq, payload, &mut bytes);
        }
        bytes.resize(bytes.len() + tail, 0);
        bytes
    }

    fn payloads() -> impl Strategy<Value = Vec<Vec<u8>>> {
        prop::collection::vec(prop::collection::vec(any::<u8>(), 1..60), 1..12)
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(payloads in payloads(), tail in 0..200_usize) {
            let bytes = segment(&payloads, tail);
            let contents = parse(&bytes, HEAD, u64::MAX);
            prop_assert!(contents.damage.is_empty() && contents.torn.is_none());
            let read: Vec<&[u8]> = contents.records.iter().map(|s| &bytes[s.payload()]).collect();
            prop_assert_eq!(read, payloads.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }

        #[test]
        fn every_flipped_bit_is_noticed(payloads in payloads(), tail in 0..40_usize, at in any::<prop::sample::Index>(), bit in 0..8_u8) {
            let mut bytes = segment(&payloads, tail);
            let whole = parse(&bytes, HEAD, u64::MAX).records;
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            if at < HEADER {
                prop_assert_eq!(Header::decode(&bytes), None);
                return Ok(());
            }
            let contents = parse(&bytes, HEAD, u64::MAX);
            prop_assert!(!contents.damage.is_empty() || contents.torn.is_some());
            let lost = whole.iter().filter(|span| !contents.records.contains(span)).count();
            prop_assert!(lost <= 1, "one flip costs at most the record it is in");
            let last_hit = whole.last().is_none_or(|span| at >= span.at);
            prop_assert_eq!(contents.torn.is_some(), last_hit, "only damage at the very end looks torn");
        }

        #[test]
        fn a_cut_off_write_costs_that_record_alone(payloads in payloads(), cut in any::<prop::sample::Index>()) {
            let mut bytes = segment(&payloads, 0);
            let whole = parse(&bytes, HEAD, u64::MAX).records;
            let last = *whole.last().unwrap();
            let keep = last.at + cut.index(last.end() - last.at);
            for byte in &mut bytes[keep..] { *byte = 0; }
            let contents = parse(&bytes, HEAD, u64::MAX);
            prop_assert!(contents.damage.is_empty());
            prop_assert!(contents.records.len() + 1 >= whole.len());
            prop_assert!(whole.starts_with(&contents.records));
        }
    }
}

//! Where something stands in a rule file. It knows nothing of what may stand there.

use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

/// One rule file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its name below the rule folder, such as `refund_status.toml`.
    pub name: Arc<str>,
    /// Its whole text, kept for messages that underline a part of it.
    pub text: Arc<str>,
}

/// Where something stands: a byte range of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Index into the files of a [`Book`](super::book::Book).
    pub file: u16,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Line of the first byte, from 1.
    pub line: u32,
}

/// Where something stands is not what it says: a rule that was moved is the same rule.
impl Hash for Place {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// A value and the place that said it.
#[derive(Clone, Debug, Hash)]
pub struct Located<T> {
    /// What was said.
    pub value: T,
    /// Where.
    pub at: Place,
}

/// The place of a part of a text value: exact where the value stands in the file as it is, the whole value where escapes are in it.
pub fn part_of(file: &str, text: &Located<String>, part: Range<usize>) -> Place {
    let whole = text.at;
    let raw = file
        .get(whole.start as usize..whole.end as usize)
        .unwrap_or_default();
    let Some(offset) = raw.find(&text.value) else {
        return whole;
    };
    let before = raw.get(..offset + part.start).unwrap_or_default();
    let lines = memchr::memchr_iter(b'\n', before.as_bytes()).count();
    Place {
        file: whole.file,
        start: whole.start + narrow(offset + part.start),
        end: whole.start + narrow(offset + part.end),
        line: whole.line + narrow(lines),
    }
}

/// Files are far smaller than 4 GiB: see [`FILE_BYTES`](super::limits::FILE_BYTES).
pub(super) fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

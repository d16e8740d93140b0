//! A page of a list, and the place where the next one begins.

use std::fmt;
use std::str::FromStr;

/// No page is longer, whatever is asked for.
pub const MAX_PAGE: usize = 200;

/// A page of a list: of conversations, or of [`super::InboxRow`]s.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// What is on it.
    pub rows: Vec<T>,
    /// Where the next page begins; none after the last.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Nothing, and nothing after it.
    #[must_use]
    pub const fn empty() -> Self {
        Self {
            rows: Vec::new(),
            next: None,
        }
    }
}

/// A place in a list. As text it is safe in an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub(crate) Vec<u8>);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Cursor {
    /// A place in what is numbered.
    #[must_use]
    pub fn at(number: u32) -> Self {
        Self(number.to_be_bytes().to_vec())
    }

    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        self.0[..].try_into().ok().map(u32::from_be_bytes)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let byte = |pair: &[u8]| match str::from_utf8(pair) {
            Ok(pair) if pair.len() == 2 => u8::from_str_radix(pair, 16).ok(),
            _ => None,
        };
        let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(byte).collect();
        let cursor = bytes.filter(|bytes| bytes.len() <= 256).map(Self);
        cursor.ok_or(InvalidCursor)
    }
}

/// A text that no page gave as a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no cursor: use the one that came with the page before")]
pub struct InvalidCursor;

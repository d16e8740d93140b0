//! Evidence: a file that a customer hands in, named by what is in it and never by what somebody called it.
//!
//! `kind` decides what a file is by its bytes, `look` tells pictures that look the same, `reuse` whether a file served another order or
//! another person before.

mod kind;
mod look;
mod reuse;

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use kind::{EvidenceKind, is_two_things};
pub use look::{GRID_HEIGHT, GRID_WIDTH, Look};
pub use reuse::{Likeness, Reuse, Use, reuses};

use super::is_default;

/// A file has at most so many bytes.
pub const MAX_FILE: usize = 5 * 1024 * 1024;
/// A conversation takes so many files in 24 hours.
pub const MAX_A_DAY: usize = 20;

/// The SHA-256 of a file as it is kept: its name everywhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EvidenceHash(pub [u8; 32]);

/// A text that is no SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this names no file: it is 64 digits and letters from a to f")]
pub struct InvalidHash;

impl EvidenceHash {
    /// The hash of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for EvidenceHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for EvidenceHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl TryFrom<String> for EvidenceHash {
    type Error = InvalidHash;

    /// Takes the one form that [`fmt::Display`] writes, so that a file has one name.
    fn try_from(text: String) -> Result<Self, InvalidHash> {
        let is_hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        if text.len() != 64 || !text.as_bytes().iter().all(is_hex) {
            return Err(InvalidHash);
        }
        let mut hash = [0; 32];
        for (at, byte) in hash.iter_mut().enumerate() {
            let digits = text.get(2 * at..2 * at + 2).ok_or(InvalidHash)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| InvalidHash)?;
        }
        Ok(Self(hash))
    }
}

impl From<EvidenceHash> for String {
    fn from(hash: EvidenceHash) -> Self {
        hash.to_string()
    }
}

/// A file that was handed in, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name.
    pub hash: EvidenceHash,
    /// What it is.
    pub kind: EvidenceKind,
    /// How long it is.
    pub bytes: u64,
    /// What it looks like, if it is a picture of something.
    #[serde(default, skip_serializing_if = "is_default")]
    pub look: Option<Look>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_one_name() {
        let hash = EvidenceHash::of(b"");
        let name = hash.to_string();
        assert!(name.starts_with("e3b0c44298fc1c14"), "{name}");
        assert_eq!(EvidenceHash::try_from(name.clone()), Ok(hash));
        for other in [
            name.to_uppercase(),
            name[1..].to_owned(),
            format!("{name}0"),
            name.replace('e', "g"),
            "../../../../etc/passwd".to_owned(),
            "\u{e9}".repeat(32),
        ] {
            assert_eq!(EvidenceHash::try_from(other), Err(InvalidHash));
        }
    }
}

//! What tells the names and texts of files from all others.

use sha2::{Digest as _, Sha256};

/// A sum of names and texts.
pub(super) type Digest = [u8; 32];

/// That of these files.
pub(super) fn of_files<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Digest {
    let mut hash = Sha256::new();
    for (name, text) in files {
        hash.update(format!("{name}\0{}\0", text.len()));
        hash.update(text);
    }
    hash.finalize().into()
}

//! Files as browsers get them: plain and in gzip, with what tells one from another. What is in them is for others to say.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256, Sha384};

use crate::http::App;

/// A file as browsers get it.
#[derive(Clone, Debug)]
pub struct Packed {
    /// As it is.
    pub plain: Bytes,
    /// In gzip.
    pub packed: Bytes,
    hash: String,
}

impl Packed {
    pub(in crate::http) fn new(text: String, pack: Packer) -> Option<Self> {
        let hash = Sha256::digest(text.as_bytes());
        Some(Self {
            packed: Bytes::from(pack(text.as_bytes()).ok()?),
            hash: hash
                .iter()
                .take(16)
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            plain: Bytes::from(text),
        })
    }

    /// Its name for caches. The packed one is another sequence of bytes, so it has another name.
    #[must_use]
    pub fn tag(&self, packed: bool) -> String {
        let form = if packed { "-gz" } else { "" };
        format!("\"{}{form}\"", self.hash)
    }

    /// The hash by which a page may pin it (Subresource Integrity).
    #[must_use]
    pub fn integrity(&self) -> String {
        format!("sha384-{}", STANDARD.encode(Sha384::digest(&self.plain)))
    }
}

/// Files by their names.
type ByName = BTreeMap<&'static str, Packed>;
/// All files as they were last served.
type All = Mutex<ByName>;

/// How a text becomes gzip.
pub(in crate::http) type Packer = fn(&[u8]) -> std::io::Result<Vec<u8>>;

/// Tries harder than others do: a tenth of a second, once, for what every page of the shop loads.
pub(in crate::http) fn pack_tight(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    zopfli::compress(
        zopfli::Options::default(),
        zopfli::Format::Gzip,
        bytes,
        &mut packed,
    )?;
    Ok(packed)
}

fn pack(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes)?;
    packer.finish()
}

/// The file that is made of nothing but what is part of the program: once for each process. A debug build reads that from disk, and makes the
/// file anew when it has changed.
pub(in crate::http) fn made_once(
    app: &App,
    name: &'static str,
    make: impl FnOnce() -> Option<String>,
) -> Option<Packed> {
    once(app.pages.packed(), name, cfg!(debug_assertions), make)
}

fn once(
    all: &All,
    name: &'static str,
    may_change: bool,
    make: impl FnOnce() -> Option<String>,
) -> Option<Packed> {
    if !may_change && let Some(file) = lock(all).get(name) {
        return Some(file.clone());
    }
    kept_in(all, name, make()?, pack_tight)
}

fn lock(all: &All) -> MutexGuard<'_, ByName> {
    all.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The file for this text, packed anew only when the text has changed.
pub(in crate::http) fn kept(app: &App, name: &'static str, text: String) -> Option<Packed> {
    kept_as(app, name, text, pack)
}

/// The same, packed so.
pub(in crate::http) fn kept_as(
    app: &App,
    name: &'static str,
    text: String,
    pack: Packer,
) -> Option<Packed> {
    kept_in(app.pages.packed(), name, text, pack)
}

fn kept_in(all: &All, name: &'static str, text: String, pack: Packer) -> Option<Packed> {
    let mut kept = lock(all);
    if let Some(file) = kept.get(name).filter(|file| file.plain == text.as_bytes()) {
        return Some(file.clone());
    }
    let file = Packed::new(text, pack)?;
    kept.insert(name, file.clone());
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_part_of_the_program_is_made_once_and_what_may_change_is_looked_at_again() {
        let all = Mutex::new(BTreeMap::new());
        let made = |may_change, text: &str| {
            let file = once(&all, "a.js", may_change, || Some(text.to_owned()));
            String::from_utf8(file.unwrap().plain.to_vec()).unwrap()
        };
        assert_eq!(made(false, "one"), "one");
        let again = once(&all, "a.js", false, || panic!("made again"));
        assert_eq!(again.unwrap().plain, "one");
        assert_eq!(made(true, "two"), "two");
        assert_eq!(made(false, "three"), "two");
        assert!(once(&all, "b.js", false, || None).is_none());
    }
}

//! Files as browsers get them: plain and in gzip, with what tells one from another. What is in them is for others to say.

use std::io::Write as _;
use std::sync::PoisonError;

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
    let kept = app.pages.packed().lock();
    let mut kept = kept.unwrap_or_else(PoisonError::into_inner);
    if let Some(file) = kept.get(name).filter(|file| file.plain == text.as_bytes()) {
        return Some(file.clone());
    }
    let file = Packed::new(text, pack)?;
    kept.insert(name, file.clone());
    Some(file)
}

//! What a file is, by its first bytes, and whether it is something else besides.

use memchr::memmem;
use serde::{Deserialize, Serialize};

/// The kinds that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A WebP picture.
    Webp,
    /// A PDF document.
    Pdf,
}

/// Browsers that guess look at so many bytes.
const GUESSED_FROM: usize = 1024;
/// What makes a browser that guesses take a file for a page.
const MARKUP: [&[u8]; 8] = [
    b"<html",
    b"<!doctype",
    b"<script",
    b"<svg",
    b"<body",
    b"<iframe",
    b"<?xml version",
    b"<!entity",
];
/// A ZIP archive is found by a record at its end, which begins with these bytes: the mark and the numbers of two disks that nobody has
/// any more.
const ZIP_END: &[u8] = b"PK\x05\x06\0\0\0\0";
/// How far from the end that record may begin: its own length and the longest comment.
const ZIP_REACH: usize = 22 + 65_535;
/// A PDF says where it ends, this near to its last byte.
const PDF_END_WITHIN: usize = 1024;

impl EvidenceKind {
    /// The kind of a file, whatever it is called.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Self::Webp),
            [b'%', b'P', b'D', b'F', b'-', b'1' | b'2', b'.', ..] if pdf_ends(bytes) => {
                Some(Self::Pdf)
            }
            _ => None,
        }
    }

    /// The media type with which it is served, and no other.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
        }
    }

    /// The end of the name under which it is saved.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Pdf => "pdf",
        }
    }
}

/// A whole PDF ends with its end mark: what follows it would be something else.
fn pdf_ends(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(PDF_END_WITHIN)..];
    let Some(at) = memmem::rfind(tail, b"%%EOF") else {
        return false;
    };
    let rest = &tail[at + b"%%EOF".len()..];
    rest.iter()
        .all(|byte| byte.is_ascii_whitespace() || *byte == 0)
}

/// Whether a file is a page or an archive besides what it says it is: somebody made it so.
#[must_use]
pub fn is_two_things(bytes: &[u8]) -> bool {
    let head = bytes[..bytes.len().min(GUESSED_FROM)].to_ascii_lowercase();
    let tail = &bytes[bytes.len().saturating_sub(ZIP_REACH)..];
    MARKUP
        .iter()
        .any(|mark| memmem::find(&head, mark).is_some())
        || memmem::find(tail, ZIP_END).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_decide() {
        let table: [(&[u8], Option<EvidenceKind>); 14] = [
            (b"\x89PNG\r\n\x1a\n....", Some(EvidenceKind::Png)),
            (b"\xff\xd8\xff\xe0", Some(EvidenceKind::Jpeg)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(EvidenceKind::Webp)),
            (b"%PDF-1.7 ... %%EOF\r\n\0", Some(EvidenceKind::Pdf)),
            (b"%PDF-1.7 ... ", None),
            (b"%PDF-1.7 ... %%EOF <script>", None),
            (b" %PDF-1.7 ... %%EOF", None),
            (b"GIF89a", None),
            (b"PK\x03\x04", None),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", None),
            (b"<!doctype html>", None),
            (b"RIFF\0\0\0\0WAVE", None),
            (b"\x89PNG", None),
            (b"", None),
        ];
        for (bytes, kind) in table {
            assert_eq!(EvidenceKind::of(bytes), kind, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_page_in_front_and_an_archive_behind_are_seen() {
        assert!(is_two_things(b"%PDF-1.4 <ScRiPt>alert(1)</script> %%EOF"));
        assert!(is_two_things(b"\xff\xd8\xff\xfe <HTML>"));
        assert!(is_two_things(
            &[b"%PDF-1.4 ".as_slice(), ZIP_END, &[0; 14], b"%%EOF"].concat()
        ));
        assert!(!is_two_things(b"%PDF-1.4 << /Type /Catalog >> %%EOF"));
        assert!(!is_two_things(b"PK\x05\x06 by chance in the middle"));
    }
}

//! A file as it may be kept: its kind decided by its bytes, a picture drawn anew from its pixels, so that nothing else that was in the
//! file is left: no place, no name of a camera, no text, no second file behind it.
//!
//! Pictures are unpacked, so what may swell is bounded before: edges, pixels, memory, the scans of a JPEG. A WebP picture is kept as JPEG,
//! or as PNG where it has transparent parts. A PDF is kept as it is.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder, ImageResult, Limits};
use memchr::memmem;

use crate::domain::evidence::{
    EvidenceKind, GRID_HEIGHT, GRID_WIDTH, Look, MAX_FILE, is_two_things,
};

/// No edge is longer, in pixels: enough for a screenshot of a long page.
const MAX_EDGE: u32 = 25_000;
/// No picture has more pixels.
const MAX_PIXELS: u64 = 25_000_000;
/// A decoder takes no more memory, in bytes.
const MAX_MEMORY: u64 = 160 << 20;
/// A JPEG is unpacked once for each of its scans; honest ones have about ten. Scans times pixels are bounded by this.
const MAX_SCANNED: u64 = 400_000_000;
/// A picture as it is kept may be longer than it came, but not longer than this, in bytes.
const MAX_KEPT: usize = 12 << 20;
/// Fine enough to read a receipt, and no finer.
const JPEG_QUALITY: u8 = 88;

/// A file as it is kept.
#[derive(Debug)]
pub(super) struct Clean {
    pub(super) kind: EvidenceKind,
    pub(super) bytes: Vec<u8>,
    pub(super) look: Option<Look>,
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is too long.
    #[error("the file is over the limit of {} MB: send a smaller one", MAX_FILE / 1024 / 1024)]
    TooLarge,
    /// It is of another kind.
    #[error(
        "files are taken as PNG, JPEG, WebP or PDF, whatever they are called: take a screenshot or a photo, or save it as PDF"
    )]
    Kind,
    /// It is also a page or an archive.
    #[error("the file is a web page or an archive besides: take a screenshot of it instead")]
    TwoThings,
    /// It moves.
    #[error("moving pictures are not taken: send a single picture")]
    Animated,
    /// It has too many pixels.
    #[error(
        "the picture has too many pixels: at most {} million, and no edge over {MAX_EDGE}",
        MAX_PIXELS / 1_000_000
    )]
    TooManyPixels,
    /// It cannot be read.
    #[error("the file is broken: open it, save it anew or take a screenshot, and send that")]
    Broken,
}

/// Makes a file fit to be kept. Takes up to a second and a hundred megabytes for a large picture.
pub(super) fn clean(bytes: Vec<u8>) -> Result<Clean, Unfit> {
    match bytes.len() {
        0 => return Err(Unfit::Empty),
        length if length > MAX_FILE => return Err(Unfit::TooLarge),
        _ => {}
    }
    let kind = EvidenceKind::of(&bytes).ok_or(Unfit::Kind)?;
    if is_two_things(&bytes) {
        return Err(Unfit::TwoThings);
    }
    if kind == EvidenceKind::Pdf {
        return Ok(Clean {
            kind,
            bytes,
            look: None,
        });
    }
    let picture = decode(kind, &bytes)?;
    let grid = picture.thumbnail_exact(GRID_WIDTH, GRID_HEIGHT);
    let look = Look::of(grid.into_luma8().as_raw());
    let (kind, bytes) = draw(kind, picture)?;
    Ok(Clean { kind, bytes, look })
}

/// The pixels, upright: which way up a photo is, stands in what is thrown away.
fn decode(kind: EvidenceKind, bytes: &[u8]) -> Result<DynamicImage, Unfit> {
    let source = Cursor::new(bytes);
    match kind {
        EvidenceKind::Png => {
            let decoder = PngDecoder::with_limits(source, limits()).map_err(unreadable)?;
            let moves = decoder.is_apng().map_err(unreadable)?;
            pixels(decoder, moves)
        }
        EvidenceKind::Webp => {
            let decoder = WebPDecoder::new(source).map_err(unreadable)?;
            let moves = decoder.has_animation();
            pixels(decoder, moves)
        }
        EvidenceKind::Jpeg => {
            let decoder = JpegDecoder::new(source).map_err(unreadable)?;
            let (width, height) = decoder.dimensions();
            // Within the pixels of a JPEG these two bytes do not occur.
            let scans = memmem::find_iter(bytes, b"\xff\xda").count() as u64;
            if scans * u64::from(width) * u64::from(height) > MAX_SCANNED {
                return Err(Unfit::TooManyPixels);
            }
            pixels(decoder, false)
        }
        EvidenceKind::Pdf => Err(Unfit::Kind),
    }
}

fn pixels(mut decoder: impl ImageDecoder, moves: bool) -> Result<DynamicImage, Unfit> {
    if moves {
        return Err(Unfit::Animated);
    }
    let (width, height) = decoder.dimensions();
    if width.max(height) > MAX_EDGE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Unfit::TooManyPixels);
    }
    decoder.set_limits(limits()).map_err(unreadable)?;
    // A photo that does not say which way up it is, is taken as it is.
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(picture)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_EDGE);
    limits.max_image_height = Some(MAX_EDGE);
    limits.max_alloc = Some(MAX_MEMORY);
    limits
}

/// What the decoder says of a file that somebody made on purpose is of use to nobody.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn unreadable(error: image::ImageError) -> Unfit {
    match error {
        image::ImageError::Limits(_) => Unfit::TooManyPixels,
        _ => Unfit::Broken,
    }
}

/// Draws a picture anew from its pixels.
fn draw(kind: EvidenceKind, picture: DynamicImage) -> Result<(EvidenceKind, Vec<u8>), Unfit> {
    let see_through = picture.color().has_alpha() && !is_opaque(&picture);
    let picture = in_eight_bits(picture, see_through);
    if kind == EvidenceKind::Png || see_through {
        let bytes = png(&picture).map_err(unreadable)?;
        if bytes.len() <= MAX_KEPT {
            return Ok((EvidenceKind::Png, bytes));
        }
    }
    // JPEG has no transparency: what was transparent gets the colour that it had beneath.
    let picture = in_eight_bits(picture, false);
    let bytes = jpeg(&picture).map_err(unreadable)?;
    if bytes.len() > MAX_KEPT {
        return Err(Unfit::TooManyPixels);
    }
    Ok((EvidenceKind::Jpeg, bytes))
}

fn is_opaque(picture: &DynamicImage) -> bool {
    match picture {
        DynamicImage::ImageRgba8(pixels) => pixels.pixels().all(|pixel| pixel.0[3] == u8::MAX),
        DynamicImage::ImageLumaA8(pixels) => pixels.pixels().all(|pixel| pixel.0[1] == u8::MAX),
        other => other.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX),
    }
}

/// The same with eight bits a channel: what a screen shows.
fn in_eight_bits(picture: DynamicImage, see_through: bool) -> DynamicImage {
    match picture {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => picture,
        picture if see_through => DynamicImage::ImageRgba8(picture.into_rgba8()),
        picture if !picture.color().has_color() => DynamicImage::ImageLuma8(picture.into_luma8()),
        picture => DynamicImage::ImageRgb8(picture.into_rgb8()),
    }
}

fn png(picture: &DynamicImage) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let (packing, filter) = (CompressionType::Default, FilterType::Adaptive);
    let encoder = PngEncoder::new_with_quality(&mut bytes, packing, filter);
    picture.write_with_encoder(encoder)?;
    Ok(bytes)
}

fn jpeg(picture: &DynamicImage) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    picture.write_with_encoder(encoder)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;

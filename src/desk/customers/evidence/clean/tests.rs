//! What is left of a file, and what is not taken at all.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, ImageReader, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

/// A picture with something in it, which the seed decides.
fn picture(seed: u32, width: u32, height: u32) -> DynamicImage {
    let shade = |x: u32, y: u32| {
        let mixed = seed * 1_000 + (y * 12 / height) * 12 + x * 12 / width;
        let mixed = (mixed ^ (mixed >> 4)).wrapping_mul(2_654_435_761);
        let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(2_246_822_519);
        u8::try_from(mixed >> 24).unwrap()
    };
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        let grey = shade(x, y);
        Rgb([grey, grey / 2, 255 - grey])
    });
    DynamicImage::ImageRgb8(pixels)
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn read(clean: &Clean) -> DynamicImage {
    let reader = ImageReader::new(Cursor::new(&clean.bytes));
    reader.with_guessed_format().unwrap().decode().unwrap()
}

/// EXIF as a phone writes it: the photo lies on its side, and where it was taken.
fn exif() -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0".to_vec();
    exif.extend_from_slice(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0");
    exif.extend_from_slice(b"GPSLatitude 48.8584 CANARY");
    exif
}

/// A JPEG with a segment behind its first mark.
fn with_segment(jpeg: &[u8], mark: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, mark], &length, content, &jpeg[2..]].concat()
}

/// A PNG with a chunk behind its header.
fn with_chunk(png: &[u8], kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut body = kind.to_vec();
    body.extend_from_slice(content);
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [
        &png[..33],
        &length,
        &body,
        &crc(&body).to_be_bytes(),
        &png[33..],
    ]
    .concat()
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc))
    })
}

/// A WebP of these chunks.
fn riff(chunks: &[u8]) -> Vec<u8> {
    let length = u32::try_from(chunks.len() + 4).unwrap().to_le_bytes();
    [b"RIFF", &length[..], b"WEBP", chunks].concat()
}

fn has(bytes: &[u8], canary: &[u8]) -> bool {
    memmem::find(bytes, canary).is_some()
}

#[test]
fn a_photo_loses_the_place_and_is_turned_upright() {
    let jpeg = file(&picture(1, 60, 40), ImageFormat::Jpeg);
    let photo = with_segment(&jpeg, 0xe1, &exif());
    let photo = with_segment(&photo, 0xfe, b"comment CANARY");
    assert!(has(&photo, b"CANARY"));
    let kept = clean(photo).unwrap();
    assert_eq!(kept.kind, EvidenceKind::Jpeg);
    assert!(!has(&kept.bytes, b"CANARY") && !has(&kept.bytes, b"Exif"));
    let shown = read(&kept);
    assert_eq!((shown.width(), shown.height()), (40, 60));
}

#[test]
fn a_screenshot_keeps_its_pixels_and_nothing_else() {
    let shot = picture(2, 50, 70);
    let png = file(&shot, ImageFormat::Png);
    let told = with_chunk(&png, b"tEXt", b"Author\0CANARY");
    let told = with_chunk(&told, b"eXIf", &exif()[6..]);
    let behind = [
        &told[..],
        b"<script>CANARY</script> and more behind the end",
    ]
    .concat();
    let kept = clean(behind).unwrap();
    assert_eq!(kept.kind, EvidenceKind::Png);
    assert!(!has(&kept.bytes, b"CANARY") && !has(&kept.bytes, b"eXIf"));
    let shown = read(&kept);
    // The picture lies on its side, says the EXIF.
    assert_eq!(shown.to_rgb8(), shot.rotate90().to_rgb8());
}

#[test]
fn a_webp_is_kept_as_jpeg_or_with_transparent_parts_as_png() {
    let opaque = file(&picture(3, 50, 50), ImageFormat::WebP);
    assert_eq!(clean(opaque).unwrap().kind, EvidenceKind::Jpeg);
    let glass = RgbaImage::from_fn(50, 50, |x, y| Rgba([200, 10, 10, u8::from(x > y) * 255]));
    let glass = DynamicImage::ImageRgba8(glass);
    let kept = clean(file(&glass, ImageFormat::WebP)).unwrap();
    assert_eq!(kept.kind, EvidenceKind::Png);
    assert_eq!(read(&kept).to_rgba8(), glass.to_rgba8());
    let sixteen = DynamicImage::ImageRgb16(picture(3, 50, 50).to_rgb16());
    let kept = clean(file(&sixteen, ImageFormat::Png)).unwrap();
    assert_eq!(kept.kind, EvidenceKind::Png);
}

#[test]
fn the_same_picture_in_another_size_form_or_quality_looks_the_same_and_another_does_not() {
    let look = |picture: &DynamicImage, format| clean(file(picture, format)).unwrap().look;
    for seed in 0..40 {
        let one = picture(seed, 400, 300);
        let first = look(&one, ImageFormat::Png).unwrap();
        for other in [
            look(&one, ImageFormat::Jpeg),
            look(&one, ImageFormat::WebP),
            look(&picture(seed, 200, 150), ImageFormat::Jpeg),
            look(&one.brighten(12), ImageFormat::Jpeg),
            look(&one.crop_imm(2, 2, 396, 296), ImageFormat::Png),
        ] {
            let other = other.unwrap();
            let apart = (first.0 ^ other.0).count_ones();
            assert!(first.is_like(other), "{seed}: {apart}");
        }
        for other in 0..seed {
            let other = look(&picture(other, 400, 300), ImageFormat::Png).unwrap();
            assert!(!first.is_like(other), "{seed}");
        }
    }
    let blank = DynamicImage::new_rgb8(300, 300);
    assert_eq!(look(&blank, ImageFormat::Png), None);
}

#[test]
fn what_moves_is_not_taken() {
    let png = file(&picture(4, 20, 20), ImageFormat::Png);
    let moving = with_chunk(&png, b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    assert_eq!(clean(moving).unwrap_err(), Unfit::Animated);
    let still = file(&picture(4, 20, 20), ImageFormat::WebP);
    let frame = [
        &[0; 6][..],
        &[19, 0, 0, 19, 0, 0, 100, 0, 0, 0],
        &still[12..],
    ]
    .concat();
    let length = u32::try_from(frame.len()).unwrap().to_le_bytes();
    let canvas = b"VP8X\x0a\0\0\0\x02\0\0\0\x13\0\0\x13\0\0";
    let clock = b"ANIM\x06\0\0\0\0\0\0\0\0\0";
    let frames = [&b"ANMF"[..], &length, &frame].concat();
    let moving = riff(&[&canvas[..], clock, &frames, &frames].concat());
    assert_eq!(clean(moving).unwrap_err(), Unfit::Animated);
}

#[test]
fn what_would_swell_is_refused_before_it_does() {
    let png = file(&picture(5, 20, 20), ImageFormat::Png);
    for (width, height) in [(30_000_u32, 10_u32), (24_000, 24_000), (u32::MAX >> 1, 1)] {
        let mut head = b"IHDR".to_vec();
        head.extend_from_slice(&width.to_be_bytes());
        head.extend_from_slice(&height.to_be_bytes());
        head.extend_from_slice(&png[24..29]);
        let crc = crc(&head).to_be_bytes();
        let bomb = [&png[..12], &head, &crc, &png[33..]].concat();
        assert_eq!(clean(bomb).unwrap_err(), Unfit::TooManyPixels);
    }
    let jpeg = file(&picture(5, 20, 20), ImageFormat::Jpeg);
    let size = memmem::find(&jpeg, b"\xff\xc0").unwrap() + 5;
    let mut wide = jpeg.clone();
    wide[size..size + 4].copy_from_slice(&[0xff; 4]);
    assert_eq!(clean(wide).unwrap_err(), Unfit::TooManyPixels);
    let large = file(&picture(5, 2_000, 2_000), ImageFormat::Jpeg);
    let scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\0";
    let scans = [&large[..], &scan.repeat(200)].concat();
    assert_eq!(clean(scans).unwrap_err(), Unfit::TooManyPixels);
    let canvas = riff(b"VP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff");
    assert!(matches!(
        clean(canvas),
        Err(Unfit::TooManyPixels | Unfit::Broken)
    ));
}

#[test]
fn what_is_cut_off_empty_too_long_or_something_else_is_not_taken() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let whole = file(&picture(6, 80, 80), format);
        for part in [whole.len() / 2, 40, 12] {
            let cut = whole[..part].to_vec();
            let refused = clean(cut);
            // A JPEG decoder fills up what is missing of the pixels.
            let is_shown = format == ImageFormat::Jpeg && part > 100;
            assert!(refused.is_err() || is_shown, "{format:?} {part}");
        }
    }
    assert_eq!(clean(Vec::new()).unwrap_err(), Unfit::Empty);
    assert_eq!(
        clean(vec![b'%'; MAX_FILE + 1]).unwrap_err(),
        Unfit::TooLarge
    );
    assert_eq!(clean(b"GIF89a".to_vec()).unwrap_err(), Unfit::Kind);
    let pdf = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer\n%%EOF\n".to_vec();
    assert_eq!(clean(pdf.clone()).unwrap().bytes, pdf);
}

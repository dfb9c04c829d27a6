//! Pictures people send: read with bounds, cut to the two sizes a video has, written as JPEG.
//!
//! Never trusts a name or a media type: what a picture is, its first bytes say.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage};

/// Width and height of a picture in pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// The picture in lists (PeerTube's size).
pub const THUMBNAIL: Size = Size { width: 280, height: 157 };
/// The picture before the first frame (PeerTube's size).
pub const PREVIEW: Size = Size { width: 850, height: 480 };

/// More than any camera takes; a picture that says more is a bomb.
const SIDE_MAX: u32 = 12_000;
/// 12 megapixels in 16 bits and four colours, with room for the decoder.
const DECODED_BYTES_MAX: u64 = 192 * 1024 * 1024;
/// Hardly told from the original, at a fifth of its size.
pub(super) const JPEG_QUALITY: u8 = 82;

/// The bytes are no picture we read: JPEG, PNG or WebP of a bearable size.
#[derive(Debug, thiserror::Error)]
#[error("not a JPEG, PNG or WebP picture we can read")]
pub struct NotAPicture(#[source] Option<image::ImageError>);

impl From<image::ImageError> for NotAPicture {
    fn from(error: image::ImageError) -> NotAPicture {
        NotAPicture(Some(error))
    }
}

/// Reads a picture and turns it upright.
///
/// # Errors
/// [`NotAPicture`].
pub fn read(bytes: &[u8]) -> Result<DynamicImage, NotAPicture> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| NotAPicture(None))?;
    let known = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];
    if !reader.format().is_some_and(|format| known.contains(&format)) {
        return Err(NotAPicture(None));
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// The picture as it is, as JPEG.
///
/// # Errors
/// [`NotAPicture`] when the picture has no JPEG form.
pub fn whole(picture: &DynamicImage) -> Result<Vec<u8>, NotAPicture> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY).encode_image(&picture.to_rgb8())?;
    Ok(jpeg)
}

/// The picture filling `size`, as JPEG; what sticks out is cut off on both sides alike. One that is not wider than it is
/// high would lose its best part in a wide frame, so it stands there whole, before a darker copy of itself that fills
/// the sides, as in PeerTube.
///
/// # Errors
/// [`NotAPicture`] when the picture has no JPEG form.
pub fn cut(picture: &DynamicImage, size: Size) -> Result<Vec<u8>, NotAPicture> {
    let mut filled = fill(picture, size);
    if picture.width() <= picture.height() && size.height < size.width {
        filled.pixels_mut().for_each(|Rgb(colours)| *colours = colours.map(|colour| colour / 2));
        let whole = picture.resize(size.width, size.height, FilterType::CatmullRom).to_rgb8();
        let left = i64::from(size.width.saturating_sub(whole.width()) / 2);
        imageops::replace(&mut filled, &whole, left, 0);
    }
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY).encode_image(&filled)?;
    Ok(jpeg)
}

fn fill(picture: &DynamicImage, size: Size) -> RgbImage {
    // Cut before it is scaled: a picture one pixel wide would grow to gigabytes the other way round.
    let Cut { x, y, width, height } = middle(picture.width(), picture.height(), size);
    let cut = picture.crop_imm(x, y, width, height);
    cut.resize_exact(size.width, size.height, FilterType::CatmullRom).to_rgb8()
}

/// A part of a picture.
pub(super) struct Cut {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// The largest part in the middle of a picture that has the shape of `size`.
pub(super) fn middle(width: u32, height: u32, size: Size) -> Cut {
    let fitting = |side: u32, by: u32, to: u32| {
        let scaled = u64::from(side) * u64::from(by) / u64::from(to);
        u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
    };
    let (width_cut, height_cut) = (
        width.min(fitting(height, size.width, size.height)),
        height.min(fitting(width, size.height, size.width)),
    );
    Cut { x: (width - width_cut) / 2, y: (height - height_cut) / 2, width: width_cut, height: height_cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::new_rgba8(width, height)
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .unwrap();
        bytes
    }

    fn size_of(jpeg: &[u8]) -> (u32, u32) {
        let picture = read(jpeg).unwrap();
        (picture.width(), picture.height())
    }

    #[test]
    fn every_picture_becomes_a_jpeg_of_the_wanted_size() {
        for (width, height) in [(10, 10), (1, SIDE_MAX), (SIDE_MAX, 1), (2000, 100), (280, 157)] {
            let picture = read(&png(width, height)).unwrap();
            let jpeg = cut(&picture, THUMBNAIL).unwrap();
            assert!(jpeg.starts_with(&[0xff, 0xd8]));
            assert_eq!(size_of(&jpeg), (280, 157), "{width}×{height}");
            assert_eq!(size_of(&cut(&picture, PREVIEW).unwrap()), (850, 480));
        }
    }

    #[test]
    fn an_upright_picture_is_shown_whole_before_a_darker_copy_of_itself() {
        // A red line along each of its edges, which a cut would lose.
        let upright = RgbImage::from_fn(300, 600, |x, y| {
            let is_edge = !(30..270).contains(&x) || !(30..570).contains(&y);
            Rgb(if is_edge { [240, 0, 0] } else { [0, 200, 0] })
        });
        let jpeg = cut(&DynamicImage::ImageRgb8(upright), PREVIEW).unwrap();
        let shown = read(&jpeg).unwrap().to_rgb8();
        let is_near = |x, y, wanted: [u8; 3]| {
            let Rgb(found) = *shown.get_pixel(x, y);
            found.iter().zip(wanted).all(|(found, wanted)| found.abs_diff(wanted) < 30)
        };
        assert!(is_near(425, 5, [240, 0, 0]) && is_near(425, 475, [240, 0, 0]), "top and bottom");
        assert!(is_near(425, 240, [0, 200, 0]), "the middle");
        assert!(is_near(200, 240, [0, 100, 0]) && is_near(5, 240, [120, 0, 0]), "the sides");
    }

    #[test]
    fn what_is_no_picture_or_too_large_a_one_is_refused() {
        let gif = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;";
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>";
        let mut broken = png(50, 50);
        broken.truncate(60);
        for bytes in [&b""[..], b"hello", gif, svg, &broken] {
            assert!(read(bytes).is_err());
        }
        assert!(read(&png(SIDE_MAX + 1, 1)).is_err(), "a side too long");
    }
}

//! Pictures of accounts and channels: cut to every size, written under one name. Blocks, and takes a core for a tenth of
//! a second.

use std::io::{self, Cursor};

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat};
use shared::id::Uuid;
use shared::time::Timestamp;

use super::disk;
use super::layout::Layout;
use super::picture::{self, JPEG_QUALITY, NotAPicture, Size};
use crate::store::records::ActorPicture;

/// Why no picture was stored.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The bytes are none.
    #[error(transparent)]
    NotAPicture(#[from] NotAPicture),
    /// The disk failed.
    #[error("the picture could not be written")]
    Disk(#[from] io::Error),
}

/// Cuts a picture to every size and writes one file each to `folder`. Of what can be seen through, PNG is made.
///
/// # Errors
/// [`PictureError`]; no file is left then.
pub fn write(
    layout: &Layout,
    path: impl Fn(&str) -> std::path::PathBuf,
    bytes: &[u8],
    sizes: &[Size],
    name: Uuid,
    now: Timestamp,
) -> Result<ActorPicture, PictureError> {
    let whole = picture::read(bytes)?;
    let is_png = whole.color().has_alpha();
    let widths = sizes.iter().map(|size| size.width).collect();
    let picture = ActorPicture { name, widths, is_png, created_at: now };
    let made = sizes.iter().map(|size| Ok((picture.file(size.width), cut(&whole, *size, is_png)?)));
    let made: Vec<(String, Vec<u8>)> = made.collect::<Result<_, NotAPicture>>()?;
    for (file, bytes) in &made {
        let written = disk::write_whole(&path(file), &layout.tmp().join(file), bytes);
        if let Err(error) = written {
            // What was written names nothing; what cannot be removed now is found by its name later.
            made.iter().for_each(|(file, _)| drop(disk::remove_if_there(&path(file))));
            return Err(error.into());
        }
    }
    Ok(picture)
}

/// The middle of a picture in this size, as PNG or as JPEG.
///
/// # Errors
/// [`NotAPicture`] when the picture has no such form.
pub fn cut(whole: &DynamicImage, size: Size, is_png: bool) -> Result<Vec<u8>, NotAPicture> {
    let part = picture::middle(whole.width(), whole.height(), size);
    let part = whole.crop_imm(part.x, part.y, part.width, part.height);
    let part = part.resize_exact(size.width, size.height, FilterType::CatmullRom);
    let mut bytes = Vec::new();
    if is_png {
        part.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)?;
    } else {
        JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode_image(&part.to_rgb8())?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    #[test]
    fn what_can_be_seen_through_stays_so_and_all_sizes_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::new(folder.path());
        layout.folders().iter().for_each(|path| std::fs::create_dir_all(path).unwrap());
        let sizes = [Size { width: 120, height: 120 }, Size { width: 48, height: 48 }];
        let glass = DynamicImage::ImageRgba8(RgbaImage::from_pixel(200, 100, Rgba([9, 9, 9, 0])));
        for (whole, is_png) in [(glass.clone(), true), (DynamicImage::ImageRgb8(glass.to_rgb8()), false)] {
            let mut bytes = Vec::new();
            whole.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
            let name = Uuid::from_random(u128::from(is_png));
            let picture =
                write(&layout, |file| layout.avatar(file), &bytes, &sizes, name, Timestamp(5)).unwrap();
            assert_eq!((picture.is_png, &picture.widths[..]), (is_png, &[120, 48][..]));
            for width in [120, 48] {
                let file = std::fs::read(layout.avatar(&picture.file(width))).unwrap();
                let read = picture::read(&file).unwrap();
                assert_eq!((read.width(), read.height(), read.color().has_alpha()), (width, width, is_png));
            }
        }
        assert!(
            write(&layout, |file| layout.avatar(file), b"GIF89a", &sizes, Uuid(3), Timestamp(5)).is_err()
        );
    }
}

//! Still pictures of a video: the one that stands for it, and the grid for the scrub bar.
//!
//! Owns which moment is shown and how a grid is laid out. The surprise is that black, white and plain frames lose: a
//! film that fades in would stand in every list as a black box.

use std::path::Path;
use std::time::Duration;

use image::{DynamicImage, Rgb, RgbImage};
use shared::id::Uuid;
use tokio_util::sync::CancellationToken;

use super::command;
use super::ladder::Clean;
use super::probe::{Probe, Video};
use super::run::{Limits, RunError};
use super::tools::{Tools, Urgency};
use crate::files::picture::{PREVIEW, Size};
use crate::store::records::Storyboard;

/// Parts of a film that are looked at, in hundredths, the likeliest first: not the titles, not the end.
const MOMENTS: [u32; 5] = [25, 50, 10, 75, 0];
/// A frame of this much variation, neither dark nor bright, is taken without looking further.
const SCORE_ENOUGH: f64 = 30.0;
/// Raw pictures are at most a little larger than a preview.
const RAW_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Seeking in a file without an index reads all of it.
const STILL_TIME_MAX: Duration = Duration::from_secs(5 * 60);
/// An hour of 240p decodes in a minute.
const STORYBOARD_TIME_MAX: Duration = Duration::from_secs(2 * 60 * 60);
/// A grid of 11 × 11 sprites is half a megabyte.
const STORYBOARD_BYTES_MAX: u64 = 32 * 1024 * 1024;

const fn limits(time_max: Duration, output_bytes_max: u64) -> Limits {
    Limits { time_max, silence_max: time_max, output_bytes_max, niceness: 0, memory_bytes_max: None }
}

/// The picture that stands for a file: a telling frame, a cover, or one drawn for the sake of having one.
///
/// # Errors
/// [`RunError`] when ffmpeg cannot be run at all or is stopped; a file that gives no frame gets a drawn one.
pub fn portrait(
    tools: &Tools,
    source: &Path,
    probe: &Probe,
    clean: Clean,
    video: Uuid,
    stop: &CancellationToken,
) -> Result<DynamicImage, RunError> {
    let found = match (&probe.video, probe.cover) {
        (Some(pictures), _) => telling_frame(tools, source, pictures, clean, probe.duration, stop)?,
        (None, Some(stream)) => raw(tools, command::cover(source, stream, PREVIEW), PREVIEW, stop)?,
        (None, None) => None,
    };
    Ok(DynamicImage::ImageRgb8(found.unwrap_or_else(|| drawn(video))))
}

fn telling_frame(
    tools: &Tools,
    source: &Path,
    video: &Video,
    clean: Clean,
    length: Duration,
    stop: &CancellationToken,
) -> Result<Option<RgbImage>, RunError> {
    let size = covering(video.shown_size());
    let mut best: Option<(f64, RgbImage)> = None;
    for moment in MOMENTS {
        let at = length * moment / 100;
        let Some(frame) = raw(tools, command::still(source, video, clean, at, size), size, stop)? else {
            continue;
        };
        let score = score(&frame);
        if best.as_ref().is_none_or(|(best, _)| *best < score) {
            best = Some((score, frame));
        }
        if SCORE_ENOUGH <= score {
            break;
        }
    }
    Ok(best.map(|(_, frame)| frame))
}

/// A size of this shape that covers a preview, and is not above the original.
fn covering((width, height): (u32, u32)) -> Size {
    let factor = (f64::from(PREVIEW.width) / f64::from(width.max(1)))
        .max(f64::from(PREVIEW.height) / f64::from(height.max(1)))
        .min(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not above the original's side"
    )]
    let scaled = |side: u32| (f64::from(side) * factor).round().max(1.0) as u32;
    Size { width: scaled(width), height: scaled(height) }
}

/// Runs ffmpeg for one raw picture. None when it gives no whole one: the file may end early there.
fn raw(
    tools: &Tools,
    arguments: Vec<std::ffi::OsString>,
    size: Size,
    stop: &CancellationToken,
) -> Result<Option<RgbImage>, RunError> {
    let mut bytes = Vec::new();
    let outcome = tools.run(arguments, &limits(STILL_TIME_MAX, RAW_BYTES_MAX), Urgency::Now, stop, |piece| {
        bytes.extend_from_slice(piece);
    });
    match outcome {
        Ok(()) => Ok(RgbImage::from_raw(size.width, size.height, bytes)),
        Err(RunError::Failed { status, complaint }) => {
            tracing::debug!(%status, complaint, "no picture there");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// How telling a frame is: the spread of its brightness, less where it is nearly black or nearly white.
fn score(frame: &RgbImage) -> f64 {
    // Every seventh pixel says as much as all of them.
    let lights = frame.pixels().step_by(7).map(|Rgb([red, green, blue])| {
        0.2126 * f64::from(*red) + 0.7152 * f64::from(*green) + 0.0722 * f64::from(*blue)
    });
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for light in lights {
        count += 1.0;
        sum += light;
        squares += light * light;
    }
    if count == 0.0 {
        return 0.0;
    }
    let mean: f64 = sum / count;
    let spread = (squares / count - mean * mean).max(0.0).sqrt();
    let exposure = (mean.min(255.0 - mean) / 40.0).min(1.0);
    spread * exposure
}

/// For sound without a cover: bars like those of an equaliser, in colours and heights that are the video's own.
#[must_use]
pub fn drawn(video: Uuid) -> RgbImage {
    const BARS: u32 = 25;
    let bytes = video.to_be_bytes();
    let own = |at: u32| f64::from(bytes.get(at as usize % bytes.len()).copied().unwrap_or(128)) / 255.0;
    let hue = own(0) * std::f64::consts::TAU;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a colour from 0 to 255")]
    let tint = |light: f64| {
        let part = |shift: f64| (light * (0.62 + 0.38 * (hue + shift).cos())).clamp(0.0, 255.0) as u8;
        Rgb([part(0.0), part(2.1), part(4.2)])
    };
    let (width, height) = (PREVIEW.width, PREVIEW.height);
    let pitch = width / BARS;
    RgbImage::from_fn(width, height, |x, y| {
        let bar = (x / pitch).min(BARS - 1);
        // High in the middle, as music is.
        let middle = 1.0 - (f64::from(bar) / f64::from(BARS - 1) * 2.0 - 1.0).powi(2);
        let reach = 0.06 + 0.3 * middle * (0.35 + 0.65 * own(bar + 1));
        let from_middle = (f64::from(y) / f64::from(height) - 0.5).abs();
        let is_gap = x % pitch < pitch / 4;
        if !is_gap && from_middle < reach {
            tint(235.0 - 140.0 * from_middle)
        } else {
            tint(34.0 + 14.0 * f64::from(y) / f64::from(height))
        }
    })
}

/// How a storyboard is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grid {
    /// One small picture.
    pub sprite: Size,
    /// Pictures beside each other.
    pub columns: u32,
    /// Pictures above each other.
    pub rows: u32,
    /// Seconds from one picture to the next.
    pub every_seconds: u32,
    /// Whether key frames are enough, which come about every four seconds.
    pub key_frames_only: bool,
}

/// The longer side of a small picture.
const SPRITE_SIDE: u32 = 192;
/// Pictures in a row, and rows.
const GRID_SIDE: u32 = 11;
const SPRITES_MAX: u32 = GRID_SIDE * GRID_SIDE;
/// From this distance on key frames lie as near as anybody can point with a mouse.
const KEY_FRAMES_ENOUGH_SECONDS: u32 = 4;

impl Grid {
    /// The grid for a video of this length and shape.
    #[must_use]
    pub fn plan(length: Duration, width: u32, height: u32) -> Grid {
        let seconds = u32::try_from(length.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1);
        let every_seconds = seconds.div_ceil(SPRITES_MAX);
        let count = seconds.div_ceil(every_seconds);
        let rows = count.div_ceil(GRID_SIDE);
        let side = |side: u32| {
            let scaled = u64::from(SPRITE_SIDE) * u64::from(side) / u64::from(width.max(height).max(1));
            // JPEG halves the colours, so sides are even.
            u32::try_from(scaled / 2 * 2).unwrap_or(SPRITE_SIDE).max(2)
        };
        Grid {
            sprite: Size { width: side(width), height: side(height) },
            columns: count.div_ceil(rows),
            rows,
            every_seconds,
            key_frames_only: KEY_FRAMES_ENOUGH_SECONDS <= every_seconds,
        }
    }

    /// How the store remembers it.
    #[must_use]
    pub fn record(&self, file_name: String) -> Storyboard {
        Storyboard {
            file_name,
            total_width: self.sprite.width * self.columns,
            total_height: self.sprite.height * self.rows,
            sprite_width: self.sprite.width,
            sprite_height: self.sprite.height,
            sprite_duration: self.every_seconds,
        }
    }
}

/// The grid as JPEG, from one of the video's own renditions. None when there is not a single frame in it.
///
/// # Errors
/// [`RunError`].
pub fn storyboard(
    tools: &Tools,
    rendition: &Path,
    grid: &Grid,
    stop: &CancellationToken,
) -> Result<Option<Vec<u8>>, RunError> {
    let mut jpeg = Vec::new();
    let limits = limits(STORYBOARD_TIME_MAX, STORYBOARD_BYTES_MAX);
    tools.run(command::storyboard(rendition, grid), &limits, Urgency::Later, stop, |piece| {
        jpeg.extend_from_slice(piece);
    })?;
    Ok((!jpeg.is_empty()).then_some(jpeg))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_frames_lose_against_telling_ones() {
        let plain = |light| RgbImage::from_pixel(64, 36, Rgb([light; 3]));
        let telling =
            RgbImage::from_fn(64, 36, |x, y| Rgb([if (x / 8 + y / 8) % 2 == 0 { 60 } else { 190 }; 3]));
        let dark = RgbImage::from_fn(64, 36, |x, _| Rgb([u8::from(x % 2 == 0) * 12; 3]));
        assert!(SCORE_ENOUGH <= score(&telling));
        for frame in [plain(0), plain(128), plain(255), dark] {
            assert!(score(&frame) < 5.0);
        }
        assert!(score(&RgbImage::new(0, 0)) < 1.0);
    }

    #[test]
    fn a_still_covers_a_preview_or_is_as_large_as_its_source() {
        let size = |width, height| {
            let Size { width, height } = covering((width, height));
            (width, height)
        };
        assert_eq!(size(1920, 1080), (853, 480));
        assert_eq!(size(1080, 1920), (850, 1511));
        assert_eq!(size(320, 180), (320, 180));
        assert_eq!(size(8192, 10), (8192, 10));
    }

    #[test]
    fn each_sound_has_a_picture_of_its_own() {
        let one = drawn(Uuid::from_random(1 << 100));
        assert_eq!((one.width(), one.height()), (PREVIEW.width, PREVIEW.height));
        assert_eq!(one, drawn(Uuid::from_random(1 << 100)));
        assert_ne!(one, drawn(Uuid::from_random(1 << 99)));
        assert!(10.0 < score(&one));
    }

    #[test]
    fn grids_hold_every_second_of_a_short_video_and_121_moments_of_a_long_one() {
        let plan = |seconds: f64, width, height| {
            let grid = Grid::plan(Duration::from_secs_f64(seconds), width, height);
            let Size { width, height } = grid.sprite;
            (grid.columns, grid.rows, grid.every_seconds, (width, height), grid.key_frames_only)
        };
        // As captured from PeerTube for 30 s of 1280 × 720.
        assert_eq!(plan(30., 1280, 720), (10, 3, 1, (192, 108), false));
        assert_eq!(plan(0.03, 1280, 720), (1, 1, 1, (192, 108), false));
        assert_eq!(plan(121., 1080, 1920), (11, 11, 1, (108, 192), false));
        assert_eq!(plan(122., 1920, 1080), (11, 6, 2, (192, 108), false));
        assert_eq!(plan(3600., 1920, 800), (11, 11, 30, (192, 80), true));
        for seconds in 1..5000 {
            let (columns, rows, every, ..) = plan(f64::from(seconds), 16, 9);
            assert!(columns <= GRID_SIDE && rows <= GRID_SIDE);
            assert!(seconds <= columns * rows * every, "{seconds} s fit");
        }
    }

    #[test]
    fn the_record_has_the_sizes_of_the_whole() {
        let record = Grid::plan(Duration::from_secs(30), 1280, 720).record("a.jpg".to_owned());
        assert_eq!((record.total_width, record.total_height), (1920, 324));
    }
}

//! From ffprobe's report to what a file is.
//!
//! Owns the reading of the report: tolerant, since every field may be missing, a string or a lie. Never runs anything
//! (`run` does) and never decides what is made of the file (`ladder` does). The surprise is what counts as pictures:
//! a cover in a sound file is a video stream to ffprobe and none to us.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::store::records::Facts;

/// Longest side of a picture we decode: 8K and a little.
pub const SIDE_MAX: u32 = 8192;
/// Most pixels of a picture we decode. A kilobyte of file can claim a picture of many gigabytes.
pub const PIXELS_MAX: u64 = 8192 * 4320;
/// Longest file we take: four days, far beyond any recording. A forged header claims centuries.
pub const DURATION_MAX: Duration = Duration::from_secs(4 * 24 * 60 * 60);
/// Rates above this are time bases mistaken for rates.
const FPS_MAX: f64 = 1000.0;

/// What a file is.
#[derive(Clone, PartialEq, Debug)]
pub struct Probe {
    /// ffprobe's name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    pub container: String,
    /// Length; zero where the file does not say.
    pub duration: Duration,
    /// The moving pictures we keep.
    pub video: Option<Video>,
    /// The sound we keep.
    pub audio: Option<Audio>,
    /// The stream that is a cover.
    pub cover: Option<u32>,
    /// Bits a second of all streams together, where it is known.
    pub bit_rate: Option<u64>,
    /// Its parts, where it names them.
    pub parts: Vec<Part>,
}

/// A part of a file, as the file names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// When it begins.
    pub start: Duration,
    /// Whatever its maker wrote; may be empty, or of any length.
    pub title: String,
}

/// A stream of moving pictures.
#[derive(Clone, PartialEq, Debug)]
pub struct Video {
    /// Its place among all streams of the file.
    pub index: u32,
    /// `h264`, `hevc`, `vp9`, …
    pub codec: String,
    /// As ffprobe names it: `High`, `Main 10`; empty where there is none.
    pub profile: String,
    /// Ten times the level for H.264: 31 is 3.1.
    pub level: Option<u32>,
    /// Pixels as stored.
    pub width: u32,
    /// Pixels as stored.
    pub height: u32,
    /// How wide one pixel is, its height being one.
    pub pixel_aspect: f64,
    /// Degrees it is turned by before it is shown, 0 to 359.
    pub rotation: u32,
    /// ffmpeg's name: `yuv420p`.
    pub pixel_format: String,
    /// The mean.
    pub frame_rate: Option<Rate>,
    /// Frames do not come at even intervals.
    pub frame_rate_varies: bool,
    /// How light is written down.
    pub light: Light,
    /// Fields instead of frames.
    pub interlaced: bool,
    /// When its first frame comes after the file's start.
    pub start: Duration,
    /// Bits a second, where it is known.
    pub bit_rate: Option<u64>,
}

/// A stream of sound.
#[derive(Clone, PartialEq, Debug)]
pub struct Audio {
    /// Its place among all streams of the file.
    pub index: u32,
    /// `aac`, `opus`, …
    pub codec: String,
    /// As ffprobe names it: `LC`, `HE-AAC`; empty where there is none.
    pub profile: String,
    /// How many.
    pub channels: u32,
    /// Samples a second.
    pub sample_rate: u32,
    /// When its first sample comes after the file's start.
    pub start: Duration,
    /// Bits a second, where it is known.
    pub bit_rate: Option<u64>,
}

/// Frames a second, as a fraction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// 30000 of 30000/1001.
    pub numerator: u32,
    /// 1001 of 30000/1001; never zero.
    pub denominator: u32,
}

impl Rate {
    /// As a number.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }

    /// The rate when only one frame of `divisor` is kept.
    #[must_use]
    pub fn divided(self, divisor: u32) -> Rate {
        let (numerator, denominator) =
            (u64::from(self.numerator), u64::from(self.denominator) * u64::from(divisor.max(1)));
        let common = greatest_common_divisor(numerator, denominator);
        let part = |number: u64| u32::try_from(number / common).unwrap_or(u32::MAX);
        Rate { numerator: part(numerator), denominator: part(denominator).max(1) }
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a.max(1) } else { greatest_common_divisor(b, a % b) }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.denominator == 1 {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

/// How light is written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Light {
    /// Standard range.
    Standard,
    /// HDR10 and its kin (SMPTE ST 2084).
    Pq,
    /// Hybrid log-gamma (ARIB STD-B67).
    Hlg,
}

/// Why a file could not be understood.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// ffprobe is missing or may not be run.
    #[error("could not start ffprobe")]
    Start(#[source] std::io::Error),
    /// The file could not be read.
    #[error("could not read the file")]
    Read(#[source] std::io::Error),
    /// ffprobe did not end.
    #[error("ffprobe took longer than {0:?}")]
    TimedOut(Duration),
    /// The server is stopping.
    #[error("ffprobe was stopped")]
    Stopped,
    /// ffprobe knows no such format, or the file is damaged.
    #[error("ffprobe cannot read the file: {0}")]
    Unreadable(String),
    /// The file ends before its own header says it does.
    #[error("the file ends too early")]
    Truncated,
    /// ffprobe's report is not its usual JSON.
    #[error("ffprobe's report is not the JSON we know")]
    Report(#[source] serde_json::Error),
    /// Neither pictures nor sound.
    #[error("the file has neither pictures nor sound")]
    NoMedia,
    /// Its pictures are larger than any we decode.
    #[error("the pictures of {width} × {height} are too large")]
    TooLarge {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// It claims to be longer than any we take.
    #[error("the file claims to last {0:?}")]
    TooLong(Duration),
}

impl ProbeError {
    /// Whether the file is to blame rather than the instance: then its maker is told, and no second try helps.
    #[must_use]
    pub fn is_about_the_file(&self) -> bool {
        match self {
            ProbeError::Start(_) | ProbeError::Read(_) | ProbeError::TimedOut(_) | ProbeError::Stopped => {
                false
            }
            ProbeError::Unreadable(_)
            | ProbeError::Truncated
            | ProbeError::Report(_)
            | ProbeError::NoMedia
            | ProbeError::TooLarge { .. }
            | ProbeError::TooLong(_) => true,
        }
    }
}

/// Reads ffprobe's report.
///
/// # Errors
/// [`ProbeError`] about the file.
pub fn parse(report: &[u8]) -> Result<Probe, ProbeError> {
    let report: Report = serde_json::from_slice(report).map_err(ProbeError::Report)?;
    let file_start = seconds(&report.format.start_time).unwrap_or(0.0);
    let video = choose_video(&report.streams).and_then(|stream| read_video(stream, file_start));
    let audio = choose_audio(&report.streams).and_then(|stream| read_audio(stream, file_start));
    let cover = report.streams.iter().find(|stream| stream.is_cover()).map(|stream| stream.index);
    if video.is_none() && audio.is_none() {
        return Err(ProbeError::NoMedia);
    }
    if let Some(video) = &video {
        let pixels = u64::from(video.width) * u64::from(video.height);
        if SIDE_MAX < video.width.max(video.height) || PIXELS_MAX < pixels {
            return Err(ProbeError::TooLarge { width: video.width, height: video.height });
        }
    }
    let lengths = report.streams.iter().filter_map(|stream| seconds(&stream.duration));
    let duration = seconds(&report.format.duration).or_else(|| lengths.reduce(f64::max)).unwrap_or(0.0);
    let duration = duration_of(duration);
    if DURATION_MAX < duration {
        return Err(ProbeError::TooLong(duration));
    }
    let container = text(&report.format.format_name);
    let bit_rate = bit_rate(&report.format.bit_rate);
    Ok(Probe { container, duration, video, audio, cover, bit_rate, parts: parts(&report.chapters) })
}

/// The parts that say when they begin.
fn parts(reported: &[ReportedPart]) -> Vec<Part> {
    let read = |part: &ReportedPart| {
        let start = seconds(&part.start_time).filter(|start| 0.0 <= *start)?;
        Some(Part { start: duration_of(start), title: text(&part.tags.title) })
    };
    reported.iter().filter_map(read).collect()
}

/// Reads ffprobe's list of packets: when each is shown, and whether it is a key frame. What does not say is left out.
pub fn packets(list: &str) -> impl Iterator<Item = (Duration, bool)> {
    list.lines().filter_map(|line| {
        let (time, flags) = line.split_once(',')?;
        let time: f64 = time.parse().ok()?;
        Some((duration_of(time), flags.starts_with('K')))
    })
}

impl Probe {
    /// What is kept of it beside the video.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let (width, height) = self.video.as_ref().map_or((0, 0), Video::shown_size);
        Facts {
            duration_ms: u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX),
            width,
            height,
            fps: self.video.as_ref().and_then(|video| video.frame_rate).map_or(0, rounded),
            has_audio: self.audio.is_some(),
            has_video: self.video.is_some(),
        }
    }
}

/// A rate as the whole number people know it by.
fn rounded(rate: Rate) -> u32 {
    let (numerator, denominator) = (u64::from(rate.numerator), u64::from(rate.denominator));
    u32::try_from((numerator + denominator / 2) / denominator).unwrap_or(u32::MAX).max(1)
}

impl Video {
    /// Pixels as shown: square ones, turned upright.
    #[must_use]
    pub fn shown_size(&self) -> (u32, u32) {
        let wide = f64::from(self.width) * self.pixel_aspect;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most 8192 × 10, at least 1"
        )]
        let width = wide.round().max(1.0) as u32;
        if self.is_on_its_side() { (self.height, width) } else { (width, self.height) }
    }

    /// Whether turning it upright swaps width and height.
    #[must_use]
    pub fn is_on_its_side(&self) -> bool {
        (45..135).contains(&(self.rotation % 180))
    }
}

#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    format: Format,
    #[serde(default)]
    chapters: Vec<ReportedPart>,
}

#[derive(Deserialize)]
struct ReportedPart {
    #[serde(default)]
    start_time: Value,
    #[serde(default)]
    tags: PartTags,
}

#[derive(Deserialize, Default)]
struct PartTags {
    #[serde(default)]
    title: Value,
}

/// Fields are of any type, since ffprobe writes numbers now as strings and now as numbers.
#[derive(Deserialize, Default)]
struct Format {
    #[serde(default)]
    format_name: Value,
    #[serde(default)]
    start_time: Value,
    #[serde(default)]
    duration: Value,
    #[serde(default)]
    bit_rate: Value,
}

#[derive(Deserialize)]
struct Stream {
    index: u32,
    #[serde(default)]
    codec_type: Value,
    #[serde(default)]
    codec_name: Value,
    #[serde(default)]
    profile: Value,
    #[serde(default)]
    level: Value,
    #[serde(default)]
    width: Value,
    #[serde(default)]
    height: Value,
    #[serde(default)]
    sample_aspect_ratio: Value,
    #[serde(default)]
    pix_fmt: Value,
    #[serde(default)]
    field_order: Value,
    #[serde(default)]
    color_transfer: Value,
    #[serde(default)]
    r_frame_rate: Value,
    #[serde(default)]
    avg_frame_rate: Value,
    #[serde(default)]
    start_time: Value,
    #[serde(default)]
    duration: Value,
    #[serde(default)]
    bit_rate: Value,
    #[serde(default)]
    sample_rate: Value,
    #[serde(default)]
    channels: Value,
    #[serde(default)]
    disposition: Value,
    #[serde(default)]
    tags: Value,
    #[serde(default)]
    side_data_list: Vec<Value>,
}

impl Stream {
    fn is(&self, kind: &str) -> bool {
        self.codec_type == kind
    }

    fn has(&self, disposition: &str) -> bool {
        self.disposition.get(disposition).and_then(Value::as_i64).is_some_and(|value| value != 0)
    }

    fn is_cover(&self) -> bool {
        self.is("video") && (self.has("attached_pic") || self.has("timed_thumbnails"))
    }

    fn pixels(&self) -> u64 {
        u64::from(whole(&self.width).unwrap_or(0)) * u64::from(whole(&self.height).unwrap_or(0))
    }
}

/// The stream of most pixels, the first of equals: cameras put a small copy beside the real pictures.
fn choose_video(streams: &[Stream]) -> Option<&Stream> {
    streams
        .iter()
        .filter(|stream| stream.is("video") && !stream.is_cover() && 0 < stream.pixels())
        .reduce(|best, stream| if best.pixels() < stream.pixels() { stream } else { best })
}

/// The one marked as default, or else the first: others are comments and translations.
fn choose_audio(streams: &[Stream]) -> Option<&Stream> {
    let mut sounds = streams.iter().filter(|stream| stream.is("audio") && whole(&stream.channels) != Some(0));
    let first = sounds.next()?;
    if first.has("default") {
        return Some(first);
    }
    Some(sounds.find(|stream| stream.has("default")).unwrap_or(first))
}

fn read_video(stream: &Stream, file_start: f64) -> Option<Video> {
    let mean = rate(&stream.avg_frame_rate);
    let base = rate(&stream.r_frame_rate);
    let frame_rate_varies = match (mean, base) {
        (Some(mean), Some(base)) => 0.02 < (mean.value() / base.value() - 1.0).abs(),
        _ => false,
    };
    Some(Video {
        index: stream.index,
        codec: text(&stream.codec_name),
        profile: text(&stream.profile),
        level: whole(&stream.level).filter(|&level| level != 0),
        width: whole(&stream.width)?,
        height: whole(&stream.height)?,
        pixel_aspect: pixel_aspect(&stream.sample_aspect_ratio),
        rotation: rotation(stream),
        pixel_format: text(&stream.pix_fmt),
        frame_rate: mean.or(base),
        frame_rate_varies,
        light: match stream.color_transfer.as_str() {
            Some("smpte2084") => Light::Pq,
            Some("arib-std-b67") => Light::Hlg,
            _ => Light::Standard,
        },
        interlaced: matches!(stream.field_order.as_str(), Some("tt" | "bb" | "tb" | "bt")),
        start: start(stream, file_start),
        bit_rate: bit_rate(&stream.bit_rate),
    })
}

fn read_audio(stream: &Stream, file_start: f64) -> Option<Audio> {
    Some(Audio {
        index: stream.index,
        codec: text(&stream.codec_name),
        profile: text(&stream.profile),
        channels: whole(&stream.channels)?,
        sample_rate: whole(&stream.sample_rate)?,
        start: start(stream, file_start),
        bit_rate: bit_rate(&stream.bit_rate),
    })
}

fn start(stream: &Stream, file_start: f64) -> Duration {
    duration_of(seconds(&stream.start_time).map_or(0.0, |start| start - file_start))
}

/// The display matrix, which ffprobe gives in degrees against the clock, or the old tag with the clock.
fn rotation(stream: &Stream) -> u32 {
    let matrix =
        stream.side_data_list.iter().find_map(|side| number(side.get("rotation")?)).map(|turn| -turn);
    let tag = || number(stream.tags.get("rotate")?);
    let degrees = matrix.or_else(tag).unwrap_or(0.0).rem_euclid(360.0).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 360 after rem_euclid")]
    let degrees = degrees as u32;
    degrees % 360
}

/// `4:3`, and 1 for what cannot be: `0:1` means unknown, and no real pixel is ten times as wide as high.
fn pixel_aspect(value: &Value) -> f64 {
    let ratio = value.as_str().and_then(|text| {
        let (wide, high) = text.split_once(':')?;
        Some(wide.trim().parse::<f64>().ok()? / high.trim().parse::<f64>().ok()?)
    });
    ratio.filter(|ratio| (0.1..=10.0).contains(ratio)).unwrap_or(1.0)
}

fn rate(value: &Value) -> Option<Rate> {
    let (numerator, denominator) = value.as_str()?.split_once('/')?;
    let rate = Rate { numerator: numerator.parse().ok()?, denominator: denominator.parse().ok()? };
    (rate.denominator != 0 && 0.0 < rate.value() && rate.value() <= FPS_MAX).then_some(rate)
}

fn number(value: &Value) -> Option<f64> {
    let number = value.as_str().map_or_else(|| value.as_f64(), |text| text.trim().parse().ok());
    number.filter(|number| number.is_finite())
}

fn seconds(value: &Value) -> Option<f64> {
    number(value)
}

fn whole(value: &Value) -> Option<u32> {
    long(value).and_then(|number| number.try_into().ok())
}

fn bit_rate(value: &Value) -> Option<u64> {
    long(value).filter(|&bits| bits != 0)
}

fn long(value: &Value) -> Option<u64> {
    value.as_str().map_or_else(|| value.as_u64(), |text| text.trim().parse().ok())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn duration_of(seconds: f64) -> Duration {
    // What no Duration holds is far above every limit of ours.
    Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX)
}

#[cfg(test)]
#[path = "probe_tests.rs"]
mod tests;

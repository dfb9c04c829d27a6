//! From what a file is to what is made of it.
//!
//! Owns the plan: which renditions, whether the source's own pictures and sound can be kept, sizes, rates. Pure. The
//! surprise is what a plan cannot know: whether key frames lie close enough for a remux shows only in the remuxed file,
//! so a plan says what to do in either case.

use super::probe::{Audio, Light, Probe, Rate, Video};
use crate::config::Config;

/// What an instance makes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// Heights to make of a taller source.
    pub heights: Vec<u32>,
    /// Whether a source that must be encoded keeps its own height.
    pub keep_height: bool,
    /// Frames a second, at most.
    pub fps_max: u32,
}

impl Options {
    /// Those in the settings.
    #[must_use]
    pub fn new(config: &Config) -> Options {
        let mut heights: Vec<u32> = config.transcoding.heights.iter().map(|height| height.0).collect();
        heights.sort_unstable();
        heights.dedup();
        Options {
            heights,
            keep_height: config.transcoding.keep_height,
            // Zero frames a second is no video.
            fps_max: config.transcoding.fps_max.max(1),
        }
    }
}

/// What is made of a file.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// The source's pictures as they are, with no quality lost, when players can show them.
    pub remux: Option<Rung>,
    /// What is encoded of the pictures, tallest first, next to the remux or without it.
    pub rungs: Vec<Rung>,
    /// What is encoded in place of [`Plan::remux`] when its key frames turn out to lie too far apart.
    pub instead: Option<Rung>,
    /// The sound, shared by all.
    pub sound: Option<Sound>,
    /// What is done to the pictures before they are scaled.
    pub clean: Clean,
}

/// One rendition of the pictures.
#[derive(Clone, PartialEq, Debug)]
pub struct Rung {
    /// The quality's name: the shorter side.
    pub resolution: u32,
    /// Pixels, even.
    pub width: u32,
    /// Pixels, even.
    pub height: u32,
    /// A fixed rate to bring the frames to; none leaves them where they are.
    pub rate: Option<Rate>,
    /// Bits a second the encoder may not exceed for long.
    pub bit_rate_max: u64,
}

/// What is done to the pictures first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clean {
    /// Make frames of fields.
    pub deinterlace: bool,
    /// Map high dynamic range to what every screen shows.
    pub light: Light,
    /// Repeat the first frame back to the file's start, where sound begins before it, in milliseconds.
    pub fill_start_ms: u32,
}

/// What is made of the sound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sound {
    /// As it is.
    Keep,
    /// AAC.
    Encode {
        /// One or two.
        channels: u32,
        /// Samples a second.
        sample_rate: u32,
        /// Bits a second.
        bit_rate: u64,
    },
}

impl Sound {
    /// Bits a second, where we choose them.
    #[must_use]
    pub fn bit_rate(self) -> Option<u64> {
        match self {
            Sound::Keep => None,
            Sound::Encode { bit_rate, .. } => Some(bit_rate),
        }
    }
}

/// Profiles every browser and phone decodes.
const PROFILES: &[&str] = &["Constrained Baseline", "Baseline", "Main", "High"];
/// 5.2, the highest that browsers take for granted.
const LEVEL_MAX: u32 = 52;
/// The largest pictures of that level that hardware decodes: 4096 × 2304.
const REMUX_PIXELS_MAX: u64 = 4096 * 2304;
/// A source may be this much fatter than what we would make of it, which takes in what phones record (20 Mbit/s at
/// 1080p). Above it streams badly, and takes the disk.
const REMUX_FATNESS_MAX: u64 = 8;
/// A source's stream that begins later than the file leaves a hole that browsers stop at.
pub(super) const START_MAX_MS: u128 = 100;
/// Nothing is encoded taller: above, only hardware we do not have keeps up.
const RESOLUTION_MAX: u32 = 2160;
/// Nor longer: the longest that hardware decodes.
const SIDE_MAX: u32 = 4096;
/// A rung this close below the source's own resolution looks like it and is left out.
const RUNG_NEARNESS: f64 = 0.9;
/// From this resolution on more than 30 frames a second are kept: below, bits are better spent on sharpness.
const SMOOTH_RESOLUTION_MIN: u32 = 720;
/// 30000/1001 and slightly wrong clocks count as 30.
const RATE_TOLERANCE: f64 = 1.03;

/// Plans what is made of a file.
#[must_use]
pub fn plan(probe: &Probe, options: &Options) -> Plan {
    let sound = probe.audio.as_ref().map(plan_sound);
    let Some(video) = &probe.video else {
        let clean = Clean { deinterlace: false, light: Light::Standard, fill_start_ms: 0 };
        return Plan { remux: None, rungs: Vec::new(), instead: None, sound, clean };
    };
    let (width, height) = video.shown_size();
    let shorter = width.min(height);
    let own = own_rung(video, options);
    let as_it_is = Rung { resolution: shorter, width, height, rate: None, bit_rate_max: 0 };
    let remux = can_be_shown(video, probe, options).then_some(as_it_is);
    // A remuxed 1088 stands for 1080, too.
    let top = remux.as_ref().map_or(own.resolution, |rung| rung.resolution);
    let highest = resolution_max(width, height);
    let mut rungs: Vec<Rung> = options
        .heights
        .iter()
        .rev()
        .filter(|&&height| is_clearly_below(height, top) && height <= highest)
        .map(|&height| rung(video, height, options))
        .collect();
    let instead = remux.is_some().then(|| own.clone());
    if remux.is_none() {
        rungs.insert(0, own);
    }
    let clean = Clean {
        deinterlace: video.interlaced,
        light: video.light,
        fill_start_ms: u32::try_from(video.start.as_millis()).unwrap_or(0),
    };
    Plan { remux, rungs, instead, sound, clean }
}

impl Plan {
    /// The plan when the source's own pictures cannot be kept after all.
    #[must_use]
    pub fn without_remux(mut self) -> Plan {
        if let Some(own) = self.instead.take() {
            self.rungs.retain(|rung| is_clearly_below(rung.resolution, own.resolution));
            self.rungs.insert(0, own);
        }
        self.remux = None;
        self
    }

    /// The rung to encode alone and first, so that something plays soon: small enough to be quick, large enough to be
    /// watched. None when nothing is encoded.
    #[must_use]
    pub fn quick_rung(&self) -> Option<&Rung> {
        const QUICK_RESOLUTION_MAX: u32 = 360;
        self.rungs.iter().find(|rung| rung.resolution <= QUICK_RESOLUTION_MAX).or(self.rungs.last())
    }
}

fn is_clearly_below(resolution: u32, top: u32) -> bool {
    f64::from(resolution) <= f64::from(top) * RUNG_NEARNESS
}

/// Whether players can show the source's pictures as they are.
fn can_be_shown(video: &Video, probe: &Probe, options: &Options) -> bool {
    let (width, height) = video.shown_size();
    let pixels = u64::from(video.width) * u64::from(video.height);
    let rate_max = f64::from(options.fps_max) * RATE_TOLERANCE;
    // A container that does not say how fat its streams are says how fat it is, which is about the same.
    let bit_rate = video.bit_rate.or(probe.bit_rate).unwrap_or(0);
    let fat = bit_rate_max(width, height, video.frame_rate) * REMUX_FATNESS_MAX;
    video.codec == "h264"
        && PROFILES.contains(&video.profile.as_str())
        && video.level.is_none_or(|level| level <= LEVEL_MAX)
        && matches!(video.pixel_format.as_str(), "yuv420p" | "yuvj420p")
        && video.light == Light::Standard
        && !video.interlaced
        // Browsers disagree on turning a stream, and those that can may not turn back for the next rendition.
        && video.rotation == 0
        && pixels <= REMUX_PIXELS_MAX
        && video.frame_rate.is_some_and(|rate| rate.value() <= rate_max)
        && bit_rate <= fat
        && video.start.as_millis() <= START_MAX_MS
}

/// The rung that stands for the source itself.
fn own_rung(video: &Video, options: &Options) -> Rung {
    let (width, height) = video.shown_size();
    let shorter = width.min(height);
    let kept = shorter.min(resolution_max(width, height));
    let highest = options.heights.iter().copied().filter(|&height| height <= kept).max();
    let resolution = if options.keep_height { kept } else { highest.unwrap_or(kept) };
    rung(video, resolution, options)
}

/// The highest resolution that pictures of this shape are encoded in.
fn resolution_max(width: u32, height: u32) -> u32 {
    let (shorter, longer) = (u64::from(width.min(height)), u64::from(width.max(height)).max(1));
    let fitting = u64::from(SIDE_MAX) * shorter / longer;
    u32::try_from(fitting).unwrap_or(RESOLUTION_MAX).clamp(2, RESOLUTION_MAX)
}

/// The source at some resolution that is not above its own.
fn rung(video: &Video, resolution: u32, options: &Options) -> Rung {
    let (width, height) = video.shown_size();
    let shorter = width.min(height).max(1);
    let scaled = |side: u32| even(f64::from(side) * f64::from(resolution) / f64::from(shorter));
    let (width, height) = (scaled(width), scaled(height));
    let resolution = width.min(height);
    let rate = plan_rate(video, resolution, options);
    let bit_rate_max = bit_rate_max(width, height, rate.or(video.frame_rate));
    Rung { resolution, width, height, rate, bit_rate_max }
}

/// H.264 in 4:2:0 has even sides. Rounds to the nearest, down from the middle, and never to nothing.
fn even(side: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sides are 0 to 81920")]
    let half = (side / 2.0 - 0.5).ceil().max(1.0) as u32;
    half * 2
}

/// Every n-th frame of an even rate, so that the frames that stay keep their time.
fn plan_rate(video: &Video, resolution: u32, options: &Options) -> Option<Rate> {
    const ORDINARY: u32 = 30;
    let cap =
        if resolution < SMOOTH_RESOLUTION_MIN { options.fps_max.min(ORDINARY) } else { options.fps_max };
    let fixed = Rate { numerator: cap, denominator: 1 };
    let Some(rate) = video.frame_rate else {
        return Some(Rate { numerator: cap.min(ORDINARY), denominator: 1 });
    };
    if rate.value() <= f64::from(cap) * RATE_TOLERANCE {
        return None;
    }
    if video.frame_rate_varies {
        return Some(fixed);
    }
    let thinned = (2..=64).map(|divisor| rate.divided(divisor));
    thinned.clone().find(|rate| rate.value() <= f64::from(cap) * RATE_TOLERANCE).or(Some(fixed))
}

/// Bits a second by resolution, for 16:9 at 30 frames. PeerTube's own figures, so that neither disks nor viewers on
/// thin lines are surprised by a change of software.
const BIT_RATES: &[(u32, u64)] = &[
    (144, 150_000),
    (240, 300_000),
    (360, 500_000),
    (480, 800_000),
    (720, 1_750_000),
    (1080, 3_300_000),
    (1440, 6_000_000),
    (2160, 14_000_000),
];

/// Bits a second for a picture of this many pixels: between two lines of the table in proportion, and 40 % more for
/// twice the frames, which are alike.
fn bit_rate_max(width: u32, height: u32, rate: Option<Rate>) -> u64 {
    let pixels = |resolution: u32| f64::from(resolution) * f64::from(resolution) * 16.0 / 9.0;
    let wanted = f64::from(width) * f64::from(height);
    #[expect(clippy::cast_precision_loss, reason = "bits a second are far below 2^52")]
    let mut points = BIT_RATES.iter().map(|&(resolution, bits)| (pixels(resolution), bits as f64));
    let mut low = (0.0, 50_000.0);
    let bits = loop {
        match points.next() {
            Some(high) if wanted <= high.0 => {
                break low.1 + (high.1 - low.1) * (wanted - low.0) / (high.0 - low.0);
            }
            Some(point) => low = point,
            None => break low.1 * wanted / low.0,
        }
    };
    let frames = rate.map_or(30.0, Rate::value).clamp(30.0, 60.0);
    let bits = bits * (1.0 + 0.4 * (frames - 30.0) / 30.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few hundred million at most"
    )]
    let kilobits = (bits / 1000.0).round() as u64;
    kilobits * 1000
}

/// Two channels at most: more are for rooms with more loudspeakers than browsers know of.
const CHANNELS_MAX: u32 = 2;

fn plan_sound(audio: &Audio) -> Sound {
    let plays = audio.codec == "aac"
        && matches!(audio.profile.as_str(), "LC" | "HE-AAC" | "HE-AACv2")
        && (1..=CHANNELS_MAX).contains(&audio.channels)
        && (22_050..=48_000).contains(&audio.sample_rate)
        && audio.start.as_millis() <= START_MAX_MS;
    if plays {
        return Sound::Keep;
    }
    let channels = audio.channels.clamp(1, CHANNELS_MAX);
    // Both are rates of every device; others are brought to the nearer one above.
    let sample_rate = if audio.sample_rate == 44_100 { 44_100 } else { 48_000 };
    Sound::Encode { channels, sample_rate, bit_rate: if channels == 1 { 80_000 } else { 144_000 } }
}

#[cfg(test)]
#[path = "ladder_tests.rs"]
mod tests;

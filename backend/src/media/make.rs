//! Makes renditions: runs ffmpeg on a plan and packages what it wrote.
//!
//! Owns the way from a plan to files that only have to be moved into place. Everything happens in a scratch folder, so
//! leaving it at any moment leaves nothing. The surprise is the order: pictures are cut first, sound follows them.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use shared::hls::ByteRange;
use shared::id::{Digest, FileId, Uuid};
use tokio_util::sync::CancellationToken;

use super::boxes::TrackKind;
use super::command::{self, Keys, Work};
use super::cuts::{self, TooFarApart};
use super::index::{Index, IndexError, index};
use super::ladder::{Clean, Rung, Sound};
use super::package::{self, Cut};
use super::probe::Probe;
use super::progress::{Progress, percent};
use super::run::{Limits, RunError};
use super::sound::recut;
use super::tools::Tools;
use crate::files::layout;
use crate::store::records::Rendition;

/// What ffmpeg says while it works is a few hundred bytes every half second: this is more than a month of it.
const OUTPUT_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// ffmpeg reports twice a second, but a decoder may dwell on a damaged file, and a disk may be slow.
const SILENCE_MAX: Duration = Duration::from_secs(10 * 60);
/// Slower than a hundredth of real time nothing useful comes of it.
const SLOWNESS_MAX: u32 = 100;

/// What to make.
#[derive(Clone, PartialEq, Debug)]
pub struct Order<'o> {
    /// Whose renditions.
    pub video: Uuid,
    /// The uploaded file.
    pub source: &'o Path,
    /// What it is.
    pub probe: &'o Probe,
    /// What is done to the pictures first.
    pub clean: Clean,
    /// The source's own pictures.
    pub remux: Option<Rung>,
    /// Pictures to encode, tallest first.
    pub rungs: Vec<Rung>,
    /// The sound.
    pub sound: Option<Sound>,
    /// Where other renditions of this video are cut; none when these are the first.
    pub cuts: Option<Vec<Duration>>,
    /// Threads of each encoder; 0 for as many as there are processors.
    pub threads: u32,
}

/// A rendition in the scratch folder.
#[derive(Clone, PartialEq, Debug)]
pub struct Made {
    /// 0 for sound.
    pub resolution: u32,
    /// Pixels as shown; 0 for sound.
    pub width: u32,
    /// Pixels as shown; 0 for sound.
    pub height: u32,
    /// 0 for sound.
    pub fps: u32,
    /// 0 for pictures.
    pub channels: u32,
    /// RFC 6381.
    pub codecs: String,
    /// Its file.
    pub file: PathBuf,
    /// How long the file is.
    pub bytes: u64,
    /// How it is cut.
    pub cut: Cut,
    /// When each segment begins.
    pub starts: Vec<Duration>,
    /// The digest of each range.
    pub digests: Vec<(ByteRange, Digest)>,
}

impl Made {
    /// How the store remembers it.
    #[must_use]
    pub fn rendition(&self, video: Uuid, file: FileId) -> Rendition {
        let is_sound = self.resolution == 0;
        Rendition {
            file,
            playlist_name: layout::playlist_name(video, self.resolution),
            file_name: layout::rendition_name(video, self.resolution),
            width: self.width,
            height: self.height,
            fps: self.fps,
            bytes: self.bytes,
            bandwidth: self.cut.peak(),
            bandwidth_average: self.cut.average(),
            codecs: self.codecs.clone(),
            channels: self.channels,
            has_audio: is_sound,
            has_video: !is_sound,
        }
    }
}

/// Why a rendition was not made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// ffmpeg did not do it.
    #[error("ffmpeg {0}")]
    Run(#[from] RunError),
    /// What ffmpeg wrote is of no use.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The source's own pictures cannot be cut.
    #[error(transparent)]
    TooFarApart(#[from] TooFarApart),
    /// The disk failed.
    #[error("could not write the rendition")]
    Disk(#[from] io::Error),
}

/// Makes what was ordered, in `scratch`, which exists and is empty. Reports hundredths through `report`. Blocks.
///
/// # Errors
/// [`MakeError`]; whatever lies in `scratch` then is of no use.
pub fn make(
    tools: &Tools,
    order: &Order<'_>,
    scratch: &Path,
    stop: &CancellationToken,
    mut report: impl FnMut(u8),
) -> Result<Vec<Made>, MakeError> {
    let raw = |name: &str| scratch.join(format!("{name}.raw"));
    let own = order.remux.as_ref().map(|rung| (rung, raw("own")));
    let rungs: Vec<(Rung, PathBuf)> =
        order.rungs.iter().map(|rung| (rung.clone(), raw(&rung.resolution.to_string()))).collect();
    let sound = order.sound.map(|sound| (sound, raw("sound")));
    let length = order.probe.duration;
    let keys = match &order.cuts {
        Some(cuts) => Keys::At(cuts),
        None => Keys::Every(cuts::target(length)),
    };
    let arguments = command::work(&Work {
        source: order.source,
        probe: order.probe,
        remux: own.as_ref().map(|(_, path)| path.clone()),
        rungs: rungs.clone(),
        clean: order.clean,
        sound: sound.clone(),
        keys,
        threads: order.threads,
    });
    let limits = Limits {
        time_max: Duration::from_secs(60 * 60).saturating_add(length.saturating_mul(SLOWNESS_MAX)),
        silence_max: SILENCE_MAX,
        output_bytes_max: OUTPUT_BYTES_MAX,
        niceness: 0,
    };
    let mut progress = Progress::default();
    tools.run(arguments, &limits, stop, |piece| {
        if let Some(done) = progress.read(piece) {
            report(percent(done, length));
        }
    })?;

    let mut made = Vec::new();
    let mut starts = order.cuts.clone();
    let pictures =
        own.iter().map(|(rung, path)| (*rung, path)).chain(rungs.iter().map(|(rung, path)| (rung, path)));
    for (rung, path) in pictures {
        let index = index(&File::open(path)?)?;
        let cuts = match &starts {
            Some(starts) => cuts::follow(&index.starts(), starts),
            None => cuts::choose(&index.starts(), index.end())?,
        };
        made.push(finish(order.video, rung, &index, &cuts, path)?);
        starts.get_or_insert(cuts);
    }
    if let Some((_, path)) = sound {
        made.push(finish_sound(order.video, &path, starts.as_deref(), scratch)?);
    }
    Ok(made)
}

fn finish(
    video: Uuid,
    rung: &Rung,
    index: &Index,
    cuts: &[Duration],
    path: &Path,
) -> Result<Made, MakeError> {
    let cut = package::cut(index, cuts)?;
    let channels = match index.track.kind {
        TrackKind::Video { .. } => 0,
        TrackKind::Audio { channels } => u32::from(channels),
    };
    let file = path.with_file_name(layout::rendition_name(video, rung.resolution));
    std::fs::rename(path, &file)?;
    Ok(Made {
        resolution: rung.resolution,
        width: rung.width,
        height: rung.height,
        fps: package::frame_rate(index),
        channels,
        codecs: index.track.codecs.clone(),
        bytes: index.bytes,
        digests: package::digests(&file, &cut)?,
        file,
        starts: cuts.to_vec(),
        cut,
    })
}

/// Sound is written anew, cut where the pictures are.
fn finish_sound(
    video: Uuid,
    path: &Path,
    pictures: Option<&[Duration]>,
    scratch: &Path,
) -> Result<Made, MakeError> {
    let from = File::open(path)?;
    let raw = index(&from)?;
    let wanted = match pictures {
        Some(pictures) => cuts::beside(pictures, raw.end()),
        None => cuts::even(raw.end()),
    };
    let recut_path = scratch.join("recut.raw");
    let mut to = BufWriter::new(File::create(&recut_path)?);
    recut(&from, &raw, &wanted, &mut to)?;
    to.flush()?;
    std::fs::remove_file(path)?;
    let index = index(&File::open(&recut_path)?)?;
    let nothing = Rung { resolution: 0, width: 0, height: 0, rate: None, bit_rate_max: 0 };
    finish(video, &nothing, &index, &index.starts(), &recut_path)
}

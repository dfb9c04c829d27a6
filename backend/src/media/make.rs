//! Makes renditions: runs ffmpeg on a plan and packages what it wrote.
//!
//! Owns the way from a plan to files that only have to be moved into place. Everything happens in a scratch folder, so
//! leaving it at any moment leaves nothing, but for what [`grow`] was told to publish. The surprise is the order: pictures
//! are cut first, sound follows them.

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
use super::grow::Growth;
use super::index::{Index, IndexError, index};
use super::ladder::{Clean, Rung, Sound};
use super::package::{self, Cut};
use super::probe::Probe;
use super::progress::{Progress, percent};
use super::run::{Limits, RunError};
use super::sound::recut;
use super::tools::{Tools, Urgency};
use crate::files::{disk, layout};
use crate::store::records::{Rendition, Stem};

/// What ffmpeg says while it works is a few hundred bytes every half second: this is more than a month of it.
const OUTPUT_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// ffmpeg reports twice a second, but a decoder may dwell on a damaged file, and a disk may be slow.
const SILENCE_MAX: Duration = Duration::from_secs(10 * 60);
/// Less room than this and ffmpeg is stopped, since the store needs some to go on: as much as it writes between two looks,
/// and half of what uploads leave.
pub const DISK_BYTES_MIN: u64 = 128 * 1024 * 1024;
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
    /// Bits a second it was made not to exceed for long; 0 where nobody set a bound.
    pub bit_rate_max: u64,
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
    pub fn rendition(&self, stem: Stem, file: FileId) -> Rendition {
        let is_sound = self.resolution == 0;
        Rendition {
            file,
            playlist_name: layout::playlist_name(stem, self.resolution),
            file_name: layout::rendition_name(stem, self.resolution),
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
            torrent: None,
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
    /// There was no room to begin.
    #[error("there is no room on the disk")]
    NoRoom,
    /// The disk filled up while it was made.
    #[error("the disk is full")]
    DiskFull,
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
    demand_room(scratch).map_err(to_begin)?;
    let raw = Raw::of(order, scratch);
    let keys = match &order.cuts {
        Some(cuts) => Keys::At(cuts),
        None => Keys::Every(cuts::target(order.probe.duration)),
    };
    // A remux is over before anything else gets slow.
    let urgency = if order.rungs.is_empty() { Urgency::Now } else { Urgency::Later };
    let mut has_room = Ok(());
    let halt = stop.child_token();
    let written = raw.write(tools, order, keys, urgency, &halt, |done| {
        done.into_iter().for_each(&mut report);
        has_room = std::mem::replace(&mut has_room, Ok(())).and_then(|()| demand_room(scratch));
        if has_room.is_err() {
            halt.cancel();
        }
    });
    has_room.and(written)?;

    let mut made = Vec::new();
    let mut starts = order.cuts.clone();
    for (rung, path) in raw.own.iter().chain(&raw.rungs) {
        let file = File::open(path)?;
        let index = index(&file)?;
        let cuts = match &starts {
            Some(starts) => cuts::follow(&index.starts(), starts),
            None => cuts::choose(&index.starts(), index.end())?,
        };
        made.push(finish(rung, &index, &cuts, &file, path)?);
        starts.get_or_insert(cuts);
    }
    if let Some((_, path)) = &raw.sound {
        made.push(finish_sound(path, starts.as_deref(), scratch)?);
    }
    Ok(made)
}

/// Makes the one rung that was ordered and the sound beside it, as [`make`] does, and shows what is complete of both
/// to `publish` again and again meanwhile. What it did with the files it says by their new places.
///
/// # Errors
/// [`MakeError`], or that of `publish`, which ends the making.
pub fn grow<E: From<MakeError>>(
    tools: &Tools,
    order: &Order<'_>,
    scratch: &Path,
    stop: &CancellationToken,
    mut report: impl FnMut(u8),
    mut publish: impl FnMut(&mut [Made]) -> Result<(), E>,
) -> Result<Vec<Made>, E> {
    demand_room(scratch).map_err(to_begin)?;
    let raw = Raw::of(order, scratch);
    let mut growth = Growth::begin(raw.rungs.first(), raw.sound.as_ref(), scratch);
    let halt = stop.child_token();
    let mut failure = None;
    let keys = Keys::Soon(cuts::target(order.probe.duration));
    let written = raw.write(tools, order, keys, Urgency::Soon, &halt, |done| {
        done.into_iter().for_each(&mut report);
        if failure.is_none()
            && let Err(error) =
                demand_room(scratch).and_then(|()| growth.look()).map_err(E::from).and_then(|made| match made
                {
                    [] => Ok(()),
                    made => publish(made),
                })
        {
            failure = Some(error);
            halt.cancel();
        }
    });
    match failure {
        Some(failure) => Err(failure),
        None => {
            written?;
            Ok(growth.finish()?)
        }
    }
}

fn demand_room(folder: &Path) -> Result<(), MakeError> {
    if disk::bytes_free(folder)? < DISK_BYTES_MIN { Err(MakeError::DiskFull) } else { Ok(()) }
}

fn to_begin(error: MakeError) -> MakeError {
    if matches!(error, MakeError::DiskFull) { MakeError::NoRoom } else { error }
}

/// What ffmpeg is to write, and where: not yet under the names that are served.
struct Raw {
    own: Option<(Rung, PathBuf)>,
    rungs: Vec<(Rung, PathBuf)>,
    sound: Option<(Sound, PathBuf)>,
}

impl Raw {
    fn of(order: &Order<'_>, scratch: &Path) -> Raw {
        let place = |name: &str| scratch.join(format!("{name}.raw"));
        Raw {
            own: order.remux.as_ref().map(|rung| (rung.clone(), place("own"))),
            rungs: order
                .rungs
                .iter()
                .map(|rung| (rung.clone(), place(&rung.resolution.to_string())))
                .collect(),
            sound: order.sound.map(|sound| (sound, place("sound"))),
        }
    }

    /// Runs ffmpeg. `look` is called twice a second, with the hundredths that are done where they are known.
    #[expect(clippy::too_many_arguments, reason = "an order, how it is carried out, and who looks on")]
    fn write(
        &self,
        tools: &Tools,
        order: &Order<'_>,
        keys: Keys<'_>,
        urgency: Urgency,
        stop: &CancellationToken,
        mut look: impl FnMut(Option<u8>),
    ) -> Result<(), MakeError> {
        let length = order.probe.duration;
        let arguments = command::work(&Work {
            source: order.source,
            probe: order.probe,
            remux: self.own.as_ref().map(|(_, path)| path.clone()),
            rungs: self.rungs.clone(),
            clean: order.clean,
            sound: self.sound.clone(),
            keys,
            threads: order.threads,
        });
        let limits = Limits {
            time_max: Duration::from_secs(60 * 60).saturating_add(length.saturating_mul(SLOWNESS_MAX)),
            silence_max: SILENCE_MAX,
            output_bytes_max: OUTPUT_BYTES_MAX,
            niceness: 0,
            memory_bytes_max: None,
        };
        let mut progress = Progress::default();
        Ok(tools.run(arguments, &limits, urgency, stop, |piece| {
            look(progress.read(piece).map(|done| percent(done, length)));
        })?)
    }
}

/// A rendition out of a file of this index, which lies at `path`.
fn finish(
    rung: &Rung,
    index: &Index,
    cuts: &[Duration],
    file: &File,
    path: &Path,
) -> Result<Made, MakeError> {
    let cut = package::cut(index, cuts)?;
    let digests = package::digests(file, &cut)?;
    Ok(describe(rung, index, cut, cuts.to_vec(), digests, path))
}

pub(super) fn describe(
    rung: &Rung,
    index: &Index,
    cut: Cut,
    starts: Vec<Duration>,
    digests: Vec<(ByteRange, Digest)>,
    path: &Path,
) -> Made {
    Made {
        resolution: rung.resolution,
        width: rung.width,
        height: rung.height,
        fps: package::frame_rate(index),
        channels: match index.track.kind {
            TrackKind::Video { .. } => 0,
            TrackKind::Audio { channels } => u32::from(channels),
        },
        codecs: index.track.codecs.clone(),
        file: path.to_owned(),
        bytes: index.bytes,
        bit_rate_max: rung.bit_rate_max,
        cut,
        starts,
        digests,
    }
}

/// What stands for sound among the rungs.
pub(super) const NO_PICTURES: Rung = Rung { resolution: 0, width: 0, height: 0, rate: None, bit_rate_max: 0 };

/// Sound is written anew, cut where the pictures are.
fn finish_sound(path: &Path, pictures: Option<&[Duration]>, scratch: &Path) -> Result<Made, MakeError> {
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
    let file = File::open(&recut_path)?;
    let index = index(&file)?;
    finish(&NO_PICTURES, &index, &index.starts(), &file, &recut_path)
}

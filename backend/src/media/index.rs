//! What lies where in a fragmented file that ffmpeg wrote.
//!
//! Owns the walk over its boxes: headers and `moof`s are read, media is skipped, so that an hour of video is indexed
//! in milliseconds. Never hashes and never cuts.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use super::boxes::{self, Fragment, HEADER_BYTES_MAX, Header, Track, TrackKind};

/// A `moov` without samples is a kilobyte.
const INIT_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// A `moof` has at most 16 bytes a sample.
const MOOF_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// More fragments than half-seconds in four days.
const FRAGMENTS_MAX: usize = 1_000_000;
/// Parameter sets, captions and the encoder's own words come before the first slice.
const SLICE_WITHIN_BYTES: u64 = 64 * 1024;

/// A fragmented file with one track.
#[derive(Clone, PartialEq, Debug)]
pub struct Index {
    /// Its track.
    pub track: Track,
    /// Bytes of its header, from the first on.
    pub init_bytes: u64,
    /// In order.
    pub fragments: Vec<Place>,
    /// How long the file is.
    pub bytes: u64,
}

/// A fragment and where it lies.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// The first byte of what belongs to it.
    pub offset: u64,
    /// Bytes up to the end of its media.
    pub bytes: u64,
    /// The first byte of its media.
    pub media: u64,
    /// When it begins to be shown.
    pub start: Duration,
    /// When it has been shown.
    pub end: Duration,
    /// Whether a player may begin here.
    pub independent: bool,
    /// How it divides.
    pub fragment: Fragment,
}

/// Why a file could not be indexed.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The disk failed.
    #[error("could not read the fragmented file")]
    Read(#[from] io::Error),
    /// It is not what ffmpeg was asked to write.
    #[error("the fragmented file is damaged at byte {0}")]
    Damaged(u64),
    /// It holds no media at all.
    #[error("the fragmented file has no media")]
    Empty,
}

/// Walks over a file.
///
/// # Errors
/// [`IndexError`].
pub fn index(file: &File) -> Result<Index, IndexError> {
    let bytes = file.metadata()?.len();
    let mut walk = Walk { file, bytes, offset: 0 };
    let mut track = None;
    let mut init_bytes = 0;
    let mut fragments = Vec::new();
    // What lies between two fragments (styp, sidx) belongs to the second.
    let mut begun = 0;
    let mut pending: Option<(Fragment, u64)> = None;
    while let Some((at, header, end)) = walk.next_box()? {
        match &header.kind {
            b"moov" => {
                let content = walk.content(at, &header, end, INIT_BYTES_MAX)?;
                track = Some(boxes::track(&content).ok_or(IndexError::Damaged(at))?);
                (init_bytes, begun) = (end, end);
            }
            b"moof" => {
                let content = walk.content(at, &header, end, MOOF_BYTES_MAX)?;
                let fragment = boxes::fragment(&content).ok_or(IndexError::Damaged(at))?;
                pending = Some((fragment, begun));
            }
            b"mdat" => {
                let track = track.as_ref().ok_or(IndexError::Damaged(at))?;
                let (fragment, offset) = pending.take().ok_or(IndexError::Damaged(at))?;
                let media = at.saturating_add(header.head_bytes);
                if end.saturating_sub(media) < fragment.bytes() || FRAGMENTS_MAX <= fragments.len() {
                    return Err(IndexError::Damaged(at));
                }
                fragments.push(Place {
                    offset,
                    bytes: end - offset,
                    media,
                    start: time(fragment.start(), track.timescale),
                    end: time(fragment.end(), track.timescale),
                    independent: fragment.independent && begins_anew(file, track, &fragment, media)?,
                    fragment,
                });
                begun = end;
            }
            _ => {}
        }
    }
    match track {
        Some(track) if !fragments.is_empty() => Ok(Index { track, init_bytes, fragments, bytes }),
        _ => Err(IndexError::Empty),
    }
}

impl Index {
    /// When the last picture or sound has been shown.
    #[must_use]
    pub fn end(&self) -> Duration {
        self.fragments.iter().map(|place| place.end).max().unwrap_or_default()
    }

    /// Where a player may begin.
    #[must_use]
    pub fn starts(&self) -> Vec<Duration> {
        self.fragments.iter().filter(|place| place.independent).map(|place| place.start).collect()
    }

    /// Frames, or packets of sound.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.fragments.iter().map(|place| place.fragment.samples.len()).sum()
    }
}

struct Walk<'f> {
    file: &'f File,
    bytes: u64,
    offset: u64,
}

impl Walk<'_> {
    /// The next box: where it begins, its header and where it ends.
    fn next_box(&mut self) -> Result<Option<(u64, Header, u64)>, IndexError> {
        let at = self.offset;
        if self.bytes <= at {
            return Ok(None);
        }
        let mut head = [0; HEADER_BYTES_MAX];
        let read = self.file.read_at(&mut head, at)?;
        let header = boxes::header(head.get(..read).unwrap_or_default()).ok_or(IndexError::Damaged(at))?;
        let end = header.bytes.map_or(self.bytes, |bytes| at.saturating_add(bytes));
        if self.bytes < end {
            return Err(IndexError::Damaged(at));
        }
        self.offset = end;
        Ok(Some((at, header, end)))
    }

    fn content(&self, at: u64, header: &Header, end: u64, bytes_max: u64) -> Result<Vec<u8>, IndexError> {
        let start = at.saturating_add(header.head_bytes);
        let bytes = end.saturating_sub(start);
        let length =
            usize::try_from(bytes).ok().filter(|_| bytes <= bytes_max).ok_or(IndexError::Damaged(at))?;
        let mut content = vec![0; length];
        self.file.read_exact_at(&mut content, start)?;
        Ok(content)
    }
}

/// Sound may be joined anywhere, pictures at an IDR picture.
fn begins_anew(file: &File, track: &Track, fragment: &Fragment, media: u64) -> Result<bool, IndexError> {
    let TrackKind::Video { nal_length_bytes } = track.kind else {
        return Ok(true);
    };
    let first = fragment.samples.first().map_or(0, |sample| u64::from(sample.bytes));
    let mut sample = vec![0; usize::try_from(first.min(SLICE_WITHIN_BYTES)).unwrap_or(0)];
    file.read_exact_at(&mut sample, media)?;
    Ok(boxes::is_idr(&sample, nal_length_bytes))
}

/// Ticks as a time, to the microsecond.
#[must_use]
pub fn time(ticks: u64, timescale: u32) -> Duration {
    let micros = u128::from(ticks) * 1_000_000 / u128::from(timescale.max(1));
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

//! What lies where in a fragmented file that ffmpeg wrote.
//!
//! Owns the walk over its boxes: headers and `moof`s are read, media is skipped, so that an hour of video is indexed
//! in milliseconds, also while ffmpeg still writes it. Never hashes and never cuts.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use super::boxes::{self, Fragment, HEADER_BYTES_MAX, Header, Track, TrackKind};

/// A `moov` without samples is a kilobyte.
pub(super) const INIT_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// A `moof` has at most 16 bytes a sample.
pub(super) const MOOF_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// More fragments than half-seconds in four days.
pub(super) const FRAGMENTS_MAX: usize = 1_000_000;
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

/// Walks over a file that is complete.
///
/// # Errors
/// [`IndexError`].
pub fn index(file: &File) -> Result<Index, IndexError> {
    let bytes = file.metadata()?.len();
    let mut indexer = Indexer::default();
    indexer.read_on(file)?;
    if indexer.offset != bytes {
        return Err(IndexError::Damaged(indexer.offset));
    }
    indexer.index.filter(|index| !index.fragments.is_empty()).ok_or(IndexError::Empty)
}

/// Walks over a file that may still be written to. What is not there whole is left for the next time: ffmpeg knows the
/// length of a box when it begins to write it.
#[derive(Debug, Default)]
pub struct Indexer {
    /// Behind the last box that was whole.
    offset: u64,
    /// What lies between two fragments (styp, sidx) belongs to the second.
    begun: u64,
    pending: Option<(Fragment, u64)>,
    index: Option<Index>,
}

impl Indexer {
    /// What is known by now; none before the header.
    #[must_use]
    pub fn index(&self) -> Option<&Index> {
        self.index.as_ref()
    }

    /// Takes in what was written since the last time.
    ///
    /// # Errors
    /// [`IndexError`].
    pub fn read_on(&mut self, file: &File) -> Result<(), IndexError> {
        let bytes = file.metadata()?.len();
        while let Some((header, end)) = self.next_box(file, bytes)? {
            self.take(file, &header, end)?;
            self.offset = end;
            if let Some(index) = &mut self.index {
                index.bytes = end;
            }
        }
        Ok(())
    }

    /// The next box that is there whole, and where it ends.
    fn next_box(&self, file: &File, bytes: u64) -> Result<Option<(Header, u64)>, IndexError> {
        let at = self.offset;
        let mut head = [0; HEADER_BYTES_MAX];
        let read = file.read_at(&mut head, at)?;
        let Some(header) = boxes::header(head.get(..read).unwrap_or_default()) else {
            return if read < head.len() { Ok(None) } else { Err(IndexError::Damaged(at)) };
        };
        // A box that goes to the end of its file says nothing of how long it will be.
        let end = header.bytes.map(|bytes| at.saturating_add(bytes)).ok_or(IndexError::Damaged(at))?;
        Ok((end <= bytes).then_some((header, end)))
    }

    fn take(&mut self, file: &File, header: &Header, end: u64) -> Result<(), IndexError> {
        let at = self.offset;
        let damaged = || IndexError::Damaged(at);
        match &header.kind {
            b"moov" => {
                let content = content(file, at, header, end, INIT_BYTES_MAX)?;
                let track = boxes::track(&content).ok_or_else(damaged)?;
                self.index = Some(Index { track, init_bytes: end, fragments: Vec::new(), bytes: end });
                self.begun = end;
            }
            b"moof" => {
                let content = content(file, at, header, end, MOOF_BYTES_MAX)?;
                let fragment = boxes::fragment(&content).ok_or_else(damaged)?;
                self.pending = Some((fragment, self.begun));
            }
            b"mdat" => {
                let index = self.index.as_mut().ok_or_else(damaged)?;
                let (fragment, offset) = self.pending.take().ok_or_else(damaged)?;
                let media = at.saturating_add(header.head_bytes);
                let shown = |ticks: u64| time(ticks.saturating_sub(index.track.lead), index.track.timescale);
                if end.saturating_sub(media) < fragment.bytes() || FRAGMENTS_MAX <= index.fragments.len() {
                    return Err(damaged());
                }
                index.fragments.push(Place {
                    offset,
                    bytes: end - offset,
                    media,
                    start: shown(fragment.start()),
                    end: shown(fragment.end()),
                    independent: fragment.independent && begins_anew(file, &index.track, &fragment, media)?,
                    fragment,
                });
                self.begun = end;
            }
            _ => {}
        }
        Ok(())
    }
}

pub(super) fn content(
    file: &File,
    at: u64,
    header: &Header,
    end: u64,
    bytes_max: u64,
) -> Result<Vec<u8>, IndexError> {
    let start = at.saturating_add(header.head_bytes);
    let bytes = end.saturating_sub(start);
    let length = usize::try_from(bytes).ok().filter(|_| bytes <= bytes_max).ok_or(IndexError::Damaged(at))?;
    let mut content = vec![0; length];
    file.read_exact_at(&mut content, start)?;
    Ok(content)
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

//! The files behind a plan: the only part of muxing that reads.
//!
//! Headers and `moof`s are read, media is skipped, so that an hour of film is planned in milliseconds.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use bytes::Bytes;

use super::super::boxes::{self, HEADER_BYTES_MAX};
use super::super::index::{FRAGMENTS_MAX, INIT_BYTES_MAX, IndexError, MOOF_BYTES_MAX, content};
use super::{Defaults, Kind, MuxError, Part, Plan, Track, plan, read_moof, read_moov};

/// A file that lies in others, which stay open as long as it is there.
#[derive(Debug)]
pub struct Film {
    plan: Plan,
    sources: Vec<File>,
}

/// Bytes on their way out.
#[derive(Debug)]
pub enum Bit<'a> {
    /// These.
    Memory(Bytes),
    /// Some of an open file.
    File {
        /// The file.
        file: &'a File,
        /// The first byte.
        offset: u64,
        /// How many.
        bytes: u64,
    },
}

impl Film {
    /// Plans the film out of open files, of each the named tracks.
    ///
    /// # Errors
    /// [`MuxError`].
    pub fn open(sources: Vec<(File, Vec<Kind>)>) -> Result<Film, MuxError> {
        let mut tracks = Vec::new();
        for (number, (file, kinds)) in sources.iter().enumerate() {
            tracks.extend(read_tracks(file, number, kinds)?);
        }
        let plan = plan(&tracks)?;
        Ok(Film { plan, sources: sources.into_iter().map(|(file, _)| file).collect() })
    }

    /// What it is made of.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What `bytes` bytes from `first` on are made of.
    pub fn cut(&self, first: u64, bytes: u64) -> impl Iterator<Item = Bit<'_>> {
        self.plan.cut(first, bytes).filter_map(|part| match part {
            Part::Head(bytes) => Some(Bit::Memory(bytes)),
            Part::Run { source, offset, bytes } => {
                self.sources.get(source).map(|file| Bit::File { file, offset, bytes })
            }
        })
    }

    /// Reads `bytes` bytes from `first` on: few enough for memory.
    ///
    /// # Errors
    /// When a source cannot be read, or ends before it should.
    pub fn read(&self, first: u64, bytes: u64) -> io::Result<Bytes> {
        let mut out = Vec::with_capacity(usize::try_from(bytes).map_err(io::Error::other)?);
        for bit in self.cut(first, bytes) {
            match bit {
                Bit::Memory(bytes) => out.extend_from_slice(&bytes),
                Bit::File { file, offset, bytes } => {
                    let start = out.len();
                    out.resize(start + usize::try_from(bytes).map_err(io::Error::other)?, 0);
                    file.read_exact_at(out.get_mut(start..).unwrap_or_default(), offset)?;
                }
            }
        }
        Ok(out.into())
    }
}

/// The tracks of a fragmented file, one of each kind.
fn read_tracks(file: &File, source: usize, kinds: &[Kind]) -> Result<Vec<Track>, MuxError> {
    let file_bytes = file.metadata().map_err(IndexError::Read)?.len();
    let mut tracks: Vec<Track> = Vec::new();
    let mut defaults: Vec<Defaults> = Vec::new();
    let mut at = 0;
    let mut boxes_left = BOXES_MAX;
    while at < file_bytes {
        let damaged = || IndexError::Damaged(at);
        boxes_left = usize::checked_sub(boxes_left, 1).ok_or(MuxError::TooLong)?;
        let mut head = [0; HEADER_BYTES_MAX];
        let read = file.read_at(&mut head, at).map_err(IndexError::Read)?;
        let header = boxes::header(head.get(..read).unwrap_or_default()).ok_or_else(damaged)?;
        let end = header.bytes.and_then(|bytes| at.checked_add(bytes)).filter(|&end| end <= file_bytes);
        let end = end.ok_or_else(damaged)?;
        match &header.kind {
            b"moov" if tracks.is_empty() => {
                let moov = content(file, at, &header, end, INIT_BYTES_MAX)?;
                let (headers, found) = read_moov(&moov).ok_or_else(damaged)?;
                defaults = found;
                for kind in kinds {
                    let header = headers.iter().find(|header| header.kind == *kind).cloned();
                    tracks.push(Track::new(header.ok_or(MuxError::NoTrack)?, source));
                }
            }
            b"moof" => {
                let moof = content(file, at, &header, end, MOOF_BYTES_MAX)?;
                for run in read_moof(&moof, at, &defaults).ok_or_else(damaged)? {
                    if run.offset.checked_add(run.bytes()).is_none_or(|end| file_bytes < end) {
                        return Err(damaged().into());
                    }
                    if let Some(track) = tracks.iter_mut().find(|track| track.id() == run.track) {
                        track.push(&run)?;
                    }
                }
            }
            _ => {}
        }
        at = end;
    }
    let tracks = tracks.into_iter().map(Track::finish).collect::<Result<Vec<_>, _>>()?;
    // Runs that overlap would make much of little.
    if file_bytes < tracks.iter().map(Track::bytes).sum::<u64>() {
        return Err(IndexError::Damaged(at).into());
    }
    if tracks.is_empty() { Err(MuxError::NoTrack) } else { Ok(tracks) }
}

/// A fragment has at most four: `styp`, `sidx`, `moof` and `mdat`.
const BOXES_MAX: usize = 4 * FRAGMENTS_MAX;

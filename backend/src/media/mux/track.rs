//! A track's samples, gathered fragment by fragment into the tables of a plain file. Pure.
//!
//! The surprise is the last sample of a fragment: how long it lasts is known once the next fragment says when it
//! begins, since a fragment may be late.

use super::MuxError;
use super::read::{Header, Run, Sample, TICKS_MAX};

/// A day and a half of sound, and more than a day of pictures. Each costs up to 24 bytes while a file is planned.
const SAMPLES_MAX: usize = 6_000_000;
/// Pictures and sound take turns after so many seconds at the latest, so that what is played while it arrives has both.
const CHUNK_SECONDS: u64 = 2;

/// A track of the file to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Track {
    pub(super) header: Header,
    /// Which of the sources it lies in.
    pub(super) source: usize,
    /// Decode time of its first sample, in ticks of its source.
    pub(super) begins: u64,
    /// How many samples last how many ticks.
    pub(super) durations: Vec<(u32, u32)>,
    /// How many samples are shown how many ticks after they are decoded.
    pub(super) compositions: Vec<(u32, i32)>,
    /// Which samples can be decoded alone, from 1 on.
    pub(super) syncs: Vec<u32>,
    /// Bytes of each sample.
    pub(super) sizes: Vec<u32>,
    /// Where they lie.
    pub(super) chunks: Vec<Chunk>,
    /// When the first of all is shown, in ticks after `begins`.
    pub(super) earliest: i64,
    /// When the last of all has been shown.
    pub(super) end: i64,
    last: Option<Last>,
}

/// A run of samples in the source that stays together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Chunk {
    /// Decode time of the first, in ticks after the track's beginning.
    pub start: u64,
    /// The first byte in the source.
    pub offset: u64,
    /// Bytes.
    pub bytes: u64,
    /// How many.
    pub samples: u32,
    /// Which description.
    pub description: u32,
}

/// The sample that came last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Last {
    start: u64,
    duration: u32,
}

impl Track {
    /// A track without samples.
    #[must_use]
    pub fn new(header: Header, source: usize) -> Track {
        Track {
            header,
            source,
            begins: 0,
            durations: Vec::new(),
            compositions: Vec::new(),
            syncs: Vec::new(),
            sizes: Vec::new(),
            chunks: Vec::new(),
            earliest: i64::MAX,
            end: 0,
            last: None,
        }
    }

    /// Its number in its source.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.header.id
    }

    /// Takes in a run, which lies within its file.
    ///
    /// # Errors
    /// [`MuxError::Disordered`] or [`MuxError::TooLong`].
    pub fn push(&mut self, run: &Run) -> Result<(), MuxError> {
        let next = self.last.map(|last| last.start + u64::from(last.duration));
        let mut start = match (next, run.base) {
            (Some(next), None) => next,
            (Some(_), Some(base)) => base.checked_sub(self.begins).ok_or(MuxError::Disordered)?,
            (None, base) => {
                self.begins = base.unwrap_or(0);
                0
            }
        };
        let mut offset = run.offset;
        for sample in &run.samples {
            self.add(*sample, start, offset, run.description)?;
            start += u64::from(sample.duration);
            offset += u64::from(sample.bytes);
        }
        Ok(())
    }

    fn add(&mut self, sample: Sample, start: u64, offset: u64, description: u32) -> Result<(), MuxError> {
        if SAMPLES_MAX <= self.sizes.len() {
            return Err(MuxError::TooLong);
        }
        let ticks = i64::try_from(start).ok().filter(|&ticks| ticks <= TICKS_MAX);
        let shown = ticks.ok_or(MuxError::Disordered)? + i64::from(sample.composition);
        self.settle_last(Some(start))?;
        self.last = Some(Last { start, duration: sample.duration });
        self.earliest = self.earliest.min(shown);
        self.end = self.end.max(shown + i64::from(sample.duration));
        count(&mut self.compositions, sample.composition);
        self.sizes.push(sample.bytes);
        if sample.sync {
            self.syncs.push(u32::try_from(self.sizes.len()).map_err(|_| MuxError::TooLong)?);
        }
        let span = CHUNK_SECONDS * u64::from(self.header.timescale);
        match self.chunks.last_mut() {
            Some(chunk)
                if chunk.offset + chunk.bytes == offset
                    && chunk.description == description
                    && start - chunk.start < span =>
            {
                chunk.bytes += u64::from(sample.bytes);
                chunk.samples += 1;
            }
            Some(_) | None => {
                let bytes = u64::from(sample.bytes);
                self.chunks.push(Chunk { start, offset, bytes, samples: 1, description });
            }
        }
        Ok(())
    }

    /// Notes how long the last sample lasts: until the next, or as long as it says.
    fn settle_last(&mut self, next: Option<u64>) -> Result<(), MuxError> {
        let Some(last) = self.last else { return Ok(()) };
        let duration = match next {
            Some(next) => {
                let until = next.checked_sub(last.start).ok_or(MuxError::Disordered)?;
                u32::try_from(until).map_err(|_| MuxError::Disordered)?
            }
            None => last.duration,
        };
        count(&mut self.durations, duration);
        Ok(())
    }

    /// Closes it: no run follows.
    ///
    /// # Errors
    /// [`MuxError::NoTrack`] where it has no samples.
    pub fn finish(mut self) -> Result<Track, MuxError> {
        if self.last.is_none() {
            return Err(MuxError::NoTrack);
        }
        self.settle_last(None)?;
        Ok(self)
    }

    /// Ticks of all its samples.
    #[must_use]
    pub fn ticks(&self) -> u64 {
        self.last.map_or(0, |last| last.start + u64::from(last.duration))
    }

    /// Bytes of all its samples.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.chunks.iter().map(|chunk| chunk.bytes).sum()
    }
}

/// One more of a value.
fn count<T: PartialEq>(rows: &mut Vec<(u32, T)>, value: T) {
    match rows.last_mut() {
        Some((times, same)) if *same == value => *times += 1,
        Some(_) | None => rows.push((1, value)),
    }
}

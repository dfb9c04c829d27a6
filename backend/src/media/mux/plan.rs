//! Every byte of the file to be: its head, and which runs of the sources follow it. Pure.
//!
//! Owns the order of chunks, when each track begins and the cutting of ranges. The same sources always give the same
//! bytes.

use bytes::Bytes;

use super::MuxError;
use super::read::TICKS_MAX;
use super::track::Track;
use super::write::{self, Layout};

/// What a head may have: a day of film has a third of it. More is refused, since heads lie in memory.
pub const HEAD_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Ticks in a second of the whole: pauses are right to 11 µs, and half a day fits 32 bits.
pub(super) const MOVIE_TIMESCALE: u32 = 90_000;

/// A file that is made of others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    head: Bytes,
    pieces: Vec<Piece>,
    bytes: u64,
}

/// A run of a source, and where it stands in the whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Piece {
    at: u64,
    source: usize,
    offset: u64,
    bytes: u64,
}

/// What is to be sent next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// These bytes.
    Head(Bytes),
    /// Bytes of a source.
    Run {
        /// Which one.
        source: usize,
        /// The first byte.
        offset: u64,
        /// How many.
        bytes: u64,
    },
}

/// When a track is shown. All in ticks of the track but `pause`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Timing {
    /// How long nothing is shown first, in [`MOVIE_TIMESCALE`].
    pub pause: u64,
    /// The first moment of its media that is shown.
    pub lead: u64,
    /// How long it is shown.
    pub shown: u64,
    /// By how much all composition offsets are raised: none is negative then, which some players cannot read.
    pub raised: u32,
}

/// Puts tracks side by side.
///
/// # Errors
/// [`MuxError`] without tracks, or where they are longer than what is put together.
pub fn plan(tracks: &[Track]) -> Result<Plan, MuxError> {
    if tracks.is_empty() {
        return Err(MuxError::NoTrack);
    }
    let mut timings = tracks.iter().map(timing).collect::<Result<Vec<_>, _>>()?;
    // Nobody waits for a film that begins late as a whole.
    let first = timings.iter().map(|timing| timing.pause).min().unwrap_or(0);
    timings.iter_mut().for_each(|timing| timing.pause -= first);
    let table_bytes: u64 = tracks.iter().map(write::table_bytes).sum();
    if HEAD_BYTES_MAX < table_bytes {
        return Err(MuxError::TooLong);
    }
    let (mut pieces, offsets, media_bytes) = interleave(tracks, &timings);
    let is_long = u64::from(u32::MAX) < table_bytes + write::FIXED_BYTES_MAX + media_bytes;
    let mut layout = Layout { tracks, timings: &timings, offsets: &offsets, media_bytes, is_long, base: 0 };
    // Its length does not depend on the numbers in it.
    layout.base = write::head(&layout).len() as u64;
    let head = write::head(&layout);
    pieces.iter_mut().for_each(|piece| piece.at += layout.base);
    Ok(Plan { bytes: layout.base + media_bytes, head: head.into(), pieces })
}

/// When a track begins. Its times are those of its source, whose edit list and first fragment say so together.
fn timing(track: &Track) -> Result<Timing, MuxError> {
    let least = track.compositions.iter().map(|(_, ticks)| *ticks).min().unwrap_or(0);
    let raised = if least < 0 { least.unsigned_abs() } else { 0 };
    let begins = i64::try_from(track.begins).ok().filter(|&ticks| ticks <= TICKS_MAX);
    let begins = begins.ok_or(MuxError::Disordered)?;
    let edit = track.header.edit;
    let first_shown = begins + edit.pause - edit.lead + track.earliest;
    let (earliest, end) = (track.earliest + i64::from(raised), track.end + i64::from(raised));
    // What an encoder sets before its first sound stays, and stays unheard; unless that would be all.
    let lead = earliest + first_shown.min(0).saturating_neg();
    let lead = if end <= lead { earliest } else { lead };
    let ticks = |ticks: i64| u64::try_from(ticks).map_err(|_| MuxError::Disordered);
    Ok(Timing {
        pause: to_movie(ticks(first_shown.max(0))?, track.header.timescale),
        lead: ticks(lead)?,
        shown: ticks(end.saturating_sub(lead))?,
        raised,
    })
}

/// Ticks of a track in [`MOVIE_TIMESCALE`], rounded up, so that no end is cut off.
pub(super) fn to_movie(ticks: u64, timescale: u32) -> u64 {
    let scaled = u128::from(ticks) * u128::from(MOVIE_TIMESCALE);
    u64::try_from(scaled.div_ceil(u128::from(timescale.max(1)))).unwrap_or(u64::MAX)
}

/// The chunks of all tracks in the order of their times: where each lies from the first byte of the media on, by
/// track, and how many bytes that are.
fn interleave(tracks: &[Track], timings: &[Timing]) -> (Vec<Piece>, Vec<Vec<u64>>, u64) {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut offsets: Vec<Vec<u64>> =
        tracks.iter().map(|track| Vec::with_capacity(track.chunks.len())).collect();
    let mut at = 0;
    loop {
        let waiting = tracks.iter().zip(timings).zip(&mut offsets).filter_map(|((track, timing), done)| {
            let chunk = track.chunks.get(done.len())?;
            // Ticks of a second or longer may go beyond 64 bits in those of the whole.
            let due = timing.pause.saturating_add(to_movie(chunk.start, track.header.timescale));
            Some((due, track.source, chunk, done))
        });
        // The first of equals, so pictures before their sound.
        let Some((_, source, chunk, done)) = waiting.min_by_key(|(due, ..)| *due) else { break };
        done.push(at);
        match pieces.last_mut() {
            Some(piece) if piece.source == source && piece.offset + piece.bytes == chunk.offset => {
                piece.bytes += chunk.bytes;
            }
            Some(_) | None => {
                pieces.push(Piece { at, source, offset: chunk.offset, bytes: chunk.bytes });
            }
        }
        at += chunk.bytes;
    }
    (pieces, offsets, at)
}

impl Plan {
    /// Bytes of the whole.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes of memory that it takes.
    #[must_use]
    pub fn weight(&self) -> u64 {
        (self.head.len() + self.pieces.len() * size_of::<Piece>()) as u64
    }

    /// What `bytes` bytes from `first` on are made of.
    pub fn cut(&self, first: u64, bytes: u64) -> impl Iterator<Item = Part> + '_ {
        let end = first.saturating_add(bytes).min(self.bytes);
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(self.head.len());
        let (from, to) = (place(first), place(end));
        let head = (from < to).then(|| Part::Head(self.head.slice(from..to)));
        let begin = self.pieces.partition_point(|piece| piece.at + piece.bytes <= first);
        let pieces = self.pieces.get(begin..).unwrap_or_default();
        let runs = pieces.iter().take_while(move |piece| piece.at < end).filter_map(move |piece| {
            let skipped = first.saturating_sub(piece.at);
            let bytes = piece.bytes.min(end - piece.at).checked_sub(skipped).filter(|&bytes| bytes != 0)?;
            Some(Part::Run { source: piece.source, offset: piece.offset + skipped, bytes })
        });
        head.into_iter().chain(runs)
    }
}

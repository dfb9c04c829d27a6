//! The fetches under way.
//!
//! Owns their numbers, their progress and their silence. Never decides what to fetch. The surprise is that a flight may
//! end twice, once by our abort and once by an answer that was already on its way: the second is not known here any
//! more, and its body is let go.

use std::time::Duration;

use shared::hls::ByteRange;
use shared::time::Instant;

use crate::io::{FetchId, Span, Track, Want};
use crate::ladder::StreamId;
use crate::library::Piece;
use crate::table::Table;
use crate::timeline::Resource;

/// A server that sends nothing for so long will not send more.
const SILENCE_MAX: Duration = Duration::from_secs(10);
/// Chromium's cache answers one request for a file at a time and lets the next one wait so long.
const QUEUE_MAX: Duration = Duration::from_secs(20);

/// What a fetch is for. Also names what fails and is tried again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Errand {
    /// The playlist we were given.
    Master,
    /// The list of digests.
    Digests,
    /// The playlist of one stream.
    Playlist(StreamId),
    /// Media.
    Piece(Piece),
    /// Not a fetch: the media source, which can fail too.
    Source,
}

impl Errand {
    pub(crate) fn stream(self) -> Option<StreamId> {
        match self {
            Errand::Master | Errand::Digests | Errand::Source => None,
            Errand::Playlist(stream) => Some(stream),
            Errand::Piece(piece) => Some(piece.stream()),
        }
    }

    pub(crate) fn want(self) -> Want {
        match self {
            Errand::Master | Errand::Playlist(_) => Want::Playlist,
            Errand::Digests => Want::Digests,
            Errand::Piece(Piece::Init { .. }) => Want::Init,
            Errand::Piece(Piece::Segment { .. }) | Errand::Source => Want::Segment,
        }
    }
}

/// One fetch under way.
#[derive(Clone, Debug)]
pub(crate) struct Flight {
    pub(crate) errand: Errand,
    pub(crate) started: Instant,
    /// When its headers came, or else its first bytes.
    pub(crate) answered: Option<Instant>,
    heard: Instant,
    pub(crate) received: u64,
    /// Media: where the bytes lie, and for segments which stretch of which track they fill.
    pub(crate) resource: Option<Resource>,
    pub(crate) fills: Option<(Track, Span)>,
    /// Only this of the resource is fetched; peers brought the rest.
    pub(crate) part: Option<ByteRange>,
}

impl Flight {
    /// How long the body will be, if the playlist says.
    pub(crate) fn length(&self) -> Option<u64> {
        Some(self.part.or(self.resource.as_ref()?.range)?.len())
    }

    /// What is still to come of it, if the playlist says.
    pub(crate) fn left(&self) -> Option<u64> {
        Some(self.length()?.saturating_sub(self.received))
    }
}

/// All fetches under way.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    table: Table<FetchId, Flight>,
    last: u64,
}

impl Flights {
    /// Notes a fetch that begins.
    pub(crate) fn start(
        &mut self,
        now: Instant,
        errand: Errand,
        resource: Option<Resource>,
        fills: Option<(Track, Span)>,
    ) -> FetchId {
        self.last += 1;
        let id = FetchId(self.last);
        let flight = Flight {
            errand,
            started: now,
            answered: None,
            heard: now,
            received: 0,
            resource,
            fills,
            part: None,
        };
        self.table.insert(id, flight);
        id
    }

    /// Notes progress. The bytes that are new, and since when they have been flowing.
    pub(crate) fn progress(&mut self, now: Instant, id: FetchId, received: u64) -> Option<(u64, Instant)> {
        self.spare_queued(now, id);
        let flight = self.table.get_mut(&id)?;
        let new = received.saturating_sub(flight.received);
        flight.received += new;
        flight.heard = now;
        // A shell that does not tell of headers has its first report cover the whole time until then.
        let since = *flight.answered.get_or_insert(if received == 0 { now } else { flight.started });
        Some((new, since))
    }

    /// Fetches from the same file may have been waiting for this one, and are not to blame for their silence.
    fn spare_queued(&mut self, now: Instant, id: FetchId) {
        let url =
            self.get(id).and_then(|flight| flight.resource.as_ref()).map(|resource| resource.url.clone());
        let Some(url) = url else { return };
        for flight in self.table.values_mut() {
            let is_same_file = flight.resource.as_ref().is_some_and(|resource| resource.url == url);
            if is_same_file && flight.answered.is_none() && now.since(flight.started) < QUEUE_MAX {
                flight.heard = now;
            }
        }
    }

    /// Only a part of the resource is fetched.
    pub(crate) fn cut(&mut self, id: FetchId, part: ByteRange) {
        if let Some(flight) = self.table.get_mut(&id) {
            flight.part = Some(part);
        }
    }

    /// The fetch for an errand, if one is under way.
    pub(crate) fn find(&self, errand: Errand) -> Option<(FetchId, &Flight)> {
        self.iter().find(|(_, flight)| flight.errand == errand)
    }

    /// Takes a fetch out: it ended, or is to be aborted.
    pub(crate) fn end(&mut self, id: FetchId) -> Option<Flight> {
        self.table.remove(&id)
    }

    pub(crate) fn get(&self, id: FetchId) -> Option<&Flight> {
        self.table.get(&id)
    }

    pub(crate) fn are_media_under_way(&self) -> bool {
        self.table.values().any(|flight| flight.resource.is_some())
    }

    pub(crate) fn are_segments_under_way(&self) -> bool {
        self.table.values().any(|flight| flight.fills.is_some())
    }

    pub(crate) fn is_under_way(&self, errand: Errand) -> bool {
        self.table.values().any(|flight| flight.errand == errand)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (FetchId, &Flight)> {
        self.table.iter().map(|(id, flight)| (*id, flight))
    }

    pub(crate) fn count(&self) -> usize {
        self.table.len()
    }

    /// The stretches of a track that are on their way.
    pub(crate) fn spans(&self, track: Track) -> impl Iterator<Item = Span> {
        let fills = self.table.values().filter_map(|flight| flight.fills);
        fills.filter(move |(of, _)| *of == track).map(|(_, span)| span)
    }

    /// Fetches that have been silent for too long.
    pub(crate) fn silent(&self, now: Instant) -> Vec<FetchId> {
        let is_silent = |flight: &Flight| flight.heard + SILENCE_MAX <= now;
        self.iter().filter(|(_, flight)| is_silent(flight)).map(|(id, _)| id).collect()
    }

    /// When the next one will have been.
    pub(crate) fn next_silence(&self) -> Option<Instant> {
        self.table.values().map(|flight| flight.heard + SILENCE_MAX).min()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const SECOND: u64 = 1_000_000;

    fn start(flights: &mut Flights, now: u64, index: usize, url: &str) -> FetchId {
        let errand = Errand::Piece(Piece::Segment { stream: StreamId(0), index });
        flights.start(Instant(now), errand, Some(Resource { url: Arc::from(url), range: None }), None)
    }

    #[test]
    fn a_fetch_that_hears_nothing_for_ten_seconds_is_silent() {
        let mut flights = Flights::default();
        let id = start(&mut flights, 0, 0, "a");
        flights.progress(Instant(4 * SECOND), id, 100);
        assert_eq!(flights.next_silence(), Some(Instant(14 * SECOND)));
        assert!(flights.silent(Instant(13 * SECOND)).is_empty());
        assert_eq!(flights.silent(Instant(14 * SECOND)), [id]);
    }

    #[test]
    fn a_fetch_that_waits_for_another_from_the_same_file_is_not_silent_yet() {
        let mut flights = Flights::default();
        let first = start(&mut flights, 0, 0, "a");
        let queued = start(&mut flights, 0, 1, "a");
        let elsewhere = start(&mut flights, 0, 2, "b");
        for second in 1..=30 {
            flights.progress(Instant(second * SECOND), first, second);
        }
        assert_eq!(flights.silent(Instant(10 * SECOND)), [elsewhere]);
        assert_eq!(flights.silent(Instant(29 * SECOND)), [queued, elsewhere]);
    }

    #[test]
    fn only_new_bytes_count_and_time_counts_from_the_headers() {
        let mut flights = Flights::default();
        let id = start(&mut flights, 0, 0, "a");
        assert_eq!(flights.progress(Instant(5), id, 0), Some((0, Instant(5))));
        assert_eq!(flights.progress(Instant(6), id, 100), Some((100, Instant(5))));
        assert_eq!(flights.progress(Instant(7), id, 150), Some((50, Instant(5))));
        let without_headers = start(&mut flights, 7, 1, "a");
        assert_eq!(flights.progress(Instant(9), without_headers, 10), Some((10, Instant(7))));
        flights.end(id);
        assert_eq!(flights.progress(Instant(9), id, 200), None);
    }
}

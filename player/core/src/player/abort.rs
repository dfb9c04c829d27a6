//! Which fetches to stop.

use std::time::Duration;

use super::door::Round;
use crate::abr::{Arrival, should_abandon};
use crate::fault::Fault;
use crate::flights::{Errand, Flight};
use crate::io::{FetchId, Output, Quality, Span, Track};
use crate::ladder::StreamId;
use crate::library::Piece;
use crate::span::{SLACK, first_gap};

/// Fetches further ahead than the goal by this much are leftovers of before a seek.
const LEFTOVER: Duration = Duration::from_secs(15);
/// When nothing is in hand, fetches for later than this stand in the way.
const IN_THE_WAY: Duration = Duration::from_secs(8);
/// How long a quality that proved too much is left alone.
const CEILING: Duration = Duration::from_secs(10);

impl Round<'_> {
    pub(super) fn abort_where(&mut self, is_useless: impl Fn(&Flight) -> bool) {
        let flights = self.it.flights.iter().filter(|(_, flight)| is_useless(flight));
        let useless: Vec<_> = flights.map(|(id, _)| id).collect();
        for id in useless {
            self.it.flights.end(id);
            self.put(Output::Abort { id });
        }
    }

    /// Stops a fetch of media that is not needed any more, or not now.
    pub(super) fn call_off(&mut self, id: FetchId) {
        self.it.flights.end(id);
        self.it.estimator.finish(!self.it.flights.are_media_under_way());
        self.put(Output::Abort { id });
    }

    pub(super) fn give_up_silent(&mut self) {
        for id in self.it.flights.silent(self.now) {
            if let Some(flight) = self.it.flights.end(id) {
                self.put(Output::Abort { id });
                self.trouble(flight.errand, None, Fault::Silent { want: flight.errand.want() });
            }
        }
    }

    /// Stops fetches of what has been played or lies where nobody is going.
    pub(super) fn abort_useless(&mut self, track: Track) {
        let position = self.it.playhead();
        let reach = position + self.windows(track).goal + LEFTOVER;
        let gap = first_gap(&mut self.it.in_hand(track), position);
        let is_dry = gap <= position + SLACK;
        let is_useless = |span: &Span| {
            span.end <= position || reach < span.start || (is_dry && gap + IN_THE_WAY < span.start)
        };
        self.abort_where(|flight| flight.fills.is_some_and(|(of, span)| of == track && is_useless(&span)));
    }

    /// Stops fetches that will come too late, if the same segment would come sooner in a lower quality.
    pub(super) fn abandon_late(&mut self) {
        let Some(ladder) = &self.it.ladder else { return };
        if self.it.quality != Quality::Auto || !self.it.element.wants_to_move {
            return;
        }
        let levels = ladder.levels(self.now);
        let Some(lowest) = levels.iter().position(|level| !level.is_banned) else { return };
        let rate_percent = u32::try_from(self.it.element.rate_percent.max(1)).unwrap_or(u32::MAX);
        let is_late = |flight: &Flight| {
            let (Errand::Piece(Piece::Segment { stream, .. }), Some((_, span))) =
                (flight.errand, flight.fills)
            else {
                return false;
            };
            let (Some(total), Some(level), Some(low)) =
                (flight.length(), levels.get(stream.0), levels.get(lowest))
            else {
                return false;
            };
            lowest < stream.0
                && should_abandon(&Arrival {
                    elapsed: self.now.since(flight.started),
                    received: flight.received,
                    total,
                    slack: span.start.saturating_sub(self.it.element.position) * 100 / rate_percent,
                    smallest: total.saturating_mul(low.bandwidth) / level.bandwidth.max(1),
                })
        };
        let late = self.it.flights.iter().filter(|(_, flight)| is_late(flight));
        let late: Vec<_> = late.map(|(id, flight)| (id, flight.errand)).collect();
        for (id, errand) in late {
            self.call_off(id);
            self.stats.fetches_abandoned += 1;
            if let Errand::Piece(piece) = errand {
                self.give_up(piece);
            }
            let below = errand.stream().and_then(|stream| stream.0.checked_sub(1));
            self.it.ceiling = below.map(|below| (StreamId(below), self.now + CEILING));
        }
    }
}

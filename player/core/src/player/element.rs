//! The media element as we know it: where it is, what it wants, why it stands still.

use std::time::Duration;

use shared::time::Instant;

use super::door::{Round, Source};
use crate::buffer::{Buffer, Work};
use crate::fault::Fault;
use crate::flights::Errand;
use crate::io::{MediaEvent, Output, Quality, Span};
use crate::ladder::StreamId;
use crate::library::Piece;
use crate::span::{SLACK, intersect};
use crate::stall::{FED, Remedy, View};
use crate::timers::Timer;

/// A quality chosen by hand replaces what lies further ahead than this.
const REPLACE_AFTER: Duration = Duration::from_secs(1);
/// The least a timer for the stop time waits; element clocks round.
const STOP_WAIT_MIN: Duration = Duration::from_millis(10);

/// What the element does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element {
    pub(super) position: Duration,
    /// Play was pressed and pause was not.
    pub(super) wants_to_move: bool,
    pub(super) has_played: bool,
    pub(super) is_seeking: bool,
    /// There is a picture.
    pub(super) is_loaded: bool,
    pub(super) is_ended: bool,
    /// Of normal speed.
    pub(super) rate_percent: u64,
    /// Since when it waits for bytes in the middle of playback.
    dry_since: Option<Instant>,
    /// It paused where it was to.
    has_stopped: bool,
}

impl Element {
    pub(super) fn at(position: Duration) -> Element {
        Element {
            position,
            wants_to_move: false,
            has_played: false,
            is_seeking: false,
            is_loaded: false,
            is_ended: false,
            rate_percent: 100,
            dry_since: None,
            has_stopped: false,
        }
    }
}

impl Round<'_> {
    /// The element's own word on where it is. While a source is being made it does not know.
    pub(super) fn move_to(&mut self, position: Duration) {
        if matches!(self.it.source, Source::Open { .. }) {
            self.it.element.position = position;
        }
    }

    pub(super) fn media(&mut self, at: Duration, event: MediaEvent) {
        self.move_to(at);
        let is_open = matches!(self.it.source, Source::Open { .. });
        let element = &mut self.it.element;
        match event {
            MediaEvent::Time => {}
            MediaEvent::Loaded => self.load(),
            MediaEvent::Play => {
                (element.wants_to_move, element.has_played, element.is_ended) = (true, true, false);
            }
            MediaEvent::Playing => {
                element.is_seeking = false;
                self.wet();
                self.load();
            }
            MediaEvent::Pause => {
                element.wants_to_move = false;
                self.wet();
            }
            MediaEvent::Waiting => {
                if element.wants_to_move
                    && element.is_loaded
                    && !element.is_seeking
                    && element.dry_since.is_none()
                {
                    element.dry_since = Some(self.now);
                    self.stats.stalls += 1;
                }
            }
            MediaEvent::Seeking => {
                if is_open {
                    (element.is_seeking, element.is_ended) = (true, false);
                    self.it.watch.rest();
                    self.wet();
                    self.pass_stop(at);
                }
            }
            MediaEvent::Seeked => element.is_seeking = false,
            MediaEvent::Ended => {
                element.is_ended = true;
                if self.it.load.repeat {
                    self.begin_again();
                }
            }
            MediaEvent::Rate(rate) => element.rate_percent = percent(rate),
            MediaEvent::Failed => {
                if is_open {
                    let blamed = self.stream_at_playhead();
                    self.trouble(Errand::Source, blamed, Fault::Broken);
                }
            }
        }
    }

    fn load(&mut self) {
        self.it.element.is_loaded = true;
        let after = self.now.since(self.it.begun);
        self.stats.first_frame_after.get_or_insert(after);
    }

    /// Whatever dry spell there was is over.
    fn wet(&mut self) {
        if let Some(since) = self.it.element.dry_since.take() {
            self.stats.stalled += self.now.since(since);
        }
    }

    pub(super) fn seek(&mut self, to: Duration) {
        let end = self.it.ladder.as_ref().and_then(|ladder| ladder.duration());
        let to = end.map_or(to, |end| to.min(end));
        self.set_position(to);
        self.pass_stop(to);
    }

    /// Who goes past the stop by hand does not want to be stopped there.
    fn pass_stop(&mut self, to: Duration) {
        let is_past = self.it.load.stop.is_some_and(|stop| stop <= to);
        self.it.element.has_stopped |= is_past && !self.it.load.repeat;
    }

    pub(super) fn set_position(&mut self, to: Duration) {
        let element = &mut self.it.element;
        (element.position, element.is_ended) = (to, false);
        if matches!(self.it.source, Source::Open { .. }) {
            element.is_seeking = true;
            self.it.watch.rest();
            self.put(Output::SetPosition { to });
        }
    }

    fn begin_again(&mut self) {
        self.set_position(self.it.load.start);
        self.put(Output::Play);
    }

    /// Obeys a choice of quality at once: what lies ahead in another quality is replaced, but played until it is.
    pub(super) fn choose_quality(&mut self, quality: Quality) {
        self.it.quality = quality;
        self.it.ceiling = None;
        let Some(track) = self.it.ladder.as_ref().map(|ladder| ladder.level_track()) else { return };
        if quality == Quality::Auto {
            if let Some(buffer) = self.it.buffers.get_mut(&track) {
                buffer.keep_all();
            }
            return;
        }
        let Some(wanted) = self.choose_level() else { return };
        let from = self.it.element.position + REPLACE_AFTER;
        if let Some(buffer) = self.it.buffers.get_mut(&track) {
            buffer.stale_after(from, wanted);
        }
        let is_unwanted = |place: Option<(_, Span)>, stream: StreamId| {
            stream != wanted && place.is_some_and(|(of, span)| of == track && from <= span.start)
        };
        self.abort_where(|flight| {
            flight.errand.stream().is_some_and(|stream| is_unwanted(flight.fills, stream))
        });
        let pieces = self.it.library.pieces();
        let pieces = pieces.filter(|piece| is_unwanted(self.it.place_of(*piece), piece.stream()));
        let pieces: Vec<Piece> = pieces.filter(|piece| !self.is_appending(*piece)).collect();
        for piece in pieces {
            self.release(piece);
        }
    }

    pub(super) fn is_appending(&self, piece: Piece) -> bool {
        self.it
            .buffers
            .values()
            .any(|buffer| matches!(buffer.work(), Some(Work::Segment(of, _)) if of == piece))
    }

    /// Where all tracks have something to play.
    pub(super) fn playable(&self) -> Vec<Span> {
        let end = self.end_of_film();
        let spans = |buffer: &Buffer| {
            let mut spans = buffer.spans().to_vec();
            // Once everything is there, the tracks that end first wait for the last.
            if let (Some(last), Some(end)) = (spans.last_mut(), end) {
                last.end = end;
            }
            spans
        };
        let mut buffers = self.it.buffers.values().map(spans);
        let first = buffers.next().unwrap_or_default();
        buffers.fold(first, |playable, spans| intersect(&playable, &spans))
    }

    /// Where the film ends, by the browser's account, once everything is there.
    fn end_of_film(&self) -> Option<Duration> {
        let is_ended = self.it.source == Source::Open { is_ended: true };
        let ends = self.it.buffers.values().filter_map(|buffer| buffer.spans().last()).map(|span| span.end);
        ends.max().filter(|_| is_ended)
    }

    /// Whether there is nothing to play at the playhead.
    pub(super) fn is_dry(&self) -> bool {
        let element = &self.it.element;
        let near = Span { start: element.position, end: element.position + SLACK };
        let is_over = element.is_ended || self.it.source == Source::Open { is_ended: true };
        !is_over && self.playable().iter().all(|span| span.overlap(&near).is_none())
    }

    /// It waits with less in hand than a browser needs to go on: decoders want some frames more than they show, so the
    /// last tenth before a hole may never be played.
    pub(super) fn is_starved(&self) -> bool {
        let element = &self.it.element;
        let playable = self.playable();
        let here = playable.iter().find(|span| span.contains(element.position));
        element.dry_since.is_some() && here.is_none_or(|span| span.end - element.position < FED)
    }

    pub(super) fn stream_at_playhead(&self) -> Option<StreamId> {
        let track = self.it.ladder.as_ref()?.level_track();
        self.it.buffers.get(&track)?.at(self.it.element.position).map(|held| held.stream)
    }

    /// Helps an element that stands still though it should not, and stops it where it is to stop.
    pub(super) fn watch(&mut self) {
        let stall = self.watch_standstill();
        self.it.timers.set(Timer::Stall, stall);
        let stop = self.watch_stop();
        self.it.timers.set(Timer::Stop, stop);
    }

    fn watch_standstill(&mut self) -> Option<Instant> {
        let element = self.it.element;
        if !matches!(self.it.source, Source::Open { .. }) {
            return None;
        }
        let is_beginning = element.is_seeking || !element.is_loaded;
        if element.is_ended || !(element.wants_to_move || is_beginning) {
            self.it.watch.rest();
            return None;
        }
        let spans = self.playable();
        let view = View {
            position: element.position,
            spans: &spans,
            complete_until: self.complete_until(),
            end: self.end_of_film(),
            is_beginning,
        };
        match self.it.watch.look(self.now, &view) {
            Remedy::Wait(until) => until,
            Remedy::Move(to) => {
                self.stats.nudges += 1;
                self.it.element.position = to;
                self.put(Output::SetPosition { to });
                None
            }
            Remedy::GiveUp => {
                let blamed = self.stream_at_playhead();
                self.it.watch.rest();
                self.trouble(Errand::Source, blamed, Fault::Stuck);
                None
            }
        }
    }

    fn watch_stop(&mut self) -> Option<Instant> {
        let element = self.it.element;
        let stop = self.it.load.stop.filter(|_| element.wants_to_move && !element.has_stopped)?;
        if element.position < stop {
            let rate_percent = u32::try_from(element.rate_percent.max(1)).unwrap_or(u32::MAX);
            let left = (stop - element.position) * 100 / rate_percent;
            return Some(self.now + left.max(STOP_WAIT_MIN));
        }
        if self.it.load.repeat {
            self.set_position(self.it.load.start);
        } else {
            self.it.element.has_stopped = true;
            self.put(Output::Pause);
        }
        None
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "capped, and the cast itself stops at zero; rates are between 0 and 16 in every browser"
)]
fn percent(rate: f64) -> u64 {
    (rate * 100.0).min(10_000.0) as u64
}

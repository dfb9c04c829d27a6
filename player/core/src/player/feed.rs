//! Opening the media source and feeding it: what to append, what to remove, when it is complete.

use std::time::Duration;

use super::door::{Round, Source};
use crate::buffer::{Buffer, Held, Work};
use crate::fault::Fault;
use crate::flights::Errand;
use crate::io::{AppendFailure, Output, Span, Track};
use crate::library::Piece;

/// A body waits for its append as long as it lies no further than this beyond the goal.
const REACH: Duration = Duration::from_secs(15);
/// Init segments kept for switching back without a fetch; they are a kilobyte each.
const INITS_MAX: usize = 32;

impl Round<'_> {
    /// Makes a media source, or a new one in place of one that is of no use any more.
    pub(super) fn open(&mut self) {
        let Some(ladder) = &self.it.ladder else { return };
        let tracks = ladder.types();
        self.it.buffers.values_mut().for_each(|buffer| buffer.reset());
        self.it.element.is_loaded = false;
        self.it.told.duration = None;
        self.it.source = Source::Opening;
        self.put(Output::Open { tracks });
    }

    /// The media source is of no use any more, and there will be no other.
    pub(super) fn shut(&mut self) {
        self.it.buffers.values_mut().for_each(|buffer| buffer.reset());
        self.it.source = Source::Closed;
    }

    pub(super) fn opened(&mut self) {
        if self.it.source != Source::Opening {
            return;
        }
        self.it.source = Source::Open { is_ended: false };
        self.it.has_enough = false;
        let element = self.it.element;
        if element.position != Duration::ZERO {
            self.put(Output::SetPosition { to: element.position });
        }
        // A new source pauses the element; at the very first it is for the page to begin.
        if element.wants_to_move {
            self.put(Output::Play);
        }
    }

    pub(super) fn open_failed(&mut self) {
        if self.it.source == Source::Opening && !self.guess_again() {
            self.it.fault = Some(Fault::Unsupported);
            self.shut();
        }
    }

    fn guess_again(&mut self) -> bool {
        let has_more = self.it.ladder.as_mut().is_some_and(|ladder| ladder.guess_again());
        if has_more {
            self.open();
        }
        has_more
    }

    pub(super) fn finish_work(&mut self, track: Track, spans: Vec<Span>) {
        let Some(buffer) = self.it.buffers.get_mut(&track) else { return };
        if let Some(Work::Segment(piece, held)) = buffer.finish(spans) {
            let before = held.span.start.checked_sub(Duration::from_millis(1));
            let before = before.and_then(|before| buffer.at(before)).map(|before| before.stream);
            self.stats.switches += u64::from(before.is_some_and(|before| before != held.stream));
            self.stats.segments_appended += 1;
            self.it.retries.forget(Errand::Piece(piece));
            self.release(piece);
        }
    }

    pub(super) fn fail_append(&mut self, track: Track, why: AppendFailure) {
        let now = self.now;
        let Some(buffer) = self.it.buffers.get_mut(&track) else { return };
        let Some(work) = buffer.fail() else { return };
        match (why, work) {
            (AppendFailure::Full, _) => buffer.shrink(now),
            (AppendFailure::Refused, Work::Init(piece) | Work::Segment(piece, _)) => {
                // Whatever is wrong with it, it is not tried twice.
                self.release(piece);
                if self.stats.segments_appended != 0 || !self.guess_again() {
                    self.trouble(Errand::Source, Some(piece.stream()), Fault::Undecodable);
                }
            }
            (AppendFailure::Refused, Work::Remove(_)) => {
                self.trouble(Errand::Source, None, Fault::Broken);
            }
        }
    }

    pub(super) fn feed(&mut self) {
        self.drop_useless();
        if !matches!(self.it.source, Source::Open { .. }) {
            return;
        }
        let duration = self.it.ladder.as_ref().and_then(|ladder| ladder.duration());
        if let Some(duration) = duration.filter(|duration| self.it.told.duration < Some(*duration)) {
            self.it.told.duration = Some(duration);
            self.put(Output::SetDuration { duration });
            // A link to a moment that is not in the film begins at its beginning.
            if duration <= self.it.element.position && self.stats.first_frame_after.is_none() {
                self.set_position(Duration::ZERO);
            }
        }
        for track in self.it.tracks() {
            self.feed_track(track);
        }
        self.end();
    }

    /// Lets go of bodies that will not be appended any more.
    fn drop_useless(&mut self) {
        let position = self.it.playhead();
        let is_useless = |piece: &Piece| {
            let Some((track, span)) = self.it.place_of(*piece) else { return false };
            let Some(buffer) = self.it.buffers.get(&track) else { return true };
            let is_appended = buffer.fresh_spans().any(|fresh| fresh.contains(span.middle()));
            let reach = position + self.windows(track).goal + REACH;
            !self.is_appending(*piece) && (is_appended || span.end <= position || reach < span.start)
        };
        let useless: Vec<Piece> = self.it.library.pieces().filter(is_useless).collect();
        for piece in useless {
            self.release(piece);
        }
        let inits = self.it.library.pieces().filter(|piece| matches!(piece, Piece::Init { .. }));
        let inits: Vec<Piece> = inits.collect();
        if INITS_MAX < inits.len() {
            let segments = self.it.library.pieces();
            let needed: Vec<Piece> = segments.filter_map(|segment| self.init_of(segment)).collect();
            for init in inits.into_iter().filter(|init| !needed.contains(init)) {
                self.release(init);
            }
        }
    }

    fn feed_track(&mut self, track: Track) {
        let windows = self.windows(track);
        let position = self.it.playhead();
        let Some(buffer) = self.it.buffers.get_mut(&track) else { return };
        if buffer.work().is_some() {
            return;
        }
        if let Some(span) = buffer.plan_eviction(position, position + windows.goal, windows.keep_bytes_max) {
            buffer.begin(Work::Remove(span));
            self.it.source = Source::Open { is_ended: false };
            return self.put(Output::Remove { track, span });
        }
        if !buffer.is_idle(self.now) {
            return;
        }
        let gap = buffer.first_fresh_gap(position);
        // A browser that was full takes no more than the goal it was given since.
        if position + windows.goal <= gap && buffer.goal_percent() < 100 {
            return;
        }
        let fills = |piece: &Piece| {
            let place = self.it.place_of(*piece);
            place.is_some_and(|(of, span)| of == track && span.fills(gap))
                && self.it.library.verified(*piece).is_some()
        };
        // Where two qualities are in hand, the better one.
        if let Some(piece) = self.it.library.pieces().filter(fills).last() {
            self.append_segment(track, piece);
        }
    }

    /// Appends a segment, or first the init segment it needs.
    fn append_segment(&mut self, track: Track, piece: Piece) {
        let Piece::Segment { stream, index } = piece else { return };
        let init = self.init_of(piece);
        let current = self.it.buffers.get(&track).and_then(|buffer| buffer.init());
        if let Some(init) = init.filter(|init| Some(*init) != current) {
            return self.append(track, init, Work::Init(init), None);
        }
        let timeline = self.it.ladder.as_ref().and_then(|ladder| ladder.timeline(stream));
        let Some(slot) = timeline.and_then(|timeline| timeline.slot(index)) else { return };
        let (span, place) = (slot.span, slot.place);
        let bytes = self.it.library.verified(piece).map_or(0, |(_, bytes)| bytes);
        self.append(track, piece, Work::Segment(piece, Held::new(span, stream, bytes)), place);
    }

    /// The only way into a `SourceBuffer`, and only a verified body has it.
    fn append(&mut self, track: Track, piece: Piece, work: Work, place: Option<Duration>) {
        let Some((body, _)) = self.it.library.verified(piece) else { return };
        let body = body.body();
        if let Some(buffer) = self.it.buffers.get_mut(&track) {
            buffer.begin(work);
            self.it.source = Source::Open { is_ended: false };
            self.put(Output::Append { track, body, place });
        }
    }

    /// Says so, once everything from the playhead to the end is appended.
    fn end(&mut self) {
        let is_open = self.it.source == Source::Open { is_ended: false };
        let is_idle = self.it.buffers.values().all(|buffer| buffer.work().is_none());
        if is_open && is_idle && self.complete_until() == Duration::MAX {
            self.it.source = Source::Open { is_ended: true };
            self.put(Output::EndOfStream);
        }
    }

    /// Until where everything from the playhead on is appended on every track, in whatever quality; for ever, if that is
    /// the end.
    pub(super) fn complete_until(&self) -> Duration {
        let Some(ladder) = &self.it.ladder else { return Duration::ZERO };
        let until = |(track, buffer): (&Track, &Buffer)| {
            let gap = buffer.first_gap(self.it.playhead());
            let stream = if ladder.level_track() == *track { self.it.level } else { ladder.sound() };
            let timeline = stream.and_then(|stream| ladder.timeline(stream));
            let is_end = timeline.is_some_and(|timeline| {
                timeline.grows_within().is_none() && timeline.next_after(gap).is_none()
            });
            if is_end { Duration::MAX } else { gap }
        };
        self.it.buffers.iter().map(until).min().unwrap_or_default()
    }
}

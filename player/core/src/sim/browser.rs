//! The browser of the simulator: a media source with a quota, and an element stricter than any real one.
//!
//! The element stops at every hole, waits for ever, and sulks where it is told to.

use std::collections::BTreeMap;
use std::time::Duration;

use shared::time::Instant;

use super::film::{Bytes, Film};
use crate::io::{AppendFailure, Input, MediaEvent, Span, Track};
use crate::span::intersect;

/// An append or a removal takes this long.
const WORK: Duration = Duration::from_millis(8);
const TIME_UPDATE: Duration = Duration::from_millis(250);
/// A browser starts again with this much in hand.
const ENOUGH: Duration = Duration::from_millis(100);
/// Ranges closer than this are one.
const TOUCHING: Duration = Duration::from_millis(1);

/// A stretch that is buffered, and where it came from.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Stored {
    span: Span,
    bytes: Bytes,
    length: u64,
}

#[derive(Clone, Debug)]
enum Work {
    Append { bytes: Bytes, length: u64 },
    Remove(Span),
}

#[derive(Clone, Debug, Default)]
struct SourceBuffer {
    stored: Vec<Stored>,
    init: Option<u32>,
    work: Option<(Instant, Work)>,
}

impl SourceBuffer {
    fn spans(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for stored in &self.stored {
            match spans.last_mut() {
                Some(last) if stored.span.start <= last.end + TOUCHING => {
                    last.end = last.end.max(stored.span.end)
                }
                _ => spans.push(stored.span),
            }
        }
        spans
    }

    /// Removing takes whatever depends on what is removed: to the end of its segment.
    fn remove(&mut self, span: Span) {
        for stored in &mut self.stored {
            if stored.span.overlap(&span).is_some() {
                stored.span.end = stored.span.start.max(span.start.min(stored.span.end));
            }
        }
        self.stored.retain(|stored| stored.span.start < stored.span.end);
    }

    fn length(&self) -> u64 {
        self.stored.iter().map(|stored| stored.length).sum()
    }
}

/// The browser.
#[derive(Debug)]
pub(super) struct Browser {
    pub(super) film: Film,
    /// Bytes a picture's buffer takes; a sound's takes a tenth.
    pub(super) quota: u64,
    /// Where a decoder goes to sleep, once.
    pub(super) sulks_at: Option<Duration>,
    /// Where a decoder dies, once.
    pub(super) dies_at: Option<Duration>,
    /// Types it plays begin with one of these.
    pub(super) plays: Vec<&'static str>,
    buffers: BTreeMap<Track, SourceBuffer>,
    opens_at: Option<Instant>,
    is_ended: bool,
    now: Instant,
    pub(super) position: Duration,
    pub(super) is_paused: bool,
    is_moving: bool,
    is_seeking: bool,
    is_loaded: bool,
    pub(super) has_ended: bool,
    pub(super) rate: f64,
    told_at: Instant,
    /// Height of what was shown, when it changed.
    pub(super) shown: Vec<u32>,
}

impl Browser {
    pub(super) fn new(film: Film) -> Browser {
        Browser {
            film,
            quota: 150_000_000,
            sulks_at: None,
            dies_at: None,
            plays: vec!["video/mp4; codecs=\"avc1", "audio/mp4"],
            buffers: BTreeMap::new(),
            opens_at: None,
            is_ended: false,
            now: Instant::ZERO,
            position: Duration::ZERO,
            is_paused: true,
            is_moving: false,
            is_seeking: false,
            is_loaded: false,
            has_ended: false,
            rate: 1.0,
            told_at: Instant::ZERO,
            shown: Vec::new(),
        }
    }

    pub(super) fn supported(&self, types: Vec<String>) -> Vec<String> {
        types.into_iter().filter(|mime| self.plays.iter().any(|known| mime.starts_with(known))).collect()
    }

    pub(super) fn open(&mut self, tracks: &[(Track, String)]) {
        self.buffers = tracks.iter().map(|(track, _)| (*track, SourceBuffer::default())).collect();
        self.opens_at = Some(self.now + WORK);
        (self.is_moving, self.is_seeking, self.is_loaded, self.is_ended) = (false, false, false, false);
        (self.is_paused, self.has_ended, self.position) = (true, false, Duration::ZERO);
    }

    pub(super) fn append(&mut self, track: Track, bytes: Bytes, length: u64) {
        self.is_ended = false;
        let buffer = self.buffers.get_mut(&track).expect("a track that was opened");
        assert!(buffer.work.is_none(), "one operation at a time");
        if let Bytes::Segment(height, index) = bytes {
            assert_eq!(buffer.init, Some(height), "a segment comes after its init segment");
            let span = self.film.span(index);
            let again = buffer
                .stored
                .iter()
                .any(|stored| stored.bytes == bytes && stored.span.length() == span.length());
            assert!(!again, "{bytes:?} is appended twice");
        }
        buffer.work = Some((self.now + WORK, Work::Append { bytes, length }));
    }

    pub(super) fn remove(&mut self, track: Track, span: Span) {
        self.is_ended = false;
        let buffer = self.buffers.get_mut(&track).expect("a track that was opened");
        assert!(buffer.work.is_none(), "one operation at a time");
        buffer.work = Some((self.now + WORK, Work::Remove(span)));
    }

    pub(super) fn end(&mut self) {
        assert!(self.buffers.values().all(|buffer| buffer.work.is_none()), "the end waits for the work");
        self.is_ended = true;
    }

    pub(super) fn play(&mut self) -> Vec<MediaEvent> {
        let was_paused = std::mem::replace(&mut self.is_paused, false);
        let mut events = Vec::new();
        if self.has_ended {
            events.extend(self.seek(Duration::ZERO));
        }
        if was_paused {
            events.push(MediaEvent::Play);
        }
        events
    }

    pub(super) fn pause(&mut self) -> Vec<MediaEvent> {
        self.is_moving = false;
        if std::mem::replace(&mut self.is_paused, true) { Vec::new() } else { vec![MediaEvent::Pause] }
    }

    pub(super) fn seek(&mut self, to: Duration) -> Vec<MediaEvent> {
        (self.position, self.is_seeking, self.is_moving, self.has_ended) = (to, true, false, false);
        vec![MediaEvent::Seeking]
    }

    /// Where all tracks have something.
    pub(super) fn playable(&self) -> Vec<Span> {
        let end = self.end_of_film();
        let mut buffers = self.buffers.values().map(|buffer| {
            let mut spans = buffer.spans();
            if let (Some(last), Some(end)) = (spans.last_mut(), end) {
                last.end = end;
            }
            spans
        });
        let first = buffers.next().unwrap_or_default();
        buffers.fold(first, |spans, other| intersect(&spans, &other))
    }

    fn end_of_film(&self) -> Option<Duration> {
        let ends = self.buffers.values().filter_map(|buffer| buffer.stored.last());
        ends.map(|stored| stored.span.end).max().filter(|_| self.is_ended)
    }

    /// Until where it can play from here; none if it cannot.
    fn run(&self) -> Option<Duration> {
        Some(self.playable().into_iter().find(|span| span.contains(self.position))?.end)
    }

    /// Where it stops, for one reason or another.
    fn stop(&self) -> Option<Duration> {
        let obstacles = [self.sulks_at, self.dies_at].into_iter().flatten().filter(|at| self.position <= *at);
        obstacles.chain(self.run()).min()
    }

    pub(super) fn next(&self) -> Option<Instant> {
        let works = self.buffers.values().filter_map(|buffer| buffer.work.as_ref()).map(|(at, _)| *at);
        let moves = self.is_moving.then(|| {
            let left = self.stop().unwrap_or(self.position).saturating_sub(self.position);
            (self.now + left.div_f64(self.rate).max(Duration::from_millis(1))).min(self.told_at + TIME_UPDATE)
        });
        let arrives = (self.is_seeking && self.run().is_some()).then(|| self.now + WORK);
        works.chain(self.opens_at).chain(moves).chain(arrives).min()
    }

    /// Lets time pass until `now`; what there is to report.
    pub(super) fn advance(&mut self, now: Instant) -> Vec<Input> {
        let elapsed = now.since(self.now);
        self.now = now;
        let mut inputs = Vec::new();
        if self.is_moving {
            let to = self.position + elapsed.mul_f64(self.rate);
            self.position = self.stop().map_or(self.position, |stop| to.min(stop));
        }
        if self.opens_at.is_some_and(|at| at <= now) {
            self.opens_at = None;
            inputs.push(Input::Opened);
        }
        inputs.extend(self.finish_work());
        let events = self.react();
        inputs.extend(events.into_iter().map(|event| Input::Media { at: self.position, event }));
        inputs
    }

    fn finish_work(&mut self) -> Vec<Input> {
        let mut inputs = Vec::new();
        for (track, buffer) in &mut self.buffers {
            let Some((_, work)) = buffer.work.take_if(|(at, _)| *at <= self.now) else { continue };
            let track = *track;
            inputs.push(match work {
                Work::Append { bytes: Bytes::Init(height), .. } => {
                    buffer.init = Some(height);
                    Input::Appended { track, buffered: buffer.spans() }
                }
                Work::Append { bytes: bytes @ Bytes::Segment(_, index), length } => {
                    let quota = if track == Track::Audio { self.quota / 10 } else { self.quota };
                    // As Chromium: what has been played goes first.
                    while quota < buffer.length() + length
                        && buffer.stored.first().is_some_and(|first| first.span.end < self.position)
                    {
                        buffer.stored.remove(0);
                    }
                    if quota < buffer.length() + length {
                        inputs.push(Input::AppendFailed { track, why: AppendFailure::Full });
                        continue;
                    }
                    let shift = if track == Track::Video { self.film.shift } else { Duration::ZERO };
                    let span = self.film.span(index);
                    let span = Span { start: span.start + shift, end: span.end + shift };
                    buffer.remove(span);
                    let at = buffer.stored.partition_point(|stored| stored.span.start < span.start);
                    buffer.stored.insert(at, Stored { span, bytes, length });
                    Input::Appended { track, buffered: buffer.spans() }
                }
                Work::Remove(span) => {
                    buffer.remove(span);
                    Input::Removed { track, buffered: buffer.spans() }
                }
            });
        }
        inputs
    }

    /// What the element makes of how things are.
    fn react(&mut self) -> Vec<MediaEvent> {
        let mut events = Vec::new();
        if self.dies_at.is_some_and(|at| self.is_moving && at == self.position) {
            (self.dies_at, self.is_moving) = (None, false);
            return vec![MediaEvent::Failed];
        }
        let run = self.run();
        let is_at_end = self.end_of_film().is_some_and(|end| end <= self.position);
        if run.is_some() || (self.is_seeking && is_at_end) {
            if std::mem::take(&mut self.is_seeking) {
                events.push(MediaEvent::Seeked);
            }
            if !std::mem::replace(&mut self.is_loaded, true) {
                events.push(MediaEvent::Loaded);
            }
        }
        self.note_shown();
        if self.is_paused || self.is_seeking || self.has_ended {
            return events;
        }
        if is_at_end {
            (self.has_ended, self.is_moving, self.is_paused) = (true, false, true);
            events.extend([MediaEvent::Time, MediaEvent::Pause, MediaEvent::Ended]);
            return events;
        }
        let is_sulking = self.sulks_at == Some(self.position);
        let left = run.map_or(Duration::ZERO, |run| run - self.position);
        let goes_on = self.end_of_film().is_some_and(|end| run == Some(end));
        if self.is_moving && (left == Duration::ZERO || is_sulking) {
            self.is_moving = false;
            events.push(MediaEvent::Waiting);
        } else if !self.is_moving && !is_sulking && (ENOUGH <= left || (goes_on && Duration::ZERO < left)) {
            self.is_moving = true;
            self.told_at = self.now;
            events.push(MediaEvent::Playing);
        } else if self.is_moving && self.told_at + TIME_UPDATE <= self.now {
            self.told_at = self.now;
            events.push(MediaEvent::Time);
        }
        events
    }

    fn note_shown(&mut self) {
        let video = self.buffers.values().next();
        let at =
            video.and_then(|buffer| buffer.stored.iter().find(|stored| stored.span.contains(self.position)));
        if let Some(Stored { bytes: Bytes::Segment(height, _), .. }) = at
            && self.shown.last() != Some(height)
            && self.is_loaded
        {
            self.shown.push(*height);
        }
    }
}

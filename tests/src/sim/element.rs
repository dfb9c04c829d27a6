//! A media element that plays what is appended and stops at every hole.

use std::collections::BTreeMap;
use std::time::Duration;

use player_core::io::{Input, MediaEvent, Span, Track};
use shared::time::Instant;

const WORK: Duration = Duration::from_millis(8);
const TIME_UPDATE: Duration = Duration::from_millis(250);
/// A browser starts again with this much in hand.
const ENOUGH: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, Debug)]
enum Work {
    Init,
    Segment(Span),
    Remove(Span),
}

/// What a browser says it holds: stretches that touch are one.
fn joined(spans: &[Span]) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => joined.push(*span),
        }
    }
    joined
}

/// The element and its media source.
#[derive(Debug, Default)]
pub(crate) struct Element {
    buffers: BTreeMap<Track, Vec<Span>>,
    works: Vec<(Instant, Track, Work)>,
    opens: Option<Instant>,
    now: Instant,
    told: Instant,
    pub(crate) position: Duration,
    is_paused: bool,
    is_moving: bool,
    is_seeking: bool,
    is_loaded: bool,
    is_complete: bool,
    pub(crate) has_ended: bool,
    length: Duration,
}

impl Element {
    pub(crate) fn new(now: Instant, length: Duration) -> Element {
        Element { now, told: now, length, is_paused: true, ..Element::default() }
    }

    /// The film is this long after all.
    pub(crate) fn set_length(&mut self, length: Duration) {
        self.length = length;
    }

    pub(crate) fn open(&mut self, tracks: &[Track]) {
        self.buffers = tracks.iter().map(|track| (*track, Vec::new())).collect();
        self.opens = Some(self.now + WORK);
        (self.is_moving, self.is_loaded, self.is_complete) = (false, false, false);
    }

    pub(crate) fn append(&mut self, track: Track, span: Option<Span>) {
        let work = span.map_or(Work::Init, Work::Segment);
        self.works.push((self.now + WORK, track, work));
    }

    pub(crate) fn remove(&mut self, track: Track, span: Span) {
        self.works.push((self.now + WORK, track, Work::Remove(span)));
    }

    pub(crate) fn complete(&mut self) {
        self.is_complete = true;
    }

    pub(crate) fn play(&mut self) -> Vec<MediaEvent> {
        if std::mem::replace(&mut self.is_paused, false) { vec![MediaEvent::Play] } else { Vec::new() }
    }

    pub(crate) fn seek(&mut self, to: Duration) -> Vec<MediaEvent> {
        (self.position, self.is_seeking, self.is_moving) = (to, true, false);
        vec![MediaEvent::Seeking]
    }

    /// Until where it can play from here; none if it cannot.
    fn run(&self) -> Option<Duration> {
        let until = |spans: &Vec<Span>| {
            let mut at = None;
            for span in spans {
                let from = at.unwrap_or(self.position);
                if span.start <= from && from < span.end {
                    at = Some(span.end);
                }
            }
            at
        };
        self.buffers.values().map(until).min().flatten()
    }

    /// Lets time pass; what there is to report.
    pub(crate) fn advance(&mut self, now: Instant) -> Vec<Input> {
        let elapsed = now.since(self.now);
        self.now = now;
        let mut inputs = Vec::new();
        if self.is_moving {
            self.position = self.run().map_or(self.position, |end| (self.position + elapsed).min(end));
        }
        if self.opens.take_if(|at| *at <= now).is_some() {
            inputs.push(Input::Opened);
        }
        let works = std::mem::take(&mut self.works);
        let (due, later): (Vec<_>, Vec<_>) = works.into_iter().partition(|(at, _, _)| *at <= now);
        self.works = later;
        for (_, track, work) in due {
            let Some(spans) = self.buffers.get_mut(&track) else { continue };
            match work {
                Work::Init => {}
                Work::Segment(span) => {
                    spans.retain(|old| old.end <= span.start || span.end <= old.start);
                    spans.push(span);
                    spans.sort();
                }
                Work::Remove(span) => spans.retain(|old| old.end <= span.start || span.end <= old.start),
            }
            let buffered = joined(spans);
            inputs.push(match work {
                Work::Init | Work::Segment(_) => Input::Appended { track, buffered },
                Work::Remove(_) => Input::Removed { track, buffered },
            });
        }
        let events = self.react();
        let at = self.position;
        inputs.extend(events.into_iter().map(|event| Input::Media { at, event }));
        inputs
    }

    fn react(&mut self) -> Vec<MediaEvent> {
        let mut events = Vec::new();
        let run = self.run();
        if run.is_some() {
            if std::mem::take(&mut self.is_seeking) {
                events.push(MediaEvent::Seeked);
            }
            if !std::mem::replace(&mut self.is_loaded, true) {
                events.push(MediaEvent::Loaded);
            }
        }
        if self.is_paused || self.is_seeking || self.has_ended {
            return events;
        }
        if self.is_complete && self.length <= self.position {
            (self.has_ended, self.is_moving, self.is_paused) = (true, false, true);
            events.extend([MediaEvent::Time, MediaEvent::Pause, MediaEvent::Ended]);
            return events;
        }
        let left = run.map_or(Duration::ZERO, |end| end - self.position);
        if self.is_moving && left == Duration::ZERO {
            self.is_moving = false;
            events.push(MediaEvent::Waiting);
        } else if !self.is_moving && (ENOUGH <= left || (self.is_complete && Duration::ZERO < left)) {
            (self.is_moving, self.told) = (true, self.now);
            events.push(MediaEvent::Playing);
        } else if self.is_moving && self.told + TIME_UPDATE <= self.now {
            self.told = self.now;
            events.push(MediaEvent::Time);
        }
        events
    }
}

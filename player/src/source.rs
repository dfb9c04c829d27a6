//! MediaSource: the buffers the browser plays from.
//!
//! Owns one media source and its SourceBuffers. Never decides what to append or evict. The surprise is that the
//! duration and the end may only be set while no buffer is busy, so these two wait.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::ArrayBuffer;
use player_core::io::{AppendFailure, Span, Track};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaSource, SourceBuffer, Url};

use crate::js::{self, Listener};
use crate::media::{Element, ranges, seconds};

/// What became of the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Report {
    /// Buffers can be added.
    Opened,
    Appended(Track),
    Removed(Track),
    Failed(Track, AppendFailure),
    /// The browser took something out by itself.
    Evicted(Track),
    /// The browser has enough for now, or wants more.
    Enough(bool),
}

#[derive(Clone, Copy)]
enum Work {
    Append,
    Removal,
}

struct Lane {
    track: Track,
    buffer: SourceBuffer,
    /// What it is doing; none while idle.
    work: Rc<Cell<Option<Work>>>,
    _listener: Listener,
}

/// The media source of one video element.
pub struct Source {
    media: MediaSource,
    address: String,
    lanes: Vec<Lane>,
    duration: Option<f64>,
    ending: bool,
    report: Rc<dyn Fn(Report)>,
    _listener: Listener,
}

/// Whether this browser can be fed piece by piece.
pub fn is_supported() -> bool {
    class().is_some()
}

/// Whether it takes these codecs: `video/mp4; codecs="avc1.64001f"`.
pub fn takes(mime: &str) -> bool {
    class().is_some_and(|name| {
        let class = js::get(&js_sys::global(), name);
        js::call(&class, "isTypeSupported", &[&mime.into()]).is_ok_and(|answer| answer.is_truthy())
    })
}

/// The managed kind is kinder to batteries, and the only one on phones of Apple.
fn class() -> Option<&'static str> {
    let global = js_sys::global();
    ["ManagedMediaSource", "MediaSource"].into_iter().find(|name| js::get(&global, name).is_function())
}

impl Source {
    /// Opens a media source on an element. It is ready for buffers at [`Report::Opened`].
    pub fn open(element: &Element, report: Rc<dyn Fn(Report)>) -> Result<Source, JsValue> {
        let name = class().ok_or(JsValue::UNDEFINED)?;
        let media: MediaSource = js::construct(name, &[])?.unchecked_into();
        // The managed kind opens only where the picture cannot be sent to another screen.
        if name == "ManagedMediaSource" {
            js::set(element.video(), "disableRemotePlayback", &JsValue::TRUE);
        }
        let said = report.clone();
        // The last two are said by the managed kind alone.
        let listener =
            Listener::new(&media, &["sourceopen", "startstreaming", "endstreaming"], move |event| {
                said(match event.type_().as_str() {
                    "startstreaming" => Report::Enough(false),
                    "endstreaming" => Report::Enough(true),
                    _ => Report::Opened,
                });
            });
        let address = Url::create_object_url_with_source(&media)?;
        element.set_source(&address);
        Ok(Source {
            media,
            address,
            lanes: Vec::new(),
            duration: None,
            ending: false,
            report,
            _listener: listener,
        })
    }

    /// Adds the buffer of a track.
    pub fn add(&mut self, track: Track, mime: &str) -> Result<(), JsValue> {
        let buffer = self.media.add_source_buffer(mime)?;
        let work = Rc::new(Cell::new(None));
        let (done, report, failed) = (work.clone(), self.report.clone(), Cell::new(false));
        // `bufferedchange` comes from the managed kind, also before the `updateend` of our own work.
        let listener = Listener::new(&buffer, &["error", "updateend", "bufferedchange"], move |event| {
            match event.type_().as_str() {
                // `updateend` follows every `error`.
                "error" => return failed.set(true),
                "bufferedchange" => return report(Report::Evicted(track)),
                _ => {}
            }
            report(match (done.take(), failed.take()) {
                (Some(Work::Removal), _) => Report::Removed(track),
                (Some(Work::Append) | None, false) => Report::Appended(track),
                (Some(Work::Append) | None, true) => Report::Failed(track, AppendFailure::Refused),
            });
        });
        self.lanes.push(Lane { track, buffer, work, _listener: listener });
        Ok(())
    }

    /// Appends bytes to a track; `place` is where bytes belong that do not say it themselves.
    pub fn append(&mut self, track: Track, bytes: &ArrayBuffer, place: Option<Duration>) {
        // The end is taken back by itself at an append.
        self.ending = false;
        self.begin(track, Work::Append, |buffer| {
            // Written only where they change: the browser forbids it in the middle of a segment.
            match place {
                Some(place) => {
                    js::set(buffer, "mode", &"sequence".into());
                    js::set(buffer, "timestampOffset", &place.as_secs_f64().into());
                }
                None if js::text(buffer, "mode").as_deref() == Some("sequence") => {
                    js::set(buffer, "mode", &"segments".into());
                    js::set(buffer, "timestampOffset", &0.into());
                }
                None => {}
            }
            buffer.append_buffer_with_array_buffer(bytes)
        });
    }

    /// Takes a stretch out of a track.
    pub fn remove(&mut self, track: Track, span: Span) {
        let (start, end) = (span.start.as_secs_f64(), span.end.as_secs_f64());
        self.begin(track, Work::Removal, |buffer| buffer.remove(start, end));
    }

    /// How long the whole is.
    pub fn set_duration(&mut self, duration: Duration) {
        self.duration = Some(duration.as_secs_f64());
        self.settle();
    }

    /// Everything was appended.
    pub fn end(&mut self) {
        self.ending = true;
        self.settle();
    }

    /// Does what waited for idle buffers; called after each report.
    pub fn settle(&mut self) {
        let open = js::text(&self.media, "readyState").as_deref() == Some("open");
        if !open || self.lanes.iter().any(|lane| lane.work.get().is_some()) {
            return;
        }
        if let Some(seconds) = self.duration.take() {
            // Below what is buffered it is refused; then the buffered end is the better word anyway.
            js::set(&self.media, "duration", &seconds.into());
        }
        if std::mem::take(&mut self.ending) {
            let _ = self.media.end_of_stream();
        }
    }

    /// What a track holds.
    pub fn buffered(&self, track: Track) -> Vec<Span> {
        let held = self.lane(track).and_then(|lane| lane.buffer.buffered().ok());
        let held = held.map_or_else(Vec::new, |held| ranges(&held));
        held.into_iter().map(|(start, end)| Span { start: seconds(start), end: seconds(end) }).collect()
    }

    fn lane(&self, track: Track) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.track == track)
    }

    fn begin(&self, track: Track, work: Work, act: impl FnOnce(&SourceBuffer) -> Result<(), JsValue>) {
        let refused = Report::Failed(track, AppendFailure::Refused);
        let Some(lane) = self.lane(track) else { return (self.report)(refused) };
        match act(&lane.buffer) {
            Ok(()) => lane.work.set(Some(work)),
            Err(error) if js::text(&error, "name").as_deref() == Some("QuotaExceededError") => {
                (self.report)(Report::Failed(track, AppendFailure::Full));
            }
            Err(_) => (self.report)(refused),
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.address);
    }
}

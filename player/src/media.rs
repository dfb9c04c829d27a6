//! The media element: what it says, and what it is told.
//!
//! Owns its events and its properties. Never decides. Numbers are checked before they are set, since the element
//! throws at those it does not take.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use shared::hls::Resolution;
use web_sys::{HtmlMediaElement, HtmlVideoElement, TimeRanges};

use crate::js::{self, Listener};
use crate::ui::{Media, within};

/// What the element reports, as far as we listen.
pub const EVENTS: &[&str] = &[
    "play",
    "pause",
    "playing",
    "waiting",
    "seeking",
    "seeked",
    "timeupdate",
    "ended",
    "durationchange",
    "volumechange",
    "ratechange",
    "progress",
    "loadeddata",
    "resize",
    "error",
    "enterpictureinpicture",
    "leavepictureinpicture",
    "webkitbeginfullscreen",
    "webkitendfullscreen",
];

/// Why the element gave up (`MediaError.code`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ElementError {
    Network,
    Decode,
    Unsupported,
}

/// The element and its listener.
pub struct Element {
    video: HtmlVideoElement,
    /// Whether it is meant to play: an element forgets that whenever it is given a source.
    wanted: Rc<Cell<bool>>,
    _listener: Listener,
}

impl Element {
    /// Listens to an element; `heard` gets the name of each event.
    pub fn new(video: HtmlVideoElement, heard: impl Fn(String) + 'static) -> Element {
        let wanted = Rc::new(Cell::new(false));
        let wish = wanted.clone();
        let listener = Listener::new(&video, EVENTS, move |event| {
            let name = event.type_();
            // Headsets and the browser's own menu pause too.
            match name.as_str() {
                "play" => wish.set(true),
                "pause" => wish.set(false),
                _ => {}
            }
            heard(name);
        });
        Element { video, wanted, _listener: listener }
    }

    /// The element itself.
    pub fn video(&self) -> &HtmlVideoElement {
        &self.video
    }

    /// Everything the screen needs to know.
    pub fn read(&self) -> Media {
        let video: &HtmlMediaElement = &self.video;
        let duration = video.duration();
        let wants = !video.paused() && !video.ended();
        Media {
            time: video.current_time(),
            duration: if duration.is_nan() { 0.0 } else { duration },
            paused: video.paused(),
            ended: video.ended(),
            // HAVE_FUTURE_DATA: there is something after this moment.
            starved: (wants && video.ready_state() < HtmlMediaElement::HAVE_FUTURE_DATA)
                || video.seeking() && video.ready_state() < HtmlMediaElement::HAVE_CURRENT_DATA,
            volume: video.volume(),
            muted: video.muted(),
            rate: video.playback_rate(),
            looping: video.loop_(),
            buffered: ranges(&video.buffered()),
        }
    }

    /// Starts playing. A browser may refuse sound before the viewer did anything; the page shows the button then.
    pub fn play(&self) {
        self.wanted.set(true);
        js::forget(js::call(&self.video, "play", &[]));
    }

    /// Gives it a source; it goes on playing if it was meant to.
    pub fn set_source(&self, address: &str) {
        let wanted = self.wanted.get();
        self.video.set_src(address);
        if wanted {
            self.play();
        }
    }

    /// Stops.
    pub fn pause(&self) {
        self.wanted.set(false);
        let _ = self.video.pause();
    }

    /// Jumps.
    pub fn seek(&self, seconds: f64) {
        if seconds.is_finite() {
            self.video.set_current_time(seconds.max(0.0));
        }
    }

    /// 0 to 1.
    pub fn set_volume(&self, volume: f64) {
        self.video.set_volume(within(volume, 0.0, 1.0));
    }

    /// Speed. The default too, since the element returns to it when its source changes.
    pub fn set_rate(&self, rate: f64) {
        if (0.25..=4.0).contains(&rate) {
            self.video.set_default_playback_rate(rate);
            self.video.set_playback_rate(rate);
        }
    }

    /// What the element died of.
    pub fn error(&self) -> Option<ElementError> {
        let code = self.video.error()?.code();
        Some(match code {
            web_sys::MediaError::MEDIA_ERR_NETWORK => ElementError::Network,
            web_sys::MediaError::MEDIA_ERR_SRC_NOT_SUPPORTED => ElementError::Unsupported,
            _ => ElementError::Decode,
        })
    }

    /// Width and height of the picture.
    pub fn picture(&self) -> Resolution {
        Resolution { width: self.video.video_width(), height: self.video.video_height() }
    }

    /// Frames shown and frames dropped.
    pub fn frames(&self) -> (u32, u32) {
        let quality = js::call(&self.video, "getVideoPlaybackQuality", &[]);
        let count = |name| {
            let count = quality.as_ref().ok().and_then(|quality| js::number(quality, name));
            u32::try_from(crate::ui::whole(count.unwrap_or(0.0))).unwrap_or(u32::MAX)
        };
        (count("totalVideoFrames"), count("droppedVideoFrames"))
    }

    /// Shows a frame as soon as there is one: calls back once it is on the screen.
    pub fn on_first_frame(&self, shown: impl FnOnce() + 'static) {
        let shown = wasm_bindgen::closure::Closure::once_into_js(shown);
        // Browsers without it report `loadeddata`, which comes at the same moment or a little before.
        if js::call(&self.video, "requestVideoFrameCallback", &[&shown]).is_err() {
            let options = js_sys::Object::new();
            js::set(&options, "once", &true.into());
            let _ = js::call(&self.video, "addEventListener", &[&"loadeddata".into(), &shown, &options]);
        }
    }
}

/// A moment of media time; what is no time is the beginning.
pub fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO)
}

/// Start and end of each stretch.
pub fn ranges(ranges: &TimeRanges) -> Vec<(f64, f64)> {
    (0..ranges.length()).filter_map(|at| Some((ranges.start(at).ok()?, ranges.end(at).ok()?))).collect()
}

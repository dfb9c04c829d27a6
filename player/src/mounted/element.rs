//! What the media element says, told to everyone who needs it: the engine, the screen, the page's script.

use player_core::io::MediaEvent;
use shared::time::Instant;

use super::door::{Mounted, Playback};
use crate::media::ElementError;
use crate::page;
use crate::ui::{Media, Part, Trouble};

impl Mounted {
    pub(super) fn media(&mut self, now: Instant, name: &str) {
        let media = self.element.read();
        let event = match name {
            "timeupdate" => Some(MediaEvent::Time),
            "loadeddata" => Some(MediaEvent::Loaded),
            "play" => Some(MediaEvent::Play),
            "playing" => Some(MediaEvent::Playing),
            "pause" => Some(MediaEvent::Pause),
            "waiting" => Some(MediaEvent::Waiting),
            "seeking" => Some(MediaEvent::Seeking),
            "seeked" => Some(MediaEvent::Seeked),
            "ended" => Some(MediaEvent::Ended),
            "ratechange" => Some(MediaEvent::Rate(media.rate)),
            "error" => Some(MediaEvent::Failed),
            _ => None,
        };
        match (&mut self.playback, event) {
            (Playback::Stream(engine), Some(event)) => engine.media(now, event),
            (Playback::Plain, _) => self.watch_plain(name),
            (Playback::Stream(_) | Playback::None, _) => {}
        }
        match name {
            "play" if self.session.is_none() => self.begin_session(),
            "timeupdate" if !media.paused => {
                let report = self.views.watching(now);
                self.report_view(report, media.time);
            }
            // The core jumps too, over holes; those jumps are no viewer's.
            "seeked" if std::mem::take(&mut self.has_jumped) => {
                let report = self.views.seeked(now);
                self.report_view(report, media.time);
            }
            "resize" => self.fit(),
            "enterpictureinpicture" | "webkitbeginfullscreen" => self.set_away(true, name),
            "leavepictureinpicture" | "webkitendfullscreen" => self.set_away(false, name),
            _ => {}
        }
        if let Some(session) = self.session.as_ref().filter(|_| name != "progress") {
            session.update(&media);
        }
        let (time, volume, muted, rate) = (media.time, media.volume, media.muted, media.rate);
        self.show(now, media);
        let known = self.screen.media.duration;
        match name {
            "play" | "pause" | "ended" | "seeking" | "seeked" | "waiting" | "playing" | "timeupdate" => {
                if let Some(name) = EMITTED.iter().find(|emitted| **emitted == name) {
                    self.emit(name, &[("currentTime", time.into()), ("duration", known.into())]);
                }
            }
            "volumechange" => {
                self.emit("volumechange", &[("volume", volume.into()), ("muted", muted.into())])
            }
            "ratechange" => self.emit("ratechange", &[("playbackRate", rate.into())]),
            _ => {}
        }
    }

    /// Renditions round their widths: a picture that misses the player's shape by a hundredth fills it, rather than
    /// being framed by a hairline of black.
    pub(super) fn fit(&self) {
        let (picture, place) = (self.element.picture(), self.viewport);
        let fills = place.is_some_and(|place| {
            let wide = u64::from(picture.width) * u64::from(place.height);
            let high = u64::from(picture.height) * u64::from(place.width);
            wide.abs_diff(high) * 100 < wide
        });
        self.dom.flag(Part::Video, "data-fills", fills);
    }

    /// What the core would see to, for a video the browser plays alone.
    pub(super) fn watch_plain(&mut self, name: &str) {
        let video = self.element.video();
        match name {
            "durationchange" => {
                if let Some(start) = self.start.take() {
                    self.element.seek(start);
                }
            }
            "timeupdate"
                if self.screen.trouble == Some(Trouble::Mute) && MUTE_TOLD <= video.current_time() =>
            {
                self.screen.trouble = None;
            }
            "timeupdate" if self.stop.is_some_and(|stop| stop <= video.current_time()) => {
                self.stop = None;
                self.element.pause();
            }
            "error" => match self.element.error() {
                Some(ElementError::Network) => self.fall(Trouble::Network),
                Some(ElementError::Decode) => self.fall(Trouble::Decode),
                Some(ElementError::Unsupported) => self.fall(Trouble::Unsupported),
                None => {}
            },
            _ => {}
        }
    }

    /// Asks the element how it is: its events come a little after the fact, and a toggle pressed in between would go
    /// the wrong way.
    pub(super) fn refresh(&mut self, now: Instant) {
        let media = self.element.read();
        self.screen.fullscreen = page::is_fullscreen(&self.dom);
        self.show(now, media);
    }

    pub(super) fn show(&mut self, now: Instant, media: Media) {
        let known = if 0.0 < media.duration { media.duration } else { self.screen.media.duration };
        let looping = self.screen.media.looping;
        self.screen.media(now, Media { duration: known, looping, ..media });
    }
}

/// Seconds into a video until which it is said that its sound is missing.
const MUTE_TOLD: f64 = 10.0;

/// Events of the media element that are passed on under the same name.
const EMITTED: [&str; 8] =
    ["play", "pause", "ended", "seeking", "seeked", "waiting", "playing", "timeupdate"];

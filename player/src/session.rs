//! The system's media controls: lock screen, headset buttons, keyboard media keys.
//!
//! Owns the media session while our video plays. Never fails: browsers without one, or without one of its actions,
//! simply lack it.

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::Window;

use crate::js;
use crate::ui::{Media, Wish, within};

/// What a headset skips, in seconds, where it does not say.
const SKIP: f64 = 10.0;

const ACTIONS: [&str; 6] = ["play", "pause", "seekbackward", "seekforward", "seekto", "stop"];

/// The session and its handlers.
pub struct Session {
    session: JsValue,
    _heard: Closure<dyn FnMut(JsValue)>,
}

impl Session {
    /// Takes the session over: its buttons become wishes.
    pub fn begin(window: &Window, wish: impl Fn(Wish) + 'static) -> Option<Session> {
        let session = Some(js::get(&window.navigator(), "mediaSession")).filter(JsValue::is_object)?;
        let heard = Closure::<dyn FnMut(JsValue)>::new(move |details: JsValue| {
            let skip = js::number(&details, "seekOffset").unwrap_or(SKIP);
            let meant = match js::text(&details, "action").as_deref() {
                Some("play") => Some(Wish::Play),
                Some("pause" | "stop") => Some(Wish::Pause),
                Some("seekbackward") => Some(Wish::SeekBy(-skip)),
                Some("seekforward") => Some(Wish::SeekBy(skip)),
                Some("seekto") => js::number(&details, "seekTime").map(Wish::SeekTo),
                Some(_) | None => None,
            };
            if let Some(meant) = meant {
                wish(meant);
            }
        });
        let function: &Function = heard.as_ref().unchecked_ref();
        for action in ACTIONS {
            let _ = js::call(&session, "setActionHandler", &[&action.into(), function]);
        }
        Some(Session { session, _heard: heard })
    }

    /// Says what plays.
    pub fn describe(&self, title: &str, artist: &str, poster: Option<&str>) {
        let about = Object::new();
        js::set(&about, "title", &title.into());
        js::set(&about, "artist", &artist.into());
        if let Some(poster) = poster {
            let picture = Object::new();
            js::set(&picture, "src", &poster.into());
            js::set(&about, "artwork", &Array::of1(&picture));
        }
        if let Ok(metadata) = js::construct("MediaMetadata", &[&about]) {
            js::set(&self.session, "metadata", &metadata);
        }
    }

    /// Says where it is.
    pub fn update(&self, media: &Media) {
        js::set(&self.session, "playbackState", &if media.paused { "paused" } else { "playing" }.into());
        if 0.0 < media.duration && media.duration.is_finite() && 0.0 < media.rate {
            let state = Object::new();
            js::set(&state, "duration", &media.duration.into());
            js::set(&state, "position", &within(media.time, 0.0, media.duration).into());
            js::set(&state, "playbackRate", &media.rate.into());
            let _ = js::call(&self.session, "setPositionState", &[&state]);
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        for action in ACTIONS {
            let _ = js::call(&self.session, "setActionHandler", &[&action.into(), &JsValue::NULL]);
        }
        js::set(&self.session, "metadata", &JsValue::NULL);
    }
}

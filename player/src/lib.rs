//! The Shoal player: a web shell over `player-core`.
//!
//! Owns the door for JavaScript: `mount` and the handle it returns. Never plays anything itself. The module
//! `shoal-player.js` stands in front of it, for events, for calls made before this code is there, and for browsers
//! where it cannot run.
//!
//! What flows where: a listener makes an `Event` → the inbox of `shell` → `mounted` gives it to `ui::state` (a wish
//! becomes commands), to `engine` (the core decides, outputs are obeyed) or to the media element → everything is drawn
//! once. Who owns whom: `Shell` → `Mounted` → `Dom`, `Screen`, `View`, `Engine` → the core, `Source`, `Bodies`.

mod bodies;
mod clock;
mod engine;
mod fallback;
mod http;
mod js;
mod locale;
mod media;
mod mounted;
mod options;
mod page;
mod resolve;
mod rtc;
mod session;
mod sharing;
mod shell;
mod source;
mod statistics;
mod storage;
mod swarms;
mod tracker;
mod ui;
mod views;

use std::rc::Rc;

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;
use web_sys::Element as PageElement;

use clock::Clock;
use media::Element;
use mounted::{Mounted, Parts};
use options::{Options, height};
use shell::{Asked, Event, Shell};
use ui::Wish;

/// A player in a page. Its methods are those the module passes on; see `shoal-player.js`.
#[wasm_bindgen]
pub struct Player {
    shell: Rc<Shell>,
    element: Rc<Element>,
}

/// Puts a player into an element. `warm` maps addresses to promises of their responses, `emit` takes the name of an
/// event and its detail, `origin` is where the player came from, `load_sharing` loads what only sharing needs of the code
/// and returns a promise.
///
/// # Errors
/// An exception of the browser, where it cannot build the elements.
#[wasm_bindgen]
pub fn mount(
    element: PageElement,
    options: &JsValue,
    warm: JsValue,
    emit: Function,
    origin: &str,
    load_sharing: Function,
) -> Result<Player, JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let clock = Clock::of(&window).ok_or(JsValue::UNDEFINED)?;
    let options = Options::read(options, origin, &window);
    let parts = Parts { window, clock, element, options, warm, load_sharing };
    let shell = Shell::start(emit, |sink| Mounted::build(parts, sink))?;
    let element = shell.look(Mounted::element).ok_or(JsValue::UNDEFINED)?;
    Ok(Player { shell, element })
}

#[wasm_bindgen]
impl Player {
    /// Plays; from the start again after the end.
    pub fn play(&self) {
        self.ask(Asked::Wish(Wish::Play));
    }

    /// Stops where it is.
    pub fn pause(&self) {
        self.ask(Asked::Wish(Wish::Pause));
    }

    /// Goes to a moment, in seconds.
    pub fn seek(&self, seconds: f64) {
        if seconds.is_finite() {
            self.ask(Asked::Wish(Wish::SeekTo(seconds)));
        }
    }

    /// 0 to 1.
    #[wasm_bindgen(js_name = setVolume)]
    pub fn set_volume(&self, volume: f64) {
        if volume.is_finite() {
            self.ask(Asked::Wish(Wish::Volume(volume)));
        }
    }

    /// Silences it or lets it be heard.
    #[wasm_bindgen(js_name = setMuted)]
    pub fn set_muted(&self, muted: bool) {
        self.ask(Asked::Muted(muted));
    }

    /// Sets the speed: 1 is normal.
    #[wasm_bindgen(js_name = setPlaybackRate)]
    pub fn set_playback_rate(&self, rate: f64) {
        if (0.25..=4.0).contains(&rate) {
            self.ask(Asked::Wish(Wish::Rate(rate)));
        }
    }

    /// Chooses a height in pixels; -1 lets the player choose.
    #[wasm_bindgen(js_name = setQuality)]
    pub fn set_quality(&self, pixels: f64) {
        self.ask(Asked::Wish(Wish::Quality(height(pixels))));
    }

    /// Shows the captions at this place of the list, from 0; -1 shows none.
    #[wasm_bindgen(js_name = setCaption)]
    pub fn set_caption(&self, place: i32) {
        self.ask(Asked::Wish(Wish::Caption(usize::try_from(place).ok())));
    }

    /// Tells the player that the page made room, or took it back.
    #[wasm_bindgen(js_name = setTheater)]
    pub fn set_theater(&self, theater: bool) {
        self.ask(Asked::Theater(theater));
    }

    /// Seconds.
    #[wasm_bindgen(js_name = currentTime)]
    pub fn current_time(&self) -> f64 {
        self.element.video().current_time()
    }

    /// Seconds; zero while unknown.
    pub fn duration(&self) -> f64 {
        let known = self.element.read().duration;
        let said = self.shell.look(|mounted| mounted.screen().media.duration);
        if 0.0 < known { known } else { said.unwrap_or(0.0) }
    }

    /// Whether it stands still.
    pub fn paused(&self) -> bool {
        self.element.video().paused()
    }

    /// Whether it is over.
    pub fn ended(&self) -> bool {
        self.element.video().ended()
    }

    /// 0 to 1.
    pub fn volume(&self) -> f64 {
        self.element.video().volume()
    }

    /// Whether it is silenced.
    pub fn muted(&self) -> bool {
        self.element.video().muted()
    }

    /// 1 is normal.
    #[wasm_bindgen(js_name = playbackRate)]
    pub fn playback_rate(&self) -> f64 {
        self.element.video().playback_rate()
    }

    /// The chosen height in pixels, -1 where the player chooses.
    pub fn quality(&self) -> f64 {
        let chosen = self.shell.look(|mounted| mounted.screen().quality_chosen).flatten();
        chosen.map_or(-1.0, f64::from)
    }

    /// `{ height, frameRate, active }` of each quality, tallest first.
    pub fn qualities(&self) -> Array {
        let list = self.shell.look(|mounted| {
            let screen = mounted.screen();
            let qualities = screen.qualities.iter().map(|quality| {
                let object = Object::new();
                js::set(&object, "height", &quality.height.into());
                js::set(&object, "frameRate", &quality.frame_rate.map_or(JsValue::NULL, JsValue::from));
                js::set(&object, "active", &(screen.quality_playing == Some(quality.height)).into());
                object
            });
            qualities.collect()
        });
        list.unwrap_or_default()
    }

    /// The figures of the statistics panel, by name.
    pub fn statistics(&self) -> Object {
        self.shell.look(Mounted::figures).unwrap_or_default()
    }

    /// Takes the player out of the page.
    pub fn destroy(&self) {
        self.shell.stop();
    }

    fn ask(&self, asked: Asked) {
        self.shell.happen(Event::Asked(asked));
    }
}

//! What a page asks for when it mounts a player, read out of a JavaScript object.
//!
//! Owns the names of the options and what each falls back to. Never fails: an option of the wrong kind counts as
//! absent, since half a player is better than none.

use wasm_bindgen::JsValue;
use web_sys::Window;

use crate::js;
use crate::sharing::texts;
use crate::ui::{Caption, Chapter, Sheet, within};

/// Everything a page may ask for.
#[derive(Clone)]
pub struct Options {
    /// A master playlist or a plain file.
    pub src: Option<String>,
    /// A video of an instance: UUID, short UUID or its page's address.
    pub video: Option<String>,
    /// Base address of the instance, without the slash at its end.
    pub instance: String,
    /// Address of the digests.
    pub sha256: Option<String>,
    pub title: Option<String>,
    pub poster: Option<String>,
    /// Seconds, before the playlists say it.
    pub duration: Option<f64>,
    /// Width by height.
    pub aspect_ratio: Option<f64>,
    pub storyboard: Option<Sheet>,
    pub captions: Vec<Caption>,
    pub chapters: Vec<Chapter>,
    pub autoplay: bool,
    pub muted: Option<bool>,
    pub looping: bool,
    pub controls: bool,
    /// Seconds.
    pub start: Option<f64>,
    /// Seconds.
    pub stop: Option<f64>,
    /// Pixels; none is automatic.
    pub quality: Option<u32>,
    pub volume: Option<f64>,
    pub playback_rate: Option<f64>,
    /// For the query parameter `videoFileToken` of private files.
    pub file_token: Option<String>,
    /// For the instance's API.
    pub access_token: Option<String>,
    /// BCP 47.
    pub language: String,
    /// The page makes room when asked, so the button is worth showing.
    pub theater: bool,
    /// Take part in carrying the video to others, if the viewer and the video allow it.
    pub p2p: bool,
    /// WebSocket addresses of the trackers of `src`; a video of an instance names its own.
    pub trackers: Vec<String>,
    /// Who may meet there, in the instance's word.
    pub sharing: Option<String>,
    /// `stun:` addresses, rather than those of the instance.
    pub stun_servers: Vec<String>,
    /// Keys work wherever nothing else has the keyboard, rather than in the player alone.
    pub page_keys: bool,
}

impl Options {
    /// Reads the options; `origin` is where the player itself came from.
    pub fn read(from: &JsValue, origin: &str, window: &Window) -> Options {
        let language = js::text(from, "language").or_else(|| window.navigator().language());
        let instance = js::text(from, "instance").unwrap_or_else(|| origin.to_owned());
        Options {
            src: js::text(from, "src"),
            video: js::text(from, "video"),
            instance: instance.trim_end_matches('/').to_owned(),
            sha256: js::text(from, "sha256"),
            title: js::text(from, "title"),
            poster: js::text(from, "poster"),
            duration: js::number(from, "duration").filter(|&seconds| 0.0 < seconds),
            aspect_ratio: ratio(js::number(from, "aspectRatio")),
            storyboard: Some(js::get(from, "storyboard")).and_then(|board| sheet(&board, "")),
            captions: js::list(from, "captions")
                .iter()
                .filter_map(|caption| read_caption(&caption))
                .collect(),
            chapters: chapters(from),
            autoplay: js::truthy(from, "autoplay"),
            muted: js::get(from, "muted").as_bool(),
            looping: js::truthy(from, "loop"),
            controls: js::get(from, "controls").as_bool().unwrap_or(true),
            start: js::number(from, "start").filter(|&seconds| 0.0 < seconds),
            stop: js::number(from, "stop").filter(|&seconds| 0.0 < seconds),
            quality: js::number(from, "quality").and_then(height),
            volume: js::number(from, "volume").map(|volume| within(volume, 0.0, 1.0)),
            playback_rate: js::number(from, "playbackRate").map(|rate| within(rate, 0.25, 4.0)),
            file_token: js::text(from, "fileToken"),
            access_token: js::text(from, "accessToken"),
            language: language.unwrap_or_default(),
            theater: js::truthy(from, "theater"),
            p2p: js::get(from, "p2p").as_bool().unwrap_or(true),
            trackers: texts(from, "trackers"),
            sharing: js::text(from, "sharing"),
            stun_servers: texts(from, "stunServers"),
            page_keys: js::truthy(from, "pageKeys"),
        }
    }
}

/// A height in pixels; zero and less mean automatic.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be positive; saturates"
)]
pub fn height(number: f64) -> Option<u32> {
    (1.0 <= number).then_some(number as u32)
}

/// A shape one can draw: neither zero nor endless.
pub fn ratio(number: Option<f64>) -> Option<f64> {
    number.filter(|ratio| (0.1..10.0).contains(ratio))
}

/// A storyboard in the API's shape; `base` goes before its path.
pub fn sheet(from: &JsValue, base: &str) -> Option<Sheet> {
    let pixels = |name| js::number(from, name).and_then(height);
    let path = js::text(from, "storyboardPath")?;
    Some(Sheet {
        url: if path.starts_with('/') { [base, &path].concat() } else { path },
        total_width: pixels("totalWidth")?,
        total_height: pixels("totalHeight")?,
        tile_width: pixels("spriteWidth")?,
        tile_height: pixels("spriteHeight")?,
        interval: js::number(from, "spriteDuration")?,
    })
}

/// What the API calls `chapters`, of the page's options and of its own answer.
pub fn chapters(from: &JsValue) -> Vec<Chapter> {
    let rows = js::list(from, "chapters");
    let read = |row: JsValue| {
        Some(Chapter { start: js::number(&row, "timecode")?, title: js::text(&row, "title")? })
    };
    rows.iter().filter_map(read).collect()
}

fn read_caption(from: &JsValue) -> Option<Caption> {
    let url = js::text(from, "src")?;
    let language = js::text(from, "language").unwrap_or_default();
    let label = js::text(from, "label").unwrap_or_else(|| language.clone());
    Some(Caption { language, label, url })
}

//! The page around the player: full screen, picture in picture, and what this browser has of them.
//!
//! Owns those acts and the events that tell they happened. Never decides. The surprise is Apple's phones, where only
//! the media element itself goes full screen.

use js_sys::Array;
use shared::hls::Resolution;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, HtmlVideoElement, Window};

use crate::js;
use crate::media::Element;
use crate::ui::{Can, Dom, whole};

/// Events of the document that matter to us.
pub const DOCUMENT_EVENTS: &[&str] = &["fullscreenchange", "webkitfullscreenchange"];
/// Events of the window that matter to us.
pub const WINDOW_EVENTS: &[&str] = &["online", "offline"];

/// What this browser has.
pub fn can(document: &Document, element: &Element, theater: bool) -> Can {
    let video = element.video();
    let fullscreen = js::truthy(document, "fullscreenEnabled")
        || js::truthy(document, "webkitFullscreenEnabled")
        || js::get(video, "webkitEnterFullscreen").is_function();
    let picture = js::truthy(document, "pictureInPictureEnabled")
        && js::get(video, "requestPictureInPicture").is_function();
    Can { fullscreen, picture, theater, volume: takes_volume(document) }
}

/// Whether a volume can be set at all: on iOS it belongs to the device's buttons.
fn takes_volume(document: &Document) -> bool {
    let Ok(trial) = document.create_element("video") else { return false };
    js::set(&trial, "volume", &0.5.into());
    js::number(&trial, "volume") == Some(0.5)
}

/// Watches how large the player is on the screen.
pub struct Watch {
    observer: JsValue,
    _closure: Closure<dyn FnMut(Array)>,
}

impl Watch {
    /// Tells the size in pixels of the screen at every change, and once soon. Asking the element itself would have the
    /// browser lay out the page at once, in the middle of our start.
    pub fn new(window: &Window, element: &JsValue, mut changed: impl FnMut(Resolution) + 'static) -> Watch {
        let window = window.clone();
        let closure = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            let area = js::get(&entries.get(0), "contentRect");
            let scale = window.device_pixel_ratio();
            let pixels = |name| {
                let length = js::number(&area, name).unwrap_or(0.0);
                u32::try_from(whole((length * scale).round())).unwrap_or(u32::MAX)
            };
            changed(Resolution { width: pixels("width"), height: pixels("height") });
        });
        let observer = js::construct("ResizeObserver", &[closure.as_ref()]).unwrap_or_default();
        let _ = js::call(&observer, "observe", &[element]);
        Watch { observer, _closure: closure }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = js::call(&self.observer, "disconnect", &[]);
    }
}

/// Goes full screen or comes back.
pub fn set_fullscreen(dom: &Dom, on: bool) {
    let (document, host, video) = (dom.document(), dom.host(), dom.video());
    let ways: [(&JsValue, &str); 3] = if on {
        [(host, "requestFullscreen"), (host, "webkitRequestFullscreen"), (&video, "webkitEnterFullscreen")]
    } else {
        [(document, "exitFullscreen"), (document, "webkitExitFullscreen"), (&video, "webkitExitFullscreen")]
    };
    first_of(&ways);
}

/// Whether our player is what fills the screen.
pub fn is_fullscreen(dom: &Dom) -> bool {
    // Asked of the tree the player stands in: the document sees only the outermost host.
    let tree = dom.host().get_root_node();
    let ours = |name| js::get(&tree, name) == *AsRef::<JsValue>::as_ref(dom.host());
    ours("fullscreenElement")
        || ours("webkitFullscreenElement")
        || js::truthy(&dom.video(), "webkitDisplayingFullscreen")
}

/// Puts the picture into a window of its own or back.
pub fn set_picture(document: &Document, video: &HtmlVideoElement, on: bool) {
    if on {
        first_of(&[(video, "requestPictureInPicture")]);
    } else {
        first_of(&[(document, "exitPictureInPicture")]);
    }
}

/// Some bits that no other viewer has.
pub fn random_name(window: &Window) -> String {
    let crypto = js::get(window, "crypto");
    js::call(&crypto, "randomUUID", &[]).ok().and_then(|name| name.as_string()).unwrap_or_else(|| {
        // Pages on plain HTTP have no `randomUUID`; telling two viewers apart needs no secrecy.
        let part = || js_sys::Number::from(js_sys::Math::random()).to_string_with_radix(36).map(String::from);
        [part(), part()]
            .into_iter()
            .flatten()
            .filter_map(|part| part.strip_prefix("0.").map(str::to_owned))
            .collect()
    })
}

fn first_of(ways: &[(&JsValue, &str)]) {
    for (object, method) in ways {
        if js::get(object, method).is_function() {
            return js::forget(js::call(object, method, &[]));
        }
    }
}

//! The WebSocket to a tracker.
//!
//! Owns the socket. Never reads what is said on it, and never dials again by itself.

use std::rc::Rc;

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

use crate::js::{self, Listener};

/// What the socket says.
pub enum Report {
    Up,
    /// Closed, or not to be opened.
    Down,
    Said(String),
}

/// One socket; dropping it closes it.
pub struct Tracker {
    socket: JsValue,
    listeners: Vec<Listener>,
}

impl Tracker {
    /// Dials.
    ///
    /// # Errors
    /// When the browser does not even try: a bad address, or one that a page on HTTPS may not speak to.
    pub fn dial(url: &str, report: Rc<dyn Fn(Report)>) -> Result<Tracker, JsValue> {
        let socket = js::construct("WebSocket", &[&url.into()])?;
        js::set(&socket, "binaryType", &"arraybuffer".into());
        let target: &EventTarget = socket.unchecked_ref();
        let said = report.clone();
        let heard = Listener::new(target, &["message"], move |event| {
            let data = js::get(&event, "data");
            // Trackers use both kinds of frames.
            let text = match data.dyn_ref::<ArrayBuffer>() {
                Some(bytes) => String::from_utf8(Uint8Array::new(bytes).to_vec()).ok(),
                None => data.as_string(),
            };
            if let Some(text) = text {
                said(Report::Said(text));
            }
        });
        // An error is followed by the close.
        let state = Listener::new(target, &["open", "close"], move |event| {
            report(if event.type_() == "open" { Report::Up } else { Report::Down });
        });
        Ok(Tracker { socket, listeners: vec![heard, state] })
    }

    /// Says something.
    pub fn say(&self, text: &str) {
        // A socket that is closing takes nothing, and says so by itself.
        let _ = js::call(&self.socket, "send", &[&text.into()]);
    }
}

impl Drop for Tracker {
    fn drop(&mut self) {
        self.listeners.clear();
        let _ = js::call(&self.socket, "close", &[]);
    }
}

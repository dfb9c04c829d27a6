//! A WebSocket of this instance, as text.

use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::page::origin;

/// What a socket tells.
pub enum Told {
    /// It is open: one can say something.
    Open,
    /// A text came.
    Text(String),
    /// It has ended, with the code of RFC 6455 section 7.4. Nothing comes after this.
    Closed(u16),
}

/// A socket that is closed when dropped, and then tells nothing more.
pub struct Socket {
    inner: WebSocket,
    _listeners: [EventListener; 3],
}

impl Socket {
    /// Opens a socket at a path of this instance; none where the browser refuses.
    pub fn open(path: &str, told: impl Fn(Told) + 'static) -> Option<Socket> {
        // `http:` becomes `ws:`, `https:` becomes `wss:`.
        let address = format!("ws{}{path}", origin().strip_prefix("http")?);
        let inner = WebSocket::new(&address).ok()?;
        let told = Rc::new(told);
        let opened = {
            let told = told.clone();
            EventListener::new(&inner, "open", move |_| told(Told::Open))
        };
        let heard = {
            let told = told.clone();
            EventListener::new(&inner, "message", move |event| {
                let text =
                    event.dyn_ref::<MessageEvent>().and_then(|event| JsValue::as_string(&event.data()));
                if let Some(text) = text {
                    told(Told::Text(text));
                }
            })
        };
        let closed = EventListener::new(&inner, "close", move |event| {
            told(Told::Closed(event.dyn_ref::<CloseEvent>().map_or(0, CloseEvent::code)));
        });
        Some(Socket { inner, _listeners: [opened, heard, closed] })
    }

    /// Says a text. One that ended meanwhile tells so by itself.
    pub fn say(&self, text: &str) {
        let _ = self.inner.send_with_str(text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = self.inner.close();
    }
}

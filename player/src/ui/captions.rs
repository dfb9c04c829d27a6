//! Captions: fetched when first chosen, timed by the browser, drawn by us.
//!
//! Owns the text tracks of the media element and the lines on the picture. Never parses WebVTT: the browser does, from
//! an address that holds our copy, since it reads captions of other origins only where the whole element does. The
//! surprise is that each track is shown by the browser itself while the picture leaves the page (its own full screen
//! on phones, picture in picture), where our lines cannot follow.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlTrackElement, Node, VttCue};

use super::dom::Dom;
use super::tree::Part;
use crate::js::{self, Listener};

/// Captions in one language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caption {
    /// BCP 47.
    pub language: String,
    /// What people choose by.
    pub label: String,
    /// Address of the WebVTT.
    pub url: String,
}

/// The captions of one video.
pub struct Captions {
    inner: Rc<Inner>,
}

struct Inner {
    dom: Rc<Dom>,
    list: Vec<Caption>,
    tracks: RefCell<Vec<Option<Track>>>,
    chosen: Cell<Option<usize>>,
    away: Cell<bool>,
}

struct Track {
    element: HtmlTrackElement,
    address: String,
    _listener: Listener,
}

impl Drop for Track {
    fn drop(&mut self) {
        self.element.remove();
        let _ = web_sys::Url::revoke_object_url(&self.address);
    }
}

impl Captions {
    /// Captions to choose from, none shown.
    pub fn new(dom: Rc<Dom>, list: Vec<Caption>) -> Captions {
        let tracks = RefCell::new(list.iter().map(|_| None).collect());
        Captions {
            inner: Rc::new(Inner { dom, list, tracks, chosen: Cell::new(None), away: Cell::new(false) }),
        }
    }

    /// What people choose by.
    pub fn labels(&self) -> Vec<String> {
        self.inner.list.iter().map(|caption| caption.label.clone()).collect()
    }

    /// The language of one of them.
    pub fn language(&self, place: usize) -> Option<&str> {
        self.inner.list.get(place).map(|caption| caption.language.as_str())
    }

    /// The place of a language.
    pub fn place(&self, language: &str) -> Option<usize> {
        self.inner.list.iter().position(|caption| caption.language == language)
    }

    /// Shows one of them, or none.
    pub fn choose(&self, place: Option<usize>) {
        self.inner.chosen.set(place);
        self.inner.obey();
        let Some(place) = place else { return };
        let wanted = self.inner.list.get(place).map(|caption| caption.url.clone());
        let loaded = self.inner.tracks.borrow().get(place).is_none_or(Option::is_some);
        if let Some(url) = wanted.filter(|_| !loaded) {
            let inner = self.inner.clone();
            // Captions that cannot be had leave the picture bare; the menu still says what was chosen.
            spawn_local(async move { drop(inner.load(place, url).await) });
        }
    }

    /// The picture left the page, or came back.
    pub fn set_away(&self, away: bool) {
        self.inner.away.set(away);
        self.inner.obey();
    }
}

impl Inner {
    async fn load(self: Rc<Inner>, place: usize, url: String) -> Result<(), JsValue> {
        let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
        let response = js::settled(window.fetch_with_str(&url).into()).await?;
        if !js::truthy(&response, "ok") {
            return Err(JsValue::UNDEFINED);
        }
        let text = js::settled(js::call(&response, "text", &[])?).await?;
        let kind = js_sys::Object::new();
        js::set(&kind, "type", &"text/vtt".into());
        let copy = js::construct("Blob", &[&Array::of1(&text), &kind])?;
        let address = web_sys::Url::create_object_url_with_blob(copy.unchecked_ref())?;
        let element: HtmlTrackElement = self.dom.document().create_element("track")?.unchecked_into();
        element.set_kind("captions");
        if let Some(caption) = self.list.get(place) {
            element.set_label(&caption.label);
            element.set_srclang(&caption.language);
        }
        element.set_src(&address);
        self.dom.video().append_child(&element)?;
        let track = js::get(&element, "track");
        let weak = Rc::downgrade(&self);
        let listener = Listener::new(track.unchecked_ref(), &["cuechange"], move |_| {
            if let Some(inner) = weak.upgrade() {
                inner.draw();
            }
        });
        if let Some(slot) = self.tracks.borrow_mut().get_mut(place) {
            *slot = Some(Track { element, address, _listener: listener });
        }
        self.obey();
        Ok(())
    }

    /// Tells every track whether it is on, and who draws it.
    fn obey(&self) {
        for (place, track) in self.tracks.borrow().iter().enumerate() {
            let Some(track) = track.as_ref().and_then(|track| track.element.track()) else { continue };
            let mode = match (self.chosen.get() == Some(place), self.away.get()) {
                (false, _) => "disabled",
                (true, true) => "showing",
                (true, false) => "hidden",
            };
            js::set(&track, "mode", &mode.into());
        }
        self.draw();
    }

    fn draw(&self) {
        let board = self.dom.element(Part::Cues);
        board.set_text_content(None);
        if self.away.get() {
            return;
        }
        let tracks = self.tracks.borrow();
        let chosen = self.chosen.get().and_then(|place| tracks.get(place)?.as_ref());
        let cues = chosen.and_then(|track| track.element.track()).and_then(|track| track.active_cues());
        let Some(cues) = cues else { return };
        for place in 0..cues.length() {
            let line = cues.get(place).and_then(|cue| self.line(cue.unchecked_ref()).ok());
            if let Some(line) = line {
                let _ = board.append_child(&line);
            }
        }
    }

    fn line(&self, cue: &VttCue) -> Result<Element, JsValue> {
        let line = self.dom.make("span", "cue", "")?;
        // The browser's own reading of the markup: it holds no scripts.
        match js::call(cue, "getCueAsHTML", &[]) {
            Ok(markup) => drop(line.append_child(markup.unchecked_ref::<Node>())?),
            Err(_) => line.set_text_content(Some(&cue.text())),
        }
        Ok(line)
    }
}

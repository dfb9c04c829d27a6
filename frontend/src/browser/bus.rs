//! What the pages and the studio tell each other: two programs in one window.
//!
//! Owns the names. A word is told to whoever listens now; nobody who comes later hears it.

use gloo::events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit};

use super::page::window;

/// What is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    /// The address has changed.
    Moved,
    /// Somebody signed in or out.
    Session,
    /// What is said of whoever is signed in has changed.
    Person,
    /// Another appearance was chosen: its name.
    Theme,
    /// Another language was chosen: its tag.
    Language,
    /// The instance answered (`true`) or did not (`false`).
    Reached,
    /// How much of the uploads has left, in percent; nothing once none is under way.
    Uploading,
    /// The instance can be reached again: what failed for want of an answer may be tried again.
    Retry,
    /// Something new was told to who is signed in: the notification as JSON.
    News,
    /// Somebody wants to save a video to lists: its number.
    Save,
    /// The page's head says other things of the instance: its name, an announcement.
    Site,
    /// Notifications were read: the number of one, or nothing for all.
    Read,
}

impl Word {
    fn name(self) -> &'static str {
        match self {
            Word::Moved => "shoal:moved",
            Word::Session => "shoal:session",
            Word::Person => "shoal:person",
            Word::Theme => "shoal:theme",
            Word::Language => "shoal:language",
            Word::Reached => "shoal:reached",
            Word::Uploading => "shoal:uploading",
            Word::Retry => "shoal:retry",
            Word::News => "shoal:news",
            Word::Save => "shoal:save",
            Word::Site => "shoal:site",
            Word::Read => "shoal:read",
        }
    }
}

/// Tells a word, with a text where it needs one.
pub fn tell(word: Word, text: &str) {
    let init = CustomEventInit::new();
    init.set_detail(&JsValue::from_str(text));
    if let Ok(event) = CustomEvent::new_with_event_init_dict(word.name(), &init) {
        let _ = window().dispatch_event(&event);
    }
}

/// Hears a word until the listener is dropped.
pub fn hear(word: Word, mut heard: impl FnMut(String) + 'static) -> EventListener {
    EventListener::new(&window(), word.name(), move |event| {
        let detail = event.dyn_ref::<CustomEvent>().and_then(|event| event.detail().as_string());
        heard(detail.unwrap_or_default());
    })
}

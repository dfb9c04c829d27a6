//! Told when an element comes near the part of the page one can see.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// An observer that stops when dropped.
pub struct Nearness {
    observer: IntersectionObserver,
    _told: Closure<dyn FnMut(Array)>,
}

impl Nearness {
    /// Calls `near` each time the element comes within `margin` (CSS lengths) of the window.
    pub fn watch(element: &Element, margin: &str, near: impl Fn() + 'static) -> Option<Nearness> {
        let told = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            let came = |entry: wasm_bindgen::JsValue| {
                entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting()
            };
            if entries.iter().any(came) {
                near();
            }
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin(margin);
        let observer =
            IntersectionObserver::new_with_options(told.as_ref().unchecked_ref(), &options).ok()?;
        observer.observe(element);
        Some(Nearness { observer, _told: told })
    }
}

impl Drop for Nearness {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

//! The wall to JavaScript: listeners that take themselves away, one timer, and calls `web-sys` has no words for.
//!
//! Owns every closure handed to the browser. Never lets an exception pass: whatever may throw returns a `Result`,
//! since an exception that crosses Rust frames would leave the player locked for ever.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, Event, EventTarget, Window};

/// A listener; dropping it takes it off its target. It may be called while it is being called: what it does can cause
/// the very event it listens to.
pub struct Listener {
    target: EventTarget,
    names: &'static [&'static str],
    closure: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// Calls `heard` at each of the named events.
    pub fn new(
        target: &EventTarget,
        names: &'static [&'static str],
        heard: impl Fn(Event) + 'static,
    ) -> Listener {
        let closure = Closure::<dyn Fn(Event)>::new(heard);
        for name in names {
            // Adding a listener fails for no name.
            let _ = target.add_event_listener_with_callback(name, function(&closure));
        }
        Listener { target: target.clone(), names, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        for name in self.names {
            let _ = self.target.remove_event_listener_with_callback(name, function(&self.closure));
        }
    }
}

/// One timer that can be set again and again; dropping it stops it.
pub struct Timer {
    window: Window,
    closure: Closure<dyn FnMut()>,
    running: Rc<Cell<Option<i32>>>,
}

impl Timer {
    /// A timer that calls `rung` each time it runs out.
    pub fn new(window: &Window, mut rung: impl FnMut() + 'static) -> Timer {
        let running = Rc::new(Cell::new(None));
        let done = running.clone();
        let closure = Closure::<dyn FnMut()>::new(move || {
            done.set(None);
            rung();
        });
        Timer { window: window.clone(), closure, running }
    }

    /// Rings once after this many milliseconds; what was set before is forgotten.
    pub fn set(&self, milliseconds: i32) {
        self.stop();
        let function: &Function = self.closure.as_ref().unchecked_ref();
        let id = self.window.set_timeout_with_callback_and_timeout_and_arguments_0(function, milliseconds);
        self.running.set(id.ok());
    }

    /// Rings no more.
    pub fn stop(&self) {
        if let Some(id) = self.running.take() {
            self.window.clear_timeout_with_handle(id);
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn function(closure: &Closure<dyn Fn(Event)>) -> &Function {
    closure.as_ref().unchecked_ref()
}

/// A field of an object; undefined where there is none.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A field that is a text with something in it.
pub fn text(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string().filter(|text| !text.is_empty())
}

/// A field that is a number.
pub fn number(object: &JsValue, name: &str) -> Option<f64> {
    get(object, name).as_f64().filter(|number| number.is_finite())
}

/// Whether a field is true in the eyes of JavaScript.
pub fn truthy(object: &JsValue, name: &str) -> bool {
    get(object, name).is_truthy()
}

/// A field that is a list.
pub fn list(object: &JsValue, name: &str) -> Array {
    get(object, name).dyn_into().unwrap_or_default()
}

/// Sets a field. What refuses it (a frozen object, a missing setter) has no such feature, and that is that.
pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// Calls a method, if there is one.
pub fn call(object: &JsValue, name: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = get(object, name).dyn_into()?;
    Reflect::apply(&method, object, &arguments.iter().copied().collect::<Array>())
}

/// Makes an object of a class the browser may lack.
pub fn construct(class: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let class: Function = get(&js_sys::global(), class).dyn_into()?;
    Reflect::construct(&class, &arguments.iter().copied().collect::<Array>())
}

/// Waits for a promise; anything else is its own result.
pub async fn settled(value: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&value)).await
}

/// Lets a promise go. A failure nobody waits for would be reported as an error of the page.
pub fn forget(value: Result<JsValue, JsValue>) {
    if let Ok(value) = value {
        spawn_local(async move { drop(settled(value).await) });
    }
}

/// Sets a property of an element's own style, which policies against inline styles allow.
pub fn style(element: &Element, name: &str, value: &str) -> Result<(), JsValue> {
    call(&get(element, "style"), "setProperty", &[&name.into(), &value.into()]).map(drop)
}

/// Gives a shadow root a constructed style sheet.
pub fn adopt_style(shadow: &JsValue, text: &str) -> Result<(), JsValue> {
    if get(shadow, "adoptedStyleSheets").is_undefined() {
        return Err(JsValue::UNDEFINED);
    }
    let sheet = construct("CSSStyleSheet", &[])?;
    call(&sheet, "replaceSync", &[&text.into()])?;
    Reflect::set(shadow, &"adoptedStyleSheets".into(), &Array::of1(&sheet)).map(drop)
}

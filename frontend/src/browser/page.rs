//! Window, document, clock.

use shared::time::Timestamp;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement, Window};

/// The window.
pub fn window() -> Window {
    web_sys::window().expect("the app runs in a window")
}

/// The document.
pub fn document() -> Document {
    window().document().expect("a window has a document")
}

/// The root element, which carries language and theme.
pub fn root() -> Element {
    document().document_element().expect("a document has a root")
}

/// The date by the viewer's clock.
#[expect(clippy::cast_possible_truncation, reason = "a date in milliseconds fits 53 bits for 280,000 years")]
pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// A date as a field for dates and times takes it: `2026-11-22T09:30`, by the viewer's clock.
pub fn local_minute(date: Timestamp) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a date in milliseconds fits 53 bits for 280,000 years")]
    let date = js_sys::Date::new(&(date.0 as f64).into());
    let (year, month, day) = (date.get_full_year(), date.get_month() + 1, date.get_date());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// Reads what [`local_minute`] writes.
#[expect(clippy::cast_possible_truncation, reason = "a date in milliseconds fits 53 bits for 280,000 years")]
pub fn of_local_minute(text: &str) -> Option<Timestamp> {
    // A date without a zone is read by the viewer's clock.
    let time = js_sys::Date::new(&text.into()).get_time();
    time.is_finite().then_some(Timestamp(time as i64))
}

/// `https://host:port` of this instance.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Path and query of the page.
pub fn address() -> (String, String) {
    let location = window().location();
    (location.pathname().unwrap_or_default(), location.search().unwrap_or_default())
}

/// The instance's name, as the server wrote it into the page.
pub fn site_name() -> String {
    document()
        .query_selector("meta[property='og:site_name']")
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"))
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "Shoal".to_owned())
}

/// What the server wrote into the page's head under this name.
pub fn meta(name: &str) -> Option<Element> {
    document().query_selector(&format!("meta[name={name}]")).ok().flatten()
}

/// The text of it.
pub fn meta_text(name: &str) -> Option<String> {
    meta(name).and_then(|meta| meta.get_attribute("content"))
}

/// Names the page in the tab and for screen readers.
pub fn set_title(title: &str) {
    let site = site_name();
    document().set_title(&if title.is_empty() { site } else { format!("{title} - {site}") });
}

/// Moves the focus to an element that may not be focusable by itself.
pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let options = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&options, &"preventScroll".into(), &JsValue::TRUE);
        let focus = js_sys::Reflect::get(element, &"focus".into()).unwrap_or_default();
        if let Some(focus) = focus.dyn_ref::<js_sys::Function>() {
            let _ = focus.call1(element, &options);
        }
    }
}

/// A number as JavaScript writes it: Rust's own way of writing fractions weighs ten kilobytes.
pub fn number(number: f64) -> String {
    js_sys::Number::from(number).to_string_with_radix(10).map(String::from).unwrap_or_default()
}

/// Whether the browser believes it has a network.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// How far the page is scrolled, in CSS pixels.
pub fn scroll_top() -> f64 {
    window().scroll_y().unwrap_or(0.0)
}

/// Scrolls the page at once, without animation.
pub fn scroll_to(top: f64) {
    window().scroll_to_with_x_and_y(0.0, top);
}

/// How far down the page could be scrolled by now.
pub fn scroll_bottom() -> f64 {
    let inner = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
    (f64::from(root().scroll_height()) - inner).max(0.0)
}

/// A number between 0 and 1 that is another each time.
pub fn chance() -> f64 {
    js_sys::Math::random()
}

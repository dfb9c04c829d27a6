//! `Intl`: numbers, dates and names in the viewer's language.
//!
//! Owns the three constructors we use. The surprise: they are declared here rather than taken from `js-sys`, whose
//! typed options cost more bytes than the formatters.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// `Intl.NumberFormat`.
    #[wasm_bindgen(js_namespace = Intl)]
    #[derive(Clone)]
    pub type NumberFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<NumberFormat, JsValue>;
    /// The number in words of the language.
    #[wasm_bindgen(method)]
    pub fn format(this: &NumberFormat, number: f64) -> String;

    /// `Intl.DateTimeFormat`.
    #[wasm_bindgen(js_namespace = Intl)]
    #[derive(Clone)]
    pub type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<DateTimeFormat, JsValue>;
    /// The date in words of the language.
    #[wasm_bindgen(method, catch)]
    pub fn format(this: &DateTimeFormat, milliseconds: f64) -> Result<String, JsValue>;

    /// `Intl.RelativeTimeFormat`.
    #[wasm_bindgen(js_namespace = Intl)]
    #[derive(Clone)]
    pub type RelativeTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<RelativeTimeFormat, JsValue>;
    /// `3 days ago`.
    #[wasm_bindgen(method)]
    pub fn format(this: &RelativeTimeFormat, number: f64, unit: &str) -> String;

    /// `Intl.Collator`.
    #[wasm_bindgen(js_namespace = Intl)]
    #[derive(Clone)]
    pub type Collator;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str) -> Result<Collator, JsValue>;
    /// Below, at or above zero, as the first text comes before, with or after the second.
    #[wasm_bindgen(method)]
    pub fn compare(this: &Collator, left: &str, right: &str) -> i32;

    /// `Intl.DisplayNames`.
    #[wasm_bindgen(js_namespace = Intl)]
    #[derive(Clone)]
    pub type DisplayNames;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<DisplayNames, JsValue>;
    /// The name of a language; none where the browser knows none.
    #[wasm_bindgen(method, catch)]
    pub fn of(this: &DisplayNames, code: &str) -> Result<Option<String>, JsValue>;
}

fn options(json: &str) -> JsValue {
    js_sys::JSON::parse(json).unwrap_or(JsValue::UNDEFINED)
}

/// Numbers, with the options of `Intl.NumberFormat` as JSON.
pub fn numbers(locale: &str, json: &str) -> Option<NumberFormat> {
    NumberFormat::new(locale, &options(json)).ok()
}

/// Dates, with the options of `Intl.DateTimeFormat` as JSON.
pub fn dates(locale: &str, json: &str) -> Option<DateTimeFormat> {
    DateTimeFormat::new(locale, &options(json)).ok()
}

/// Ages: `3 days ago`, or `yesterday` where the language has a word.
pub fn ages(locale: &str) -> Option<RelativeTimeFormat> {
    RelativeTimeFormat::new(locale, &options(r#"{"numeric":"auto"}"#)).ok()
}

/// The order of texts.
pub fn order(locale: &str) -> Option<Collator> {
    Collator::new(locale).ok()
}

/// Names of languages.
pub fn languages(locale: &str) -> Option<DisplayNames> {
    DisplayNames::new(locale, &options(r#"{"type":"language"}"#)).ok()
}

//! The clipboard. Browsers refuse it outside secure contexts: then the caller shows the text to be copied by hand.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::page::window;

/// Copies a text; whether it worked.
pub async fn copy(text: &str) -> bool {
    let clipboard =
        js_sys::Reflect::get(&window().navigator(), &"clipboard".into()).unwrap_or(JsValue::UNDEFINED);
    if clipboard.is_undefined() {
        return false;
    }
    JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}

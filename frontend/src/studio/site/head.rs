//! The page's head as the server writes it by now: whoever changes the instance sees it at once, as visitors do with
//! their next page.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::browser::bus::{Word, tell};
use crate::browser::page;

/// What in the head is the instance's.
const OURS: [&str; 10] = [
    "meta[property='og:site_name']",
    "meta[name=shoal-broadcast]",
    "meta[name=shoal-new]",
    "meta[name=shoal-home]",
    "meta[name=shoal-first]",
    "meta[name=shoal-logo]",
    "meta[name=shoal-logo-wide]",
    "meta[name=shoal-sensitive]",
    "link[rel=icon]",
    "link[href^='/custom.css']",
];

/// Takes over what the server writes into the head by now. Without an answer everything stays until the page is loaded
/// again.
pub async fn renew() {
    // Nothing was lost: the next page has it.
    let _ = take_over().await;
    tell(Word::Site, "");
    // Who chose nothing is shown what the instance chose.
    tell(Word::Person, "");
}

async fn take_over() -> Result<(), JsValue> {
    let (path, _) = page::address();
    let answer: Response = JsFuture::from(page::window().fetch_with_str(&path)).await?.dyn_into()?;
    let text = JsFuture::from(answer.text()?).await?.as_string().unwrap_or_default();
    // Of a whole page, what stands in its head is left; nothing in an element that stands nowhere is loaded or run.
    let here = page::document();
    let fresh = here.create_element("div")?;
    fresh.set_inner_html(&text);
    let head = here.query_selector("head")?.ok_or(JsValue::UNDEFINED)?;
    for selector in OURS {
        let new = fresh.query_selector(selector)?;
        if let Some(old) = here.query_selector(selector)? {
            old.remove();
        }
        if let Some(new) = new {
            head.append_child(&new)?;
        }
    }
    Ok(())
}

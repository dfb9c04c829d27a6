//! One tab at a time: the Web Locks API, where there is one (it is missing outside secure contexts).

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::page::window;

/// Runs `work` while no other tab of this instance runs work under the same name.
pub async fn exclusively<T: 'static>(name: &str, work: impl Future<Output = T> + 'static) -> Option<T> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap_or(JsValue::UNDEFINED);
    let request =
        Reflect::get(&locks, &"request".into()).ok().and_then(|found| found.dyn_into::<Function>().ok());
    let Some(request) = request else { return Some(work.await) };

    let result = Rc::new(RefCell::new(None));
    let kept = result.clone();
    let held = Closure::once_into_js(move |_lock: JsValue| -> Promise {
        future_to_promise(async move {
            let value = work.await;
            *kept.borrow_mut() = Some(value);
            Ok(JsValue::UNDEFINED)
        })
    });
    let done = request.call2(&locks, &name.into(), &held).ok()?;
    let _ = JsFuture::from(Promise::from(done)).await;
    result.take()
}

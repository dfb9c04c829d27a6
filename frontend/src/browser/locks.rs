//! One at a time: the Web Locks API, which holds between tabs too. It is missing outside secure contexts; there a
//! chain of promises on the window keeps at least the programs of this tab apart.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::page::window;

/// Where the chain hangs.
const CHAIN: &str = "shoalLocks";

/// Runs `work` while nothing else of this instance runs under the same name.
pub async fn exclusively<T: 'static>(name: &str, work: impl Future<Output = T> + 'static) -> Option<T> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap_or(JsValue::UNDEFINED);
    let request =
        Reflect::get(&locks, &"request".into()).ok().and_then(|found| found.dyn_into::<Function>().ok());
    let result = Rc::new(RefCell::new(None));
    let kept = result.clone();
    let held = Closure::once_into_js(move |_lock: JsValue| -> Promise {
        future_to_promise(async move {
            let value = work.await;
            *kept.borrow_mut() = Some(value);
            Ok(JsValue::UNDEFINED)
        })
    });
    let done = match request {
        Some(request) => Promise::from(request.call2(&locks, &name.into(), &held).ok()?),
        None => {
            let before = Reflect::get(&window(), &CHAIN.into())
                .ok()
                .and_then(|found| found.dyn_into::<Promise>().ok());
            let before = before.unwrap_or_else(|| Promise::resolve(&JsValue::UNDEFINED));
            let then: Function = Reflect::get(&before, &"then".into()).ok()?.dyn_into().ok()?;
            let done = Promise::from(then.call1(&before, &held).ok()?);
            let _ = Reflect::set(&window(), &CHAIN.into(), &done);
            done
        }
    };
    let _ = JsFuture::from(done).await;
    result.take()
}

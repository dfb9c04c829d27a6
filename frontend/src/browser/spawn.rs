//! Work that goes on by itself.

use std::future::Future;
use std::pin::Pin;

/// Starts work that nobody waits for. Boxed, since the machinery around each kind of future weighs a kilobyte.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    spawn_boxed(Box::pin(work));
}

fn spawn_boxed(work: Pin<Box<dyn Future<Output = ()>>>) {
    wasm_bindgen_futures::spawn_local(work);
}

//! A body that goes out slowly, with news on the way.
//!
//! `fetch` tells nothing about the progress of an upload, `XMLHttpRequest` does. Dropping [`Sending`] aborts it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

/// What came back; status 0 where nothing did.
pub struct Sent {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub text: String,
    /// `Range` of the answer.
    pub range: Option<String>,
    /// `Retry-After` of the answer.
    pub retry_after: Option<String>,
    /// `Location` of the answer.
    pub location: Option<String>,
}

/// What the browser calls.
type Told = Closure<dyn FnMut(ProgressEvent)>;

/// A request on its way.
pub struct Sending {
    request: XmlHttpRequest,
    _closures: Rc<RefCell<Vec<Told>>>,
    done: Promise,
}

impl Sending {
    /// Starts to send. `progress` is told how many bytes of the body have left.
    pub fn start(
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Blob>,
        progress: impl Fn(u64) + 'static,
    ) -> Result<Sending, JsValue> {
        let request = XmlHttpRequest::new()?;
        request.open_with_async(method, path, true)?;
        for (name, value) in headers {
            request.set_request_header(name, value)?;
        }
        let closures = Rc::new(RefCell::new(Vec::new()));
        let told = Told::new(move |event: ProgressEvent| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a count of bytes below 2^53"
            )]
            progress(event.loaded() as u64);
        });
        request.upload()?.set_onprogress(Some(told.as_ref().unchecked_ref()));
        closures.borrow_mut().push(told);

        let done = Promise::new(&mut |resolve: Function, _reject: Function| {
            let ended = Told::new(move |_event: ProgressEvent| {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            });
            request.set_onloadend(Some(ended.as_ref().unchecked_ref()));
            closures.borrow_mut().push(ended);
        });
        request.send_with_opt_blob(body)?;
        Ok(Sending { request, _closures: closures, done })
    }

    /// The answer, once it is here.
    pub async fn answer(&self) -> Sent {
        let _ = JsFuture::from(self.done.clone()).await;
        let header = |name: &str| self.request.get_response_header(name).ok().flatten();
        let status = self.request.status().unwrap_or(0);
        Sent {
            status,
            text: self.request.response_text().ok().flatten().unwrap_or_default(),
            // Asking for a header before there is an answer is an error in the console.
            range: if status == 0 { None } else { header("Range") },
            retry_after: if status == 0 { None } else { header("Retry-After") },
            location: if status == 201 { header("Location") } else { None },
        }
    }

    /// Stops it: [`Sending::answer`] then gives status 0.
    pub fn abort(&self) {
        let _ = self.request.abort();
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.request.set_onloadend(None);
        if let Ok(upload) = self.request.upload() {
            upload.set_onprogress(None);
        }
        let _ = self.request.abort();
    }
}

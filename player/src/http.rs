//! Requests to servers: files and ranges that can be given up, small JSON answers, and answers that were asked for
//! before we were there.
//!
//! Owns every request. Never retries and never decides what to fetch. The surprise is `warm`: the page's module starts
//! the first requests while this code is still being compiled, and hands their promises over by address. It also sends all
//! others, since it knows on which servers copies of a film lie.

use js_sys::{Array, ArrayBuffer, JSON, Object, Uint8Array};
use std::rc::Rc;

use player_core::SHARES;
use player_core::io::{Fetch, FetchFailure, Want};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;

use crate::js;

/// Why a question to an instance brought no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// No answer, or one that broke off.
    Network,
    /// An answer that is not what was asked for, with the code of its problem document.
    Status { status: u16, problem: Option<String> },
}

/// What a running fetch says.
pub enum Got {
    /// Bytes so far; zero once the headers are there.
    Progress(u64),
    Text(String),
    Body(ArrayBuffer),
    /// The first bytes of a segment whose rest will not come; its failure follows.
    Partial(ArrayBuffer),
    Failed(FetchFailure),
}

/// A running fetch; dropping it gives it up.
pub struct Running(Option<AbortController>);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// The way to servers.
pub struct Http {
    /// A map of addresses to promises of responses, which also knows how to ask: in which places a file lies.
    warm: JsValue,
}

impl Http {
    /// Requests of a page, some of them already under way.
    pub fn new(warm: JsValue) -> Http {
        Http { warm }
    }

    /// Asks for a JSON document.
    pub async fn json(&self, url: &str, bearer: Option<&str>) -> Result<JsValue, Failure> {
        let response = self.send(url, &init("GET", bearer)).await;
        answer(response.map_err(|_| Failure::Network)?).await
    }

    /// Sends a JSON document, or nothing, and reads what comes back, if anything does.
    pub async fn post(
        &self,
        url: &str,
        bearer: Option<&str>,
        body: Option<&JsValue>,
    ) -> Result<JsValue, Failure> {
        let init = init("POST", bearer);
        if let Some(text) = body.and_then(|body| JSON::stringify(body).ok()) {
            js::set(&init, "body", &text);
            js::set(&js::get(&init, "headers"), "Content-Type", &"application/json".into());
        }
        // The last word about a view is sent while the page goes away.
        js::set(&init, "keepalive", &JsValue::TRUE);
        let response = self.send(url, &init).await;
        answer(response.map_err(|_| Failure::Network)?).await
    }

    /// Fetches a file or a range of one. Everything it says comes later, never before this returns.
    pub fn get(self: &Rc<Http>, fetch: Fetch, mut heard: impl FnMut(Got) + 'static) -> Running {
        let controller = AbortController::new().ok();
        let init = init("GET", None);
        if let Some(controller) = &controller {
            js::set(&init, "signal", &controller.signal());
        }
        if let Some(range) = fetch.range {
            let text = ["bytes=", &range.offset().to_string(), "-", &range.last().to_string()].concat();
            js::set(&js::get(&init, "headers"), "Range", &text.into());
        }
        // Chromium's cache hands one address to one request at a time: an init segment would wait for the segment it
        // belongs to, in the same file. It is so small that keeping it is not worth that.
        if fetch.want == Want::Init {
            js::set(&init, "cache", &"no-store".into());
        } else if fetch.fresh {
            js::set(&init, "cache", &"reload".into());
        }
        let http = self.clone();
        spawn_local(async move {
            let done = http.read(&fetch, &init, &mut heard).await;
            heard(done.unwrap_or_else(Got::Failed));
        });
        Running(controller)
    }

    async fn read(
        &self,
        fetch: &Fetch,
        init: &Object,
        heard: &mut impl FnMut(Got),
    ) -> Result<Got, FetchFailure> {
        let response = self.send(&fetch.url, init).await.map_err(|_| FetchFailure::Unreachable)?;
        let status = status(&response);
        if !js::truthy(&response, "ok") {
            return Err(FetchFailure::Status(status));
        }
        heard(Got::Progress(0));
        // A server that does not know ranges sends the whole file: our part is cut out of it.
        let skip = fetch.range.filter(|_| status != 206).map_or(0, |range| range.offset());
        // One byte too many is how a file without end shows itself.
        let limit = fetch.range.map_or(fetch.bytes_max + 1, |range| range.len().min(fetch.bytes_max));
        let (body, is_whole) = collect(&js::get(&response, "body"), skip, limit, heard).await?;
        let length = u64::from(body.length());
        let is_wrong = fetch.range.map_or(fetch.bytes_max < length, |range| range.len() != length);
        if is_wrong || !is_whole {
            // Peers can bring the rest.
            if SHARES && fetch.want == Want::Segment && 0 < length {
                heard(Got::Partial(body.buffer()));
            }
            return Err(if is_whole { FetchFailure::Length } else { FetchFailure::Unreachable });
        }
        match fetch.want {
            Want::Playlist | Want::Digests => Ok(Got::Text(decode(&body))),
            Want::Init | Want::Segment => Ok(Got::Body(body.buffer())),
        }
    }

    /// The response to a request, perhaps to the same one sent earlier.
    async fn send(&self, url: &str, init: &Object) -> Result<JsValue, JsValue> {
        let address = url.into();
        let plain = !js::truthy(&js::get(init, "headers"), "Range") && !js::truthy(init, "cache");
        let warm = js::call(&self.warm, "get", &[&address]).ok().filter(|warm| plain && warm.is_object());
        // A response is read once; and what we ask for, the page's module need not ask for a moment later.
        let _ = js::call(&self.warm, "set", &[&address, &JsValue::NULL]);
        match warm {
            Some(response) => js::settled(response).await,
            None => js::settled(js::call(&self.warm, "ask", &[&address, init])?).await,
        }
    }
}

/// Reads a stream: leaves out its first `skip` bytes and stops after `limit` more. Whether it ended by itself, or with
/// the limit, rather than breaking off.
async fn collect(
    stream: &JsValue,
    skip: u64,
    limit: u64,
    heard: &mut impl FnMut(Got),
) -> Result<(Uint8Array, bool), FetchFailure> {
    let reader = js::call(stream, "getReader", &[]).map_err(|_| FetchFailure::Unreachable)?;
    let chunks = Array::new();
    let (mut skip, mut got, mut is_whole) = (skip, 0u64, true);
    while got < limit {
        let Ok(step) = call_async(&reader, "read").await else {
            is_whole = false;
            break;
        };
        let Ok(chunk) = js::get(&step, "value").dyn_into::<Uint8Array>() else { break };
        let skipped = u32::try_from(skip).unwrap_or(u32::MAX).min(chunk.length());
        skip -= u64::from(skipped);
        let room = u32::try_from(limit - got).unwrap_or(u32::MAX);
        let taken = (chunk.length() - skipped).min(room);
        got += u64::from(taken);
        chunks.push(&chunk.subarray(skipped, skipped + taken));
        heard(Got::Progress(got));
    }
    // The rest of a file that was not asked for.
    js::forget(js::call(&reader, "cancel", &[]));
    let length = u32::try_from(got).map_err(|_| FetchFailure::Length)?;
    let whole = Uint8Array::new_with_length(length);
    let mut at = 0;
    for chunk in chunks.iter() {
        let chunk: Uint8Array = chunk.unchecked_into();
        whole.set(&chunk, at);
        at += chunk.length();
    }
    Ok((whole, is_whole))
}

fn decode(bytes: &Uint8Array) -> String {
    let decoder = js::construct("TextDecoder", &[]);
    let text = decoder.and_then(|decoder| js::call(&decoder, "decode", &[bytes]));
    text.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

async fn answer(response: JsValue) -> Result<JsValue, Failure> {
    let status = status(&response);
    let body = call_async(&response, "json").await;
    if js::truthy(&response, "ok") {
        // 204 has no body, and that is no failure.
        return Ok(body.unwrap_or(JsValue::UNDEFINED));
    }
    let problem = body.ok().and_then(|body| js::text(&body, "code"));
    Err(Failure::Status { status, problem })
}

async fn call_async(object: &JsValue, method: &str) -> Result<JsValue, JsValue> {
    js::settled(js::call(object, method, &[])?).await
}

fn status(response: &JsValue) -> u16 {
    let status = js::number(response, "status").unwrap_or(0.0);
    u16::try_from(crate::ui::whole(status)).unwrap_or(0)
}

fn init(method: &str, bearer: Option<&str>) -> Object {
    let headers = Object::new();
    if let Some(bearer) = bearer {
        js::set(&headers, "Authorization", &["Bearer ", bearer].concat().into());
    }
    let init = Object::new();
    js::set(&init, "method", &method.into());
    js::set(&init, "headers", &headers);
    init
}

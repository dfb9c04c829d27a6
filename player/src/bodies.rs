//! The bytes of segments, kept outside our memory and known by number.
//!
//! Owns every body until the core releases it, and their digests. Never looks inside. Pages on plain HTTP have no
//! WebCrypto, so there the digest is computed by our own code, slower but the same.

use js_sys::{ArrayBuffer, Uint8Array};
use player_core::io::BodyId;
use sha2::{Digest as _, Sha256};
use shared::id::Digest;
use wasm_bindgen::JsValue;

use crate::js;

/// Bodies by the core's numbers.
#[derive(Default)]
pub struct Bodies {
    /// In the order of their numbers. A viewer that serves others holds a thousand.
    held: Vec<(BodyId, ArrayBuffer)>,
    made: u64,
}

impl Bodies {
    /// Keeps bytes as a body.
    pub fn insert(&mut self, bytes: ArrayBuffer) -> BodyId {
        let body = BodyId(self.made);
        self.made += 1;
        self.held.push((body, bytes));
        body
    }

    /// The bytes of a body.
    pub fn get(&self, body: BodyId) -> Option<&ArrayBuffer> {
        self.held.get(self.place(body)?).map(|(_, bytes)| bytes)
    }

    /// Lets a body go.
    pub fn remove(&mut self, body: BodyId) {
        if let Some(place) = self.place(body) {
            self.held.remove(place);
        }
    }

    fn place(&self, body: BodyId) -> Option<usize> {
        self.held.binary_search_by_key(&body, |(held, _)| *held).ok()
    }
}

/// SHA-256 of some bytes.
pub async fn digest(bytes: ArrayBuffer) -> Digest {
    match by_browser(&bytes).await {
        Ok(digest) => digest,
        Err(_) => Digest(Sha256::digest(Uint8Array::new(&bytes).to_vec()).into()),
    }
}

async fn by_browser(bytes: &ArrayBuffer) -> Result<Digest, JsValue> {
    let subtle = js::get(&js::get(&js_sys::global(), "crypto"), "subtle");
    let digest = js::settled(js::call(&subtle, "digest", &[&"SHA-256".into(), bytes])?).await?;
    let bytes: [u8; 32] = Uint8Array::new(&digest).to_vec().try_into().map_err(|_| JsValue::UNDEFINED)?;
    Ok(Digest(bytes))
}

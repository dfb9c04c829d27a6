//! Whether this viewer carries the video to others, and by which ways.
//!
//! Owns the conditions, in one place: the video's, the page's and the connection's; the viewer's own wish comes on
//! top. Each can forbid, none can force. Never speaks to anybody: what is chosen here is carried out by the core.

use js_sys::{Array, Object, Uint8Array};
use player_core::SHARES;
use player_core::io::{Family, Sharing};
use shared::id::{Digest, PeerId};
use wasm_bindgen::JsValue;
use web_sys::Window;

use crate::http::Http;
use crate::js;
use crate::options::Options;
use crate::resolve::Resolved;

/// Connections that cost their owner money by the byte.
const METERED: &str = "cellular";
/// Says to an instance's tracker that its viewer wants to meet chosen peers alone.
const SEEDERS_ONLY: &str = "?meet=seeders";

/// What the instance says about meeting others.
#[derive(Clone)]
pub struct Ways {
    /// `RTCConfiguration.iceServers`: who tells a viewer its address as others see it.
    pub servers: JsValue,
    /// The certificate that the instance shows as a peer.
    pub instance: Option<Digest>,
}

/// How to take part; none where that is not wanted or not possible. A cautious viewer is told by the tracker of chosen
/// peers alone, and they of it.
pub fn choose(found: &Resolved, options: &Options, window: &Window, is_cautious: bool) -> Option<Sharing> {
    let may = SHARES && options.p2p && is_supported() && !is_metered(window);
    // Without digests a peer could show us anything; and what is private goes to nobody else.
    let is_public = found.sha256.is_some() && found.file_token.is_none();
    if !may || !is_public || found.trackers.is_empty() {
        return None;
    }
    Some(Sharing {
        me: PeerId::from_random(random(window)),
        trackers: found
            .trackers
            .iter()
            .map(|url| [url.as_str(), if is_cautious { SEEDERS_ONLY } else { "" }].concat())
            .collect(),
        family: Family::Place { playlist_url: found.playlist.clone()? },
        uploads: true,
        upload_rate_max: None,
        store_bytes_max: None,
        instance: None,
    })
}

/// Whether this browser connects to peers at all.
fn is_supported() -> bool {
    js::get(&js_sys::global(), "RTCPeerConnection").is_function()
}

/// Whether the connection's owner pays by the byte, or asked to be spared.
pub fn is_metered(window: &Window) -> bool {
    let connection = js::get(&window.navigator(), "connection");
    js::text(&connection, "type").as_deref() == Some(METERED) || js::truthy(&connection, "saveData")
}

/// Asks the instance, if the page named one. The page's own servers go before the instance's.
pub async fn ways(http: &Http, instance: Option<&str>, options: &Options) -> Ways {
    let mut config = JsValue::NULL;
    if let Some(instance) = instance {
        // An instance that does not say has none.
        config = http.json(&[instance, "/api/v1/config"].concat(), None).await.unwrap_or(JsValue::NULL);
    }
    let webrtc = js::get(&config, "webrtc");
    let mut names = options.stun_servers.clone();
    if names.is_empty() {
        names = texts(&webrtc, "stunServers");
    }
    let servers = Array::new();
    for name in names {
        let server = Object::new();
        js::set(&server, "urls", &name.into());
        servers.push(&server);
    }
    let fingerprint = js::text(&webrtc, "fingerprint");
    Ways { servers: servers.into(), instance: fingerprint.and_then(|fingerprint| fingerprint.parse().ok()) }
}

/// A list of texts.
pub fn texts(object: &JsValue, name: &str) -> Vec<String> {
    js::list(object, name).iter().filter_map(|item| item.as_string()).collect()
}

fn random(window: &Window) -> [u8; 12] {
    let bytes = Uint8Array::new_with_length(12);
    // Every browser with WebRTC has it.
    let _ = js::call(&js::get(window, "crypto"), "getRandomValues", &[&bytes]);
    let mut random = [0; 12];
    bytes.copy_to(&mut random);
    random
}

//! What a page may do and who may frame it. Owns the security headers of pages.

use http::HeaderMap;
use http::header::{
    CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

/// Only our own scripts run, and nothing a stranger typed can become one. Videos, pictures and the files of remote
/// instances come from anywhere. Yew sets styles as attributes, which style-src counts as inline.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self' 'unsafe-inline'; font-src 'self'; manifest-src 'self'; img-src * data: blob:; \
    media-src * blob:; connect-src *; worker-src 'self' blob:; frame-src 'self'; frame-ancestors 'none'; \
    base-uri 'none'; form-action 'self'";

/// The same for a video alone, which is there to be framed. It knows nobody's session and has no form to steal from.
const EMBED_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self' 'unsafe-inline'; img-src * data: blob:; media-src * blob:; connect-src *; \
    worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors ";

/// The same for the sentence that stands in the place of a video where it may not be framed. Any site may frame that.
const REFUSAL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors *";

/// Adds the headers of a page.
pub fn protect_page(headers: &mut HeaderMap) {
    protect(headers, PAGE_POLICY);
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
}

/// Adds the headers of a page that these other sites may frame, in the words of CSP.
pub fn protect_embed(headers: &mut HeaderMap, ancestors: &str) {
    protect(headers, "");
    // Hosts are read letter by letter before they are kept, so that this is always a value; a page without one would be
    // framed by everybody.
    let policy = HeaderValue::from_str(&format!("{EMBED_POLICY}{ancestors}"));
    let policy = policy.unwrap_or_else(|_| HeaderValue::from_static("frame-ancestors 'none'"));
    headers.insert(CONTENT_SECURITY_POLICY, policy);
}

/// Adds the headers of the sentence in the place of a video.
pub fn protect_refusal(headers: &mut HeaderMap) {
    protect(headers, REFUSAL_POLICY);
}

fn protect(headers: &mut HeaderMap, policy: &'static str) {
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "strict-origin-when-cross-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

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

/// Adds the headers of a page.
pub fn protect_page(headers: &mut HeaderMap) {
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, PAGE_POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "strict-origin-when-cross-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
}

//! A feed on its way out.

use http::HeaderValue;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use warp::reply::Response;

use super::feed::{Feed, Item};
use super::format::Format;
use super::{atom, json, rss};
use crate::app::App;
use crate::catalogue::Text;
use crate::http::extract::Ask;
use crate::http::respond::text_of;

/// How long everybody may keep a feed: PeerTube's quarter of an hour.
pub const FOR_ALL: &str = "max-age=900";
/// What is somebody's alone is kept by nobody.
pub const FOR_ONE: &str = "private, no-store";

/// The feed in a format. It is as young as the youngest of its items.
#[must_use]
pub fn write(format: Format, mut feed: Feed, items: &[Item]) -> Text {
    feed.updated = items.iter().map(|item| item.updated).max().unwrap_or(feed.updated);
    let text = match format {
        Format::Xml | Format::Rss => rss::write(&feed, items),
        Format::Atom => atom::write(&feed, items),
        Format::Json => json::write(&feed, items),
    };
    bytes::Bytes::from(text).into()
}

/// 200 with the text of a feed, which any site's script may read.
#[must_use]
pub fn answer(media_type: &'static str, text: Text, cache: &'static str) -> Response {
    let mut response = text_of(media_type, text.plain.clone());
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response.extensions_mut().insert(text);
    response
}

/// The address that was asked for.
#[must_use]
pub fn address(app: &App, name: &str, ask: &Ask) -> String {
    let (mark, query) = if ask.query().is_empty() { ("", "") } else { ("?", ask.query()) };
    format!("{}/feeds/{name}{mark}{query}", app.url())
}

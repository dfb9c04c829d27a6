//! Who is meant by a name.
//!
//! Owns the way from a handle to an actor (RFC 7033): as Mastodon, nobody is called by a name that its own server does not
//! call them by.

use http::HeaderValue;
use http::header::CONTENT_TYPE;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::error::FetchError;
use super::file::plain;
use super::rule::{is_document, is_json, scheme_of};
use crate::app::App;
use crate::domain::federation::INSTANCE;
use crate::domain::host;
use crate::federation::vocab::{Thing, host_of, is_url};

/// The longest answer. PeerTube's has three links.
const ANSWER_BYTES_MAX: usize = 100_000;
/// Letters of a name.
const NAME_LETTERS_MAX: usize = 120;
/// What the link to an instance's own actor is called (FEP-2677).
const APPLICATION: &str = "https://www.w3.org/ns/activitystreams#Application";
const NAMES: HeaderValue = HeaderValue::from_static("application/jrd+json, application/json");
const LINKS: HeaderValue = HeaderValue::from_static("application/json");

/// The id of the actor that is called `name` at `host`.
///
/// # Errors
/// [`FetchError`]; [`FetchError::Elsewhere`] where its server calls it by another name that is not its own either.
pub async fn webfinger(app: &App, name: &str, host: &str) -> Result<String, FetchError> {
    let asked = handle(&format!("{name}@{host}")).ok_or(FetchError::Address)?;
    let told = called(app, &asked).await?;
    if told.subject.as_ref().is_none_or(|subject| *subject == asked) {
        return Ok(told.actor);
    }
    // It is called otherwise: whoever keeps that name says whether it is.
    let other = told.subject.ok_or(FetchError::Elsewhere)?;
    let again = called(app, &other).await?;
    let is_one = again.subject == Some(other) && again.actor == told.actor;
    if is_one { Ok(again.actor) } else { Err(FetchError::Elsewhere) }
}

/// The id of the actor of another instance itself.
///
/// # Errors
/// [`FetchError`].
pub async fn instance_actor(app: &App, host: &str) -> Result<String, FetchError> {
    let host = host::parse(host).ok_or(FetchError::Address)?;
    match json(app, &host, "/.well-known/nodeinfo", LINKS).await {
        Err(
            error @ (FetchError::Off
            | FetchError::Address
            | FetchError::Own
            | FetchError::Closed
            | FetchError::Silent
            | FetchError::Late
            | FetchError::Busy
            | FetchError::Paused(_)),
        ) => Err(error),
        links => match links.ok().and_then(|links| application(&links, &host)) {
            Some(actor) => Ok(actor),
            None => webfinger(app, INSTANCE, &host).await,
        },
    }
}

/// The instance's actor among the links of its nodeinfo, which must be on that very host.
fn application(links: &Value, host: &str) -> Option<String> {
    let links = Thing::of(links)?;
    let mut links = links.things("links").filter(|link| link.text("rel") == Some(APPLICATION));
    links.find_map(|link| {
        link.text("href").filter(|href| host_of(href).as_deref() == Some(host)).map(str::to_owned)
    })
}

/// A name and its host, in the one spelling that is compared.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Handle {
    name: String,
    host: String,
}

/// What a server says of a name.
struct Called {
    /// The name it has there; none where that is not said.
    subject: Option<Handle>,
    /// The actor.
    actor: String,
}

async fn called(app: &App, handle: &Handle) -> Result<Called, FetchError> {
    let resource = format!("acct:{}@{}", handle.name, handle.host);
    let resource = utf8_percent_encode(&resource, NON_ALPHANUMERIC);
    let path = format!("/.well-known/webfinger?resource={resource}");
    let told = json(app, &handle.host, &path, NAMES).await?;
    read(&told).ok_or(FetchError::Type)
}

async fn json(app: &App, host: &str, path: &str, accept: HeaderValue) -> Result<Value, FetchError> {
    let scheme = scheme_of(host, &app.config().federation.allow_private_hosts);
    let reply = plain(app, &format!("{scheme}://{host}{path}"), accept, ANSWER_BYTES_MAX).await?;
    if !reply.text(CONTENT_TYPE).is_some_and(is_json) {
        return Err(FetchError::Type);
    }
    serde_json::from_slice(&reply.body).map_err(|_| FetchError::Type)
}

fn read(told: &Value) -> Option<Called> {
    let told = Thing::of(told)?;
    let own =
        |link: &Thing<'_>| link.text("rel") == Some("self") && link.text("type").is_some_and(is_document);
    let mut links = told.things("links").filter(own);
    let actor = links.find_map(|link| link.text("href").filter(|href| is_url(href)))?;
    let subject = told.text("subject").and_then(|subject| handle(subject.strip_prefix("acct:")?));
    Some(Called { subject, actor: actor.to_owned() })
}

/// `name@host`.
fn handle(text: &str) -> Option<Handle> {
    let (name, host) = text.split_once('@')?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    let is_name = !name.is_empty() && name.len() <= NAME_LETTERS_MAX && name.bytes().all(is_plain);
    let host = host::parse(host)?;
    is_name.then(|| Handle { name: name.to_ascii_lowercase(), host })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_server_says_which_of_its_links_is_the_actor() {
        let told = json!({ "subject": "acct:Tide@a.example", "links": [
            { "rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": "https://a.example/@tide" },
            { "rel": "self", "type": "text/html", "href": "https://a.example/@tide" },
            { "rel": "self", "type": "application/activity+json", "href": "https://a.example/users/tide" },
        ] });
        let called = read(&told).unwrap();
        assert_eq!(called.actor, "https://a.example/users/tide");
        assert_eq!(called.subject, handle("tide@A.example"));
        for odd in [
            json!({}),
            json!({ "links": [] }),
            json!({ "links": [{ "rel": "self", "href": "https://a.example/users/tide" }] }),
            json!({ "links": [{ "rel": "self", "type": "application/activity+json", "href": "/users/tide" }] }),
            json!([]),
        ] {
            assert!(read(&odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn what_peertube_says_of_a_name_is_read() {
        // PeerTube 6.3, shortened to what counts.
        let told = json!({ "subject": "acct:alice_channel@127.0.0.1:9001",
            "aliases": ["http://127.0.0.1:9001/video-channels/alice_channel"], "links": [
            { "rel": "self", "type": "application/activity+json", "href": "http://127.0.0.1:9001/video-channels/alice_channel" },
            { "rel": "http://ostatus.org/schema/1.0/subscribe", "template": "http://127.0.0.1:9001/remote-interaction?uri={uri}" },
        ] });
        assert_eq!(read(&told).unwrap().actor, "http://127.0.0.1:9001/video-channels/alice_channel");
    }

    #[test]
    fn handles_are_a_name_and_a_host() {
        assert_eq!(handle("Tide@A.example").unwrap().name, "tide");
        for odd in ["tide", "@a.example", "two words@a.example", "tide@", "tide@a/b", "a@b@c.example"] {
            assert!(handle(odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn an_instance_has_its_actor_on_its_own_host() {
        let links = |href: &str| {
            json!({ "links": [
            { "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": "https://a.example/nodeinfo/2.0.json" },
            { "rel": APPLICATION, "href": href },
        ] })
        };
        let actor = "https://a.example/accounts/peertube";
        assert_eq!(application(&links(actor), "a.example").as_deref(), Some(actor));
        assert_eq!(application(&links("https://evil.example/actor"), "a.example"), None);
        assert_eq!(application(&json!({}), "a.example"), None);
    }
}

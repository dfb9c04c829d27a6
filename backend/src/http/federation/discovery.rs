//! Who is here and what this is: WebFinger, host-meta, NodeInfo, and where passwords are changed.

use std::net::{IpAddr, Ipv4Addr};

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use serde_json::{Map, Value, json};
use warp::reply::Response;

use super::actor::{Found, find_named};
use super::answer::{addresses, gone};
use super::path::Whose;
use crate::app::App;
use crate::catalogue::Scope;
use crate::domain::federation::INSTANCE;
use crate::domain::federation::webfinger::{Asked, answer, read};
use crate::domain::video::order::{Order, Sort};
use crate::domain::video::query::{Filter, Query};
use crate::domain::wrong::Wrong;
use crate::http::extract::Ask;
use crate::http::instance::{self, VERSION};
use crate::http::problem::Failure;
use crate::http::respond::{Outcome, empty, text_of, with_header};
use crate::http::stats;
use crate::store::records::User;
use shared::id::Handle;
use shared::time::Timestamp;

/// Longer than any handle or address of ours.
const RESOURCE_LENGTH_MAX: usize = 1000;

/// `GET /.well-known/webfinger?resource=acct:alice@films.example`
pub async fn webfinger(ask: Ask) -> Outcome {
    let app = &ask.app;
    let addresses = addresses(app);
    let resource = ask.parameter("resource");
    let refused = || Wrong::query("resource", resource.as_deref(), "Invalid value");
    let text = resource.as_deref().filter(|text| text.len() <= RESOURCE_LENGTH_MAX).ok_or_else(refused)?;
    let handle = |name: String| Handle { name, host: None };
    let whose = match read(text, &addresses).map_err(|_| refused())? {
        Asked::Named(name) => Whose::Either(handle(name)),
        Asked::Account(name) => Whose::Account(handle(name)),
        Asked::Channel(name) => Whose::Channel(handle(name)),
    };
    let (name, actor, page) = match find_named(app, whose).await? {
        Found::Instance => (INSTANCE.to_owned(), addresses.instance(), addresses.root().to_owned()),
        Found::Account(account) => {
            let page = addresses.of_path(&format!("/a/{}", account.name));
            (account.name.clone(), addresses.account(&account.name), page)
        }
        Found::Channel(channel, _) => {
            let page = addresses.of_path(&format!("/c/{}", channel.name));
            (channel.name.clone(), addresses.channel(&channel.name), page)
        }
        Found::Gone { id, former_type, removed_at } => return gone(id, former_type, removed_at),
        // Of others their own servers tell.
        Found::Elsewhere(_) | Found::Nobody => return Err(Failure::not_found("Actor not found")),
    };
    let body = serde_json::to_vec(&answer(&addresses, &name, actor, page));
    Ok(text_of("application/jrd+json; charset=utf-8", body.map_err(|error| Failure::internal(&error))?))
}

/// `GET /.well-known/host-meta` (RFC 6415): where WebFinger is.
pub async fn host_meta(ask: Ask) -> Outcome {
    // An instance's address has no letter that XML takes for its own.
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" type=\"application/xrd+xml\" \
         template=\"{}/.well-known/webfinger?resource={{uri}}\"/>\n</XRD>\n",
        ask.app.url()
    );
    Ok(text_of("application/xrd+xml; charset=utf-8", xml))
}

/// `GET /.well-known/change-password`: where programs that keep passwords lead people.
pub async fn change_password() -> Outcome {
    let mut response = empty(StatusCode::FOUND);
    response.headers_mut().insert(LOCATION, HeaderValue::from_static("/my-account/settings/security"));
    Ok(response)
}

/// `GET /.well-known/nodeinfo`: where NodeInfo is, and who the instance is as an actor (FEP-2677).
pub async fn nodeinfo(ask: Ask) -> Outcome {
    let url = ask.app.url();
    let schema = |version: &str| {
        json!({
            "rel": format!("http://nodeinfo.diaspora.software/ns/schema/{version}"),
            "href": format!("{url}/nodeinfo/{version}.json")
        })
    };
    let links = json!({ "links": [
        schema("2.0"),
        { "rel": "https://www.w3.org/ns/activitystreams#Application", "href": addresses(&ask.app).instance() },
        schema("2.1")
    ] });
    Ok(kept_a_while(text_of("application/json; charset=utf-8", links.to_string())))
}

/// `GET /nodeinfo/2.0.json`
pub async fn nodeinfo_2_0(ask: Ask) -> Outcome {
    let info = ask.app.blocking(|app| info(app, "2.0")).await;
    let media_type =
        "application/json; charset=utf-8; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.0#\"";
    Ok(kept_a_while(text_of(media_type, info.to_string())))
}

/// `GET /nodeinfo/2.1.json`
pub async fn nodeinfo_2_1(ask: Ask) -> Outcome {
    let info = ask.app.blocking(|app| info(app, "2.1")).await;
    let media_type =
        "application/json; charset=utf-8; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.1#\"";
    Ok(kept_a_while(text_of(media_type, info.to_string())))
}

/// As long as PeerTube has it kept.
fn kept_a_while(response: Response) -> Response {
    with_header(response, CACHE_CONTROL, "max-age=600")
}

/// What NodeInfo says. Our own name stands there: who reads `peertube` expects its plugins and its releases.
fn info(app: &App, version: &str) -> Value {
    let config = app.config();
    let now = app.clock().now();
    let query = Query {
        start: 0,
        count: 0,
        order: Order { sort: Sort::PublishedAt, descending: true },
        filter: Filter { is_local: Some(true), ..Filter::default() },
        skip_count: false,
    };
    let posts = app.catalogue().list(Scope::Public, &query).total;
    let comments = stats::own_comments(app).unwrap_or_else(|error| {
        tracing::error!(%error, "the comments could not be counted");
        0
    });
    let says = instance::view(app, IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    json!({
        "version": version,
        "software": { "name": "shoal", "version": VERSION },
        "protocols": ["activitypub"],
        "services": { "inbound": [], "outbound": [] },
        "openRegistrations": says.pointer("/signup/allowed"),
        "usage": {
            "users": {
                "total": app.directory().count_users(),
                "activeMonth": active(app, now, 30),
                "activeHalfyear": active(app, now, 180)
            },
            "localPosts": posts,
            "localComments": comments
        },
        "metadata": {
            "taxonomy": { "postsName": "Videos" },
            "nodeName": config.instance.name,
            "nodeDescription": config.instance.short_description,
            // Whose API this is, for programs that know it.
            "peertube": { "version": says.get("serverVersion") },
            "nodeConfig": node_config(&says)
        }
    })
}

fn active(app: &App, now: Timestamp, days: u64) -> usize {
    let lately = |user: &User| user.last_login_at.is_some_and(|at| now.since(at).as_secs() < days * 86_400);
    app.directory().users((0, 0), lately, None).total
}

/// What of `/config` PeerTube repeats here.
const REPEATED: &[&str] = &[
    "/search/remoteUri",
    "/plugin/registered",
    "/theme/registered",
    "/theme/default",
    "/email/enabled",
    "/contactForm/enabled",
    "/transcoding/hls/enabled",
    "/transcoding/web_videos/enabled",
    "/transcoding/enabledResolutions",
    "/live/enabled",
    "/live/transcoding/enabled",
    "/live/transcoding/enabledResolutions",
    "/import/videos",
    "/autoBlacklist",
    "/avatar",
    "/video",
    "/videoCaption",
    "/user",
    "/trending/videos/intervalDays",
    "/tracker",
];

fn node_config(says: &Value) -> Value {
    let mut out = Value::Object(Map::new());
    for path in REPEATED {
        if let Some(value) = says.pointer(path) {
            let names: Vec<&str> = path.split('/').skip(1).collect();
            put(&mut out, &names, value.clone());
        }
    }
    out
}

/// Puts a value where these names lead to.
fn put(place: &mut Value, names: &[&str], value: Value) {
    match (names.split_first(), place) {
        (Some((name, rest)), Value::Object(object)) => {
            let inner = object.entry(*name).or_insert_with(|| Value::Object(Map::new()));
            put(inner, rest, value);
        }
        (_, place) => *place = value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_repeated_keeps_its_place() {
        let says = json!({
            "theme": { "registered": [], "default": "x", "more": 1 },
            "live": { "enabled": false, "transcoding": { "enabled": true, "profile": "y" } },
            "secret": 1
        });
        assert_eq!(
            node_config(&says),
            json!({
                "theme": { "registered": [], "default": "x" },
                "live": { "enabled": false, "transcoding": { "enabled": true } }
            })
        );
    }
}

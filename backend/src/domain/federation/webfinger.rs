//! From a handle to an actor (RFC 7033).
//!
//! Owns what may be asked for and the answer's shape. Accounts and channels have their names out of one space, so a name
//! is enough.

use serde::Serialize;
use shared::id::Handle;

use super::{Addresses, INSTANCE};

/// Whom somebody asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// Whoever has this name.
    Named(String),
    /// The account of this name.
    Account(String),
    /// The channel of this name.
    Channel(String),
}

/// The text asks for nobody of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotOurs;

/// Reads `acct:alice@films.example`, or an address of ours.
///
/// # Errors
/// [`NotOurs`] where it is neither.
pub fn read(resource: &str, addresses: &Addresses<'_>) -> Result<Asked, NotOurs> {
    if let Some(handle) = strip_scheme(resource, "acct:") {
        let handle: Handle = handle.parse().map_err(|_| NotOurs)?;
        let host = handle.host.ok_or(NotOurs)?;
        return if is_ours(&host, addresses) { Ok(Asked::Named(handle.name)) } else { Err(NotOurs) };
    }
    let path = resource.strip_prefix(addresses.root()).ok_or(NotOurs)?;
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let name = |text: &str| text.parse::<Handle>().ok().filter(|handle| handle.host.is_none());
    match path.split('/').collect::<Vec<_>>().as_slice() {
        [""] => Ok(Asked::Account(INSTANCE.to_owned())),
        ["", "accounts" | "a", account] => {
            name(account).map(|handle| Asked::Account(handle.name)).ok_or(NotOurs)
        }
        ["", "video-channels" | "c", channel] => {
            name(channel).map(|handle| Asked::Channel(handle.name)).ok_or(NotOurs)
        }
        ["", handle] if handle.starts_with('@') => {
            name(handle).map(|handle| Asked::Named(handle.name)).ok_or(NotOurs)
        }
        _ => Err(NotOurs),
    }
}

/// Schemes are the same in every case.
fn strip_scheme<'t>(text: &'t str, scheme: &str) -> Option<&'t str> {
    let (begin, rest) = text.split_at_checked(scheme.len())?;
    begin.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// Whether a host is ours, the port that its scheme has anyway said or not.
fn is_ours(host: &str, addresses: &Addresses<'_>) -> bool {
    let port = if addresses.root().starts_with("https:") { ":443" } else { ":80" };
    host == addresses.host() || host.strip_suffix(port) == Some(addresses.host())
}

/// The answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Answer {
    subject: String,
    aliases: Vec<String>,
    links: Vec<Entry>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
enum Entry {
    Link(Link),
    Template(Template),
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
struct Template {
    rel: &'static str,
    template: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
struct Link {
    rel: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    href: String,
}

/// What is known of whoever has this name, whose address as an actor and whose page for people are these.
#[must_use]
pub fn answer(addresses: &Addresses<'_>, name: &str, actor: String, page: String) -> Answer {
    let link = |rel: &'static str, kind: &'static str, href: String| Entry::Link(Link { rel, kind, href });
    Answer {
        subject: format!("acct:{name}@{}", addresses.host()),
        aliases: vec![actor.clone()],
        // The first of them is the actor: PeerTube takes that alone.
        links: vec![
            link("self", "application/activity+json", actor),
            link("http://webfinger.net/rel/profile-page", "text/html", page),
            // Where people of this server follow somebody they found on another.
            Entry::Template(Template {
                rel: "http://ostatus.org/schema/1.0/subscribe",
                template: addresses.of_path("/remote-interaction?uri={uri}"),
            }),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_asked_for_is_read_in_every_spelling() {
        let here = Addresses::new("https://films.example", "films.example");
        let named = |name: &str| Ok(Asked::Named(name.to_owned()));
        let account = |name: &str| Ok(Asked::Account(name.to_owned()));
        let channel = |name: &str| Ok(Asked::Channel(name.to_owned()));
        for (resource, asked) in [
            ("acct:alice@films.example", named("alice")),
            ("ACCT:alice@Films.Example", named("alice")),
            ("acct:@alice@films.example", named("alice")),
            ("acct:alice@films.example:443", named("alice")),
            ("https://films.example/accounts/alice", account("alice")),
            ("https://films.example/a/alice/", account("alice")),
            ("https://films.example/video-channels/boats", channel("boats")),
            ("https://films.example/c/boats?x=1", channel("boats")),
            ("https://films.example/@boats", named("boats")),
            ("https://films.example/", account("peertube")),
            ("https://films.example", account("peertube")),
            ("acct:alice@elsewhere.example", Err(NotOurs)),
            ("acct:alice@films.example:444", Err(NotOurs)),
            ("acct:alice@films.example@films.example", Err(NotOurs)),
            ("acct:alice", Err(NotOurs)),
            ("acct:@films.example", Err(NotOurs)),
            ("alice@films.example", Err(NotOurs)),
            ("https://films.example.evil/accounts/alice", Err(NotOurs)),
            ("https://films.example/w/alice", Err(NotOurs)),
            ("http://films.example/accounts/alice", Err(NotOurs)),
            ("foo", Err(NotOurs)),
            ("", Err(NotOurs)),
        ] {
            assert_eq!(read(resource, &here), asked, "{resource}");
        }
    }

    #[test]
    fn the_actor_comes_first() {
        let here = Addresses::new("http://localhost:9001", "localhost:9001");
        let found = answer(&here, "alice", here.account("alice"), here.of_path("/a/alice"));
        assert_eq!(
            serde_json::to_value(found).unwrap(),
            serde_json::json!({
                "subject": "acct:alice@localhost:9001",
                "aliases": ["http://localhost:9001/accounts/alice"],
                "links": [
                    {
                        "rel": "self",
                        "type": "application/activity+json",
                        "href": "http://localhost:9001/accounts/alice"
                    },
                    {
                        "rel": "http://webfinger.net/rel/profile-page",
                        "type": "text/html",
                        "href": "http://localhost:9001/a/alice"
                    },
                    {
                        "rel": "http://ostatus.org/schema/1.0/subscribe",
                        "template": "http://localhost:9001/remote-interaction?uri={uri}"
                    }
                ]
            })
        );
    }
}

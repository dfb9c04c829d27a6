//! Reading what strangers write: a field may be missing, null, of another type, one thing or a list of things.
//!
//! Owns the leniency, and where it ends. What a rule needs and does not find is a [`Flaw`] with the field's name.

use serde_json::{Map, Value};
use shared::time::Timestamp;

pub use crate::domain::federation::audience::PUBLIC;

/// The longest address that is read (`docs` of the network: 2000 letters).
pub const URL_LENGTH_MAX: usize = 2000;
/// Entries of a list that are read.
pub const LIST_MAX: usize = 200;

/// What is wrong with a document.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{field}` {why}")]
pub struct Flaw {
    /// The field.
    pub field: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Flaw {
    /// A field that has to be there is not.
    #[must_use]
    pub fn missing(field: &'static str) -> Flaw {
        Flaw { field, why: "is missing" }
    }
}

/// An object of JSON that somebody else wrote.
#[derive(Clone, Copy, Debug)]
pub struct Thing<'j>(pub &'j Map<String, Value>);

impl<'j> Thing<'j> {
    /// An object; none for anything else.
    #[must_use]
    pub fn of(value: &'j Value) -> Option<Thing<'j>> {
        value.as_object().map(Thing)
    }

    /// A field that says something.
    #[must_use]
    pub fn get(self, field: &str) -> Option<&'j Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    /// A text that is not empty.
    #[must_use]
    pub fn text(self, field: &str) -> Option<&'j str> {
        self.get(field)?.as_str().filter(|text| !text.is_empty())
    }

    /// Whether it is of this type; it may be of several.
    #[must_use]
    pub fn is(self, kind: &str) -> bool {
        self.kinds().any(|one| one == kind)
    }

    /// What it is.
    pub fn kinds(self) -> impl Iterator<Item = &'j str> {
        self.all("type").filter_map(Value::as_str)
    }

    /// The entries of a list, or the one thing that stands in its place.
    pub fn all(self, field: &str) -> impl Iterator<Item = &'j Value> + use<'j> {
        let (list, one) = match self.get(field) {
            Some(Value::Array(list)) => (Some(list.iter()), None),
            one => (None, one),
        };
        list.into_iter().flatten().chain(one).filter(|value| !value.is_null()).take(LIST_MAX)
    }

    /// The objects of a list.
    pub fn things(self, field: &str) -> impl Iterator<Item = Thing<'j>> + use<'j> {
        self.all(field).filter_map(Thing::of)
    }

    /// An address: a text, or the `id` or `href` of an object, the first that is one where there are several.
    #[must_use]
    pub fn url(self, field: &str) -> Option<&'j str> {
        self.urls(field).next()
    }

    /// Addresses in a list.
    pub fn urls(self, field: &str) -> impl Iterator<Item = &'j str> + use<'j> {
        self.all(field).filter_map(url_of)
    }

    /// Those who are addressed, with everybody by the one name that counts.
    #[must_use]
    pub fn audience(self, field: &str) -> Vec<String> {
        let named = self.all(field).filter_map(|value| match value {
            Value::String(text) => Some(text.as_str()),
            other
            @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                url_of(other)
            }
        });
        named
            .map(|name| if matches!(name, "as:Public" | "Public") { PUBLIC } else { name })
            .filter(|name| is_url(name))
            .map(str::to_owned)
            .collect()
    }

    /// A whole number that is not negative. Some write it as a text.
    #[must_use]
    pub fn number(self, field: &str) -> Option<u64> {
        match self.get(field)? {
            Value::Number(number) => number.as_u64().or_else(|| {
                let number = number.as_f64().filter(|number| (0.0..9e15).contains(number))?;
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within bounds")]
                Some(number as u64)
            }),
            Value::String(text) => text.parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Yes or no.
    #[must_use]
    pub fn flag(self, field: &str) -> Option<bool> {
        self.get(field)?.as_bool()
    }

    /// A date (ISO 8601).
    #[must_use]
    pub fn date(self, field: &str) -> Option<Timestamp> {
        self.text(field)?.parse().ok()
    }

    /// An address that has to be there.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn need_url(self, field: &'static str) -> Result<&'j str, Flaw> {
        self.url(field).ok_or(Flaw { field, why: "is no web address" })
    }

    /// A text that has to be there.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn need_text(self, field: &'static str) -> Result<&'j str, Flaw> {
        self.text(field).ok_or(Flaw::missing(field))
    }
}

/// The address a value stands for.
#[must_use]
pub fn url_of(value: &Value) -> Option<&str> {
    let url = match value {
        Value::String(text) => text.as_str(),
        Value::Object(object) => {
            let thing = Thing(object);
            thing.text("id").or_else(|| thing.text("href"))?
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => return None,
    };
    is_url(url).then_some(url)
}

/// Whether a text is an address on the web that can be asked: `http` or `https`, a host, nothing that no address has.
#[must_use]
pub fn is_url(text: &str) -> bool {
    host_of(text).is_some()
}

/// The host of an address, with its port where it names one that is not the usual, in lower case; none where the text is
/// no address of the web. Addresses with somebody's name in them, as `https://name@host/`, are none.
#[must_use]
pub fn host_of(text: &str) -> Option<String> {
    if URL_LENGTH_MAX < text.len() || text.bytes().any(|byte| byte <= b' ' || byte == b'\\' || byte == 0x7f) {
        return None;
    }
    let (rest, usual) = match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (rest, ":443"),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (rest, ":80"),
        _ => return None,
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = crate::domain::host::parse(host)?;
    Some(host.strip_suffix(usual).map_or(host.clone(), str::to_owned))
}

/// Whether two addresses are of one origin, scheme and port with it: what stands at one may speak for the other.
#[must_use]
pub fn is_same_host(one: &str, other: &str) -> bool {
    is_secure(one) == is_secure(other) && host_of(one).is_some_and(|host| host_of(other) == Some(host))
}

/// Whether an address is asked by TLS.
#[must_use]
pub fn is_secure(address: &str) -> bool {
    address.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
}

/// Which ids of others count.
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere<'e> {
    /// Our own host, with its port where that is not the usual one. What is there is ours alone to describe.
    pub own_host: &'e str,
    /// Servers of which addresses without TLS count, each with its port: those that who keeps the machine named.
    pub plain_hosts: &'e [String],
}

impl Elsewhere<'_> {
    /// Whether an address names something of another server.
    #[must_use]
    pub fn holds(&self, address: &str) -> bool {
        let Some(host) = host_of(address) else { return false };
        let with_port = |usual: &str| {
            let has_port = host.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']'));
            if has_port { host.clone() } else { format!("{host}:{usual}") }
        };
        let is_plain_allowed = || {
            let exact = with_port("80");
            self.plain_hosts.iter().any(|plain| plain.eq_ignore_ascii_case(&exact))
        };
        host != self.own_host && (is_secure(address) || is_plain_allowed())
    }

    /// Refuses an address of ours, or one that could have been written by anybody on the way.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn check(&self, field: &'static str, address: &str) -> Result<(), Flaw> {
        if self.holds(address) { Ok(()) } else { Err(Flaw { field, why: "is not of another server" }) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_thing_or_many_are_read_alike() {
        let value = json!({
            "type": ["Person", "Service"], "to": "as:Public", "url": [{ "type": "Link", "href": "https://a.example/@a" }, 7],
            "attributedTo": [{ "type": "Person", "id": "https://a.example/a" }, "https://a.example/b"],
            "icon": null, "tag": { "name": "one" }, "cc": ["Public", "https://b.example/f", 1, "nothing"],
        });
        let thing = Thing::of(&value).unwrap();
        assert!(thing.is("Person") && thing.is("Service") && !thing.is("Group"));
        assert_eq!(thing.url("url"), Some("https://a.example/@a"));
        let by: Vec<_> = thing.urls("attributedTo").collect();
        assert_eq!(by, ["https://a.example/a", "https://a.example/b"]);
        assert_eq!(
            (thing.audience("to"), thing.audience("cc")),
            (vec![PUBLIC.to_owned()], vec![PUBLIC.to_owned(), "https://b.example/f".to_owned()])
        );
        assert_eq!(
            (thing.things("icon").count(), thing.things("tag").count(), thing.all("none").count()),
            (0, 1, 0)
        );
        assert_eq!(thing.need_url("inbox").unwrap_err().to_string(), "`inbox` is no web address");
    }

    #[test]
    fn numbers_dates_and_lists_have_bounds() {
        let many: Vec<_> = (0..LIST_MAX + 50).collect();
        let value = json!({ "a": 3, "b": "17", "c": -1, "d": 1e300, "e": 2.0, "many": many,
            "published": "2026-11-21T02:03:26.618Z", "updated": "yesterday" });
        let thing = Thing::of(&value).unwrap();
        let numbers: Vec<_> = ["a", "b", "c", "d", "e", "f"].map(|field| thing.number(field)).into();
        assert_eq!(numbers, [Some(3), Some(17), None, None, Some(2), None]);
        assert_eq!(thing.all("many").count(), LIST_MAX);
        assert!(thing.date("published").is_some() && thing.date("updated").is_none());
    }

    #[test]
    fn addresses_are_of_the_web_and_name_nobody() {
        for (text, host) in [
            ("https://A.Example/x", Some("a.example")),
            ("https://a.example:443/x", Some("a.example")),
            ("http://a.example:80", Some("a.example")),
            ("https://a.example:8443?x", Some("a.example:8443")),
            ("http://[::1]:9000/a", Some("[::1]:9000")),
            ("https://a.example@evil.example/x", None),
            ("https://a.example\\@evil.example/x", None),
            ("https:///x", None),
            ("ftp://a.example/x", None),
            ("javascript:alert(1)", None),
            ("https://a example/x", None),
            ("/x", None),
            ("", None),
        ] {
            assert_eq!(host_of(text).as_deref(), host, "{text}");
        }
        assert!(is_same_host("https://a.example/1", "https://A.example:443/2"));
        assert!(!is_same_host("https://a.example/1", "https://a.example.evil/1"));
        assert!(!is_same_host("nothing", "nothing"));
        assert!(
            !is_same_host("https://a.example/1", "http://a.example/1"),
            "anybody could have written the other"
        );
        assert!(!is_same_host("https://a.example/1", "http://a.example:443/1"));
    }

    #[test]
    fn ids_of_others_are_not_ours_and_come_by_tls() {
        let plain_hosts = ["127.0.0.1:9002".to_owned(), "box.local:80".to_owned()];
        let elsewhere = Elsewhere { own_host: "films.example", plain_hosts: &plain_hosts };
        for theirs in [
            "https://a.example/1",
            "HTTPS://a.example/1",
            "http://127.0.0.1:9002/1",
            "http://box.local/1",
            "https://films.example:8443/1",
        ] {
            assert!(elsewhere.holds(theirs), "{theirs}");
        }
        for other in [
            "https://films.example/accounts/ann",
            "https://FILMS.example:443/accounts/ann",
            "http://films.example/accounts/ann",
            "http://a.example/1",
            "http://127.0.0.1:9003/1",
            "http://127.0.0.1/1",
            "ftp://a.example/1",
            "",
        ] {
            assert!(!elsewhere.holds(other), "{other}");
        }
        assert_eq!(elsewhere.check("inbox", "https://films.example/inbox").unwrap_err().field, "inbox");
    }
}

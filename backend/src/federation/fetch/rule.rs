//! Which addresses are asked, and with what right a document is its address's own.
//!
//! Owns the rule. Others are asked by https alone, but for hosts that who keeps the machine named with their ports; we ask
//! nobody about what is ours.

use http::Uri;
use http::uri::PathAndQuery;

use super::error::FetchError;
use crate::config::PublicUrl;
use crate::federation::vocab::URL_LENGTH_MAX;

/// An address that may be asked, as far as its letters say so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Target {
    /// Scheme, host, path and query; no fragment.
    pub uri: Uri,
    /// Host in lower case, with its port where that is not the scheme's own: what others call it.
    pub host: String,
    /// Whether its host was named by who keeps the machine: the guard lets it through.
    pub is_named: bool,
}

impl Target {
    /// `https` or `http`.
    pub fn scheme(&self) -> &str {
        self.uri.scheme_str().unwrap_or_default()
    }

    /// What is asked for there, escaped.
    pub fn path_and_query(&self) -> &str {
        self.uri.path_and_query().map_or("/", PathAndQuery::as_str)
    }

    /// The address in the one spelling that is compared.
    pub fn spelling(&self) -> String {
        format!("{}://{}{}", self.scheme(), self.host, self.path_and_query())
    }
}

/// Reads an address that is to be asked. `private` are the hosts that were named, each with its port.
///
/// # Errors
/// [`FetchError::Address`] and [`FetchError::Own`].
pub(super) fn target(address: &str, own: &PublicUrl, private: &[String]) -> Result<Target, FetchError> {
    let bare = address.split('#').next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>');
    if URL_LENGTH_MAX < bare.len() || !bare.bytes().all(is_plain) {
        return Err(FetchError::Address);
    }
    let uri: Uri = bare.parse().map_err(|_| FetchError::Address)?;
    let (is_secure, usual) = match uri.scheme_str() {
        Some("https") => (true, 443),
        Some("http") => (false, 80),
        Some(_) | None => return Err(FetchError::Address),
    };
    let authority = uri.authority().ok_or(FetchError::Address)?;
    let port = authority.port_u16().unwrap_or(usual);
    let name = authority.host().to_ascii_lowercase();
    let is_one = crate::domain::host::parse(authority.as_str()).is_some();
    if !is_one || name.is_empty() {
        return Err(FetchError::Address);
    }
    let host = if port == usual { name.clone() } else { format!("{name}:{port}") };
    if host == own.host() {
        return Err(FetchError::Own);
    }
    let exact = format!("{name}:{port}");
    let is_named = private.iter().any(|named| named.eq_ignore_ascii_case(&exact));
    if !is_secure && !is_named {
        return Err(FetchError::Address);
    }
    Ok(Target { uri, host, is_named })
}

/// The scheme that a host is asked by of which only the name is known.
pub(super) fn scheme_of(host: &str, private: &[String]) -> &'static str {
    // What is named without TLS's own port stands on somebody's own machine.
    let is_named = private.iter().any(|named| {
        let usual = named.strip_suffix(":80");
        named.eq_ignore_ascii_case(host) || usual.is_some_and(|usual| usual.eq_ignore_ascii_case(host))
    });
    if is_named && !host.ends_with(":443") { "http" } else { "https" }
}

/// Whether a type is that of a document of the network. Anything else may be a file that somebody put there
/// (CVE-2024-25623).
pub(super) fn is_document(content_type: &str) -> bool {
    const PROFILE: &str = "https://www.w3.org/ns/activitystreams";
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    match essence.as_str() {
        "application/activity+json" => true,
        "application/ld+json" => parts.any(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let mut profiles = value.trim().trim_matches('"').split_ascii_whitespace();
            name.trim().eq_ignore_ascii_case("profile") && profiles.any(|profile| profile == PROFILE)
        }),
        _ => false,
    }
}

/// Whether a type is JSON's, for documents of discovery.
pub(super) fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> PublicUrl {
        text.parse().unwrap()
    }

    #[test]
    fn others_are_asked_by_https_alone() {
        let own = own("https://films.example");
        let ask = |address: &str| target(address, &own, &[]);
        let found = ask("https://A.Example:443/x?y=1#main-key").unwrap();
        assert_eq!(
            (found.host.as_str(), found.spelling().as_str()),
            ("a.example", "https://a.example/x?y=1")
        );
        assert_eq!(ask("https://a.example:8443").unwrap().spelling(), "https://a.example:8443/");
        for odd in [
            "http://a.example/x",
            "ftp://a.example/x",
            "https://name@a.example/x",
            "https://a.example\\@b.example/x",
            "https://a_b.example/x",
            "https:///x",
            "/x",
            "",
            "https://a.example/two words",
            "https://ä.example/",
        ] {
            assert!(matches!(ask(odd), Err(FetchError::Address)), "{odd}");
        }
        assert!(matches!(ask(&format!("https://a.example/{}", "x".repeat(2000))), Err(FetchError::Address)));
    }

    #[test]
    fn nobody_is_asked_about_what_is_ours() {
        let own = own("https://films.example");
        for ours in ["https://films.example/x", "https://FILMS.example:443/x"] {
            assert!(matches!(target(ours, &own, &[]), Err(FetchError::Own)), "{ours}");
        }
        let here = self::own("http://127.0.0.1:9001");
        let private = ["127.0.0.1:9001".to_owned(), "127.0.0.1:9002".to_owned()];
        assert!(matches!(target("http://127.0.0.1:9001/x", &here, &private), Err(FetchError::Own)));
        assert!(target("http://127.0.0.1:9002/x", &here, &private).unwrap().is_named);
        assert!(matches!(target("http://127.0.0.1:9003/x", &here, &private), Err(FetchError::Address)));
    }

    #[test]
    fn hosts_that_were_named_are_asked_as_they_are() {
        let own = own("https://films.example");
        let private = ["box.local:80".to_owned(), "10.0.0.5:9000".to_owned()];
        assert!(target("http://box.local/x", &own, &private).unwrap().is_named);
        assert!(target("http://10.0.0.5:9000/x", &own, &private).unwrap().is_named);
        assert!(target("https://10.0.0.5:9000/x", &own, &private).unwrap().is_named);
        assert!(!target("https://10.0.0.5/x", &own, &private).unwrap().is_named);
        assert!(target("http://10.0.0.5:9001/x", &own, &private).is_err());
        assert_eq!(scheme_of("10.0.0.5:9000", &private), "http");
        assert_eq!(scheme_of("box.local", &private), "http");
        assert_eq!(scheme_of("a.example", &private), "https");
    }

    #[test]
    fn documents_say_that_they_are_some() {
        for document in [
            "application/activity+json",
            "Application/Activity+JSON; charset=utf-8",
            r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#,
            r#"application/ld+json;charset=utf-8;profile="https://www.w3.org/ns/activitystreams https://w3id.org/security""#,
            "application/ld+json; profile=https://www.w3.org/ns/activitystreams",
        ] {
            assert!(is_document(document), "{document}");
        }
        for other in [
            "",
            "application/json",
            "application/ld+json",
            r#"application/ld+json; profile="https://evil.example/https://www.w3.org/ns/activitystreams""#,
            "text/html",
            "text/plain; application/activity+json",
            "image/png",
        ] {
            assert!(!is_document(other), "{other}");
        }
        assert!(is_json("application/jrd+json; charset=utf-8") && is_json("application/json"));
        assert!(!is_json("text/html") && !is_json("image/svg+json"));
    }
}

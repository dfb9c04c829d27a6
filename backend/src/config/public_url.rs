//! The address people type.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

/// Scheme and host of the instance: `https://films.example`. It has no path: PeerTube's routes begin at the root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicUrl {
    text: String,
    scheme_length: usize,
}

/// The text is no address of an instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAPublicUrl;

impl fmt::Display for NotAPublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an address such as \"https://films.example\", without a path")
    }
}

impl std::error::Error for NotAPublicUrl {}

impl PublicUrl {
    /// The address of a server that listens on `listen` and was told no other.
    #[must_use]
    pub fn of_listener(listen: SocketAddr) -> PublicUrl {
        // "Everywhere" is no place one can type.
        let host = if listen.ip().is_unspecified() {
            format!("localhost:{}", listen.port())
        } else {
            listen.to_string()
        };
        PublicUrl { text: format!("http://{host}"), scheme_length: 4 }
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.text.get(..self.scheme_length).unwrap_or_default()
    }

    /// Host, and the port where it is not the scheme's own: what follows the `@` of a handle.
    #[must_use]
    pub fn host(&self) -> &str {
        self.text.get(self.scheme_length + 3..).unwrap_or_default()
    }

    /// Whether people reach it through TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme() == "https"
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for PublicUrl {
    type Err = NotAPublicUrl;

    fn from_str(text: &str) -> Result<PublicUrl, NotAPublicUrl> {
        let uri: http::Uri = text.trim_end_matches('/').parse().map_err(|_| NotAPublicUrl)?;
        let (scheme, default_port) = match uri.scheme_str() {
            Some("http") => ("http", 80),
            Some("https") => ("https", 443),
            _ => return Err(NotAPublicUrl),
        };
        let authority = uri.authority().ok_or(NotAPublicUrl)?;
        let plain = authority
            .host()
            .bytes()
            .all(|letter| letter.is_ascii_alphanumeric() || b".-:[]".contains(&letter));
        let rest = uri.path_and_query().map_or("/", |rest| rest.as_str());
        if authority.as_str().contains('@') || authority.host().is_empty() || !plain || rest != "/" {
            return Err(NotAPublicUrl);
        }
        let host = authority.host().to_ascii_lowercase();
        let port = match authority.port_u16() {
            Some(port) if port != default_port => format!(":{port}"),
            Some(_) | None => String::new(),
        };
        Ok(PublicUrl { text: format!("{scheme}://{host}{port}"), scheme_length: scheme.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemes_own_port_is_left_out() {
        for (text, expected, host) in [
            ("https://Films.Example", "https://films.example", "films.example"),
            ("https://films.example:443/", "https://films.example", "films.example"),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000", "127.0.0.1:9000"),
            ("http://[::1]:80", "http://[::1]", "[::1]"),
        ] {
            let url: PublicUrl = text.parse().unwrap();
            assert_eq!((url.as_str(), url.host()), (expected, host), "{text}");
        }
    }

    #[test]
    fn what_is_no_instances_address_is_refused() {
        for text in [
            "",
            "films.example",
            "ftp://films.example",
            "https://films.example/sub",
            "https://films.example?x",
            "https://me@films.example",
            "https://",
            "/",
        ] {
            assert_eq!(text.parse::<PublicUrl>(), Err(NotAPublicUrl), "{text}");
        }
    }

    #[test]
    fn a_listener_on_every_address_is_reached_as_localhost() {
        let url = |listen: &str| PublicUrl::of_listener(listen.parse().unwrap()).to_string();
        assert_eq!(url("0.0.0.0:9000"), "http://localhost:9000");
        assert_eq!(url("[::]:9000"), "http://localhost:9000");
        assert_eq!(url("127.0.0.1:80"), "http://127.0.0.1:80");
    }
}

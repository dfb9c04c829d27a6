//! The address of a key, in each of the forms it comes in.
//!
//! Owns what such an address may look like. `ACTOR#main-key` (Mastodon, PeerTube from 7.1), `ACTOR` (PeerTube to 7.0) and
//! `ACTOR/main-key` (GoToSocial) are all fetched without their fragment; who owns the key stands in what is found there.

/// The longest address. PeerTube takes no longer ones either.
const KEY_ID_LETTERS_MAX: usize = 2000;

/// Where a key is published: an `http` or `https` address that names a host.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct KeyId(String);

impl KeyId {
    /// Reads an address. `None` when it is of no web page, or says more than where.
    #[must_use]
    pub fn parse(text: &str) -> Option<KeyId> {
        let is_plain =
            |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'`');
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let is_one = text.len() <= KEY_ID_LETTERS_MAX
            && text.bytes().all(is_plain)
            && !host.is_empty()
            && !host.contains('@');
        is_one.then(|| KeyId(text.to_owned()))
    }

    /// The address as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What to fetch: the address without its fragment.
    #[must_use]
    pub fn document(&self) -> &str {
        self.0.split('#').next().unwrap_or_default()
    }

    /// Host and port, lower-case.
    #[must_use]
    pub fn host(&self) -> String {
        origin_of(&self.0).map(|(_, host)| host).unwrap_or_default()
    }

    /// Whether it is secure, with host and port: who may speak for it.
    pub(super) fn origin(&self) -> (bool, String) {
        origin_of(&self.0).unwrap_or_default()
    }
}

/// Whether a web address is secure, with its host in lower case, and its port where that is not the scheme's own.
pub(super) fn origin_of(address: &str) -> Option<(bool, String)> {
    let (scheme, rest) = address.split_once("://")?;
    let is_secure = match scheme {
        "https" => true,
        "http" => false,
        _ => return None,
    };
    let host = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
    let usual = if is_secure { ":443" } else { ":80" };
    Some((is_secure, host.strip_suffix(usual).map_or(host.clone(), str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fragment_is_not_fetched() {
        for (given, document) in [
            ("https://a.test/users/x#main-key", "https://a.test/users/x"),
            ("https://a.test/users/x/main-key", "https://a.test/users/x/main-key"),
            ("http://127.0.0.1:9001/accounts/x", "http://127.0.0.1:9001/accounts/x"),
            ("https://A.test:8443?key=1#a#b", "https://A.test:8443?key=1"),
        ] {
            assert_eq!(KeyId::parse(given).unwrap().document(), document);
        }
        assert_eq!(KeyId::parse("https://A.test:8443?key=1#a#b").unwrap().host(), "a.test:8443");
        assert_eq!(KeyId::parse("https://A.test:443/x").unwrap().origin(), (true, "a.test".to_owned()));
        assert_eq!(KeyId::parse("http://a.test:443/x").unwrap().origin(), (false, "a.test:443".to_owned()));
    }

    #[test]
    fn what_is_no_web_address_is_none() {
        let long = format!("https://a.test/{}", "x".repeat(KEY_ID_LETTERS_MAX));
        for odd in [
            "",
            "main-key",
            "acct:x@a.test",
            "file:///etc/passwd",
            "https://",
            "https:///x",
            "https://#x",
            "https://u:p@a.test/",
            "https://a.test/ x",
            "https://a.test/\n",
            "https://ä.test/",
            "javascript:1",
            &long,
        ] {
            assert_eq!(KeyId::parse(odd), None, "{odd}");
        }
    }
}

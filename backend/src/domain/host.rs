//! The names of servers, as people write them.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest name of a host (RFC 1035 §2.3.4), and a port.
pub const HOST_LENGTH_MAX: usize = 261;

/// The port that nobody writes: the web's with TLS.
const USUAL_PORT: &str = ":443";

/// A host with its port where it names one that is not the usual one, in lower case; none where the text is not one.
#[must_use]
pub fn parse(text: &str) -> Option<String> {
    if HOST_LENGTH_MAX < text.len() {
        return None;
    }
    let bare = match text.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => {
            // One spelling of each: none begins with 0.
            let is_number = !port.starts_with('0') && port.bytes().all(|letter| letter.is_ascii_digit());
            is_number.then(|| port.parse::<u16>().ok()).flatten()?;
            name
        }
        Some(_) | None => text,
    };
    let is_host = match bare.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?.parse::<Ipv6Addr>().is_ok(),
        None => bare.split('.').all(is_label),
    };
    let text = text.strip_suffix(USUAL_PORT).unwrap_or(text);
    is_host.then(|| text.to_ascii_lowercase())
}

/// The host of an address of the web, without the port that goes without saying; none where it names none.
#[must_use]
pub fn of_address(address: &str) -> Option<String> {
    let (rest, port) = match address.strip_prefix("https://") {
        Some(rest) => (rest, ":443"),
        None => (address.strip_prefix("http://")?, ":80"),
    };
    let host = parse(rest.split(['/', '?', '#']).next().unwrap_or_default())?;
    Some(host.strip_suffix(port).map(str::to_owned).unwrap_or(host))
}

/// A host without its port.
#[must_use]
pub fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => name,
        Some(_) | None => host,
    }
}

/// The names by which one that is given as [`parse`] gives it may be muted: itself, its host whatever the port, and each
/// that this is a subdomain of, longest first. Not names of a single part: nobody mutes a whole country by them.
#[must_use]
pub fn mutable_names(host: &str) -> Vec<&str> {
    let bare = without_port(host);
    let mut names = vec![host];
    if bare != host {
        names.push(bare);
    }
    // Addresses are nobody's subdomains.
    if bare.starts_with('[') || bare.parse::<Ipv4Addr>().is_ok() {
        return names;
    }
    let mut rest = bare;
    while let Some((_, above)) = rest.split_once('.') {
        if !above.contains('.') {
            break;
        }
        names.push(above);
        rest = above;
    }
    names
}

/// Letters, digits and hyphens, which stand at neither end.
fn is_label(label: &str) -> bool {
    let letters = label.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
    letters && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_their_host() {
        for (address, expected) in [
            ("https://Films.example/inbox", Some("films.example")),
            ("https://films.example:443/inbox", Some("films.example")),
            ("https://films.example:80", Some("films.example:80")),
            ("http://127.0.0.1:9001/inbox?a", Some("127.0.0.1:9001")),
            ("http://[::1]:80/inbox", Some("[::1]")),
            ("ftp://films.example/inbox", None),
            ("https://", None),
            ("https://who@films.example/inbox", None),
            ("films.example/inbox", None),
        ] {
            assert_eq!(of_address(address).as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn hosts_are_read_with_their_ports() {
        for (text, expected) in [
            ("Films.example", Some("films.example")),
            ("localhost:9000", Some("localhost:9000")),
            ("127.0.0.1:80", Some("127.0.0.1:80")),
            ("[::1]:80", Some("[::1]:80")),
            ("[::1]", Some("[::1]")),
            ("Films.example:443", Some("films.example")),
            ("[::1]:443", Some("[::1]")),
            ("[::443]", Some("[::443]")),
            ("films.example:8443", Some("films.example:8443")),
            ("xn--lcole-9ra.example", Some("xn--lcole-9ra.example")),
            ("", None),
            ("films..example", None),
            ("films.example.", None),
            ("-films.example", None),
            ("films.example:0", None),
            ("films.example:0443", None),
            ("films.example:99999", None),
            ("films.example:+80", None),
            ("films.example:", None),
            ("films.example/w", None),
            ("two words", None),
            ("person@films.example", None),
            ("*.films.example", None),
            ("a; script-src *", None),
            ("[::1", None),
        ] {
            assert_eq!(parse(text).as_deref(), expected, "{text}");
        }
        assert_eq!(parse(&format!("{}.example", "a".repeat(64))), None);
        assert_eq!(parse(&"a.".repeat(200)), None);
    }

    #[test]
    fn a_host_is_muted_with_all_its_ports_and_subdomains() {
        for (host, expected) in [
            ("films.example", &["films.example"][..]),
            ("a.b.films.example", &["a.b.films.example", "b.films.example", "films.example"]),
            ("b.films.example:9000", &["b.films.example:9000", "b.films.example", "films.example"]),
            ("localhost:9000", &["localhost:9000", "localhost"]),
            ("127.0.0.1:9000", &["127.0.0.1:9000", "127.0.0.1"]),
            ("[2001:db8::1]:9000", &["[2001:db8::1]:9000", "[2001:db8::1]"]),
            ("[2001:db8::1]", &["[2001:db8::1]"]),
        ] {
            assert_eq!(mutable_names(host), expected, "{host}");
        }
    }
}

//! The names of servers, as people write them.

use std::net::Ipv6Addr;

/// The longest name of a host (RFC 1035 §2.3.4), and a port.
pub const HOST_LENGTH_MAX: usize = 261;

/// A host with its port where it names one, in lower case; none where the text is not one.
#[must_use]
pub fn parse(text: &str) -> Option<String> {
    if HOST_LENGTH_MAX < text.len() {
        return None;
    }
    let bare = match text.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => {
            let is_number = port.bytes().all(|letter| letter.is_ascii_digit());
            is_number.then(|| port.parse::<u16>().ok()).flatten().filter(|port| *port != 0)?;
            name
        }
        Some(_) | None => text,
    };
    let is_host = match bare.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?.parse::<Ipv6Addr>().is_ok(),
        None => bare.split('.').all(is_label),
    };
    is_host.then(|| text.to_ascii_lowercase())
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
    fn hosts_are_read_with_their_ports() {
        for (text, expected) in [
            ("Films.example", Some("films.example")),
            ("localhost:9000", Some("localhost:9000")),
            ("127.0.0.1:80", Some("127.0.0.1:80")),
            ("[::1]:80", Some("[::1]:80")),
            ("[::1]", Some("[::1]")),
            ("xn--lcole-9ra.example", Some("xn--lcole-9ra.example")),
            ("", None),
            ("films..example", None),
            ("films.example.", None),
            ("-films.example", None),
            ("films.example:0", None),
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
}

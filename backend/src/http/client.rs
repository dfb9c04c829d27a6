//! Where a request comes from, behind proxies we trust.

use std::net::{IpAddr, SocketAddr};

use crate::config::Network;

/// The address a request comes from: the connection's own, or, while that is a proxy we trust, the one the proxy says
/// in `X-Forwarded-For`. The list is read from its end, since only what our own proxies appended is true.
#[must_use]
pub fn client_address(peer: IpAddr, forwarded_for: &[&str], trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer;
    for hop in forwarded_for.iter().rev().flat_map(|header| header.rsplit(',')) {
        if !is_trusted(client) {
            break;
        }
        match parse_hop(hop.trim()) {
            Some(address) => client = address,
            None => break,
        }
    }
    client.to_canonical()
}

/// Some proxies add the port.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    hop.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded_for: &[&str]) -> String {
        let trusted = ["127.0.0.1", "::1", "10.0.0.0/8"].map(|network| network.parse().unwrap());
        client_address(peer.parse().unwrap(), forwarded_for, &trusted).to_string()
    }

    #[test]
    fn a_stranger_cannot_say_where_they_come_from() {
        assert_eq!(client("203.0.113.1", &["198.51.100.7"]), "203.0.113.1");
    }

    #[test]
    fn behind_trusted_proxies_the_last_untrusted_hop_counts() {
        assert_eq!(client("127.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("127.0.0.1", &["6.6.6.6, 198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(client("127.0.0.1", &["6.6.6.6", "198.51.100.7:4321, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(client("::1", &["[2001:db8::7]:4321"]), "2001:db8::7");
    }

    #[test]
    fn without_a_usable_header_the_proxy_itself_counts() {
        assert_eq!(client("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(client("127.0.0.1", &["unknown"]), "127.0.0.1");
        assert_eq!(client("::ffff:10.1.1.1", &[""]), "10.1.1.1");
    }
}

//! Who may be reached on behalf of somebody: the open internet, and what who keeps the machine named beside it.
//!
//! Owns the rule and the connection, since the two must not come apart: the address that was judged is the address that
//! is connected to, so that a name that means something else a moment later changes nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use http::Uri;
use tokio::net::{TcpStream, lookup_host};

use crate::app::App;
use crate::config::Network;
use crate::seed::mirror::{DialError, Dialer, Line};

/// A network that takes longer is not there.
const REACH_DURATION_MAX: Duration = Duration::from_secs(20);
/// Where the web is. What listens elsewhere on the open internet is no page, and may take what it is sent for commands.
const PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// Why nobody was reached.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    /// It is no address of the web.
    #[error("The address should begin with http:// or https:// and name a host.")]
    NoWeb,
    /// The name means nothing.
    #[error("The host {0} is not known.")]
    Unknown(String),
    /// It is not of the open internet.
    #[error("The host {0} is not of the open internet.")]
    NotOpen(String),
    /// Nobody answers.
    #[error("The host {0} does not answer.")]
    Silent(String),
    /// It speaks no TLS that we believe.
    #[error("The host {host} cannot show who it is.")]
    Tls {
        /// Who.
        host: String,
        /// Why.
        #[source]
        source: DialError,
    },
}

/// What may be reached.
#[derive(Clone)]
pub struct Guard {
    dialer: Dialer,
    allowed: Vec<Network>,
    own_host: String,
    has_high_ports: bool,
}

impl Guard {
    /// One that lets through to the open internet and to `allowed`, but never to `own_host`, by its name.
    #[must_use]
    pub fn new(dialer: Dialer, allowed: Vec<Network>, own_host: &str) -> Guard {
        let name = own_host.rsplit_once(':').map_or(own_host, |(name, _)| name);
        Guard { dialer, allowed, own_host: name.to_ascii_lowercase(), has_high_ports: false }
    }

    /// The one of an instance, as its settings are at this moment.
    ///
    /// # Errors
    /// [`DialError`] where TLS cannot be set up.
    pub fn of(app: &App) -> Result<Guard, DialError> {
        let allowed = app.config().import.networks_allowed.clone();
        Ok(Guard::new(Dialer::new(b"")?, allowed, app.url().host()))
    }

    /// The same for trackers, which have ports of their own; below 1024 is what may take a question for commands.
    #[must_use]
    pub fn for_trackers(mut self) -> Guard {
        self.has_high_ports = true;
        self
    }

    /// Those of these addresses of trackers that may be asked, as far as their names say so at this moment.
    pub async fn trackers(&self, addresses: &[String]) -> Vec<String> {
        let judged = addresses.iter().map(|address| self.tracker(address));
        futures_util::future::join_all(judged).await.into_iter().flatten().collect()
    }

    async fn tracker(&self, address: &str) -> Option<String> {
        let uri: Uri = address.parse().ok()?;
        let (host, port) = match uri.scheme_str() {
            Some("udp") => (uri.host()?.to_owned(), uri.port_u16()?),
            Some(_) | None => web_host(&uri).ok()?,
        };
        let judged = tokio::time::timeout(REACH_DURATION_MAX, self.judge(&host, port)).await;
        judged.is_ok_and(|judged| judged.is_ok()).then(|| address.to_owned())
    }

    /// Whether an address leads where nobody may be asked, as far as its name says so at this moment.
    pub async fn is_closed(&self, address: &Uri) -> bool {
        let Ok((host, port)) = web_host(address) else { return true };
        let judged = tokio::time::timeout(REACH_DURATION_MAX, self.judge(&host, port)).await;
        matches!(judged, Ok(Err(ReachError::NotOpen(_))))
    }

    /// A connection to the host of an address, with TLS where it says so.
    ///
    /// # Errors
    /// [`ReachError`].
    pub async fn dial(&self, address: &Uri) -> Result<Box<dyn Line>, ReachError> {
        let is_secure = address.scheme_str() == Some("https");
        let (host, port) = web_host(address)?;
        let stream = self.reach(&host, port).await?;
        let tls = self.dialer.over(stream, &host, is_secure);
        let tls = tokio::time::timeout(REACH_DURATION_MAX, tls).await;
        let tls = tls.map_err(|_| ReachError::Silent(host.clone()))?;
        tls.map_err(|source| ReachError::Tls { host, source })
    }

    /// A connection to the host of an address that who keeps the machine named with its port: it is not judged.
    ///
    /// # Errors
    /// [`ReachError`].
    pub async fn dial_named(&self, address: &Uri) -> Result<Box<dyn Line>, ReachError> {
        let (host, _) = web_host(address)?;
        self.dialer.dial(address).await.map_err(|source| match source {
            DialError::Tls(_) | DialError::Name(_) => ReachError::Tls { host, source },
            DialError::NoHost(_) | DialError::Connect { .. } | DialError::Authorities => {
                ReachError::Silent(host)
            }
        })
    }

    /// A connection to a host as it is.
    ///
    /// # Errors
    /// [`ReachError`].
    pub async fn reach(&self, host: &str, port: u16) -> Result<TcpStream, ReachError> {
        let reaching = async {
            let found = self.judge(host, port).await?;
            TcpStream::connect(found.as_slice()).await.map_err(|_| ReachError::Silent(host.to_owned()))
        };
        let reached = tokio::time::timeout(REACH_DURATION_MAX, reaching).await;
        reached.map_err(|_| ReachError::Silent(host.to_owned()))?
    }

    /// What a host's name means at this moment, where all of it may be reached.
    ///
    /// # Errors
    /// [`ReachError`].
    pub async fn judge(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, ReachError> {
        let plain = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
        if plain.eq_ignore_ascii_case(&self.own_host) {
            return Err(ReachError::NotOpen(host.to_owned()));
        }
        let found = lookup_host((plain, port)).await.map_err(|_| ReachError::Unknown(host.to_owned()))?;
        self.judged(host, found.collect())
    }

    /// The very addresses that were found, which are connected to without asking again what the name means: a name that
    /// means something else by then changes nothing.
    fn judged(&self, host: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, ReachError> {
        // One wrong address of several makes the host one of those that play with names.
        if found.is_empty() || !found.iter().all(|address| self.lets(*address)) {
            return Err(ReachError::NotOpen(host.to_owned()));
        }
        Ok(found)
    }

    fn lets(&self, address: SocketAddr) -> bool {
        let is_named = self.allowed.iter().any(|network| network.contains(address.ip()));
        let is_web = PORTS.contains(&address.port()) || (self.has_high_ports && 1024 <= address.port());
        is_named || (is_open(address.ip()) && is_web)
    }
}

/// Host and port of an address of the web. Whoever writes a name and a password in front of the host wants to look like
/// somebody else, or tells us what we should not know.
///
/// # Errors
/// [`ReachError::NoWeb`].
pub fn web_host(address: &Uri) -> Result<(String, u16), ReachError> {
    let port = match address.scheme_str() {
        Some("https") => 443,
        Some("http") => 80,
        Some(_) | None => return Err(ReachError::NoWeb),
    };
    let authority = address.authority().ok_or(ReachError::NoWeb)?;
    if authority.as_str().contains('@') || authority.host().is_empty() {
        return Err(ReachError::NoWeb);
    }
    Ok((authority.host().to_owned(), address.port_u16().unwrap_or(port)))
}

/// Whether an address belongs to the open internet (IANA's special-purpose registries, RFC 6890). Addresses that carry
/// another in them are as open as that.
#[must_use]
pub fn is_open(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_open_v4(address),
        IpAddr::V6(address) => is_open_v6(address),
    }
}

fn is_open_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = matches!(
        (a, b, c),
        (0 | 10 | 127, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18..=19, _)
            | (198, 51, 100)
            | (203, 0, 113)
            | (224..=255, _, _)
    );
    !is_special
}

fn is_open_v6(address: Ipv6Addr) -> bool {
    let [first, second, third, fourth, fifth, sixth, seventh, eighth] = address.segments();
    let carried = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_open_v4(Ipv4Addr::new(a, b, c, d))
    };
    match (first, second) {
        // NAT64 (RFC 6052): the last four bytes are an IPv4 address. Others below the same prefix belong to whoever uses
        // them at home (64:ff9b:1::/48, RFC 8215).
        (0x64, 0xff9b) => (third, fourth, fifth, sixth) == (0, 0, 0, 0) && carried(seventh, eighth),
        // 6to4 (RFC 3056): the four bytes behind the prefix are.
        (0x2002, _) => carried(second, third),
        // Teredo, benchmarks, ORCHID and documentation.
        (0x2001, 0 | 2 | 0x10..=0x3f | 0xdb8) | (0x3fff, 0..=0x0fff) => false,
        // All that is given to anybody lies here.
        (0x2000..=0x3fff, _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allowed: &[&str]) -> Guard {
        let allowed = allowed.iter().map(|network| network.parse().unwrap()).collect();
        Guard::new(Dialer::new(b"").unwrap(), allowed, "Films.example:9000")
    }

    #[test]
    fn what_is_not_of_the_open_internet_is_known_in_every_spelling() {
        for text in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:0.0.0.0",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::101:101",
            "64:ff9b:0:0:0:1:101:101",
            "2002:7f00:1::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "fec0::1",
            "2001:db8::1",
            "2001::1",
            "3fff::1",
            "100::1",
        ] {
            assert!(!is_open(text.parse().unwrap()), "{text}");
        }
        for text in [
            "1.1.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "192.0.3.1",
            "2606:4700::1111",
            "2002:101:101::",
            "64:ff9b::101:101",
        ] {
            assert!(is_open(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn only_addresses_of_the_web_name_a_host() {
        let host = |text: &str| text.parse::<Uri>().ok().and_then(|uri| web_host(&uri).ok());
        assert_eq!(host("https://films.example/a"), Some(("films.example".to_owned(), 443)));
        assert_eq!(host("http://films.example:8080"), Some(("films.example".to_owned(), 8080)));
        for text in [
            "ftp://films.example/",
            "file:///etc/passwd",
            "/etc/passwd",
            "data:video/mp4,x",
            "gopher://a/",
            "http://a:b@films.example/",
        ] {
            assert_eq!(host(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_means_what_it_meant_when_it_was_judged() {
        let guard = guard(&[]);
        let found =
            |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<SocketAddr>>();
        let open = found(&["1.1.1.1:443", "[2606:4700::1111]:443"]);
        assert_eq!(
            guard.judged("films.test", open.clone()).unwrap(),
            open,
            "these are connected to, and no others"
        );
        // Names that mean the open internet and what lies within at once, in whichever order, or nothing.
        for (open, within) in [
            ("1.1.1.1:443", "127.0.0.1:443"),
            ("1.1.1.1:443", "[::ffff:10.0.0.1]:443"),
            ("[2606:4700::1111]:443", "[fd00::1]:443"),
            ("1.1.1.1:443", "169.254.169.254:80"),
            ("1.1.1.1:443", "1.1.1.1:22"),
        ] {
            for both in [[open, within], [within, open]] {
                let refused = guard.judged("films.test", found(&both));
                assert!(matches!(refused, Err(ReachError::NotOpen(_))), "{both:?}");
            }
        }
        assert!(matches!(guard.judged("films.test", Vec::new()), Err(ReachError::NotOpen(_))));
    }

    #[tokio::test]
    async fn trackers_are_asked_where_they_stand_and_nobody_behind_the_door() {
        let named =
            |addresses: &[&str]| addresses.iter().map(|&address| address.to_owned()).collect::<Vec<_>>();
        let all = named(&[
            "udp://1.1.1.1:6969/announce",
            "http://1.1.1.1:2710/announce",
            "https://1.1.1.1/announce",
            "udp://1.1.1.1:53",
            "udp://127.0.0.1:6969",
            "http://[::1]:6969/announce",
            "udp://10.0.0.1:6969",
            "wss://1.1.1.1/announce",
            "udp://films.example:6969",
            "noise",
        ]);
        assert_eq!(guard(&[]).for_trackers().trackers(&all).await, all[..3]);
        assert_eq!(guard(&[]).trackers(&all).await, all[2..3], "no pages there");
    }

    #[tokio::test]
    async fn nobody_behind_the_door_is_reached_whatever_they_are_called() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let guard = guard(&[]);
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "0.0.0.0",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "localhost",
            "localhost.",
            "films.example",
            "FILMS.example.",
        ] {
            let refused = guard.reach(host, port).await;
            assert!(
                matches!(refused, Err(ReachError::NotOpen(_) | ReachError::Unknown(_))),
                "{host}: {refused:?}"
            );
        }
        assert!(matches!(guard.reach("1.1.1.1", 22).await, Err(ReachError::NotOpen(_))), "no web there");
        assert!(listener.accept().is_err(), "nobody came");
        self::guard(&["127.0.0.0/8"]).reach("127.0.0.1", port).await.unwrap();
    }
}

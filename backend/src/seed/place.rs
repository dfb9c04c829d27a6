//! Where the instance is reached by peers: its UDP sockets and the addresses it names.
//!
//! Owns the binding. The surprise is how an unnamed address is found: a UDP socket that is connected sends nothing, but
//! knows which of our addresses it would send from.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use rustix::net::{AddressFamily, SocketFlags, SocketType, ipproto, socket_with, sockopt};

/// A socket and what peers are told of it.
#[derive(Debug)]
pub struct Place {
    /// Bound, and never blocks.
    pub socket: UdpSocket,
    /// What our side of each of its connections is called.
    pub address: SocketAddr,
    /// What else leads to it.
    pub others: Vec<SocketAddr>,
}

impl Place {
    /// All that lead to it, the first first.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        std::iter::once(self.address).chain(self.others.iter().copied())
    }
}

/// Binds `listen`. Of `advertise`, each socket is called what has its family; one that has none is called what it is
/// bound to, or what the system would send from.
///
/// # Errors
/// The address that could not be bound, and why.
pub fn bind(listen: &[SocketAddr], advertise: &[SocketAddr]) -> Result<Vec<Place>, (SocketAddr, io::Error)> {
    listen
        .iter()
        .map(|address| {
            let socket = bind_one(*address).map_err(|error| (*address, error))?;
            let bound = socket.local_addr().map_err(|error| (*address, error))?;
            let mut names = advertise
                .iter()
                .copied()
                .filter(|name| name.is_ipv4() == bound.is_ipv4())
                .collect::<Vec<_>>();
            if names.is_empty() {
                names.push(SocketAddr::new(own_address(bound.ip()), bound.port()));
            }
            let name = names.remove(0);
            Ok(Place { socket, address: name, others: names })
        })
        .collect()
}

/// Binds the port behind each of these places, where strangers are told their address (STUN). It is another port because
/// libwebrtc, and with it Chromium and Safari, takes whatever comes from the address of a STUN server for an answer of
/// that server's, and never sees a peer there. Where it is taken, nobody is told.
#[must_use]
pub fn bind_beside(places: &[Place]) -> Vec<Place> {
    places.iter().filter_map(beside).collect()
}

fn beside(place: &Place) -> Option<Place> {
    let next =
        |address: SocketAddr| address.port().checked_add(1).map(|port| SocketAddr::new(address.ip(), port));
    let bound = next(place.socket.local_addr().ok()?)?;
    let socket = match bind_one(bound) {
        Ok(socket) => socket,
        Err(error) => {
            tracing::warn!(address = %bound, %error, "viewers are not told their address");
            return None;
        }
    };
    let others = place.others.iter().copied().filter_map(next).collect();
    Some(Place { socket, address: next(place.address)?, others })
}

fn bind_one(address: SocketAddr) -> io::Result<UdpSocket> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(family, SocketType::DGRAM, flags, Some(ipproto::UDP))?;
    if address.is_ipv6() {
        // IPv4 has a socket of its own, or is not wanted.
        sockopt::set_ipv6_v6only(&socket, true)?;
    }
    rustix::net::bind(&socket, &address)?;
    Ok(UdpSocket::from(socket))
}

/// The address that peers know `bound` by.
fn own_address(bound: IpAddr) -> IpAddr {
    if !bound.is_unspecified() {
        return bound;
    }
    // Addresses for examples in texts (RFC 5737, RFC 3849): routed like any other, and nobody is there.
    let (any, elsewhere): (IpAddr, IpAddr) = match bound {
        IpAddr::V4(_) => (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into()),
        IpAddr::V6(_) => {
            (Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into())
        }
    };
    let routed = UdpSocket::bind((any, 0)).and_then(|socket| {
        socket.connect((elsewhere, 9))?;
        socket.local_addr()
    });
    match (routed, bound) {
        (Ok(address), _) if !address.ip().is_unspecified() => address.ip(),
        (_, IpAddr::V4(_)) => Ipv4Addr::LOCALHOST.into(),
        (_, IpAddr::V6(_)) => Ipv6Addr::LOCALHOST.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_socket_is_called_what_it_is_bound_to_or_what_we_say() {
        let places = bind(&[address("127.0.0.1:0")], &[address("[2001:db8::7]:1")]).unwrap();
        let place = &places[0];
        assert_eq!(place.address, place.socket.local_addr().unwrap());
        let advertised =
            [address("203.0.113.7:9000"), address("[2001:db8::7]:9000"), address("203.0.113.8:9000")];
        let places = bind(&[address("127.0.0.1:0")], &advertised).unwrap();
        assert_eq!(places[0].addresses().collect::<Vec<_>>(), [advertised[0], advertised[2]]);
    }

    #[test]
    fn strangers_are_told_their_address_one_port_further() {
        let advertised = [address("203.0.113.7:9000"), address("203.0.113.8:9000")];
        let places = bind(&[address("127.0.0.1:0")], &advertised).unwrap();
        let beside = bind_beside(&places);
        // Whatever took the port in between is met with silence.
        let Some(ear) = beside.first() else { return };
        let ports = [&places[0], ear].map(|place| place.socket.local_addr().unwrap().port());
        assert_eq!(ports[1], ports[0] + 1);
        let told = [address("203.0.113.7:9001"), address("203.0.113.8:9001")];
        assert_eq!(ear.addresses().collect::<Vec<_>>(), told);
        assert!(bind_beside(&places).is_empty(), "it is taken now");
    }

    #[test]
    fn one_bound_to_everywhere_is_called_something_that_can_be_sent_to() {
        let places = bind(&[address("0.0.0.0:0")], &[]).unwrap();
        assert!(!places[0].address.ip().is_unspecified());
        assert_ne!(places[0].address.port(), 0);
    }

    #[test]
    fn both_families_fit_on_one_port() {
        let first = bind(&[address("0.0.0.0:0")], &[]).unwrap();
        let port = first[0].socket.local_addr().unwrap().port();
        match bind(&[SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port)], &[]) {
            Ok(second) => assert!(second[0].address.is_ipv6()),
            // A machine without IPv6 cannot tell.
            Err((_, error)) => assert_ne!(error.kind(), io::ErrorKind::AddrInUse, "{error}"),
        }
        let (taken, error) = bind(&[first[0].socket.local_addr().unwrap()], &[]).unwrap_err();
        assert_eq!((taken.port(), error.kind()), (port, io::ErrorKind::AddrInUse));
    }
}

//! The one question that strangers may ask our port: under which address do you see me? (STUN, RFC 8489.)
//!
//! Owns the reading of binding requests, the answer to a bare one and who still gets one. Never answers a request that
//! carries a name: that is a peer's, and its own agent judges it. The surprise is how little is answered: any attribute
//! that must be understood, such as CHANGE-REQUEST, which asks for an answer to elsewhere, is met with silence.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use shared::time::Instant;

use super::bucket::Bucket;

const HEADER_BYTES: usize = 20;
const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const BINDING_REQUEST: [u8; 2] = [0x00, 0x01];
const BINDING_SUCCESS: [u8; 2] = [0x01, 0x01];
const USERNAME: u16 = 0x0006;
const XOR_MAPPED_ADDRESS: [u8; 2] = [0x00, 0x20];
/// Attributes from here on may be passed over (RFC 8489 §14).
const OPTIONAL_FROM: u16 = 0x8000;

/// Answers in all. A start of several hundred viewers in one second gets through; what somebody could have us send to
/// a forged address is 6 kB/s, 1.6 times what it costs to send the questions.
const ANSWERS_PER_SECOND: u64 = 200;
/// Questions of one neighbourhood in a window: a browser asks once or twice for each connection it prepares, and
/// prepares five for each rendition.
const ANSWERS_PER_SOURCE: u32 = 60;
/// How long neighbourhoods are remembered. Only those that were answered are, so that there are never more than
/// [`ANSWERS_PER_SECOND`] has answers for, and forged addresses push nobody out.
const WINDOW: Duration = Duration::from_secs(10);

/// A binding request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Request<'a> {
    transaction: [u8; 12],
    /// The name it is addressed to, `ours:theirs`, where it has one.
    username: Option<&'a [u8]>,
    /// Whether it asks for nothing but the address.
    is_bare: bool,
}

impl<'a> Request<'a> {
    /// Reads a datagram. None when it is no whole binding request.
    #[must_use]
    pub fn parse(datagram: &'a [u8]) -> Option<Request<'a>> {
        let (head, mut rest) = datagram.split_at_checked(HEADER_BYTES)?;
        let (kind, head) = head.split_at_checked(2)?;
        let (length, head) = head.split_first_chunk::<2>()?;
        let (cookie, transaction) = head.split_first_chunk::<4>()?;
        let is_whole = usize::from(u16::from_be_bytes(*length)) == rest.len() && rest.len().is_multiple_of(4);
        if kind != BINDING_REQUEST || *cookie != COOKIE || !is_whole {
            return None;
        }
        let mut request =
            Request { transaction: transaction.try_into().ok()?, username: None, is_bare: true };
        while !rest.is_empty() {
            let (kind, after) = rest.split_first_chunk::<2>()?;
            let (length, after) = after.split_first_chunk::<2>()?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (value, after) = (after.get(..length)?, after.get(length.next_multiple_of(4)..)?);
            let kind = u16::from_be_bytes(*kind);
            if kind == USERNAME && request.username.is_none() {
                request.username = Some(value);
            }
            request.is_bare &= OPTIONAL_FROM <= kind;
            rest = after;
        }
        Some(request)
    }

    /// The half of its name that we gave away, by which a peer is known before its address is (RFC 8445 §7.2.2).
    #[must_use]
    pub fn addressed_to(&self) -> Option<&'a [u8]> {
        self.username?.split(|letter| *letter == b':').next()
    }

    /// Whether a stranger asks only for its own address.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.is_bare
    }

    /// The answer to whoever asked.
    #[must_use]
    pub fn answer(&self, source: SocketAddr) -> Vec<u8> {
        let port = source.port().to_be_bytes();
        let ip = source.ip().to_canonical();
        let (family, address): (u8, Vec<u8>) = match ip {
            IpAddr::V4(ip) => (1, ip.octets().to_vec()),
            IpAddr::V6(ip) => (2, ip.octets().to_vec()),
        };
        // What some routers rewrite inside packets, they do not know when it is mixed with the cookie (§14.2).
        let mask = COOKIE.iter().chain(&self.transaction);
        let masked = |bytes: &[u8]| -> Vec<u8> {
            bytes.iter().zip(mask.clone()).map(|(byte, mask)| byte ^ mask).collect()
        };
        let value = [&[0, family][..], &masked(&port), &masked(&address)].concat();
        let length = |length: usize| u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
        [
            &BINDING_SUCCESS[..],
            &length(4 + value.len()),
            &COOKIE,
            &self.transaction,
            &XOR_MAPPED_ADDRESS,
            &length(value.len()),
            &value,
        ]
        .concat()
    }
}

/// The question itself, for asking it of others.
#[must_use]
pub fn question(transaction: [u8; 12]) -> Vec<u8> {
    [&BINDING_REQUEST[..], &[0, 0], &COOKIE, &transaction].concat()
}

/// The address in the answer to [`question`]; none where it is no such answer.
#[must_use]
pub fn answered(datagram: &[u8], asked: [u8; 12]) -> Option<SocketAddr> {
    let (head, mut rest) = datagram.split_at_checked(HEADER_BYTES)?;
    let (kind, head) = head.split_at_checked(2)?;
    let (_, head) = head.split_at_checked(2)?;
    if kind != BINDING_SUCCESS || head != [&COOKIE[..], &asked].concat() {
        return None;
    }
    while !rest.is_empty() {
        let (kind, after) = rest.split_first_chunk::<2>()?;
        let (length, after) = after.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let value = after.get(..length)?;
        if *kind == XOR_MAPPED_ADDRESS {
            let unmask = |bytes: &[u8]| -> Vec<u8> {
                bytes.iter().zip(COOKIE.iter().chain(&asked)).map(|(byte, mask)| byte ^ mask).collect()
            };
            let port = u16::from_be_bytes(unmask(value.get(2..4)?).try_into().ok()?);
            let address = unmask(value.get(4..)?);
            let ip: IpAddr = match value.get(1)? {
                1 => <[u8; 4]>::try_from(address).ok()?.into(),
                2 => <[u8; 16]>::try_from(address).ok()?.into(),
                _ => return None,
            };
            return Some(SocketAddr::new(ip, port));
        }
        rest = after.get(length.next_multiple_of(4)..)?;
    }
    None
}

/// Who still gets an answer.
#[derive(Debug)]
pub struct Patience {
    all: Bucket,
    /// Answers of this window, by neighbourhood.
    sources: HashMap<Neighbourhood, u32>,
    window_ends: Instant,
}

/// Addresses that usually belong to one person or household: /24 or /56.
type Neighbourhood = [u8; 8];

impl Patience {
    /// Patience with everybody.
    #[must_use]
    pub fn new(now: Instant) -> Patience {
        Patience {
            all: Bucket::new(ANSWERS_PER_SECOND, Duration::from_secs(1), now),
            sources: HashMap::new(),
            window_ends: now + WINDOW,
        }
    }

    /// Whether this stranger is answered. Counts it.
    pub fn has_for(&mut self, now: Instant, source: IpAddr) -> bool {
        if self.window_ends <= now {
            self.sources.clear();
            self.window_ends = now + WINDOW;
        }
        let neighbourhood = neighbourhood(source);
        let counted = self.sources.get(&neighbourhood).copied().unwrap_or(0);
        if ANSWERS_PER_SOURCE <= counted || !self.all.is_open(now) {
            return false;
        }
        self.sources.insert(neighbourhood, counted + 1);
        self.all.take(now, 1);
        true
    }
}

fn neighbourhood(source: IpAddr) -> Neighbourhood {
    match source.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            [4, a, b, c, 0, 0, 0, 0]
        }
        IpAddr::V6(ip) => {
            let [a, b, c, d, e, f, g, ..] = ip.octets();
            [6, a, b, c, d, e, f, g]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRANSACTION: [u8; 12] = *b"twelve bytes";

    fn request(attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (kind, value) in attributes {
            body.extend(kind.to_be_bytes());
            body.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
            body.extend(*value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        [&[0, 1][..], &length, &COOKIE, &TRANSACTION, &body].concat()
    }

    #[test]
    fn a_bare_question_is_answered_as_rfc_8489_writes_it() {
        let datagram = request(&[]);
        let parsed = Request::parse(&datagram).unwrap();
        assert!(parsed.is_bare());
        assert_eq!(parsed.addressed_to(), None);
        let answer = parsed.answer("192.0.2.1:32853".parse().unwrap());
        // The address and port of the sample response of RFC 5769 §2.2, with its mask of the cookie.
        assert_eq!(hex::encode(&answer[..4]), "0101000c");
        assert_eq!(&answer[4..20], &datagram[4..20]);
        assert_eq!(hex::encode(&answer[20..]), "002000080001a147e112a643");
        assert_eq!(parsed.answer("[::ffff:192.0.2.1]:32853".parse().unwrap()), answer);
        assert_eq!(parsed.answer("[2001:db8::1]:1".parse().unwrap()).len(), 44);
    }

    #[test]
    fn what_we_answer_we_can_read() {
        for address in ["192.0.2.1:32853", "[2001:db8::7]:443"] {
            let address: SocketAddr = address.parse().unwrap();
            let question = question(TRANSACTION);
            let answer = Request::parse(&question).unwrap().answer(address);
            assert_eq!(answered(&answer, TRANSACTION), Some(address));
            assert_eq!(answered(&answer, *b"other letter"), None);
            for length in 0..answer.len() {
                assert_eq!(answered(&answer[..length], TRANSACTION), None, "{length} bytes");
            }
        }
    }

    #[test]
    fn the_name_in_a_peers_question_says_whose_it_is() {
        let datagram = request(&[(0x0024, &[1, 2, 3, 4]), (USERNAME, b"ours:theirs"), (0x0025, &[])]);
        let parsed = Request::parse(&datagram).unwrap();
        assert_eq!(parsed.addressed_to(), Some(&b"ours"[..]));
        assert!(!parsed.is_bare());
    }

    #[test]
    fn what_may_be_passed_over_is_and_what_asks_for_elsewhere_is_not_answered() {
        let software = request(&[(0x8022, b"some browser")]);
        assert!(Request::parse(&software).unwrap().is_bare());
        let change_request = request(&[(0x0003, &[0, 0, 0, 6])]);
        assert!(!Request::parse(&change_request).unwrap().is_bare());
    }

    #[test]
    fn nothing_else_is_a_question() {
        let whole = request(&[(0x8022, b"x")]);
        for length in 0..whole.len() {
            assert_eq!(Request::parse(&whole[..length]), None, "{length} bytes");
        }
        let mut response = whole.clone();
        response[0] = 1;
        assert_eq!(Request::parse(&response), None);
        let mut other_cookie = whole.clone();
        other_cookie[4] = 0;
        assert_eq!(Request::parse(&other_cookie), None);
        let mut too_long = whole;
        too_long[23] = 200;
        assert_eq!(Request::parse(&too_long), None);
    }

    #[test]
    fn no_bytes_make_the_reader_panic() {
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::try_from(state >> 24).unwrap()
        };
        for _ in 0..20_000 {
            let length = usize::from(next()) % 64;
            let mut bytes: Vec<u8> = (0..length).map(|_| next()).collect();
            if let Some(head) = bytes.get_mut(..8) {
                let length = u8::try_from(length.saturating_sub(20)).unwrap();
                head.copy_from_slice(&[0, 1, 0, length, 0x21, 0x12, 0xa4, 0x42]);
            }
            if let Some(parsed) = Request::parse(&bytes) {
                let _ = (parsed.addressed_to(), parsed.answer("127.0.0.1:1".parse().unwrap()));
            }
        }
    }

    #[test]
    fn a_flood_is_answered_no_more_than_the_rate_and_one_neighbour_does_not_use_it_up() {
        let at = |millis: u64| Instant::ZERO + Duration::from_millis(millis);
        let mut patience = Patience::new(at(0));
        let noisy: IpAddr = "198.51.100.7".parse().unwrap();
        let answered = (0..10_000).filter(|_| patience.has_for(at(1), noisy)).count();
        assert_eq!(answered, 60);
        assert!(patience.has_for(at(2), "203.0.113.1".parse().unwrap()));
        // From everywhere, in one window: a second's worth at once and then the rate.
        let everywhere = (0..50_000u32).filter(|number| {
            let source = IpAddr::from((0x0a00_0000 + number * 256).to_be_bytes());
            patience.has_for(at(u64::from(*number) / 10), source)
        });
        let everywhere = everywhere.count();
        assert!((900..=1300).contains(&everywhere), "{everywhere}");
        assert!(patience.has_for(at(20_000), noisy), "a new window begins");
    }

    #[test]
    fn forged_addresses_fill_no_memory() {
        let mut patience = Patience::new(Instant::ZERO);
        for number in 0..20_000u32 {
            let source = IpAddr::from((0x0a00_0000 + number * 256).to_be_bytes());
            patience.has_for(Instant::ZERO, source);
        }
        assert_eq!(patience.sources.len(), 200);
    }
}

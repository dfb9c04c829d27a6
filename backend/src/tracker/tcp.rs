//! BitTorrent over HTTP: announces and scrapes of those who seed files, as queries and bencoded answers.
//!
//! Owns reading and writing them (BEP 3, BEP 7, BEP 23, BEP 48), and the peers that came this way. These only ever meet
//! each other: a browser cannot reach them, nor they a browser.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use shared::id::{InfoHash, PeerId};
use shared::limits::TRACKER_SWARMS_PER_SOCKET_MAX;
use shared::time::Instant;
use shared::tracker::{Counts, Event};

use super::chance::Chance;

/// A file that more than so many seed at once needs no list of all of them.
const PEERS_MAX: usize = 1000;
/// One address behind which several people seed the same file is rare; a list full of one address is an attack.
const PEERS_PER_ADDRESS_MAX: usize = 4;
/// What one announce is told, at most; clients ask for 50.
const PEERS_TOLD_MAX: usize = 50;

/// An announce over HTTP.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TcpAnnounce {
    /// The swarm.
    pub info_hash: InfoHash,
    /// What the peer calls itself.
    pub peer_id: PeerId,
    /// Where it takes connections: the address it asked from, and the port it said.
    pub address: SocketAddr,
    /// What happened.
    pub event: Event,
    /// Whether it lacks nothing.
    pub is_complete: bool,
    /// How many others it wants to know of.
    pub wanted: usize,
    /// Whether addresses may be told as bytes, which all clients of today ask for.
    pub is_compact: bool,
}

/// What an announce is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TcpAnnounced {
    /// Who is in the swarm.
    pub counts: Counts,
    /// When to announce again.
    pub interval: Duration,
    /// Some of the others.
    pub peers: Vec<TcpPeer>,
    /// Whether addresses may be told as bytes.
    pub is_compact: bool,
}

/// A peer that was announced over HTTP.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TcpPeer {
    /// What it calls itself.
    pub peer_id: PeerId,
    /// Where it takes connections.
    pub address: SocketAddr,
    is_complete: bool,
    heard: Instant,
}

/// The peers of one swarm that came over HTTP.
#[derive(Debug, Default)]
pub(super) struct TcpPeers(Vec<TcpPeer>);

impl TcpPeers {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn counts(&self) -> Counts {
        let complete = self.0.iter().filter(|peer| peer.is_complete).count();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Counts { complete: number(complete), incomplete: number(self.0.len() - complete) }
    }

    pub(super) fn forget_before(&mut self, earliest: Instant) {
        self.0.retain(|peer| earliest <= peer.heard);
    }

    /// Takes an announce in. A full list forgets whom it has not heard of for longest.
    pub(super) fn take(&mut self, now: Instant, announce: &TcpAnnounce) {
        let was = self.0.iter().position(|peer| peer.address == announce.address);
        let known = was.map(|place| self.0.swap_remove(place));
        if announce.event == Event::Stopped {
            return;
        }
        let same = |peer: &TcpPeer| peer.address.ip() == announce.address.ip();
        if self.0.iter().filter(|peer| same(peer)).count() == PEERS_PER_ADDRESS_MAX {
            self.forget_oldest(same);
        }
        if self.0.len() == PEERS_MAX {
            self.forget_oldest(|_| true);
        }
        let is_complete = announce.is_complete
            || announce.event == Event::Completed
            || known.is_some_and(|peer| peer.is_complete);
        self.0.push(TcpPeer {
            peer_id: announce.peer_id,
            address: announce.address,
            is_complete,
            heard: now,
        });
    }

    fn forget_oldest(&mut self, among: impl Fn(&TcpPeer) -> bool) {
        let candidates = self.0.iter().enumerate().filter(|(_, peer)| among(peer));
        if let Some((place, _)) = candidates.min_by_key(|(_, peer)| peer.heard) {
            self.0.swap_remove(place);
        }
    }

    /// Some others than the one that announces.
    pub(super) fn choose(&self, chance: &mut Chance, announce: &TcpAnnounce) -> Vec<TcpPeer> {
        let others: Vec<&TcpPeer> = self.0.iter().filter(|peer| peer.address != announce.address).collect();
        let mut places = Vec::new();
        chance.pick(announce.wanted.min(PEERS_TOLD_MAX), others.len(), &mut places);
        places.iter().filter_map(|place| others.get(*place)).map(|peer| (*peer).clone()).collect()
    }
}

/// What a query asks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TcpRequest {
    info_hashes: Vec<InfoHash>,
    peer_id: Option<PeerId>,
    port: Option<u16>,
    event: Option<Event>,
    left: Option<u64>,
    wanted: Option<usize>,
    is_compact: Option<bool>,
}

impl TcpRequest {
    /// Reads the query of an announce or a scrape. Values are bytes, not text: a hash is rarely UTF-8.
    ///
    /// # Errors
    /// What is wrong with it, for the client.
    pub fn parse(query: &str) -> Result<TcpRequest, &'static str> {
        let mut request = TcpRequest::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let bytes20 = || <[u8; 20]>::try_from(percent_decode_str(value).collect::<Vec<u8>>());
            match name {
                "info_hash" => {
                    let hash = bytes20().map(InfoHash).map_err(|_| "invalid info_hash")?;
                    if request.info_hashes.len() < TRACKER_SWARMS_PER_SOCKET_MAX {
                        request.info_hashes.push(hash);
                    }
                }
                "peer_id" => request.peer_id = Some(bytes20().map(PeerId).map_err(|_| "invalid peer_id")?),
                "port" => request.port = Some(value.parse().map_err(|_| "invalid port")?),
                "left" => request.left = value.parse().ok(),
                "numwant" => request.wanted = value.parse().ok(),
                "compact" => request.is_compact = Some(value != "0"),
                "event" => {
                    request.event = Some(match value {
                        "" | "empty" | "update" => Event::Update,
                        "started" => Event::Started,
                        "completed" => Event::Completed,
                        "stopped" => Event::Stopped,
                        "paused" => Event::Paused,
                        _ => return Err("invalid event"),
                    });
                }
                _ => {}
            }
        }
        Ok(request)
    }

    /// The request as an announce from `address`. Where a client says it is is not believed.
    ///
    /// # Errors
    /// What is missing, for the client.
    pub fn announce(self, address: IpAddr) -> Result<TcpAnnounce, &'static str> {
        let [info_hash] = self.info_hashes.as_slice() else { return Err("invalid info_hash") };
        Ok(TcpAnnounce {
            info_hash: *info_hash,
            peer_id: self.peer_id.ok_or("invalid peer_id")?,
            address: SocketAddr::new(address, self.port.filter(|port| *port != 0).ok_or("invalid port")?),
            event: self.event.unwrap_or(Event::Update),
            is_complete: self.left == Some(0),
            wanted: self.wanted.unwrap_or(PEERS_TOLD_MAX),
            is_compact: self.is_compact.unwrap_or(true),
        })
    }

    /// The swarms of a scrape.
    ///
    /// # Errors
    /// What is missing, for the client.
    pub fn scrape(self) -> Result<Vec<InfoHash>, &'static str> {
        if self.info_hashes.is_empty() { Err("a scrape names its swarms") } else { Ok(self.info_hashes) }
    }
}

/// The answer to an announce.
#[must_use]
pub fn write_announced(announced: &TcpAnnounced) -> Vec<u8> {
    let mut out = b"d".to_vec();
    pair(&mut out, "complete", u64::from(announced.counts.complete));
    pair(&mut out, "incomplete", u64::from(announced.counts.incomplete));
    pair(&mut out, "interval", announced.interval.as_secs());
    if announced.is_compact {
        let (mut four, mut six) = (Vec::new(), Vec::new());
        for peer in &announced.peers {
            match peer.address.ip().to_canonical() {
                IpAddr::V4(ip) => four.extend(ip.octets().iter().chain(&peer.address.port().to_be_bytes())),
                IpAddr::V6(ip) => six.extend(ip.octets().iter().chain(&peer.address.port().to_be_bytes())),
            }
        }
        string(&mut out, b"peers");
        string(&mut out, &four);
        if !six.is_empty() {
            string(&mut out, b"peers6");
            string(&mut out, &six);
        }
    } else {
        string(&mut out, b"peers");
        out.push(b'l');
        for peer in &announced.peers {
            out.push(b'd');
            string(&mut out, b"ip");
            string(&mut out, peer.address.ip().to_canonical().to_string().as_bytes());
            string(&mut out, b"peer id");
            string(&mut out, &peer.peer_id.0);
            pair(&mut out, "port", u64::from(peer.address.port()));
            out.push(b'e');
        }
        out.push(b'e');
    }
    out.push(b'e');
    out
}

/// The answer to a scrape.
#[must_use]
pub fn write_scraped(files: &[(InfoHash, Counts)], interval: Duration) -> Vec<u8> {
    // Keys of a dictionary are in order, and there is one of each.
    let files: std::collections::BTreeMap<InfoHash, Counts> = files.iter().copied().collect();
    let mut out = b"d".to_vec();
    string(&mut out, b"files");
    out.push(b'd');
    for (info_hash, counts) in files {
        string(&mut out, &info_hash.0);
        out.push(b'd');
        pair(&mut out, "complete", u64::from(counts.complete));
        pair(&mut out, "downloaded", u64::from(counts.complete));
        pair(&mut out, "incomplete", u64::from(counts.incomplete));
        out.push(b'e');
    }
    out.push(b'e');
    string(&mut out, b"flags");
    out.push(b'd');
    pair(&mut out, "min_request_interval", interval.as_secs());
    out.extend(b"ee");
    out
}

/// What a client is told that is refused.
#[must_use]
pub fn write_failure(reason: &str) -> Vec<u8> {
    let mut out = b"d".to_vec();
    string(&mut out, b"failure reason");
    string(&mut out, reason.as_bytes());
    out.push(b'e');
    out
}

fn pair(out: &mut Vec<u8>, name: &str, number: u64) {
    string(out, name.as_bytes());
    out.extend(format!("i{number}e").as_bytes());
}

fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(format!("{}:", bytes.len()).as_bytes());
    out.extend(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: &str = "info_hash=%00%0d%1a%274AN%5bhu%82%8f%9c%a9%b6%c3%d0%dd%ea%f7&peer_id=-qB4500-abcdefghijkl\
                         &port=6881&uploaded=0&downloaded=0&left=0&compact=1&event=started&numwant=80";

    fn announce(port: u16, event: Event) -> TcpAnnounce {
        TcpAnnounce {
            info_hash: InfoHash([7; 20]),
            peer_id: PeerId([8; 20]),
            address: SocketAddr::new(IpAddr::from([10, 0, u8::try_from(port >> 8).unwrap(), 1]), port),
            event,
            is_complete: false,
            wanted: 50,
            is_compact: true,
        }
    }

    #[test]
    fn an_announce_is_read_as_clients_write_it() {
        let announce = TcpRequest::parse(QUERY).unwrap().announce([192, 0, 2, 1].into()).unwrap();
        assert_eq!(announce.info_hash.to_string(), "000d1a2734414e5b6875828f9ca9b6c3d0ddeaf7");
        assert_eq!(announce.address.to_string(), "192.0.2.1:6881");
        assert_eq!((announce.event, announce.is_complete, announce.wanted), (Event::Started, true, 80));
    }

    #[test]
    fn what_is_missing_is_said() {
        let judge = |query: &str| TcpRequest::parse(query)?.announce([192, 0, 2, 1].into());
        assert_eq!(judge("").unwrap_err(), "invalid info_hash");
        assert_eq!(judge("info_hash=abc").unwrap_err(), "invalid info_hash");
        assert_eq!(judge(&QUERY.replace("6881", "0")).unwrap_err(), "invalid port");
        assert_eq!(judge(&QUERY.replace("6881", "99999")).unwrap_err(), "invalid port");
        assert_eq!(judge(&QUERY.replace("started", "bogus")).unwrap_err(), "invalid event");
        assert_eq!(judge(&QUERY.replace("-qB", "qB")).unwrap_err(), "invalid peer_id");
        assert_eq!(TcpRequest::parse("").unwrap().scrape().unwrap_err(), "a scrape names its swarms");
    }

    #[test]
    fn peers_come_go_and_are_told_of_each_other() {
        let (mut peers, mut chance) = (TcpPeers::default(), Chance::new(1));
        peers.take(Instant(1), &announce(1, Event::Started));
        peers.take(Instant(2), &announce(2, Event::Started));
        peers.take(Instant(3), &announce(2, Event::Completed));
        assert_eq!(peers.counts(), Counts { complete: 1, incomplete: 1 });
        let told = peers.choose(&mut chance, &announce(1, Event::Update));
        assert_eq!(told.iter().map(|peer| peer.address.port()).collect::<Vec<_>>(), [2]);
        peers.take(Instant(4), &announce(2, Event::Stopped));
        assert!(peers.choose(&mut chance, &announce(1, Event::Update)).is_empty());
        peers.forget_before(Instant(2));
        assert!(peers.is_empty());
    }

    #[test]
    fn a_list_is_bounded_and_one_address_does_not_fill_it() {
        let mut peers = TcpPeers::default();
        for port in 1..=u16::try_from(PEERS_MAX).unwrap() + 20 {
            peers.take(Instant(u64::from(port)), &announce(port, Event::Started));
        }
        assert!(peers.0.len() <= PEERS_MAX);
        let most = |peers: &TcpPeers| {
            let mut of = std::collections::BTreeMap::<IpAddr, usize>::new();
            peers.0.iter().for_each(|peer| *of.entry(peer.address.ip()).or_default() += 1);
            of.values().copied().max().unwrap_or(0)
        };
        assert_eq!(most(&peers), PEERS_PER_ADDRESS_MAX);
        let mut peers = TcpPeers::default();
        for at in 0..PEERS_MAX + 5 {
            let mut announce = announce(9, Event::Started);
            announce.address.set_ip(IpAddr::V4(u32::try_from(at).unwrap().into()));
            peers.take(Instant(at as u64), &announce);
        }
        assert_eq!(peers.0.len(), PEERS_MAX);
    }

    #[test]
    fn answers_are_bencoded_in_the_order_of_their_keys() {
        let mut peers = TcpPeers::default();
        peers.take(Instant(1), &announce(0x1234, Event::Started));
        let mut six = announce(0x4142, Event::Started);
        six.address.set_ip("2001:db8::1".parse().unwrap());
        peers.take(Instant(1), &six);
        let mut announced = TcpAnnounced {
            counts: peers.counts(),
            interval: Duration::from_secs(120),
            peers: peers.0,
            is_compact: true,
        };
        assert_eq!(
            write_announced(&announced).escape_ascii().to_string(),
            r"d8:completei0e10:incompletei2e8:intervali120e5:peers6:\n\x00\x12\x01\x1246:peers618: \x01\r\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01ABe"
        );
        announced.is_compact = false;
        announced.peers.truncate(1);
        assert_eq!(
            write_announced(&announced).escape_ascii().to_string(),
            r"d8:completei0e10:incompletei2e8:intervali120e5:peersld2:ip9:10.0.18.17:peer id20:\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\x084:porti4660eeee"
        );
        let counts = Counts { complete: 1, incomplete: 2 };
        assert_eq!(
            write_scraped(
                &[(InfoHash(*b"bbbbbbbbbbbbbbbbbbbb"), counts), (InfoHash([b'a'; 20]), counts)],
                Duration::from_secs(600)
            )
            .escape_ascii()
            .to_string(),
            "d5:filesd20:aaaaaaaaaaaaaaaaaaaad8:completei1e10:downloadedi1e10:incompletei2ee20:bbbbbbbbbbbbbbbbbbbbd8:completei1e10:downloadedi1e10:incompletei2eee5:flagsd20:min_request_intervali600eee"
        );
        assert_eq!(write_failure("no"), b"d14:failure reason2:noe");
    }
}

//! Stories of whole connections to the instance as a peer: in virtual time, two ends and the datagrams between them; and
//! over real sockets.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a story that does not go as told fails")]

use std::collections::VecDeque;

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use backend::clock::Clock;
use backend::dice::Dice;
use backend::seed::figures::Figures;
use backend::seed::hub::{Datagram, Happened, Hub, Key, Limits};
use backend::seed::library::{self, Holding, Segment};
use backend::seed::peer::Making;
use backend::seed::place;
use backend::seed::seeder::{Seeder, Stay, Told};
use backend::seed::socket::{self, Found, Places, Request, Surroundings};
use player_core::swarm::Input;
use sha2::{Digest as _, Sha256};
use shared::hls::ByteRange;
use shared::id::{Digest, InfoHash, OfferId, PeerId};
use shared::peer::{Message, Parts, RequestId, SegmentId, frames, is_command};
use shared::time::Instant;

const SWARM: InfoHash = InfoHash(*b"twenty letters, this");
const SEGMENT_BYTES: u64 = 300_000;
const SEGMENTS: u64 = 4;
const OURS: &str = "192.0.2.1:9000";

fn making(address: &str, is_lite: bool) -> Making {
    let crypto = Arc::new(backend::seed::crypto());
    let certificate = crypto.dtls_provider.generate_certificate().unwrap();
    Making { crypto, certificate, addresses: vec![address.parse().unwrap()], reflexive: None, is_lite }
}

fn limits() -> Limits {
    Limits { peers_max: 100, rate_max: 1 << 40, peer_rate_max: 1 << 40 }
}

/// A file of four segments behind a header of ten bytes.
fn holding() -> Holding {
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, &[0; 10]).unwrap();
    let mut segments = Vec::new();
    for number in 0..SEGMENTS {
        let bytes: Vec<u8> =
            (0..SEGMENT_BYTES).map(|at| u8::try_from((at * 7 + number * 31) % 251).unwrap()).collect();
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        segments.push(Segment {
            id: SegmentId(i64::try_from(number).unwrap()),
            range: ByteRange::new(10 + number * SEGMENT_BYTES, SEGMENT_BYTES).unwrap(),
            digest: Digest(Sha256::digest(&bytes).into()),
        });
    }
    Holding::new(file, segments)
}

/// A viewer made by hand: it offers, asks and listens, and obeys no machine.
struct Viewer {
    hub: Hub,
    address: SocketAddr,
    key: Key,
    is_open: bool,
    is_closed: bool,
    parts: Parts,
    heard: Vec<Message>,
    payload: Vec<u8>,
    /// Takes datagrams, but gives none: as one whose network is gone.
    is_mute: bool,
}

struct World {
    clock: Clock,
    now: Instant,
    seeder: Seeder,
    figures: Arc<Figures>,
    is_public: Arc<AtomicBool>,
    viewers: Vec<Viewer>,
    /// To whom, from whom, what.
    air: VecDeque<(SocketAddr, SocketAddr, Vec<u8>)>,
    answers: u64,
}

fn world(limits: Limits) -> World {
    let clock = Clock::default();
    let figures = Arc::new(Figures::default());
    let hub = Hub::new(making(OURS, true), limits, clock.clone(), Dice, figures.clone());
    let mut seeder = Seeder::new(hub, Dice, figures.clone());
    let is_public = Arc::new(AtomicBool::new(true));
    let may_give = {
        let is_public = is_public.clone();
        Arc::new(move || is_public.load(Ordering::Relaxed))
    };
    let now = clock.instant();
    assert!(seeder.join(now, SWARM, holding(), may_give, Stay::WhileNeeded));
    World { clock, now, seeder, figures, is_public, viewers: Vec::new(), air: VecDeque::new(), answers: 0 }
}

impl World {
    /// A viewer offers a connection, and the tracker passes it on. Its place.
    fn come(&mut self) -> usize {
        let place = self.viewers.len();
        let address: SocketAddr = format!("198.51.100.{}:{}", place % 200 + 1, 5000 + place).parse().unwrap();
        let making = making(&address.to_string(), false);
        let mut hub = Hub::new(making, limits(), self.clock.clone(), Dice, Arc::default());
        let (key, description) = hub.offer(self.now).unwrap();
        let number = u64::try_from(place).unwrap();
        let mut name = [b'v'; 20];
        name[..8].copy_from_slice(&number.to_be_bytes());
        let (from, offer_id) = (PeerId(name), OfferId(name));
        self.seeder.hear_of(self.now, SWARM, Input::OfferHeard { from, offer_id, description });
        let mut viewer = Viewer {
            hub,
            address,
            key,
            is_open: false,
            is_closed: false,
            parts: Parts::default(),
            heard: Vec::new(),
            payload: Vec::new(),
            is_mute: false,
        };
        while let Some(told) = self.seeder.told() {
            if let Told::Answer { to, description, .. } = told {
                assert_eq!(to, from);
                self.answers += 1;
                viewer.hub.accept(self.now, key, &description);
            }
        }
        self.viewers.push(viewer);
        place
    }

    /// One round: all datagrams arrive, all reads are done, and a millisecond passes.
    fn step(&mut self) {
        let ours: SocketAddr = OURS.parse().unwrap();
        self.seeder.tick(self.now);
        while let Some((key, payload)) = self.seeder.wanted() {
            let bytes = library::read(&payload.file, payload.at, payload.bytes).ok();
            self.seeder.supply(self.now, key, bytes);
        }
        while let Some(Datagram { to, bytes }) = self.seeder.datagram() {
            self.air.push_back((to, ours, bytes));
        }
        for viewer in &mut self.viewers {
            viewer.hub.tick(self.now);
            viewer.listen();
            while let Some(Datagram { to, bytes }) = viewer.hub.datagram() {
                if !viewer.is_mute {
                    self.air.push_back((to, viewer.address, bytes));
                }
            }
        }
        while let Some((to, from, bytes)) = self.air.pop_front() {
            if to == ours {
                self.seeder.hear(self.now, from, ours, &bytes);
            } else if let Some(viewer) = self.viewers.iter_mut().find(|viewer| viewer.address == to) {
                viewer.hub.hear(self.now, from, to, &bytes);
            }
        }
        self.now = self.now + Duration::from_millis(1);
    }

    fn until(&mut self, what: &str, is_so: impl Fn(&World) -> bool) {
        for _ in 0..60_000 {
            if is_so(self) {
                return;
            }
            self.step();
        }
        panic!("a minute passed, and never {what}");
    }

    fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        while self.now < end {
            self.step();
        }
    }

    fn say(&mut self, viewer: usize, message: &Message) {
        let now = self.now;
        let viewer = &mut self.viewers[viewer];
        for frame in frames(&message.encode(), 65_535) {
            viewer.hub.send(now, viewer.key, frame);
        }
    }

    fn ask(&mut self, viewer: usize, segment: i64, from: u64) {
        let (segment, request) = (SegmentId(segment), RequestId(7));
        self.say(viewer, &Message::Request { segment, request, from });
    }
}

impl Viewer {
    fn listen(&mut self) {
        while let Some(happened) = self.hub.poll() {
            match happened {
                Happened::Opened(_) => self.is_open = true,
                Happened::Closed(_) => self.is_closed = true,
                Happened::Message(_, message) if is_command(&message) => {
                    let command = self.parts.take(&message).map(|body| Message::decode(&body).unwrap());
                    self.heard.extend(command);
                }
                Happened::Message(_, payload) => self.payload.extend(payload),
                Happened::Drained(_) | Happened::Wanted(..) => {}
            }
        }
    }

    fn has_all_of(&self, segment: i64) -> bool {
        let is_end =
            |message: &Message| matches!(message, Message::Completed { segment: of, .. } if of.0 == segment);
        self.heard.iter().any(is_end)
    }
}

#[test]
fn a_viewer_is_told_what_there_is_and_gets_it_right() {
    let mut world = world(limits());
    let viewer = world.come();
    world.until("it is open", |world| world.viewers[0].is_open);
    world.until("it is told", |world| !world.viewers[0].heard.is_empty());
    let Message::Announcement { held, .. } = &world.viewers[viewer].heard[0] else {
        panic!("{:?}", world.viewers[viewer].heard)
    };
    assert_eq!(held.iter().map(|id| id.0).collect::<Vec<_>>(), [0, 1, 2, 3]);

    world.ask(viewer, 2, 0);
    world.until("it has all", |world| world.viewers[0].has_all_of(2));
    let request = RequestId(7);
    let data = Message::Data { segment: SegmentId(2), request, bytes: SEGMENT_BYTES };
    assert!(world.viewers[viewer].heard.contains(&data));
    let found = Digest(Sha256::digest(&world.viewers[viewer].payload).into());
    assert_eq!(found, holding().get(SegmentId(2)).unwrap().digest);
    assert_eq!(world.figures.snapshot().bytes_sent, SEGMENT_BYTES);

    world.viewers[viewer].payload.clear();
    world.ask(viewer, 3, SEGMENT_BYTES - 5);
    world.until("it has the rest", |world| world.viewers[0].has_all_of(3));
    assert_eq!(world.viewers[viewer].payload.len(), 5);

    world.ask(viewer, 9, 0);
    let absent = Message::Absent { segment: SegmentId(9), request };
    world.until("it is told", |world| world.viewers[0].heard.contains(&absent));
}

#[test]
fn a_rate_is_kept_in_all_and_for_each() {
    let limits = Limits { rate_max: 100_000, peer_rate_max: 60_000, ..limits() };
    let mut world = world(limits);
    for _ in 0..3 {
        world.come();
    }
    world.until("all are open", |world| world.viewers.iter().all(|viewer| viewer.is_open));
    // One alone gets its own rate, after the first second's worth and the message that went beyond it.
    world.ask(0, 0, 0);
    let begun = world.now;
    world.until("the first has all", |world| world.viewers[0].has_all_of(0));
    let took = world.now.since(begun).as_secs_f64();
    assert!((3.0..5.5).contains(&took), "{took} s for 300 kB at 60 kB/s");
}

#[test]
fn private_from_one_moment_to_the_next_means_no_byte_more() {
    let mut world = world(Limits { peer_rate_max: 100_000, ..limits() });
    world.come();
    world.until("it is open", |world| world.viewers[0].is_open);
    world.ask(0, 0, 0);
    world.until("some of it came", |world| !world.viewers[0].payload.is_empty());
    world.is_public.store(false, Ordering::Relaxed);
    world.until("it is let go", |world| world.viewers[0].is_closed);
    assert!(world.viewers[0].payload.len() < 300_000);
    assert!(!world.seeder.is_in(SWARM));
}

#[test]
fn the_last_who_leaves_takes_the_swarm_along() {
    let mut world = world(limits());
    world.come();
    world.until("it is open", |world| world.viewers[0].is_open);
    let key = world.viewers[0].key;
    let now = world.now;
    world.viewers[0].hub.close(now, key);
    world.until("nobody is there", |world| world.figures.snapshot().peers == 0);
    assert!(world.seeder.is_in(SWARM), "somebody may come back");
    world.now = world.now + Duration::from_secs(119);
    world.pass(Duration::from_secs(2));
    assert!(!world.seeder.is_in(SWARM));
}

#[test]
fn whoever_vanishes_in_the_middle_costs_a_seat_for_seconds() {
    let mut world = world(limits());
    world.come();
    world.until("it is open", |world| world.viewers[0].is_open);
    world.ask(0, 0, 0);
    world.until("some of it came", |world| !world.viewers[0].payload.is_empty());
    world.viewers[0].is_mute = true;
    let begun = world.now;
    world.until("it is given up", |world| world.figures.snapshot().peers == 0);
    assert!(world.now.since(begun) < Duration::from_secs(40));
}

#[test]
fn an_offer_that_leads_nowhere_loses_its_seat_and_a_flood_of_them_no_others_place() {
    let mut world = world(limits());
    world.come();
    world.until("it is open", |world| world.viewers[0].is_open);
    for place in 1..=200 {
        world.come();
        world.viewers[place].is_mute = true;
        world.pass(Duration::from_millis(25));
    }
    assert!(100 < world.answers, "{}", world.answers);
    world.ask(0, 1, 0);
    world.until("the first is served all the same", |world| world.viewers[0].has_all_of(1));
    world.viewers.truncate(1);
    world.pass(Duration::from_secs(16));
    let viewer = world.come();
    world.until("a newcomer is let in", |world| world.viewers[viewer].is_open);
    assert_eq!(world.figures.snapshot().peers, 2);
}

#[test]
fn when_all_seats_are_taken_whoever_was_idle_longest_makes_room() {
    let mut world = world(Limits { peers_max: 2, ..limits() });
    world.come();
    world.until("it is open", |world| world.viewers[0].is_open);
    world.pass(Duration::from_millis(100));
    world.come();
    world.until("it is open", |world| world.viewers[1].is_open);
    world.come();
    assert_eq!(world.answers, 2, "nobody was idle for long");
    world.pass(Duration::from_secs(61));
    let fourth = world.come();
    world.until("it is let in", |world| world.viewers[fourth].is_open);
    world.until("the first had to go", |world| world.viewers[0].is_closed);
    assert!(!world.viewers[1].is_closed);
}

#[test]
fn somebody_who_forges_anothers_address_is_not_believed() {
    let mut world = world(limits());
    world.come();
    world.until("it is open", |world| world.viewers[0].is_open);
    // The peer's own check, which carries the right password, as if it came from a stranger's address.
    let ours: SocketAddr = OURS.parse().unwrap();
    let stranger: SocketAddr = "203.0.113.99:53".parse().unwrap();
    let mut forged = 0;
    for _ in 0..10_000 {
        let now = world.now;
        let viewer = &mut world.viewers[0];
        viewer.hub.tick(now);
        let mut sent = Vec::new();
        while let Some(datagram) = viewer.hub.datagram() {
            sent.push(datagram);
        }
        for datagram in sent {
            forged += usize::from(datagram.bytes.first() == Some(&0));
            world.seeder.hear(world.now, stranger, ours, &datagram.bytes);
        }
        while let Some(datagram) = world.seeder.datagram() {
            assert_ne!(datagram.to, stranger);
        }
        world.now = world.now + Duration::from_millis(1);
    }
    assert!(0 < forged);
}

#[test]
fn a_stranger_is_told_its_address_and_nothing_else_is_answered() {
    let mut world = world(limits());
    let (ours, stranger): (SocketAddr, SocketAddr) =
        (OURS.parse().unwrap(), "203.0.113.9:1234".parse().unwrap());
    let question = [&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42][..], b"twelve bytes"].concat();
    world.seeder.hear(world.now, stranger, ours, &question);
    let answer = world.seeder.datagram().unwrap();
    assert_eq!((answer.to, answer.bytes.len()), (stranger, 32));
    for noise in [&b""[..], b"GET / HTTP/1.1\r\n", &[22; 1200], &[0; 20], &[128; 100]] {
        world.seeder.hear(world.now, stranger, ours, noise);
        assert!(world.seeder.datagram().is_none(), "{noise:?}");
    }
    assert_eq!(world.figures.snapshot().addresses_told, 1);
}

#[test]
fn five_hundred_slow_peers_hold_no_more_than_their_share() {
    // Two hundred stand for five hundred: each has its certificate and keys made, which takes the time.
    const PEERS: usize = 200;
    let mut world = world(Limits { peers_max: PEERS, ..limits() });
    for _ in 0..PEERS {
        let viewer = world.come();
        world.until("it is open", |world| world.viewers[viewer].is_open);
        world.pass(Duration::from_millis(20));
    }
    for viewer in 0..PEERS {
        world.ask(viewer, 0, 0);
    }
    world.pass(Duration::from_millis(3));
    for viewer in &mut world.viewers {
        viewer.is_mute = true;
    }
    world.pass(Duration::from_millis(300));
    let held = world.seeder.held_bytes();
    assert!(PEERS * 16 * 1024 <= held, "they were sent something: {held}");
    assert!(held <= 32 * 1024 * 1024 + PEERS * 65_535, "{held}");
}

/// A viewer on a socket of its own, until it has what it wants.
fn fetch(port: &socket::Port, answers: &mpsc::Receiver<String>, segment: i64) -> Vec<u8> {
    let clock = Clock::default();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
    let address = socket.local_addr().unwrap();
    let making = making(&address.to_string(), false);
    let mut hub = Hub::new(making, limits(), clock.clone(), Dice, Arc::default());
    let (key, description) = hub.offer(clock.instant()).unwrap();
    let (from, offer_id) = (PeerId(Dice.bytes()), OfferId([1; 20]));
    port.ask(Request::Offer { info_hash: SWARM, from, offer_id, description });
    let answer = answers.recv_timeout(Duration::from_secs(30)).unwrap();
    hub.accept(clock.instant(), key, &answer);
    let is_mute = false;
    let (is_open, is_closed) = (false, false);
    let (parts, heard, payload) = (Parts::default(), Vec::new(), Vec::new());
    let mut viewer = Viewer { hub, address, key, is_open, is_closed, parts, heard, payload, is_mute };
    let mut has_asked = false;
    let mut buffer = [0; 2000];
    while !viewer.has_all_of(segment) {
        let now = clock.instant();
        assert!(now.since(Instant::ZERO) < Duration::from_secs(60), "{:?}", viewer.heard);
        assert!(!viewer.is_closed);
        viewer.hub.tick(now);
        viewer.listen();
        if viewer.is_open && !has_asked {
            has_asked = true;
            let (segment, request) = (SegmentId(segment), RequestId(1));
            for frame in frames(&Message::Request { segment, request, from: 0 }.encode(), 65_535) {
                viewer.hub.send(now, key, frame);
            }
            viewer.hub.tick(now);
        }
        while let Some(Datagram { to, bytes }) = viewer.hub.datagram() {
            socket.send_to(&bytes, to).unwrap();
        }
        if let Ok((length, source)) = socket.recv_from(&mut buffer) {
            viewer.hub.hear(clock.instant(), source, address, &buffer[..length]);
        }
    }
    viewer.payload
}

#[test]
fn over_real_sockets_a_segment_comes_right_and_a_stranger_learns_its_address() {
    let clock = Clock::default();
    let figures = Arc::new(Figures::default());
    // Somebody may have the port beside.
    let places = std::iter::repeat_with(|| {
        let peers = place::bind(&["127.0.0.1:0".parse().unwrap()], &[]).unwrap();
        Places { ears: place::bind_beside(&peers), peers }
    });
    let places = places.take(10).find(|places| !places.ears.is_empty()).unwrap();
    let (ours, ear) = (places.peers[0].address, places.ears[0].address);
    let hub = Hub::new(making(&ours.to_string(), true), limits(), clock.clone(), Dice, figures.clone());
    let seeder = Seeder::new(hub, Dice, figures.clone());
    let (told, answers) = mpsc::channel();
    let surroundings = Surroundings {
        find: Arc::new(|info_hash| {
            (info_hash == SWARM).then(|| Found { holding: holding(), may_give: Arc::new(|| true) })
        }),
        tell: Box::new(move |said| {
            if let Told::Answer { description, .. } = said {
                told.send(description).unwrap();
            }
        }),
        stun: None,
    };
    let (port, thread) =
        socket::start(places, seeder, Stay::WhileNeeded, surroundings, clock, figures).unwrap();
    for segment in [3, 0] {
        let found = Digest(Sha256::digest(fetch(&port, &answers, segment)).into());
        assert_eq!(found, holding().get(SegmentId(segment)).unwrap().digest);
    }
    assert_eq!(port.figures().bytes_sent, 2 * SEGMENT_BYTES);

    let stranger = UdpSocket::bind("127.0.0.1:0").unwrap();
    stranger.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stranger.send_to(&[&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42][..], b"twelve bytes"].concat(), ear).unwrap();
    let mut buffer = [0; 100];
    let (length, from) = stranger.recv_from(&mut buffer).unwrap();
    assert_eq!((length, from), (32, ear));
    assert_eq!(port.ears(), [ear]);
    let masked = u16::from_be_bytes([buffer[26], buffer[27]]);
    assert_eq!(masked ^ 0x2112, stranger.local_addr().unwrap().port());

    port.ask(Request::Stop);
    thread.join().unwrap();
}

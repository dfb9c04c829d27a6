//! The port: its sockets, its thread, and the only waiting.
//!
//! Owns the loop. Decides nothing. A thread of its own, since ciphers take milliseconds that no request should wait for;
//! what is read from the disk is read elsewhere, since a disk may take longer.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use player_core::swarm::Input;
use shared::id::{Digest, InfoHash, OfferId, PeerId};
use shared::time::Instant;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::figures::{Figures, Snapshot};
use super::hub::{Key, Payload};
use super::library::{self, Holding};
use super::place::Place;
use super::seeder::{MayGive, Seeder, Stay, Told};
use super::stun;
use crate::clock::{Clock, timer_now};
use crate::dice::Dice;

/// Longest datagram that is read: paths carry 1,500 bytes, and str0m takes 2,000.
const DATAGRAM_BYTES_MAX: usize = 2000;
/// Datagrams read before anything else is looked at.
const BURST: usize = 64;
/// Requests that wait for the thread. More come only in a flood, and are turned away.
const WAITING_MAX: usize = 256;
/// Threads that read from the disk.
const READERS: usize = 4;
/// How often to ask for our address; routers keep a way open for half a minute at least (RFC 4787 wants two).
const ASK_INTERVAL: Duration = Duration::from_secs(20);
/// Offers that wait while a rendition is opened.
const OFFERS_WAITING_MAX: usize = 32;

/// Something the thread is asked to do.
#[derive(Debug)]
pub enum Request {
    /// Somebody in this swarm offers a connection.
    Offer {
        /// The swarm.
        info_hash: InfoHash,
        /// Who offers.
        from: PeerId,
        /// Which offer.
        offer_id: OfferId,
        /// Its SDP.
        description: String,
    },
    /// Anything else that the tracker says of a swarm we are in.
    Hear(InfoHash, Input),
    /// More segments of a swarm are there to be given; joins it where we are not in it.
    Hold(InfoHash, Holding),
    /// Say goodbye to everybody and end.
    Stop,
}

/// What can be given in a swarm.
pub struct Found {
    /// The rendition.
    pub holding: Holding,
    /// Whether it may still be given, asked again and again.
    pub may_give: MayGive,
}

/// What the thread asks of the rest of the program.
pub struct Surroundings {
    /// What is given in this swarm; none where we have nothing to give. Blocks.
    pub find: Arc<dyn Fn(InfoHash) -> Option<Found> + Send + Sync>,
    /// Tells the tracker. Never blocks.
    pub tell: Box<dyn Fn(Told) + Send>,
    /// Who tells us under which address a router lets us out, if one does.
    pub stun: Option<SocketAddr>,
}

/// The port's handle. Cheap to clone.
#[derive(Clone)]
pub struct Port {
    requests: mpsc::Sender<Request>,
    figures: Arc<Figures>,
    ears: Arc<[SocketAddr]>,
    face: Digest,
}

impl Port {
    /// Asks for something. In a flood it may be let fall.
    pub fn ask(&self, request: Request) {
        match self.requests.try_send(request) {
            Ok(()) | Err(TrySendError::Closed(_)) => {}
            Err(TrySendError::Full(_)) => self.figures.rejected(),
        }
    }

    /// As [`Port::ask`], and waits for its turn.
    pub async fn ask_surely(&self, request: Request) {
        // The thread ends with the program alone.
        let _ = self.requests.send(request).await;
    }

    /// Where strangers are told their address.
    #[must_use]
    pub fn ears(&self) -> &[SocketAddr] {
        &self.ears
    }

    /// What peers know us by: the fingerprint of our certificate.
    #[must_use]
    pub fn face(&self) -> Digest {
        self.face
    }

    /// What was done so far.
    #[must_use]
    pub fn figures(&self) -> Snapshot {
        self.figures.snapshot()
    }
}

/// Where we are reached.
pub struct Places {
    /// By peers.
    pub peers: Vec<Place>,
    /// By strangers who ask for their address; see [`super::place::bind_beside`].
    pub ears: Vec<Place>,
}

/// Starts the thread.
///
/// # Errors
/// What the system says when it gives no thread or takes no socket.
pub fn start(
    places: Places,
    seeder: Seeder,
    stay: Stay,
    surroundings: Surroundings,
    clock: Clock,
    figures: Arc<Figures>,
) -> io::Result<(Port, JoinHandle<()>)> {
    let (requests, waiting) = mpsc::channel(WAITING_MAX);
    let dice = Dice;
    let ears = places.ears.iter().flat_map(Place::addresses).collect();
    let face = seeder.face();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .max_blocking_threads(READERS)
        .thread_name("seed-disk")
        .build()?;
    let open = |places: Vec<Place>| {
        let _entered = runtime.enter();
        places
            .into_iter()
            .map(|place| Ok(Socket { socket: UdpSocket::from_std(place.socket)?, address: place.address }))
            .collect::<io::Result<Vec<Socket>>>()
    };
    let (sockets, strangers) = (open(places.peers)?, open(places.ears)?);
    let (done_by_others, done) = mpsc::unbounded_channel();
    let thread = std::thread::Builder::new().name("seed".to_owned()).spawn(move || {
        let running = Running {
            sockets,
            strangers,
            seeder,
            stay,
            surroundings,
            clock,
            waiting,
            others: done_by_others,
            done,
            opening: HashMap::new(),
            buffer: vec![0; DATAGRAM_BYTES_MAX],
            asked: None,
            ask_at: Instant::ZERO,
            dice,
        };
        runtime.block_on(running.run());
    })?;
    Ok((Port { requests, figures, ears, face }, thread))
}

struct Socket {
    socket: UdpSocket,
    address: SocketAddr,
}

/// What was done on another thread.
enum Done {
    Read(Key, Option<Vec<u8>>),
    Found(InfoHash, Option<Found>),
}

/// An offer that waits for its rendition.
struct Offer {
    from: PeerId,
    offer_id: OfferId,
    description: String,
}

struct Running {
    sockets: Vec<Socket>,
    /// Those that answer strangers.
    strangers: Vec<Socket>,
    seeder: Seeder,
    stay: Stay,
    surroundings: Surroundings,
    clock: Clock,
    waiting: mpsc::Receiver<Request>,
    others: mpsc::UnboundedSender<Done>,
    done: mpsc::UnboundedReceiver<Done>,
    opening: HashMap<InfoHash, Vec<Offer>>,
    buffer: Vec<u8>,
    /// The question for our address that is not answered yet.
    asked: Option<[u8; 12]>,
    /// When to ask again.
    ask_at: Instant,
    dice: Dice,
}

/// What woke the loop.
enum Woken {
    Request(Option<Request>),
    Done(Done),
    Datagrams(usize),
    Strangers(usize),
    Time,
}

impl Running {
    async fn run(mut self) {
        loop {
            self.seeder.tick(self.clock.instant());
            self.ask_for_address().await;
            self.let_go().await;
            match self.wait().await {
                Woken::Request(Some(Request::Stop) | None) => break,
                Woken::Request(Some(request)) => self.obey(request),
                Woken::Done(done) => self.take(done),
                Woken::Datagrams(place) => self.read(place),
                Woken::Strangers(place) => self.tell_addresses(place),
                Woken::Time => {}
            }
        }
        self.seeder.leave_all(self.clock.instant());
        self.let_go().await;
    }

    async fn wait(&mut self) -> Woken {
        let now = self.clock.instant();
        let ask_at = self.surroundings.stun.map(|_| self.ask_at);
        let left = self.seeder.deadline().into_iter().chain(ask_at).min().map(|at| at.since(now));
        let time = async {
            match left {
                Some(left) => tokio::time::sleep_until(timer_now() + left).await,
                None => std::future::pending().await,
            }
        };
        let peers = self.sockets.iter().enumerate().map(|(place, socket)| (socket, Woken::Datagrams(place)));
        let strangers =
            self.strangers.iter().enumerate().map(|(place, socket)| (socket, Woken::Strangers(place)));
        let readable = peers.chain(strangers).map(|(socket, woken)| {
            Box::pin(async move {
                // An error here is met again, and passed over, when the socket is read.
                let _ = socket.socket.readable().await;
                woken
            })
        });
        tokio::select! {
            request = self.waiting.recv() => Woken::Request(request),
            Some(done) = self.done.recv() => Woken::Done(done),
            (woken, _, _) = futures_util::future::select_all(readable) => woken,
            () = time => Woken::Time,
        }
    }

    /// Asks how others see us. Routers forget soon who was let out, so it is asked again and again.
    async fn ask_for_address(&mut self) {
        let now = self.clock.instant();
        let Some(server) = self.surroundings.stun.filter(|_| self.ask_at <= now) else { return };
        self.ask_at = now + ASK_INTERVAL;
        let transaction = self.dice.bytes();
        self.asked = Some(transaction);
        if let Some(socket) = self.sockets.iter().find(|socket| socket.address.is_ipv4() == server.is_ipv4())
        {
            // One that is lost is asked again.
            let _ = socket.socket.send_to(&stun::question(transaction), server).await;
        }
    }

    /// Hands on what the swarms want done elsewhere.
    async fn let_go(&mut self) {
        while let Some((key, payload)) = self.seeder.wanted() {
            let others = self.others.clone();
            tokio::task::spawn_blocking(move || {
                // When nobody listens any more the program is about to end.
                let _ = others.send(Done::Read(key, read(&payload)));
            });
        }
        while let Some(told) = self.seeder.told() {
            (self.surroundings.tell)(told);
        }
        while let Some(datagram) = self.seeder.datagram() {
            let family = |socket: &&Socket| socket.address.is_ipv4() == datagram.to.is_ipv4();
            if let Some(socket) = self.sockets.iter().find(family) {
                // One that is not sent is lost on the way, like any other.
                let _ = socket.socket.send_to(&datagram.bytes, datagram.to).await;
            }
        }
    }

    fn read(&mut self, place: usize) {
        let Some(socket) = self.sockets.get(place) else { return };
        for _ in 0..BURST {
            match socket.socket.try_recv_from(&mut self.buffer) {
                Ok((length, source)) => {
                    let now = self.clock.instant();
                    let datagram = self.buffer.get(..length).unwrap_or_default();
                    if self.surroundings.stun == Some(source)
                        && let Some(asked) = self.asked
                        && let Some(address) = stun::answered(datagram, asked)
                    {
                        self.asked = None;
                        self.seeder.be_known_as(address, socket.address);
                        continue;
                    }
                    self.seeder.hear(now, source, socket.address, datagram);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // What an earlier datagram met on its way (ICMP) says nothing of this socket.
                Err(_) => {}
            }
        }
    }

    fn tell_addresses(&mut self, place: usize) {
        let Some(socket) = self.strangers.get(place) else { return };
        for _ in 0..BURST {
            match socket.socket.try_recv_from(&mut self.buffer) {
                Ok((length, source)) => {
                    let datagram = self.buffer.get(..length).unwrap_or_default();
                    if let Some(answer) = self.seeder.tell_address(self.clock.instant(), source, datagram) {
                        // One that is not sent is lost on the way, like any other.
                        let _ = socket.socket.try_send_to(&answer, source);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // As above.
                Err(_) => {}
            }
        }
    }

    fn obey(&mut self, request: Request) {
        let now = self.clock.instant();
        match request {
            Request::Offer { info_hash, from, offer_id, description } => {
                self.offered(info_hash, Offer { from, offer_id, description });
            }
            Request::Hear(info_hash, input) => self.seeder.hear_of(now, info_hash, input),
            Request::Hold(info_hash, holding) if self.seeder.is_in(info_hash) => {
                self.seeder.add(now, info_hash, holding);
            }
            Request::Hold(info_hash, holding) => {
                let may_give: MayGive = Arc::new(|| true);
                self.seeder.join(now, info_hash, holding, may_give, self.stay);
            }
            Request::Stop => {}
        }
    }

    fn offered(&mut self, info_hash: InfoHash, offer: Offer) {
        if self.seeder.is_in(info_hash) {
            self.take_offer(info_hash, offer);
            return;
        }
        let is_first = !self.opening.contains_key(&info_hash);
        let waiting = self.opening.entry(info_hash).or_default();
        if waiting.len() < OFFERS_WAITING_MAX {
            waiting.push(offer);
        }
        if is_first {
            let (find, others) = (self.surroundings.find.clone(), self.others.clone());
            tokio::task::spawn_blocking(move || {
                // When nobody listens any more the program is about to end.
                let _ = others.send(Done::Found(info_hash, find(info_hash)));
            });
        }
    }

    fn take(&mut self, done: Done) {
        let now = self.clock.instant();
        match done {
            Done::Read(key, bytes) => self.seeder.supply(now, key, bytes),
            Done::Found(info_hash, found) => {
                let waiting = self.opening.remove(&info_hash).unwrap_or_default();
                let Some(found) = found else { return };
                if self.seeder.join(now, info_hash, found.holding, found.may_give, self.stay) {
                    for offer in waiting {
                        self.take_offer(info_hash, offer);
                    }
                }
            }
        }
    }

    fn take_offer(&mut self, info_hash: InfoHash, offer: Offer) {
        let Offer { from, offer_id, description } = offer;
        let input = Input::OfferHeard { from, offer_id, description };
        self.seeder.hear_of(self.clock.instant(), info_hash, input);
    }
}

fn read(payload: &Payload) -> Option<Vec<u8>> {
    match library::read(&payload.file, payload.at, payload.bytes) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            tracing::error!(%error, "a segment could not be read");
            None
        }
    }
}

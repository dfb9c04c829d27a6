//! The tracker, beside the one that npm and PeerTube have: the same viewers, the same offers, one after the other.
//!
//! A unit of work is one announce with ten offers, all of which are relayed, answered, and answered back: 11 messages in,
//! 21 out. Costs are the tracker's processor time alone. Every turn counts what arrived: a fast answer that is missing
//! is worth nothing.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use serde_json::{Value, json};
use shared::id::{InfoHash, OfferId, PeerId, Uuid};
use shared::swarm_name::{Protocol, Stream, SwarmName};
use shared::tracker::{Announce, Answer, Description, Event, FromClient, FromTracker, Offer};

use super::processes::Usage;
use super::trial::{Figure, Trial};
use crate::rig::websocket::{PING, PONG, TEXT, read_frame, write_frame};
use crate::rig::{Clip, Instance, Options, RivalTracker, Upload, WebSocket, clip};

const ROUNDS: usize = 3;
const VIEWERS: usize = 1000;
const SWARMS: usize = 50;
const OFFERS: u8 = 10;
/// A description of a browser with a handful of addresses.
const SDP_BYTES: usize = 1300;
/// Announces under way at once, as in a busy evening; and all at once.
const WINDOWS: [usize; 2] = [64, VIEWERS];
const WARM_DURATION: Duration = Duration::from_secs(1);
const TURN_DURATION: Duration = Duration::from_secs(5);
/// Nothing is lost that comes this late.
const LOSS_DURATION: Duration = Duration::from_secs(20);
/// Viewers who are connected and wait.
const IDLE_VIEWERS: usize = 8000;
const FINISH_DURATION_MAX: Duration = Duration::from_secs(300);

const CPU: [Figure; 2] = [
    Figure::cost("CPU per announce with 10 offers and 10 answers, 64 at once", "us"),
    Figure::cost("CPU per announce with 10 offers and 10 answers, 1000 at once", "us"),
];
const MESSAGES: [Figure; 2] = [
    Figure::yield_of("messages in and out per CPU second, 64 at once", ""),
    Figure::yield_of("messages in and out per CPU second, 1000 at once", ""),
];
const RATE: Figure = Figure::yield_of("announces a second, 1000 at once", "/s");
const LOST: [Figure; 2] =
    [Figure::cost("offers lost, 64 at once", ""), Figure::cost("offers lost, 1000 at once", "")];
const MEMORY: Figure = Figure::cost("memory per connected viewer", "bytes");

/// Measures.
///
/// # Errors
/// When a part is missing or an answer is wrong.
pub async fn run() -> Result<()> {
    let mut trial = Trial::new("tracker", &["shoal", "bittorrent-tracker 11.2.3"], ROUNDS);
    for turn in trial.turns() {
        let contender = if turn.1 == 0 { Contender::ours().await? } else { Contender::rivals().await? };
        let before = contender.resident_bytes()?;
        let idle = tokio::task::block_in_place(|| Crowd::connect(&contender, IDLE_VIEWERS))?;
        let bytes = contender.resident_bytes()?.saturating_sub(before);
        #[expect(clippy::cast_precision_loss, reason = "far below 53 bits")]
        trial.note(turn, MEMORY, bytes as f64 / IDLE_VIEWERS as f64);
        drop(idle);
        for (place, window) in WINDOWS.into_iter().enumerate() {
            let mut crowd = tokio::task::block_in_place(|| Crowd::connect(&contender, VIEWERS))?;
            let run = tokio::task::block_in_place(|| crowd.run(window, contender.pid))?;
            let figure = |figures: &[Figure; 2]| figures.get(place).copied().unwrap_or(RATE);
            trial.note(turn, figure(&CPU), run.cpu.as_secs_f64() * 1e6 / run.units);
            trial.note(turn, figure(&MESSAGES), run.units * 32.0 / run.cpu.as_secs_f64());
            trial.note(turn, figure(&LOST), run.lost);
            if window == VIEWERS {
                trial.note(turn, RATE, run.units / run.wall.as_secs_f64());
            }
        }
    }
    trial.finish()
}

/// A tracker that runs, and swarms it allows.
struct Contender {
    address: SocketAddr,
    path: &'static str,
    pid: u32,
    swarms: Vec<InfoHash>,
    _server: Server,
}

/// Held for as long as it runs.
enum Server {
    Ours { _instance: Box<Instance> },
    Rivals { _tracker: RivalTracker },
}

impl Contender {
    /// The whole server. Its videos have enough renditions for all the swarms.
    async fn ours() -> Result<Contender> {
        let options = Options::default()
            // As little as the rival bounds its clients.
            .set("tracker.messages_per_second_max", 1_000_000)
            .set("transcoding.heights", "144,240,360,480,720");
        let server = Instance::start_with(options).await?;
        let admin = server.admin().await?;
        let film = clip(&Clip { seconds: 2, width: 1280, height: 720, ..Clip::default() })?;
        let mut swarms = Vec::new();
        while swarms.len() < SWARMS {
            let uuid = Upload::file(&admin, &json!({ "name": "Bench", "privacy": 1 }), &film).await?;
            Upload::finished(&admin, &uuid, FINISH_DURATION_MAX).await?;
            let page = admin.get(&format!("/api/v1/videos/{uuid}")).await?;
            swarms.extend(swarms_of(&serde_json::from_slice(&page.body)?)?);
        }
        swarms.truncate(SWARMS);
        let pid = server.pid().context("the server does not run")?;
        let (address, path) = (server.address(), "/tracker/socket");
        Ok(Contender { address, path, pid, swarms, _server: Server::Ours { _instance: Box::new(server) } })
    }

    async fn rivals() -> Result<Contender> {
        let tracker = RivalTracker::start().await?;
        let (address, pid) = (tracker.address(), tracker.pid());
        let swarms = (0..SWARMS).map(|number| {
            let mut hash = [b'.'; 20];
            hash.iter_mut().zip(number.to_string().bytes()).for_each(|(place, digit)| *place = digit);
            InfoHash(hash)
        });
        let _server = Server::Rivals { _tracker: tracker };
        Ok(Contender { address, path: "/", pid, swarms: swarms.collect(), _server })
    }

    /// What of its memory is its own: the socket's buffers are the kernel's.
    fn resident_bytes(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("no RssAnon")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse::<u64>()? * 1024)
    }
}

/// The swarms of a video, as its page names them.
fn swarms_of(page: &Value) -> Result<Vec<InfoHash>> {
    let playlist = page.pointer("/streamingPlaylists/0").context("no playlist")?;
    let playlist_url = playlist.get("playlistUrl").and_then(Value::as_str).context("no address")?;
    let video: Uuid = page.get("uuid").and_then(Value::as_str).context("no UUID")?.parse()?;
    let files = playlist.get("files").and_then(Value::as_array).context("no files")?;
    let mut names: Vec<InfoHash> = (0..files.len())
        .map(|place| SwarmName::Place { playlist_url, stream: Stream::Main, place }.info_hash())
        .collect();
    for file in files {
        let resolution = file.pointer("/resolution/id").and_then(Value::as_u64).context("no resolution")?;
        let resolution = u32::try_from(resolution)?;
        names.extend(Protocol::ALL.map(|protocol| {
            SwarmName::Resolution { protocol, video, stream: Stream::Main, resolution }.info_hash()
        }));
    }
    Ok(names)
}

/// Viewers, all driven by one loop.
struct Crowd {
    epoll: OwnedFd,
    viewers: Vec<Viewer>,
    dirty: Vec<usize>,
    /// The descriptions that are sent, written once.
    offer: String,
    answer: String,
    announced: u64,
    offered: u64,
    answered: u64,
}

struct Viewer {
    stream: TcpStream,
    swarm: InfoHash,
    peer_id: PeerId,
    unread: Vec<u8>,
    unsent: Vec<u8>,
    is_dirty: bool,
    /// Answers that its announce still waits for.
    waits_for: u8,
}

/// What one run gave.
struct Run {
    units: f64,
    lost: f64,
    cpu: Duration,
    wall: Duration,
}

impl Crowd {
    fn connect(contender: &Contender, viewers: usize) -> Result<Crowd> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        let sdp: String = "a=candidate:1 1 udp 2113937151 192.0.2.77 54321 typ host\r\n"
            .chars()
            .cycle()
            .take(SDP_BYTES)
            .collect();
        let mut crowd = Crowd {
            epoll,
            viewers: Vec::with_capacity(viewers),
            dirty: Vec::new(),
            offer: Description::offer(&sdp),
            answer: Description::answer(&sdp),
            announced: 0,
            offered: 0,
            answered: 0,
        };
        for number in 0..viewers {
            let mut socket = WebSocket::open(contender.address, contender.path)?;
            let swarm = *contender.swarms.get(number % SWARMS).context("there are swarms")?;
            let mut peer_id = *b"-XX0100-............";
            peer_id
                .iter_mut()
                .skip(8)
                .zip(number.to_string().bytes())
                .for_each(|(place, digit)| *place = digit);
            let peer_id = PeerId(peer_id);
            let mut text = String::new();
            let (event, is_complete, offers) = (Event::Started, false, Vec::new());
            let joins = Announce { info_hash: swarm, peer_id, event, is_complete, offers };
            FromClient::Announce(joins).encode(&mut text);
            socket.say(&text)?;
            ensure!(matches!(FromTracker::decode(&socket.text()?)?, FromTracker::Announced(_)));
            let stream = socket.into_stream();
            stream.set_nonblocking(true)?;
            epoll::add(&crowd.epoll, &stream, EventData::new_u64(number as u64), EventFlags::IN)?;
            let (unread, unsent) = (Vec::new(), Vec::new());
            crowd.viewers.push(Viewer {
                stream,
                swarm,
                peer_id,
                unread,
                unsent,
                is_dirty: false,
                waits_for: 0,
            });
        }
        Ok(crowd)
    }

    /// Keeps `window` announces under way, then lets the last of them end.
    fn run(&mut self, window: usize, pid: u32) -> Result<Run> {
        let mut next = 0;
        for _ in 0..window.min(self.viewers.len()) {
            self.announce(next)?;
            next += 1;
        }
        let begun = Instant::now();
        self.work(|_| begun.elapsed() < WARM_DURATION, true, &mut next)?;
        let (before, units_before, start) = (Usage::of(pid)?, self.answered, Instant::now());
        self.work(|_| start.elapsed() < TURN_DURATION, true, &mut next)?;
        let (wall, cpu) = (start.elapsed(), Usage::of(pid)? - before);
        let answers = self.answered - units_before;
        let ending = Instant::now();
        self.work(|crowd| crowd.waits() && ending.elapsed() < LOSS_DURATION, false, &mut next)?;
        let wanted = self.announced * u64::from(OFFERS);
        eprintln!(
            "    {window} at once: {} announces, {} offers, {} answers in all",
            self.announced, self.offered, self.answered
        );
        #[expect(clippy::cast_precision_loss, reason = "far below 53 bits")]
        Ok(Run {
            units: answers as f64 / f64::from(OFFERS),
            lost: wanted.saturating_sub(self.offered.min(self.answered)) as f64,
            cpu: cpu.own,
            wall,
        })
    }

    fn waits(&self) -> bool {
        self.viewers.iter().any(|viewer| 0 < viewer.waits_for)
    }

    fn work(&mut self, goes_on: impl Fn(&Crowd) -> bool, is_renewed: bool, next: &mut usize) -> Result<()> {
        let mut events = Vec::with_capacity(1024);
        let mut buffer = vec![0; 256 * 1024];
        while goes_on(self) {
            let timeout = Timespec::try_from(Duration::from_millis(100))?;
            epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&timeout))?;
            let mut done = 0;
            for event in events.drain(..) {
                let number = usize::try_from({ event.data }.u64())?;
                if { event.flags }.contains(EventFlags::OUT) {
                    self.flush(number)?;
                }
                done += self.read(number, &mut buffer)?;
            }
            for _ in 0..if is_renewed { done } else { 0 } {
                // Whoever is still waiting is passed over; with all at once, the one that is done is the only one.
                let count = self.viewers.len();
                let free = (0..count).map(|step| (*next + step) % count);
                let free = free
                    .into_iter()
                    .find(|at| self.viewers.get(*at).is_some_and(|viewer| viewer.waits_for == 0));
                if let Some(free) = free {
                    self.announce(free)?;
                    *next = (free + 1) % count;
                }
            }
            while let Some(number) = self.dirty.pop() {
                self.flush(number)?;
            }
        }
        Ok(())
    }

    fn announce(&mut self, number: usize) -> Result<()> {
        let description = Description::parse(&self.offer).context("no JSON object")?;
        let viewer = self.viewers.get_mut(number).context("there is no such viewer")?;
        let offer = |id: u8| Offer { offer_id: OfferId([id; 20]), description };
        let announce = Announce {
            info_hash: viewer.swarm,
            peer_id: viewer.peer_id,
            event: Event::Update,
            is_complete: false,
            offers: (200..200 + OFFERS).map(offer).collect(),
        };
        viewer.waits_for = OFFERS;
        self.announced += 1;
        let message = FromClient::Announce(announce);
        let mut text = String::with_capacity(16 * 1024);
        message.encode(&mut text);
        self.send(number, &text)
    }

    fn send(&mut self, number: usize, text: &str) -> Result<()> {
        let viewer = self.viewers.get_mut(number).context("there is no such viewer")?;
        write_frame(&mut viewer.unsent, TEXT, text.as_bytes());
        if !viewer.is_dirty {
            viewer.is_dirty = true;
            self.dirty.push(number);
        }
        Ok(())
    }

    fn flush(&mut self, number: usize) -> Result<()> {
        let viewer = self.viewers.get_mut(number).context("there is no such viewer")?;
        viewer.is_dirty = false;
        while !viewer.unsent.is_empty() {
            match (&viewer.stream).write(&viewer.unsent) {
                Ok(count) => drop(viewer.unsent.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error).context("a viewer was cut off"),
            }
        }
        let flags = if viewer.unsent.is_empty() { EventFlags::IN } else { EventFlags::IN | EventFlags::OUT };
        epoll::modify(&self.epoll, &viewer.stream, EventData::new_u64(number as u64), flags)?;
        Ok(())
    }

    /// Hears what came, and says how many announces are answered in full by it.
    fn read(&mut self, number: usize, buffer: &mut [u8]) -> Result<usize> {
        let viewer = self.viewers.get_mut(number).context("there is no such viewer")?;
        match (&viewer.stream).read(buffer) {
            Ok(0) => anyhow::bail!("a viewer was cut off"),
            Ok(count) => viewer.unread.extend_from_slice(buffer.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(0),
            Err(error) => return Err(error).context("a viewer was cut off"),
        }
        let unread = std::mem::take(&mut viewer.unread);
        let (mut at, mut done) = (0, 0);
        while let Some((used, opcode, payload)) = read_frame(unread.get(at..).unwrap_or_default())? {
            match opcode {
                TEXT => done += usize::from(self.hear(number, std::str::from_utf8(payload)?)?),
                PING => {
                    let viewer = self.viewers.get_mut(number).context("there is no such viewer")?;
                    write_frame(&mut viewer.unsent, PONG, payload);
                }
                _ => anyhow::bail!("a viewer was let go"),
            }
            at += used;
        }
        let viewer = self.viewers.get_mut(number).context("there is no such viewer")?;
        viewer.unread = unread.get(at..).unwrap_or_default().to_vec();
        Ok(done)
    }

    fn hear(&mut self, number: usize, text: &str) -> Result<bool> {
        match FromTracker::decode(text)? {
            FromTracker::Announced(_) | FromTracker::Scraped { .. } => Ok(false),
            FromTracker::Failure { reason, .. } => anyhow::bail!("a viewer was refused: {reason}"),
            FromTracker::Offer { info_hash, peer_id, offer } => {
                ensure!(offer.description.json() == self.offer, "an offer was changed on its way");
                self.offered += 1;
                let own = self.viewers.get(number).context("there is no such viewer")?.peer_id;
                let description = Description::parse(&self.answer).context("no JSON object")?;
                let answer =
                    Answer { info_hash, peer_id: own, to: peer_id, offer_id: offer.offer_id, description };
                let mut text = String::with_capacity(2048);
                FromClient::Answer(answer).encode(&mut text);
                self.send(number, &text)?;
                Ok(false)
            }
            FromTracker::Answer { description, .. } => {
                ensure!(description.json() == self.answer, "an answer was changed on its way");
                self.answered += 1;
                let viewer = self.viewers.get_mut(number).context("there is no such viewer")?;
                viewer.waits_for = viewer.waits_for.saturating_sub(1);
                Ok(viewer.waits_for == 0)
            }
        }
    }
}

//! One viewer from its first question to the end of the film.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::{SocketAddr, UdpSocket};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use backend::clock::{Clock, timer_now};
use backend::dice::Dice;
use backend::seed::hub::{Datagram, Happened, Hub, Key, Limits};
use backend::seed::mirror::{Address, Dialer};
use backend::seed::peer::Making;
use player_core::Player;
use player_core::io::{
    Family, Fetch, FetchId, Input, Load, MediaEvent, Notice, Output, Quality, Sharing, Span, SwarmId, Want,
};
use player_core::stats::Stats;
use player_core::swarm::{self, AssemblyId, LinkId};
use serde_json::Value;
use shared::digests::Digests;
use shared::hls;
use shared::id::{Digest, InfoHash, PeerId};
use shared::peer::is_command;
use shared::time::Instant;
use shared::tracker::{Announce, Answer, Description, FromClient, FromTracker, Offer};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::meet::{self, Word};
use super::shelf::Shelf;
use super::web::{Got, Web};
use crate::sim::element::Element;

/// How often the element looks whether it plays on.
const STEP: Duration = Duration::from_millis(20);
/// The longest datagram.
const DATAGRAM_BYTES_MAX: usize = 2048;
/// A viewer with that many connections has all a browser would.
const PEERS_MAX: usize = 100;

/// What to watch, and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The page of a video.
    pub page: Address,
    /// Take part in carrying it to others.
    pub sharing: bool,
    /// Stop after so much of the film; none for all of it.
    pub stop: Option<Duration>,
}

/// What one viewer saw.
#[derive(Clone, Copy, Debug)]
pub struct Watched {
    /// The player's own figures at the end.
    pub stats: Stats,
    /// Bytes of media and lists from the instance.
    pub from_origin: u64,
    /// Most connections at once.
    pub peers_most: usize,
    /// From the beginning to the end of the viewing.
    pub took: Duration,
}

/// Watches.
///
/// # Errors
/// When the video cannot be found, playback fails, or a rule between player and shell is broken.
pub async fn watch(settings: Settings) -> Result<Watched> {
    let web = Web::new()?;
    let Address { instance, video } = &settings.page;
    let text = web.text(&format!("{instance}/api/v1/videos/{video}")).await?;
    let found: Value = serde_json::from_str(&text)?;
    let mut viewer = Viewer::new(&settings, web, &found)?;
    viewer.run(settings.stop).await
}

/// What happens beside the element and the connections.
enum Event {
    Progress(FetchId, u64),
    Got(FetchId, Got),
    /// Of the socket that was dialled as the so-manieth.
    Tracker(u64, Word),
}

struct Running {
    fetch: Fetch,
    task: JoinHandle<()>,
}

struct Viewer {
    clock: Clock,
    player: Player,
    element: Element,
    hub: Hub,
    socket: tokio::net::UdpSocket,
    address: SocketAddr,
    web: Web,
    dialer: Dialer,
    shelf: Shelf,
    fetches: BTreeMap<FetchId, Running>,
    happened: mpsc::UnboundedReceiver<Event>,
    happen: mpsc::UnboundedSender<Event>,
    dialled: u64,
    tracker: Option<(mpsc::UnboundedSender<String>, JoinHandle<()>)>,
    swarms: BTreeMap<SwarmId, (InfoHash, PeerId)>,
    links: BTreeMap<(SwarmId, LinkId), Key>,
    keys: HashMap<Key, (SwarmId, LinkId)>,
    assemblies: BTreeMap<(SwarmId, AssemblyId), Vec<u8>>,
    /// The payload that was just handed in.
    payload: Option<Vec<u8>>,
    answers: VecDeque<Input>,
    digests: Option<Digests>,
    /// By file name and range.
    spans: Vec<(String, hls::ByteRange, Span)>,
    from_origin: u64,
    peers_most: usize,
    failure: Option<String>,
}

impl Viewer {
    fn new(settings: &Settings, web: Web, found: &Value) -> Result<Viewer> {
        let text = |path: &str| found.pointer(path).and_then(Value::as_str).map(str::to_owned);
        let playlist = text("/streamingPlaylists/0/playlistUrl").context("the video has no playlist")?;
        let length =
            found.pointer("/duration").and_then(Value::as_u64).context("a video without a length")?;
        let trackers = found.pointer("/trackerUrls").and_then(Value::as_array).into_iter().flatten();
        let trackers: Vec<String> = trackers
            .filter_map(Value::as_str)
            .filter(|url| url.starts_with("ws"))
            .map(str::to_owned)
            .collect();

        let clock = Clock::default();
        let address = own_address(&settings.page.instance)?;
        let socket = UdpSocket::bind(address)?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let crypto = Arc::new(backend::seed::crypto());
        let certificate = crypto.dtls_provider.generate_certificate().context("no certificate")?;
        let making =
            Making { crypto, certificate, addresses: vec![address], reflexive: None, is_lite: false };
        let limits = Limits { peers_max: PEERS_MAX, rate_max: u64::MAX, peer_rate_max: u64::MAX };
        let hub = Hub::new(making, limits, clock.clone(), Dice, Arc::default());
        let now = clock.instant();
        let (happen, happened) = mpsc::unbounded_channel();
        let mut viewer = Viewer {
            player: Player::new(u64::from_be_bytes(Dice.bytes())),
            // The API rounds; the playlist says when it is really over.
            element: Element::new(now, Duration::from_secs(length)),
            hub,
            socket: tokio::net::UdpSocket::from_std(socket)?,
            address,
            web,
            dialer: Dialer::new(&[])?,
            shelf: Shelf::new()?,
            fetches: BTreeMap::new(),
            happened,
            happen,
            dialled: 0,
            tracker: None,
            swarms: BTreeMap::new(),
            links: BTreeMap::new(),
            keys: HashMap::new(),
            assemblies: BTreeMap::new(),
            payload: None,
            answers: VecDeque::new(),
            digests: None,
            spans: Vec::new(),
            from_origin: 0,
            peers_most: 0,
            failure: None,
            clock,
        };
        viewer.answers.push_back(Input::Load(Load {
            url: playlist.clone(),
            digests: text("/streamingPlaylists/0/segmentsSha256Url"),
            token: None,
            start: Duration::ZERO,
            stop: None,
            repeat: false,
            quality: Quality::Auto,
            bandwidth: None,
            viewport: None,
        }));
        if settings.sharing && !trackers.is_empty() {
            viewer.answers.push_back(Input::Share(Some(Sharing {
                instance: None,
                me: PeerId::from_random(Dice.bytes()),
                trackers,
                family: Family::Place { playlist_url: playlist },
                uploads: true,
                upload_rate_max: None,
                store_bytes_max: None,
            })));
        }
        let events = viewer.element.play();
        viewer.media(events);
        Ok(viewer)
    }

    async fn run(&mut self, stop: Option<Duration>) -> Result<Watched> {
        let begun = self.clock.instant();
        let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
        loop {
            let now = self.clock.instant();
            self.answers.extend(self.element.advance(now));
            self.hub.tick(now);
            self.follow()?;
            if self.player.deadline().is_some_and(|deadline| deadline <= now) {
                self.answers.push_back(Input::Tick { position: self.element.position });
            }
            self.settle()?;
            self.send().await;
            if let Some(failure) = self.failure.take() {
                anyhow::bail!("playback failed: {failure}");
            }
            let is_over = stop.is_some_and(|stop| stop <= self.element.position);
            if self.element.has_ended || is_over {
                break;
            }
            let deadlines = [self.player.deadline(), self.hub.deadline()].into_iter().flatten();
            let left = deadlines.map(|at| at.since(now)).fold(STEP, Duration::min);
            tokio::select! {
                event = self.happened.recv() => self.take(event.context("we hold the other end")?)?,
                readable = self.socket.readable() => {
                    readable?;
                    self.read(&mut buffer);
                }
                () = tokio::time::sleep_until(timer_now() + left) => {}
            }
        }
        let (stats, took) = (self.player.stats(), self.clock.instant().since(begun));
        self.answers.push_back(Input::Close);
        self.settle()?;
        self.send().await;
        ensure!(self.shelf.is_empty(), "segments were left behind");
        Ok(Watched { stats, from_origin: self.from_origin, peers_most: self.peers_most, took })
    }

    fn now(&self) -> Instant {
        self.clock.instant()
    }

    fn media(&mut self, events: Vec<MediaEvent>) {
        let at = self.element.position;
        self.answers.extend(events.into_iter().map(|event| Input::Media { at, event }));
    }

    /// Reads what the network brought, some at a time.
    fn read(&mut self, buffer: &mut [u8]) {
        for _ in 0..64 {
            let Ok((length, source)) = self.socket.try_recv_from(buffer) else { return };
            let datagram = buffer.get(..length).unwrap_or_default();
            self.hub.hear(self.clock.instant(), source, self.address, datagram);
        }
    }

    async fn send(&mut self) {
        while let Some(Datagram { to, bytes }) = self.hub.datagram() {
            // One that is not sent is lost on the way, like any other.
            let _ = self.socket.send_to(&bytes, to).await;
        }
    }

    fn take(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Progress(id, bytes) if self.fetches.contains_key(&id) => {
                self.answers.push_back(Input::Progress { id, bytes });
            }
            Event::Got(id, got) => {
                if let Some(Running { fetch, .. }) = self.fetches.remove(&id) {
                    self.got(&fetch, got)?;
                }
            }
            Event::Tracker(dialled, word) if dialled == self.dialled && self.tracker.is_some() => {
                match word {
                    Word::Up => self.answers.push_back(Input::TrackerUp),
                    Word::Down => self.answers.push_back(Input::TrackerDown),
                    Word::Said(text) => self.hear_tracker(&text),
                }
            }
            Event::Progress(..) | Event::Tracker(..) => {}
        }
        Ok(())
    }

    fn got(&mut self, fetch: &Fetch, (bytes, failure): Got) -> Result<()> {
        let id = fetch.id;
        let length = u64::try_from(bytes.len())?;
        self.from_origin += length;
        let is_text = matches!(fetch.want, Want::Playlist | Want::Digests);
        match failure {
            None if is_text => {
                let text = String::from_utf8(bytes)?;
                self.learn(fetch, &text)?;
                self.answers.push_back(Input::Text { id, text });
            }
            None => {
                let body = self.shelf.put(&bytes, fetch.want == Want::Init)?;
                self.answers.push_back(Input::Body { id, body, bytes: length });
            }
            Some(why) => {
                if fetch.want == Want::Segment && 0 < length {
                    let body = self.shelf.put(&bytes, false)?;
                    self.answers.push_back(Input::Partial { id, body, bytes: length });
                }
                self.answers.push_back(Input::FetchFailed { id, why });
            }
        }
        Ok(())
    }

    /// Notes when which bytes play.
    fn learn(&mut self, fetch: &Fetch, text: &str) -> Result<()> {
        if fetch.want == Want::Digests {
            self.digests = Some(Digests::parse(text)?);
            return Ok(());
        }
        let hls::Playlist::Media(playlist) = hls::parse(text)? else { return Ok(()) };
        let mut start = Duration::ZERO;
        for segment in &playlist.segments {
            let span = Span { start, end: start + segment.duration };
            start = span.end;
            let range = segment.range.context("a segment that is a file of its own")?;
            self.spans.push((hls::file_name(&segment.uri).to_owned(), range, span));
        }
        self.element.set_length(start);
        Ok(())
    }

    /// When the bytes of this digest play.
    fn span_of(&self, digest: Digest) -> Option<Span> {
        let digests = self.digests.as_ref()?;
        let vouched = |name: &str, range| digests.get(name, range) == Some(digest);
        self.spans.iter().find(|(name, range, _)| vouched(name, *range)).map(|(_, _, span)| *span)
    }

    /// Hands the player all there is, and obeys it.
    fn settle(&mut self) -> Result<()> {
        while let Some(input) = self.answers.pop_front() {
            let now = self.now();
            self.player.handle(now, input);
            while let Some(output) = self.player.poll() {
                self.obey(output)?;
            }
            // A payload that nobody wanted is gone.
            self.payload = None;
        }
        self.peers_most = self.peers_most.max(self.player.stats().peers);
        Ok(())
    }

    fn give(&mut self, swarm: SwarmId, input: swarm::Input) -> Result<()> {
        self.answers.push_back(Input::Swarm { swarm, input });
        self.settle()
    }

    /// Passes on what happened on connections.
    fn follow(&mut self) -> Result<()> {
        while let Some(happened) = self.hub.poll() {
            let of = |key: &Key| self.keys.get(key).copied();
            match happened {
                Happened::Opened(key) => {
                    if let Some((swarm, link)) = of(&key) {
                        self.give(swarm, swarm::Input::Opened { link })?;
                    }
                }
                Happened::Message(key, message) => {
                    let Some((swarm, link)) = of(&key) else { continue };
                    if is_command(&message) {
                        self.give(swarm, swarm::Input::Command { link, message })?;
                    } else {
                        // What waits is settled first, so that the payload is there for its own input alone.
                        self.settle()?;
                        let bytes = u64::try_from(message.len())?;
                        self.payload = Some(message);
                        self.give(swarm, swarm::Input::Payload { link, bytes })?;
                    }
                }
                Happened::Drained(key) => {
                    if let Some((swarm, link)) = of(&key) {
                        self.give(swarm, swarm::Input::Drained { link })?;
                    }
                }
                Happened::Wanted(key, payload) => {
                    let mut bytes = vec![0; usize::try_from(payload.bytes)?];
                    let is_read = payload.file.read_exact_at(&mut bytes, payload.at).is_ok();
                    self.hub.supply(self.clock.instant(), key, is_read.then_some(bytes));
                }
                Happened::Closed(key) => {
                    let Some((swarm, link)) = self.keys.remove(&key) else { continue };
                    self.links.remove(&(swarm, link));
                    self.give(swarm, swarm::Input::Closed { link })?;
                }
            }
        }
        Ok(())
    }

    fn obey(&mut self, output: Output) -> Result<()> {
        match output {
            Output::Fetch(fetch) => self.fetch(fetch),
            Output::Abort { id } => {
                if let Some(running) = self.fetches.remove(&id) {
                    running.task.abort();
                }
            }
            Output::Digest { body } => {
                let digest = self.shelf.get(body)?.digest;
                self.answers.push_back(Input::Digested { body, digest });
            }
            Output::Release { body } => self.shelf.release(body)?,
            Output::AskSupport { types } => self.answers.push_back(Input::Supported(types)),
            Output::Open { tracks } => {
                let tracks: Vec<_> = tracks.into_iter().map(|(track, _)| track).collect();
                self.element.open(&tracks);
            }
            Output::Append { track, body, .. } => {
                let body = self.shelf.get(body)?;
                let span = match body.is_init {
                    true => None,
                    false => Some(self.span_of(body.digest).context("what nobody vouched for is shown")?),
                };
                self.element.append(track, span);
            }
            Output::Remove { track, span } => self.element.remove(track, span),
            Output::EndOfStream => self.element.complete(),
            Output::SetPosition { to } => {
                let events = self.element.seek(to);
                self.media(events);
            }
            Output::Play => {
                let events = self.element.play();
                self.media(events);
            }
            Output::Dial { url } => self.dial(url),
            Output::HangUp => self.hang_up(),
            Output::JoinSwarm { swarm, info_hash, me } => {
                self.swarms.insert(swarm, (info_hash, me));
            }
            Output::LeaveSwarm { swarm } => {
                self.swarms.remove(&swarm);
                let left: Vec<_> = self.links.keys().filter(|(of, _)| *of == swarm).copied().collect();
                left.into_iter().for_each(|(swarm, link)| self.close(swarm, link));
            }
            Output::Swarm { swarm, output } => self.obey_swarm(swarm, output)?,
            Output::Notice(Some(Notice::Failed(fault))) => self.failure = Some(format!("{fault:?}")),
            Output::Notice(_)
            | Output::SetDuration { .. }
            | Output::Pause
            | Output::Qualities(_)
            | Output::Showing(_)
            | Output::Remember { .. } => {}
        }
        Ok(())
    }

    fn fetch(&mut self, fetch: Fetch) {
        let (web, happen, asked, id) = (self.web.clone(), self.happen.clone(), fetch.clone(), fetch.id);
        let task = tokio::spawn(async move {
            // A viewer that is gone hears nothing.
            let tell = |bytes| drop(happen.send(Event::Progress(id, bytes)));
            let got = web.get(&asked, tell).await;
            drop(happen.send(Event::Got(id, got)));
        });
        self.fetches.insert(id, Running { fetch, task });
    }

    fn dial(&mut self, url: String) {
        self.hang_up();
        self.dialled += 1;
        let (dialled, happen, dialer) = (self.dialled, self.happen.clone(), self.dialer.clone());
        let (say, told) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            meet::talk(dialer, url, told, |word| drop(happen.send(Event::Tracker(dialled, word)))).await;
        });
        self.tracker = Some((say, task));
    }

    /// What was said last still leaves: the task ends when nobody can say anything any more.
    fn hang_up(&mut self) {
        self.tracker = None;
    }

    fn say(&self, message: &FromClient<'_>) {
        let mut text = String::new();
        message.encode(&mut text);
        if let Some((say, _)) = &self.tracker {
            // A tracker that is gone says so by itself.
            drop(say.send(text));
        }
    }

    fn hear_tracker(&mut self, text: &str) {
        let heard = match meet::read(text) {
            Some(FromTracker::Announced(told)) => {
                let peers = u64::from(told.counts.complete) + u64::from(told.counts.incomplete);
                let interval = Duration::from_secs(told.interval.into());
                Some((told.info_hash, swarm::Input::Announced { interval, peers }))
            }
            Some(FromTracker::Offer { info_hash, peer_id, offer }) => {
                let offer_id = offer.offer_id;
                offer.description.sdp().map(|description| {
                    (info_hash, swarm::Input::OfferHeard { from: peer_id, offer_id, description })
                })
            }
            Some(FromTracker::Answer { info_hash, peer_id, offer_id, description }) => {
                description.sdp().map(|description| {
                    (info_hash, swarm::Input::AnswerHeard { from: peer_id, offer_id, description })
                })
            }
            Some(FromTracker::Scraped { .. } | FromTracker::Failure { .. }) | None => None,
        };
        let Some((info_hash, input)) = heard else { return };
        let of = self.swarms.iter().find(|(_, (known, _))| *known == info_hash).map(|(swarm, _)| *swarm);
        if let Some(swarm) = of {
            self.answers.push_back(Input::Swarm { swarm, input });
        }
    }

    fn obey_swarm(&mut self, swarm: SwarmId, output: swarm::Output) -> Result<()> {
        let now = self.now();
        match output {
            swarm::Output::Announce { event, offers } => {
                let Some((info_hash, peer_id)) = self.swarms.get(&swarm).copied() else { return Ok(()) };
                let written: Vec<_> =
                    offers.iter().map(|(offer_id, sdp)| (*offer_id, Description::offer(sdp))).collect();
                let offers = written.iter().filter_map(|(offer_id, json)| {
                    Some(Offer { offer_id: *offer_id, description: Description::parse(json)? })
                });
                let offers = offers.collect();
                self.say(&FromClient::Announce(Announce {
                    info_hash,
                    peer_id,
                    event,
                    is_complete: false,
                    offers,
                }));
            }
            swarm::Output::Answer { to, offer_id, description } => {
                let Some((info_hash, peer_id)) = self.swarms.get(&swarm).copied() else { return Ok(()) };
                let json = Description::answer(&description);
                let description = Description::parse(&json).context("a description of our own")?;
                self.say(&FromClient::Answer(Answer { info_hash, peer_id, to, offer_id, description }));
            }
            swarm::Output::MakeOffer { link } => {
                let made = self.hub.offer(now);
                self.link(swarm, link, made);
            }
            swarm::Output::TakeOffer { link, description } => {
                let made = self.hub.answer(now, &description);
                self.link(swarm, link, made);
            }
            swarm::Output::TakeAnswer { link, description } => {
                if let Some(key) = self.links.get(&(swarm, link)) {
                    self.hub.accept(now, *key, &description);
                }
            }
            swarm::Output::Close { link } => self.close(swarm, link),
            swarm::Output::Send { link, message } => {
                if let Some(key) = self.links.get(&(swarm, link)) {
                    self.hub.send(now, *key, message);
                }
            }
            swarm::Output::SendPayload { link, body, from, bytes } => {
                let body = self.shelf.get(body)?;
                if let Some(key) = self.links.get(&(swarm, link)) {
                    let (file, at) = (self.shelf.file().clone(), body.at + from);
                    self.hub.send_payload(*key, backend::seed::hub::Payload { file, at, bytes });
                }
            }
            swarm::Output::Keep { assembly, at, total } => {
                let payload = self.payload.take().context("no payload was handed in")?;
                self.assemble((swarm, assembly), at, total, &payload)?;
            }
            swarm::Output::Join { assembly, body, at, total } => {
                let bytes = self.shelf.read(body)?;
                self.assemble((swarm, assembly), at, total, &bytes)?;
            }
            swarm::Output::Assemble { assembly } => {
                let whole = self.assemblies.remove(&(swarm, assembly)).context("no such assembly")?;
                let body = self.shelf.put(&whole, false)?;
                let input = swarm::Input::Assembled { assembly, body };
                self.answers.push_back(Input::Swarm { swarm, input });
            }
            swarm::Output::Discard { assembly } => {
                self.assemblies.remove(&(swarm, assembly)).context("an assembly that is not")?;
            }
            swarm::Output::Release { body } => self.shelf.release(body)?,
        }
        Ok(())
    }

    fn link(&mut self, swarm: SwarmId, link: LinkId, made: Option<(Key, String)>) {
        let input = match made {
            Some((key, description)) => {
                self.links.insert((swarm, link), key);
                self.keys.insert(key, (swarm, link));
                swarm::Input::Described { link, description }
            }
            None => swarm::Input::Closed { link },
        };
        self.answers.push_back(Input::Swarm { swarm, input });
    }

    fn close(&mut self, swarm: SwarmId, link: LinkId) {
        if let Some(key) = self.links.remove(&(swarm, link)) {
            self.keys.remove(&key);
            self.hub.close(self.clock.instant(), key);
        }
    }

    fn assemble(&mut self, id: (SwarmId, AssemblyId), at: u64, total: u64, piece: &[u8]) -> Result<()> {
        let total = usize::try_from(total)?;
        let whole = self.assemblies.entry(id).or_insert_with(|| vec![0; total]);
        let at = usize::try_from(at)?;
        let place = whole.get_mut(at..at + piece.len()).context("a piece beyond the end")?;
        place.copy_from_slice(piece);
        Ok(())
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.fetches.values().for_each(|running| running.task.abort());
    }
}

/// The address of ours that leads to an instance, with any port: connecting a UDP socket sends nothing.
fn own_address(instance: &str) -> Result<SocketAddr> {
    use std::net::ToSocketAddrs as _;

    let uri: http::Uri = instance.parse()?;
    let host = uri.host().context("an instance without a host")?;
    let is_secure = uri.scheme_str() == Some("https");
    let port = uri.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let there = (bare, port).to_socket_addrs()?.next().context("an instance without an address")?;
    let any = if there.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any)?;
    socket.connect(there)?;
    Ok(SocketAddr::new(socket.local_addr()?.ip(), 0))
}

//! A viewer without a browser: the tracker over a WebSocket, one connection over UDP, and the server's own end of str0m.
//!
//! Owns the thread it blocks. Never plays: it asks for segments, and counts or keeps what comes.

use std::net::UdpSocket;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use backend::clock::Clock;
use backend::dice::Dice;
use backend::seed::hub::{Datagram, Happened, Hub, Key, Limits};
use backend::seed::peer::Making;
use futures_util::{SinkExt as _, StreamExt as _};
use shared::id::{InfoHash, OfferId, PeerId};
use shared::peer::{MESSAGE_BYTES_MAX, Message, Parts, RequestId, SegmentId, frames, is_command};
use shared::tracker::{Announce, Description, Event, FromClient, FromTracker, Offer};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;

/// A busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the socket is listened to before timers are looked at.
const LISTEN: Duration = Duration::from_millis(2);

/// A connection to somebody in a swarm.
pub struct NativePeer {
    hub: Hub,
    key: Key,
    socket: UdpSocket,
    clock: Clock,
    parts: Parts,
    /// What the other side says it has.
    pub held: Vec<i64>,
    /// What it answered our offer with.
    pub answer: String,
    requests: i64,
}

impl NativePeer {
    /// Offers to whoever the tracker names, and returns once a channel is open.
    ///
    /// # Errors
    /// When nobody answers, or no way is found.
    pub async fn connect(tracker: &str, info_hash: InfoHash) -> Result<NativePeer> {
        NativePeer::connect_from("127.0.0.1:0", tracker, info_hash).await
    }

    /// The same from an address of ours.
    ///
    /// # Errors
    /// When nobody answers, or no way is found.
    pub async fn connect_from(from: &str, tracker: &str, info_hash: InfoHash) -> Result<NativePeer> {
        let clock = Clock::default();
        let socket = UdpSocket::bind(from)?;
        socket.set_read_timeout(Some(LISTEN))?;
        let crypto = Arc::new(backend::seed::crypto());
        let certificate = crypto.dtls_provider.generate_certificate().context("no certificate")?;
        let addresses = vec![socket.local_addr()?];
        let making = Making { crypto, certificate, addresses, reflexive: None, is_lite: false };
        let limits = Limits { peers_max: 1, rate_max: u64::MAX, peer_rate_max: u64::MAX };
        let mut hub = Hub::new(making, limits, clock.clone(), Dice, Arc::default());
        let (key, offer) = hub.offer(clock.instant()).context("no offer was made")?;
        let answer = tokio::time::timeout(PATIENCE, introduce(tracker, info_hash, &offer)).await??;
        hub.accept(clock.instant(), key, &answer);
        let (parts, held) = (Parts::default(), Vec::new());
        let mut peer = NativePeer { hub, key, socket, clock, parts, held, answer, requests: 0 };
        peer.run(|happened, _| matches!(happened, Happened::Opened(_)))?;
        Ok(peer)
    }

    /// A whole segment. Blocks.
    ///
    /// # Errors
    /// When it does not come.
    pub fn fetch(&mut self, segment: i64) -> Result<Vec<u8>> {
        self.requests += 1;
        let (segment, request) = (SegmentId(segment), RequestId(self.requests));
        for frame in frames(&Message::Request { segment, request, from: 0 }.encode(), MESSAGE_BYTES_MAX) {
            self.hub.send(self.clock.instant(), self.key, frame);
        }
        let mut whole = Vec::new();
        let mut is_absent = false;
        self.run(|happened, command| {
            if let Happened::Message(_, payload) = happened
                && !is_command(payload)
            {
                whole.extend_from_slice(payload);
            }
            is_absent |= matches!(command, Some(Message::Absent { request: of, .. }) if *of == request);
            let is_done = matches!(command, Some(Message::Completed { request: of, .. }) if *of == request);
            is_done || is_absent
        })?;
        ensure!(!is_absent, "segment {} is absent", segment.0);
        Ok(whole)
    }

    fn run(&mut self, mut is_done: impl FnMut(&Happened, Option<&Message>) -> bool) -> Result<()> {
        let begun = self.clock.instant();
        let address = self.socket.local_addr()?;
        let mut buffer = [0; 2000];
        loop {
            let now = self.clock.instant();
            ensure!(now.since(begun) < PATIENCE, "nothing came of it in {PATIENCE:?}");
            self.hub.tick(now);
            while let Some(happened) = self.hub.poll() {
                let command = match &happened {
                    Happened::Message(_, message) if is_command(message) => {
                        self.parts.take(message).map(|body| Message::decode(&body)).transpose()?
                    }
                    Happened::Closed(_) => bail!("the connection is gone"),
                    Happened::Message(..)
                    | Happened::Opened(_)
                    | Happened::Drained(_)
                    | Happened::Wanted(..) => None,
                };
                if let Some(Message::Announcement { held, .. }) = &command {
                    self.held = held.iter().map(|id| id.0).collect();
                }
                if is_done(&happened, command.as_ref()) {
                    return Ok(());
                }
            }
            while let Some(Datagram { to, bytes }) = self.hub.datagram() {
                self.socket.send_to(&bytes, to)?;
            }
            if let Ok((length, source)) = self.socket.recv_from(&mut buffer) {
                let datagram = buffer.get(..length).unwrap_or_default();
                self.hub.hear(self.clock.instant(), source, address, datagram);
            }
        }
    }
}

/// Announces with one offer, and waits for somebody's answer.
async fn introduce(tracker: &str, info_hash: InfoHash, offer: &str) -> Result<String> {
    let host =
        tracker.strip_prefix("ws://").and_then(|rest| rest.split('/').next()).context("no ws:// address")?;
    let stream = TcpStream::connect(host).await?;
    let (mut socket, _) = tokio_tungstenite::client_async(tracker, stream).await?;
    let json = Description::offer(offer);
    let description = Description::parse(&json).context("no description")?;
    let offers = vec![Offer { offer_id: OfferId(Dice.bytes()), description }];
    let peer_id = PeerId::from_random(Dice.bytes());
    let announce = Announce { info_hash, peer_id, event: Event::Started, is_complete: false, offers };
    let mut text = String::new();
    FromClient::Announce(announce).encode(&mut text);
    socket.send(Frame::text(text)).await?;
    while let Some(frame) = socket.next().await {
        let Frame::Text(text) = frame? else { continue };
        match FromTracker::decode(&text) {
            Ok(FromTracker::Answer { description, .. }) => return description.sdp().context("no SDP"),
            Ok(FromTracker::Failure { reason, .. }) => bail!("the tracker refuses: {reason}"),
            Ok(_) | Err(_) => {}
        }
    }
    bail!("the tracker is gone")
}

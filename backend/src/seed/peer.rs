//! One connection to another peer: str0m's machine, held to the one channel that the protocol between peers has.
//!
//! Owns the session descriptions, the channel and what of the remote side is believed. Never sees a socket and never
//! waits. The surprise is the home: once the channel is open, the peer is heard from the address it opened it from and
//! from no other. A peer that knows its own password could otherwise name a stranger's address and have us flood it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::channel::ChannelId;
use str0m::config::{CryptoProvider, DtlsCert};
use str0m::net::{Protocol, Receive, Transmit};
use str0m::{
    Candidate, Event as RtcEvent, IceConnectionState, IceCreds, Input, Output, Rtc, RtcConfig, RtcError,
};

use crate::dice::Dice;

/// A browser with many network cards makes 20 KB.
const SDP_BYTES_MAX: usize = 64 * 1024;
/// What a peer may send at once: the reference cuts its commands at 65,535 bytes.
const RECEIVED_BYTES_MAX: u32 = 64 * 1024;
/// What str0m holds for a peer until it is acknowledged. More does not go faster on short ways and costs memory on
/// long ones; [`super::share`] keeps most peers below.
pub const SENT_BYTES_MAX: usize = 128 * 1024;
/// Addresses a peer may try us from while it looks for a way: a few network cards, IPv4 and IPv6, and what a NAT makes
/// of each.
pub const ADDRESSES_MAX: usize = 16;
/// The first byte of a DTLS record is within (RFC 7983 §7).
const DTLS: std::ops::RangeInclusive<u8> = 20..=63;

/// How our side of connections is made.
#[derive(Clone)]
pub struct Making {
    /// Ciphers and hashes.
    pub crypto: Arc<CryptoProvider>,
    /// What we show.
    pub certificate: DtlsCert,
    /// Where we are reached, one for each family of addresses.
    pub addresses: Vec<SocketAddr>,
    /// As what a router lets one of these out: the outer address and the inner.
    pub reflexive: Option<(SocketAddr, SocketAddr)>,
    /// Whether we only ever answer (RFC 8445 §2.5): right where our address is known and open to all.
    pub is_lite: bool,
}

/// What happened on a connection.
#[derive(Debug)]
pub enum Event {
    /// The channel is open.
    Opened,
    /// A message came.
    Message(Vec<u8>),
    /// It is over. Nothing follows.
    Closed,
}

/// Why a session description was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It asks for more than a channel, or is longer than any that does not.
    #[error("the description is not that of a data channel")]
    Odd,
    /// It is no SDP, or one that leads nowhere.
    #[error("the description cannot be taken")]
    Rtc(#[from] RtcError),
}

/// One connection.
pub struct Peer {
    rtc: Rtc,
    ufrag: String,
    pending: Option<SdpPendingOffer>,
    channel: Option<ChannelId>,
    /// Where its DTLS goes.
    towards: Option<SocketAddr>,
    is_over: bool,
}

/// What an input caused: datagrams to send, then what happened, then when to come back.
#[derive(Default)]
pub struct Outcome {
    /// To be sent.
    pub datagrams: Vec<Transmit>,
    /// In order.
    pub events: Vec<Event>,
}

impl Peer {
    /// Takes an offer, and gives what is answered.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn answer(making: &Making, dice: Dice, now: Instant, offer: &str) -> Result<(Peer, String), Refused> {
        check(offer)?;
        let mut peer = Peer::new(making, dice, now)?;
        let offer = SdpOffer::from_sdp_string(offer).map_err(RtcError::from)?;
        let answer = peer.rtc.sdp_api().accept_offer(offer)?.to_sdp_string();
        Ok((peer, answer))
    }

    /// Offers a connection. [`Peer::accept`] takes what is answered.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn offer(making: &Making, dice: Dice, now: Instant) -> Result<(Peer, String), Refused> {
        let mut peer = Peer::new(making, dice, now)?;
        let mut changes = peer.rtc.sdp_api();
        // The reference's labels are 40 random digits, too, and mean nothing.
        changes.add_channel(hex::encode(dice.bytes::<20>()));
        let (offer, pending) = changes.apply().ok_or(Refused::Odd)?;
        peer.pending = Some(pending);
        Ok((peer, offer.to_sdp_string()))
    }

    /// Takes the answer to what [`Peer::offer`] gave.
    ///
    /// # Errors
    /// [`Refused`]; the connection is of no use then.
    pub fn accept(&mut self, answer: &str) -> Result<(), Refused> {
        check(answer)?;
        let pending = self.pending.take().ok_or(Refused::Odd)?;
        let answer = SdpAnswer::from_sdp_string(answer).map_err(RtcError::from)?;
        Ok(self.rtc.sdp_api().accept_answer(pending, answer)?)
    }

    fn new(making: &Making, dice: Dice, now: Instant) -> Result<Peer, Refused> {
        // 64 bits of name, by which datagrams find their peer, and 128 of password (RFC 8445 §5.3 wants 24 and 128).
        let ufrag = hex::encode(dice.bytes::<8>());
        let credentials = IceCreds { ufrag: ufrag.clone(), pass: hex::encode(dice.bytes::<16>()) };
        let mut rtc = RtcConfig::new()
            .clear_codecs()
            .set_crypto_provider(making.crypto.clone())
            .set_dtls_cert(making.certificate.clone())
            .set_ice_lite(making.is_lite)
            .set_local_ice_credentials(credentials)
            .set_sctp_max_buffered_amount(SENT_BYTES_MAX)
            .set_sctp_max_message_size(RECEIVED_BYTES_MAX)
            .build(now);
        for address in &making.addresses {
            let candidate = Candidate::host(*address, Protocol::Udp).map_err(|_| Refused::Odd)?;
            rtc.add_local_candidate(candidate);
        }
        if let Some((outer, inner)) = making.reflexive {
            let candidate =
                Candidate::server_reflexive(outer, inner, Protocol::Udp).map_err(|_| Refused::Odd)?;
            rtc.add_local_candidate(candidate);
        }
        Ok(Peer { rtc, ufrag, pending: None, channel: None, towards: None, is_over: false })
    }

    /// The name that questions to it bear.
    #[must_use]
    pub fn ufrag(&self) -> &str {
        &self.ufrag
    }

    /// Where it is at home, once its channel is open.
    #[must_use]
    pub fn home(&self) -> Option<SocketAddr> {
        self.channel.and(self.towards)
    }

    /// Takes a datagram that is meant for it. `destination` is our own address as it was told.
    pub fn hear(&mut self, now: Instant, source: SocketAddr, destination: SocketAddr, datagram: &[u8]) {
        if self.home().is_some_and(|home| home != source) {
            return;
        }
        let Ok(receive) = Receive::new(Protocol::Udp, source, destination, datagram) else { return };
        // What one datagram did wrong, or a stranger who forged it, ends nothing: the connection's own timers do.
        if let Err(error) = self.rtc.handle_input(Input::Receive(now, receive)) {
            tracing::trace!(%error, "a peer's datagram was not taken");
        }
    }

    /// Lets time pass.
    pub fn tick(&mut self, now: Instant) {
        if self.rtc.handle_input(Input::Timeout(now)).is_err() {
            self.is_over = true;
        }
    }

    /// Sends a message whole, if there is room for it within `held_max` bytes that wait to be acknowledged. Call
    /// [`Peer::drain`] after it.
    pub fn send(&mut self, message: &[u8], held_max: usize) -> bool {
        let Some(mut channel) = self.channel.and_then(|id| self.rtc.channel(id)) else { return false };
        let held = channel.buffered_amount();
        // With nothing under way even the longest message goes, whatever the share.
        let has_room = held == 0 || held + message.len() <= held_max.min(SENT_BYTES_MAX);
        if !has_room {
            return false;
        }
        match channel.write(true, message) {
            Ok(is_taken) => is_taken,
            Err(_) => {
                self.is_over = true;
                false
            }
        }
    }

    /// Bytes that wait to be acknowledged.
    #[must_use]
    pub fn held(&mut self) -> usize {
        self.channel.and_then(|id| self.rtc.channel(id)).map_or(0, |mut channel| channel.buffered_amount())
    }

    /// Ends the connection and tells the other side, once drained.
    pub fn close(&mut self) {
        // An error here means that it is over already.
        if self.rtc.close().is_err() {
            self.is_over = true;
        }
    }

    /// Collects what came of the last input, and says when to [`Peer::tick`] next. Call it after each input.
    pub fn drain(&mut self, outcome: &mut Outcome) -> Option<Instant> {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Transmit(transmit)) => {
                    if transmit.contents.first().is_some_and(|first| DTLS.contains(first))
                        && self.home().is_none()
                    {
                        self.towards = Some(transmit.destination);
                    }
                    outcome.datagrams.push(transmit);
                }
                Ok(Output::Event(event)) => self.note(event, outcome),
                Ok(Output::Timeout(at)) if self.rtc.is_alive() && !self.is_over => return Some(at),
                Ok(Output::Timeout(_)) | Err(_) => {
                    outcome.events.push(Event::Closed);
                    return None;
                }
            }
        }
    }

    fn note(&mut self, event: RtcEvent, outcome: &mut Outcome) {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "str0m's events are mostly of sound and pictures, and more may come"
        )]
        match event {
            RtcEvent::ChannelOpen(id, _) if self.channel.is_none() => {
                self.channel = Some(id);
                outcome.events.push(Event::Opened);
            }
            // The protocol has one channel; who opens more wants our memory.
            RtcEvent::ChannelOpen(..) | RtcEvent::Closed => self.is_over = true,
            RtcEvent::ChannelClose(id) if self.channel == Some(id) => self.is_over = true,
            RtcEvent::IceConnectionStateChange(IceConnectionState::Disconnected) => self.is_over = true,
            RtcEvent::ChannelData(data) if data.binary && self.channel == Some(data.id) => {
                outcome.events.push(Event::Message(data.data));
            }
            _ => {}
        }
    }
}

/// Whether a description is that of a channel alone: each line of media would cost memory we have no use for.
fn check(sdp: &str) -> Result<(), Refused> {
    let media: Vec<&str> = sdp.lines().filter_map(|line| line.strip_prefix("m=")).collect();
    let is_channel = matches!(media.as_slice(), [only] if only.starts_with("application "));
    if is_channel && sdp.len() <= SDP_BYTES_MAX { Ok(()) } else { Err(Refused::Odd) }
}

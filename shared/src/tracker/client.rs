//! What a client says to the tracker: announces, answers, scrapes.

use std::fmt::Write as _;

use super::Malformed;
use super::scan::{Kind, Scanner, read_object};
use super::text::{Description, Text, write_text, write20};
use crate::id::{InfoHash, OfferId, PeerId};
use crate::limits::{TRACKER_OFFERS_MAX, TRACKER_SWARMS_PER_SOCKET_MAX};

/// A client's message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FromClient<'a> {
    /// It is in a swarm, or leaves it.
    Announce(Announce<'a>),
    /// It takes somebody's offer.
    Answer(Answer<'a>),
    /// It asks how many are in these swarms; none named means all.
    Scrape(Vec<InfoHash>),
}

/// A client is in a swarm, or leaves it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Announce<'a> {
    /// The swarm.
    pub info_hash: InfoHash,
    /// What the client calls itself in it.
    pub peer_id: PeerId,
    /// What happened.
    pub event: Event,
    /// Whether it says that it lacks nothing. p2p-media-loader never says so.
    pub is_complete: bool,
    /// For as many others; at most [`TRACKER_OFFERS_MAX`], those behind are left out.
    pub offers: Vec<Offer<'a>>,
}

/// What happened to a client in a swarm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// Nothing: it is still there.
    Update,
    /// It came.
    Started,
    /// It lacks nothing any more.
    Completed,
    /// It leaves.
    Stopped,
    /// It stays, and takes nothing for now.
    Paused,
}

/// An offer for one other, whoever that will be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Offer<'a> {
    /// What its answer is told by.
    pub offer_id: OfferId,
    /// What is offered.
    pub description: Description<'a>,
}

/// The answer to an offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer<'a> {
    /// The swarm.
    pub info_hash: InfoHash,
    /// Who answers.
    pub peer_id: PeerId,
    /// Who offered.
    pub to: PeerId,
    /// The offer.
    pub offer_id: OfferId,
    /// What is answered.
    pub description: Description<'a>,
}

impl<'a> FromClient<'a> {
    /// Reads a message. Unknown fields are left alone, and so is `numwant`: the offers say how many are wanted.
    ///
    /// # Errors
    /// [`Malformed`], in the reference tracker's words where it has some.
    pub fn decode(text: &'a str) -> Result<FromClient<'a>, Malformed> {
        let not_json = Malformed { reason: "not a JSON object", info_hash: None };
        let fields = Fields::read(text).ok_or(not_json)?;
        fields.judge().map_err(|reason| Malformed { reason, info_hash: fields.hashes.first().copied() })
    }

    /// Writes the message.
    pub fn encode(&self, out: &mut String) {
        match self {
            FromClient::Announce(announce) => announce.encode(out),
            FromClient::Answer(answer) => answer.encode(out),
            FromClient::Scrape(hashes) => {
                out.push_str("{\"action\":\"scrape\"");
                match hashes.as_slice() {
                    [] => {}
                    [hash] => write_field(out, "info_hash", &hash.0),
                    hashes => {
                        out.push_str(",\"info_hash\":[");
                        for (place, hash) in hashes.iter().enumerate() {
                            out.push_str(if place == 0 { "" } else { "," });
                            write20(out, &hash.0);
                        }
                        out.push(']');
                    }
                }
                out.push('}');
            }
        }
    }
}

impl Announce<'_> {
    fn encode(&self, out: &mut String) {
        // A string takes whatever is written to it.
        let _ = write!(out, "{{\"numwant\":{},\"uploaded\":0,\"downloaded\":0", self.offers.len());
        out.push_str(",\"action\":\"announce\"");
        write_field(out, "info_hash", &self.info_hash.0);
        write_field(out, "peer_id", &self.peer_id.0);
        if let Some(event) = self.event.name() {
            out.push_str(",\"event\":");
            write_text(out, event.chars());
        }
        if self.is_complete {
            out.push_str(",\"left\":0");
        }
        out.push_str(",\"offers\":[");
        for (place, offer) in self.offers.iter().enumerate() {
            out.push_str(if place == 0 { "{\"offer\":" } else { ",{\"offer\":" });
            out.push_str(offer.description.json());
            write_field(out, "offer_id", &offer.offer_id.0);
            out.push('}');
        }
        out.push_str("]}");
    }
}

impl Answer<'_> {
    fn encode(&self, out: &mut String) {
        out.push_str("{\"action\":\"announce\"");
        write_field(out, "info_hash", &self.info_hash.0);
        write_field(out, "peer_id", &self.peer_id.0);
        write_field(out, "to_peer_id", &self.to.0);
        out.push_str(",\"answer\":");
        out.push_str(self.description.json());
        write_field(out, "offer_id", &self.offer_id.0);
        out.push('}');
    }
}

impl Event {
    fn name(self) -> Option<&'static str> {
        match self {
            Event::Update => None,
            Event::Started => Some("started"),
            Event::Completed => Some("completed"),
            Event::Stopped => Some("stopped"),
            Event::Paused => Some("paused"),
        }
    }
}

/// Writes `,"name":"value"`.
pub(super) fn write_field(out: &mut String, name: &str, value: &[u8; 20]) {
    out.push_str(",\"");
    out.push_str(name);
    out.push_str("\":");
    write20(out, value);
}

/// What a message holds, before it is known what it means.
#[derive(Default)]
struct Fields<'a> {
    action: Option<Text<'a>>,
    hashes: Vec<InfoHash>,
    has_bad_hash: bool,
    peer_id: Option<Text<'a>>,
    to: Option<Text<'a>>,
    offer_id: Option<Text<'a>>,
    event: Option<Text<'a>>,
    has_odd_event: bool,
    left: Option<&'a str>,
    offers: Vec<Offer<'a>>,
    has_bad_offer: bool,
    answer: Option<&'a str>,
}

impl<'a> Fields<'a> {
    fn read(text: &'a str) -> Option<Fields<'a>> {
        let mut fields = Fields::default();
        read_object(text, |scanner, name| fields.field(scanner, name))?;
        Some(fields)
    }

    fn field(&mut self, scanner: &mut Scanner<'a>, name: Text<'a>) -> Option<()> {
        match name.plain().unwrap_or_default() {
            "action" => self.action = scanner.text_if_any()?,
            "info_hash" => self.read_hashes(scanner)?,
            "peer_id" => self.peer_id = scanner.text_if_any()?,
            "to_peer_id" => self.to = scanner.text_if_any()?,
            "offer_id" => self.offer_id = scanner.text_if_any()?,
            "event" => {
                self.event = scanner.text_if_any()?;
                self.has_odd_event = self.event.is_none();
            }
            "left" => self.left = Some(scanner.value()?),
            "offers" => self.read_offers(scanner)?,
            "answer" => self.answer = Some(scanner.value()?),
            _ => drop(scanner.value()?),
        }
        Some(())
    }

    fn read_hashes(&mut self, scanner: &mut Scanner<'a>) -> Option<()> {
        self.hashes.clear();
        if scanner.kind()? != Kind::Array {
            let hash = scanner.text_if_any()?;
            self.take_hash(hash);
            return Some(());
        }
        scanner.array(|scanner| {
            let hash = scanner.text_if_any()?;
            self.take_hash(hash);
            Some(())
        })
    }

    fn take_hash(&mut self, hash: Option<Text<'a>>) {
        match hash.and_then(Text::bytes20) {
            Some(hash) if self.hashes.len() < TRACKER_SWARMS_PER_SOCKET_MAX => {
                self.hashes.push(InfoHash(hash))
            }
            // Nobody needs to know of more swarms than it can be in.
            Some(_) => {}
            None => self.has_bad_hash = true,
        }
    }

    /// Anything but a list stands for no offers, as the reference has it.
    fn read_offers(&mut self, scanner: &mut Scanner<'a>) -> Option<()> {
        self.offers.clear();
        if scanner.kind()? != Kind::Array {
            return scanner.value().map(drop);
        }
        scanner.array(|scanner| {
            if self.offers.len() == TRACKER_OFFERS_MAX || scanner.kind()? != Kind::Object {
                return scanner.value().map(drop);
            }
            let (mut offer_id, mut description) = (None, None);
            scanner.object(|scanner, name| {
                match name.plain() {
                    Some("offer_id") => offer_id = scanner.text_if_any()?,
                    Some("offer") => description = Description::of(scanner.value()?),
                    _ => drop(scanner.value()?),
                }
                Some(())
            })?;
            match (offer_id.and_then(Text::bytes20), description) {
                (Some(offer_id), Some(description)) => {
                    self.offers.push(Offer { offer_id: OfferId(offer_id), description });
                }
                _ => self.has_bad_offer = true,
            }
            Some(())
        })
    }

    fn judge(&self) -> Result<FromClient<'a>, &'static str> {
        match self.action.and_then(Text::plain) {
            Some("announce") => {}
            Some("scrape") if self.has_bad_hash => return Err("invalid info_hash"),
            Some("scrape") => return Ok(FromClient::Scrape(self.hashes.clone())),
            _ => return Err("invalid action in WS request"),
        }
        let ([info_hash], false) = (self.hashes.as_slice(), self.has_bad_hash) else {
            return Err("invalid info_hash");
        };
        let info_hash = *info_hash;
        let peer_id = self.peer_id.and_then(Text::bytes20).map(PeerId).ok_or("invalid peer_id")?;
        if let Some(answer) = self.answer.filter(|answer| *answer != "null") {
            let to = self.to.and_then(Text::bytes20).map(PeerId);
            let to = to.ok_or("invalid `to_peer_id` (required with `answer`)")?;
            let offer_id = self.offer_id.and_then(Text::bytes20).map(OfferId).ok_or("invalid offer_id")?;
            let description = Description::of(answer).ok_or("invalid answer")?;
            return Ok(FromClient::Answer(Answer { info_hash, peer_id, to, offer_id, description }));
        }
        if self.has_bad_offer {
            return Err("invalid offer");
        }
        let event = match self.event.map(|event| event.plain().unwrap_or("?")) {
            None if self.has_odd_event => return Err("invalid event"),
            None | Some("" | "empty" | "update") => Event::Update,
            Some("started") => Event::Started,
            Some("completed") => Event::Completed,
            Some("stopped") => Event::Stopped,
            Some("paused") => Event::Paused,
            Some(_) => return Err("invalid event"),
        };
        let is_complete = self.left.is_some_and(is_zero);
        Ok(FromClient::Announce(Announce {
            info_hash,
            peer_id,
            event,
            is_complete,
            offers: self.offers.clone(),
        }))
    }
}

/// What JavaScript's `Number` makes 0 of, out of what clients have been seen to send.
fn is_zero(left: &str) -> bool {
    let number = left.trim_matches('"');
    number == "null" || number.parse::<f64>() == Ok(0.0)
}

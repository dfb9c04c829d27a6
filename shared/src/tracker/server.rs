//! What the tracker says to a client: figures, relayed offers and answers, failures.

use std::fmt::Write as _;

use super::Malformed;
use super::client::{Offer, write_field};
use super::scan::{Kind, Scanner, read_object};
use super::text::{Description, Text, write_text, write20};
use crate::id::{InfoHash, OfferId, PeerId};
use crate::limits::TRACKER_SWARMS_PER_SOCKET_MAX;

/// The tracker's message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FromTracker<'a> {
    /// An announce was taken.
    Announced(Announced),
    /// Somebody offers a connection.
    Offer {
        /// The swarm.
        info_hash: InfoHash,
        /// Who offers.
        peer_id: PeerId,
        /// What is offered.
        offer: Offer<'a>,
    },
    /// Somebody took an offer.
    Answer {
        /// The swarm.
        info_hash: InfoHash,
        /// Who answers.
        peer_id: PeerId,
        /// Which offer.
        offer_id: OfferId,
        /// What is answered.
        description: Description<'a>,
    },
    /// How many are in these swarms.
    Scraped {
        /// One a swarm that was asked for.
        files: Vec<(InfoHash, Counts)>,
        /// Seconds to wait before the next scrape.
        interval: u32,
    },
    /// What the client said is refused.
    Failure {
        /// The swarm it spoke of, if it could be read.
        info_hash: Option<InfoHash>,
        /// Why, for people.
        reason: String,
    },
}

/// An announce was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Announced {
    /// The swarm.
    pub info_hash: InfoHash,
    /// Who is in it.
    pub counts: Counts,
    /// Seconds to wait before the next announce.
    pub interval: u32,
}

/// How many are in a swarm.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Lacking nothing.
    pub complete: u32,
    /// All others.
    pub incomplete: u32,
}

impl<'a> FromTracker<'a> {
    /// Writes the message as the reference tracker does; a failure always says `announce` and names its swarm, since
    /// p2p-media-loader 2 closes the connection on a message without an action.
    pub fn encode(&self, out: &mut String) {
        match self {
            FromTracker::Announced(Announced {
                info_hash,
                counts: Counts { complete, incomplete },
                interval,
            }) => {
                // A string takes whatever is written to it.
                let _ = write!(out, "{{\"complete\":{complete},\"incomplete\":{incomplete}");
                let _ = write!(out, ",\"action\":\"announce\",\"interval\":{interval}");
                write_field(out, "info_hash", &info_hash.0);
                out.push('}');
            }
            FromTracker::Offer { info_hash, peer_id, offer } => {
                relay(out, "offer", offer.description, &offer.offer_id, peer_id, info_hash);
            }
            FromTracker::Answer { info_hash, peer_id, offer_id, description } => {
                relay(out, "answer", *description, offer_id, peer_id, info_hash);
            }
            FromTracker::Scraped { files, interval } => {
                out.push_str("{\"action\":\"scrape\",\"files\":{");
                for (place, (info_hash, Counts { complete, incomplete })) in files.iter().enumerate() {
                    out.push_str(if place == 0 { "" } else { "," });
                    write20(out, &info_hash.0);
                    let _ = write!(out, ":{{\"complete\":{complete},\"incomplete\":{incomplete}");
                    // The reference counts no downloads either.
                    let _ = write!(out, ",\"downloaded\":{complete}}}");
                }
                let _ = write!(out, "}},\"flags\":{{\"min_request_interval\":{interval}}}}}");
            }
            FromTracker::Failure { info_hash, reason } => {
                out.push_str("{\"action\":\"announce\",\"failure reason\":");
                write_text(out, reason.chars());
                if let Some(info_hash) = info_hash {
                    write_field(out, "info_hash", &info_hash.0);
                }
                out.push('}');
            }
        }
    }

    /// Reads a message.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn decode(text: &'a str) -> Result<FromTracker<'a>, Malformed> {
        let not_json = Malformed { reason: "not a JSON object", info_hash: None };
        let fields = Fields::read(text).ok_or(not_json)?;
        fields.judge().ok_or(Malformed { reason: "not a tracker's message", info_hash: fields.info_hash() })
    }
}

fn relay(
    out: &mut String,
    name: &str,
    description: Description<'_>,
    offer_id: &OfferId,
    peer_id: &PeerId,
    info_hash: &InfoHash,
) {
    out.push_str("{\"action\":\"announce\",\"");
    out.push_str(name);
    out.push_str("\":");
    out.push_str(description.json());
    write_field(out, "offer_id", &offer_id.0);
    write_field(out, "peer_id", &peer_id.0);
    write_field(out, "info_hash", &info_hash.0);
    out.push('}');
}

/// What a message holds, before it is known what it means.
#[derive(Default)]
struct Fields<'a> {
    action: Option<Text<'a>>,
    info_hash: Option<Text<'a>>,
    peer_id: Option<Text<'a>>,
    offer_id: Option<Text<'a>>,
    offer: Option<&'a str>,
    answer: Option<&'a str>,
    failure: Option<Text<'a>>,
    counts: Counts,
    interval: Option<u32>,
    files: Vec<(InfoHash, Counts)>,
    scrape_interval: u32,
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
            "info_hash" => self.info_hash = scanner.text_if_any()?,
            "peer_id" => self.peer_id = scanner.text_if_any()?,
            "offer_id" => self.offer_id = scanner.text_if_any()?,
            "offer" => self.offer = Some(scanner.value()?),
            "answer" => self.answer = Some(scanner.value()?),
            "failure reason" => self.failure = scanner.text_if_any()?,
            "complete" => self.counts.complete = number(scanner.value()?).unwrap_or(0),
            "incomplete" => self.counts.incomplete = number(scanner.value()?).unwrap_or(0),
            "interval" => self.interval = number(scanner.value()?),
            "files" if scanner.kind()? == Kind::Object => self.read_files(scanner)?,
            "flags" if scanner.kind()? == Kind::Object => scanner.object(|scanner, name| {
                let value = scanner.value()?;
                if name.plain() == Some("min_request_interval") {
                    self.scrape_interval = number(value).unwrap_or(0);
                }
                Some(())
            })?,
            _ => drop(scanner.value()?),
        }
        Some(())
    }

    fn read_files(&mut self, scanner: &mut Scanner<'a>) -> Option<()> {
        scanner.object(|scanner, name| {
            let mut counts = Counts::default();
            if scanner.kind()? != Kind::Object {
                return scanner.value().map(drop);
            }
            scanner.object(|scanner, name| {
                let value = number(scanner.value()?).unwrap_or(0);
                match name.plain() {
                    Some("complete") => counts.complete = value,
                    Some("incomplete") => counts.incomplete = value,
                    _ => {}
                }
                Some(())
            })?;
            if let Some(hash) = name.bytes20()
                && self.files.len() < TRACKER_SWARMS_PER_SOCKET_MAX
            {
                self.files.push((InfoHash(hash), counts));
            }
            Some(())
        })
    }

    fn info_hash(&self) -> Option<InfoHash> {
        self.info_hash.and_then(Text::bytes20).map(InfoHash)
    }

    fn judge(&self) -> Option<FromTracker<'a>> {
        if let Some(reason) = self.failure {
            let reason = reason.decode().unwrap_or_default();
            return Some(FromTracker::Failure { info_hash: self.info_hash(), reason });
        }
        match self.action?.plain()? {
            "announce" => {}
            "scrape" => {
                return Some(FromTracker::Scraped {
                    files: self.files.clone(),
                    interval: self.scrape_interval,
                });
            }
            _ => return None,
        }
        let info_hash = self.info_hash()?;
        let peer_id = self.peer_id.and_then(Text::bytes20).map(PeerId);
        let offer_id = self.offer_id.and_then(Text::bytes20).map(OfferId);
        match (self.offer, self.answer) {
            (Some(offer), _) => {
                let offer = Offer { offer_id: offer_id?, description: Description::of(offer)? };
                Some(FromTracker::Offer { info_hash, peer_id: peer_id?, offer })
            }
            (None, Some(answer)) => Some(FromTracker::Answer {
                info_hash,
                peer_id: peer_id?,
                offer_id: offer_id?,
                description: Description::of(answer)?,
            }),
            (None, None) => {
                let announced = Announced { info_hash, counts: self.counts, interval: self.interval? };
                Some(FromTracker::Announced(announced))
            }
        }
    }
}

/// A whole number, also as `120.0`; none where it is anything else.
fn number(value: &str) -> Option<u32> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    whole.parse().ok().filter(|_| fraction.bytes().all(|digit| digit == b'0'))
}

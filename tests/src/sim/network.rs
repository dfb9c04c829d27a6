//! The network: lines of so many bits per second, the origin's and everybody's, shared by whatever flows.
//!
//! Bytes move in steps. Whatever flows at once on a line shares it evenly; a flow is as fast as the slower of its two
//! ends. A lost message of a data channel holds up those behind it, since channels keep order.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use player_core::io::{FetchId, SwarmId};
use player_core::swarm::LinkId;
use shared::time::Instant;

use super::film::Content;

/// Chance from a seed: SplitMix64.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)).checked_rem(sides).unwrap_or(0)
    }

    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }
}

/// One end of a data channel.
pub(super) type End = (usize, SwarmId, LinkId);

/// A message on a data channel.
#[derive(Clone, Debug)]
pub(super) enum Message {
    Command(Vec<u8>),
    Payload { content: Content, from: u64, bytes: u64, is_forged: bool },
}

impl Message {
    fn bytes(&self) -> u64 {
        match self {
            Message::Command(bytes) => bytes.len() as u64,
            Message::Payload { bytes, .. } => *bytes,
        }
    }
}

/// What one end sends to the other.
#[derive(Debug)]
struct Channel {
    to: End,
    queue: VecDeque<Message>,
    queued: u64,
    /// Of the first message.
    sent: f64,
    /// The next message arrives no earlier: order is kept.
    arrives: Instant,
    owes_drained: bool,
}

/// A body on its way from the origin.
#[derive(Debug)]
struct Download {
    begins: Instant,
    total: f64,
    breaks: bool,
    received: f64,
    told: Instant,
}

/// What the network brings.
#[derive(Debug)]
pub(super) enum Brought {
    /// An answer of the origin began, or went on.
    Progress(usize, FetchId, u64),
    /// It is complete.
    Done(usize, FetchId),
    /// It broke off after so many bytes.
    Broken(usize, FetchId, u64),
    /// A message left for that end, to arrive then.
    Left(Instant, End, Message),
    /// A channel's queue is short again.
    Drained(End),
}

/// Lines and what flows on them.
#[derive(Debug)]
pub(super) struct Network {
    now: Instant,
    origin_rate: f64,
    /// Down and up, bytes per second.
    lines: Vec<(f64, f64)>,
    downloads: BTreeMap<(usize, FetchId), Download>,
    channels: BTreeMap<End, Channel>,
    loss_percent: u64,
    dice: Dice,
    pub(super) origin_bytes: f64,
    pub(super) queued_most: u64,
}

/// A queue this short is as good as empty.
const DRAINED: u64 = 64 * 1024;
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

#[expect(clippy::cast_precision_loss, reason = "rates and lengths are far below 2^52")]
fn float(number: u64) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length in bytes")]
fn whole(number: f64) -> u64 {
    number as u64
}

impl Network {
    /// The origin answers after this.
    pub(super) const ORIGIN_TRIP: Duration = Duration::from_millis(60);

    pub(super) fn new(origin_rate: u64, loss_percent: u64, seed: u64) -> Network {
        Network {
            now: Instant::ZERO,
            origin_rate: float(origin_rate) / 8.0,
            lines: Vec::new(),
            downloads: BTreeMap::new(),
            channels: BTreeMap::new(),
            loss_percent,
            dice: Dice::new(seed),
            origin_bytes: 0.0,
            queued_most: 0,
        }
    }

    /// One more line.
    pub(super) fn add_line(&mut self, down: u64, up: u64) {
        self.lines.push((float(down) / 8.0, float(up) / 8.0));
    }

    /// How far apart two viewers are, in time.
    pub(super) fn delay(one: usize, other: usize) -> Duration {
        Duration::from_millis(10 + ((one * 31 + other * 31) % 40) as u64)
    }

    /// A request leaves; if it `breaks`, half of the answer comes.
    pub(super) fn fetch(&mut self, viewer: usize, id: FetchId, bytes: u64, breaks: bool) {
        let bytes = if breaks { bytes / 2 } else { bytes };
        let download = Download {
            begins: self.now + Network::ORIGIN_TRIP,
            total: float(bytes),
            breaks,
            received: 0.0,
            told: self.now,
        };
        self.downloads.insert((viewer, id), download);
    }

    /// Calls a fetch off; how many bytes have come of it.
    pub(super) fn abort(&mut self, viewer: usize, id: FetchId) -> u64 {
        self.downloads.remove(&(viewer, id)).map_or(0, |download| whole(download.received))
    }

    pub(super) fn connect(&mut self, one: End, other: End) {
        for (from, to) in [(one, other), (other, one)] {
            let channel = Channel {
                to,
                queue: VecDeque::new(),
                queued: 0,
                sent: 0.0,
                arrives: Instant::ZERO,
                owes_drained: false,
            };
            self.channels.insert(from, channel);
        }
    }

    /// One end is gone; the other end, which will notice.
    pub(super) fn disconnect(&mut self, end: End) -> Option<End> {
        self.channels.remove(&end).map(|channel| channel.to)
    }

    pub(super) fn ends_of(&self, viewer: usize) -> Vec<End> {
        self.channels.keys().filter(|(of, _, _)| *of == viewer).copied().collect()
    }

    pub(super) fn queued(&self, from: End) -> u64 {
        self.channels.get(&from).map_or(0, |channel| channel.queued)
    }

    pub(super) fn send(&mut self, from: End, message: Message, owes_drained: bool) {
        let Some(channel) = self.channels.get_mut(&from) else { return };
        channel.queued += message.bytes();
        channel.owes_drained |= owes_drained;
        channel.queue.push_back(message);
        self.queued_most = self.queued_most.max(channel.queued);
    }

    pub(super) fn advance(&mut self, now: Instant) -> Vec<Brought> {
        let seconds = now.since(self.now).as_secs_f64();
        self.now = now;
        let (mut ups, mut downs) = (vec![0.0_f64; self.lines.len()], vec![0.0_f64; self.lines.len()]);
        let count = |counts: &mut Vec<f64>, viewer: usize| {
            if let Some(count) = counts.get_mut(viewer) {
                *count += 1.0;
            }
        };
        let mut origins = 0.0;
        for ((viewer, _), download) in &self.downloads {
            if download.begins <= now {
                origins += 1.0;
                count(&mut downs, *viewer);
            }
        }
        for ((viewer, _, _), channel) in &self.channels {
            if !channel.queue.is_empty() {
                count(&mut ups, *viewer);
                count(&mut downs, channel.to.0);
            }
        }
        let line = |viewer: usize| self.lines.get(viewer).copied().unwrap_or((0.0, 0.0));
        let share = |rate: f64, counts: &[f64], viewer: usize| {
            rate / counts.get(viewer).copied().unwrap_or(1.0).max(1.0)
        };
        let mut brought = Vec::new();
        let mut origin_bytes = 0.0;
        for ((viewer, id), download) in &mut self.downloads {
            if now < download.begins {
                continue;
            }
            let rate =
                (self.origin_rate / f64::max(origins, 1.0)).min(share(line(*viewer).0, &downs, *viewer));
            let new = (rate * seconds).min(download.total - download.received);
            download.received += new;
            origin_bytes += new;
            if download.total <= download.received {
                brought.push(match download.breaks {
                    true => Brought::Broken(*viewer, *id, whole(download.total)),
                    false => Brought::Done(*viewer, *id),
                });
            } else if download.told + PROGRESS_INTERVAL <= now {
                download.told = now;
                brought.push(Brought::Progress(*viewer, *id, whole(download.received)));
            }
        }
        self.origin_bytes += origin_bytes;
        for done in &brought {
            if let Brought::Done(viewer, id) | Brought::Broken(viewer, id, _) = done {
                self.downloads.remove(&(*viewer, *id));
            }
        }
        for (end, channel) in &mut self.channels {
            if channel.queue.is_empty() {
                continue;
            }
            let (viewer, to) = (end.0, channel.to.0);
            let rate = share(line(viewer).1, &ups, viewer).min(share(line(to).0, &downs, to));
            channel.sent += rate * seconds;
            while let Some(first) = channel.queue.front() {
                let bytes = first.bytes();
                if channel.sent < float(bytes) {
                    break;
                }
                channel.sent -= float(bytes);
                channel.queued -= bytes;
                let delay = Network::delay(viewer, to);
                let again = if self.dice.percent(self.loss_percent) { delay * 2 } else { Duration::ZERO };
                channel.arrives = channel.arrives.max(now + delay + again);
                if let Some(message) = channel.queue.pop_front() {
                    brought.push(Brought::Left(channel.arrives, channel.to, message));
                }
            }
            if channel.queue.is_empty() {
                channel.sent = 0.0;
            }
            if channel.queued <= DRAINED && std::mem::take(&mut channel.owes_drained) {
                brought.push(Brought::Drained(*end));
            }
        }
        brought
    }
}

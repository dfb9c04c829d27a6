//! The network of the simulator: one pipe all fetches share, a delay before each answer, and faults.

use std::collections::BTreeMap;
use std::time::Duration;

use shared::time::Instant;

use super::film::{Bytes, Film, Found, HOME, name_of};
use crate::dice::Dice;
use crate::io::{Fetch, FetchFailure, FetchId};

/// Bytes move in steps of this.
const STEP: Duration = Duration::from_millis(20);
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// Something a network or a server does wrong.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Wrong {
    /// The server answers with this.
    Status(u16),
    /// No answer at all.
    Refuse,
    /// An answer that stops half-way, without a word.
    Hang,
    /// An answer that breaks off half-way.
    Break,
    /// Other bytes than the publisher's.
    Forge,
    /// Fewer bytes than asked for.
    Truncate,
    /// This much later.
    Late(Duration),
}

/// When and where something goes wrong.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) from: Duration,
    pub(super) until: Duration,
    /// Part of the name of what is fetched: `480#3`, `.m3u8`; empty for everything.
    pub(super) what: String,
    pub(super) wrong: Wrong,
    /// Of all fetches it concerns.
    pub(super) percent: u64,
    /// A fetch past the caches gets the right bytes.
    pub(super) is_in_cache: bool,
}

/// What a fetch brings.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Brought {
    Headers,
    Progress(u64),
    Text(String),
    Body { bytes: Bytes, length: u64, is_forged: bool },
    Failed(FetchFailure),
}

#[derive(Debug)]
struct Flow {
    name: String,
    /// What it ends with, and after how many bytes. None: it never ends.
    end: Option<Brought>,
    length: u64,
    received: f64,
    answers_at: Instant,
    has_answered: bool,
    told_at: Instant,
}

/// The pipe and the server behind it.
#[derive(Debug)]
pub(super) struct Network {
    film: Film,
    faults: Vec<Fault>,
    /// From when on, how many bits per second.
    rates: Vec<(Duration, u64)>,
    latency: Duration,
    dice: Dice,
    flows: BTreeMap<FetchId, Flow>,
    now: Instant,
}

impl Network {
    pub(super) fn new(
        film: Film,
        rates: Vec<(Duration, u64)>,
        latency: Duration,
        faults: Vec<Fault>,
        seed: u64,
    ) -> Network {
        let dice = Dice::new(seed);
        Network { film, faults, rates, latency, dice, flows: BTreeMap::new(), now: Instant::ZERO }
    }

    /// A request leaves. Its name, for the trace.
    pub(super) fn fetch(&mut self, fetch: &Fetch) -> String {
        let path = fetch.url.strip_prefix(HOME).unwrap_or("elsewhere");
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let found = self.film.find(path, fetch.range, self.now);
        let name = match &found {
            Some(Found::Media(bytes, _)) => name_of(*bytes) + query.strip_prefix("init=").unwrap_or(""),
            Some(Found::Text(_)) | None => path.to_owned(),
        };
        assert!(!self.flows.values().any(|flow| flow.name == name), "{name} is fetched twice at once");
        let (mut end, mut length) = match found {
            Some(Found::Text(text)) => (Some(Brought::Text(text.clone())), text.len() as u64),
            Some(Found::Media(bytes, length)) => {
                assert_eq!(fetch.bytes_max, length, "{name}: the length asked for is the body's");
                (Some(Brought::Body { bytes, length, is_forged: false }), length)
            }
            None => (Some(Brought::Failed(FetchFailure::Status(404))), 100),
        };
        let mut answers_at = self.now + self.latency;
        for wrong in self.wrongs(&name, fetch.fresh) {
            match wrong {
                Wrong::Status(status) => {
                    (end, length) = (Some(Brought::Failed(FetchFailure::Status(status))), 100);
                }
                Wrong::Refuse => (end, length) = (Some(Brought::Failed(FetchFailure::Unreachable)), 0),
                Wrong::Hang => (end, length) = (None, length / 2),
                Wrong::Break => {
                    (end, length) = (Some(Brought::Failed(FetchFailure::Unreachable)), length / 2)
                }
                Wrong::Late(by) => answers_at = answers_at + by,
                Wrong::Forge => match &mut end {
                    Some(Brought::Body { is_forged, .. }) => *is_forged = true,
                    Some(Brought::Text(text)) => *text = "<html>not what you asked for</html>".to_owned(),
                    Some(Brought::Headers | Brought::Progress(_) | Brought::Failed(_)) | None => {}
                },
                Wrong::Truncate => {
                    if let Some(Brought::Body { length: told, .. }) = &mut end {
                        *told /= 2;
                        length /= 2;
                    }
                }
            }
        }
        let told_at = self.now;
        let flow =
            Flow { name: name.clone(), end, length, received: 0.0, answers_at, has_answered: false, told_at };
        self.flows.insert(fetch.id, flow);
        name
    }

    fn wrongs(&mut self, name: &str, is_fresh: bool) -> Vec<Wrong> {
        let now = self.now.since(Instant::ZERO);
        let concerns = |fault: &&Fault| {
            (fault.from..fault.until).contains(&now)
                && name.contains(&fault.what)
                && !(is_fresh && fault.is_in_cache)
        };
        let faults: Vec<Fault> = self.faults.iter().filter(concerns).cloned().collect();
        faults
            .into_iter()
            .filter(|fault| self.dice.roll(100) < fault.percent)
            .map(|fault| fault.wrong)
            .collect()
    }

    /// A request is given up. Its name, unless its answer is on the way already.
    pub(super) fn abort(&mut self, id: FetchId) -> Option<String> {
        self.flows.remove(&id).map(|flow| flow.name)
    }

    pub(super) fn in_flight(&self) -> usize {
        self.flows.len()
    }

    /// When to look again.
    pub(super) fn next(&self) -> Option<Instant> {
        let is_active = |flow: &Flow| !(flow.end.is_none() && flow.length as f64 <= flow.received);
        let next =
            |flow: &Flow| if flow.has_answered { self.now + STEP } else { flow.answers_at.max(self.now) };
        self.flows.values().filter(|flow| is_active(flow)).map(next).min()
    }

    fn rate(&self) -> f64 {
        let now = self.now.since(Instant::ZERO);
        self.rates.iter().rfind(|(from, _)| *from <= now).map_or(0.0, |(_, rate)| *rate as f64)
    }

    /// Lets time pass until `now`; what came meanwhile.
    pub(super) fn advance(&mut self, now: Instant) -> Vec<(FetchId, Brought)> {
        let seconds = now.since(self.now).as_secs_f64();
        let is_flowing = |flow: &Flow| flow.has_answered && flow.received < flow.length as f64;
        let flowing = self.flows.values().filter(|flow| is_flowing(flow)).count().max(1) as f64;
        let share = self.rate() / 8.0 * seconds / flowing;
        self.now = now;
        let mut brought = Vec::new();
        for (id, flow) in &mut self.flows {
            if is_flowing(flow) {
                flow.received = (flow.received + share).min(flow.length as f64);
            }
            if !flow.has_answered && flow.answers_at <= now {
                flow.has_answered = true;
                brought.push((*id, Brought::Headers));
            }
            let is_done = flow.has_answered && flow.length as f64 <= flow.received;
            if is_done && flow.end.is_some() {
                brought.push((*id, flow.end.take().unwrap()));
            } else if flow.has_answered && is_flowing(flow) && PROGRESS_INTERVAL <= now.since(flow.told_at) {
                flow.told_at = now;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a length in bytes"
                )]
                brought.push((*id, Brought::Progress(flow.received as u64)));
            }
        }
        for (id, brought) in &brought {
            if matches!(brought, Brought::Text(_) | Brought::Body { .. } | Brought::Failed(_)) {
                self.flows.remove(id);
            }
        }
        brought
    }
}

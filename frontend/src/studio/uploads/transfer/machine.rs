//! One file on its way, as a machine: no clock, no socket.
//!
//! Owns the order of requests of PeerTube's resumable protocol, when to try again, and the estimate of the time left.
//! Never sees a byte. After anything unclear it asks the instance what it has, and goes on from there: the instance's
//! count is the only truth, since a lost answer may have been a stored chunk.

use std::collections::VecDeque;
use std::time::Duration;

use shared::api::UploadedVideo;
use shared::time::Instant;

use crate::api::Failure;

/// Bytes of one request: large enough that the round trips cost nothing, small enough that a lost one is soon sent
/// again.
pub const CHUNK_BYTES: u64 = 8 * 1024 * 1024;
/// The first wait after a loss; each further one is twice as long.
const WAIT_FIRST: Duration = Duration::from_secs(1);
/// The longest wait: a network that comes back is noticed within half a minute.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// How often an upload the instance has forgotten is begun anew.
const RESTARTS_MAX: u32 = 2;
/// How much of the past the speed is measured over.
const SPEED_OVER: Duration = Duration::from_secs(12);
/// A speed measured over less than this is a guess.
const SPEED_AFTER: Duration = Duration::from_secs(2);

/// Where a transfer is.
#[derive(Clone, PartialEq, Debug)]
pub enum Stage {
    /// Not begun.
    Queued,
    /// The instance is told of the file.
    Beginning,
    /// The instance is asked what it has.
    Asking,
    /// A chunk is on its way.
    Sending,
    /// All bytes have left; the instance looks at the file.
    Checking,
    /// The connection was lost; it is tried again then.
    Waiting(Instant),
    /// Its maker stopped it for now.
    Paused,
    /// It is a video.
    Done(UploadedVideo),
    /// The instance would not have it.
    Failed(Failure),
}

/// What happens to a transfer.
#[derive(Debug)]
pub enum Input {
    /// Go. `known` where the instance was told of the file in an earlier visit.
    Start { known: bool },
    /// The instance was told.
    Begun,
    /// This much of the present chunk has left.
    Left(u64),
    /// The instance has this much of the file.
    Has(u64),
    /// The instance has all of it, and made a video.
    Finished(UploadedVideo),
    /// No answer, or one that asks to come again.
    Lost { retry_after: Option<Duration> },
    /// The instance does not know this upload any more.
    Vanished,
    /// The instance would not.
    Refused(Failure),
    /// Its maker stops it for now.
    Pause,
    /// Its maker lets it go on.
    Resume,
    /// The network is back.
    Online,
    /// The deadline has come.
    Tick,
}

/// What the shell does next. The present request is always over by then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Output {
    /// Tell the instance of the file.
    Begin,
    /// Ask what it has.
    Ask,
    /// Send these bytes, the end not among them.
    Send { from: u64, to: u64 },
    /// Stop the present request.
    Abort,
}

/// What people see of a transfer.
#[derive(Clone, PartialEq, Debug)]
pub struct Progress {
    /// Where it is.
    pub stage: Stage,
    /// Bytes that have left.
    pub sent: u64,
    /// Bytes in all.
    pub size: u64,
    /// Bytes a second, once there is a measure.
    pub speed: Option<u64>,
    /// Bytes the instance had when the transfer began here; 0 for a new one.
    pub resumed_at: u64,
}

impl Progress {
    /// 0 to 100; 100 only for what has left whole.
    pub fn percent(&self) -> u8 {
        let percent = self.sent.saturating_mul(100).checked_div(self.size).unwrap_or(0);
        u8::try_from(percent.min(100)).unwrap_or(100)
    }

    /// How long it will take, at the present speed.
    pub fn left(&self) -> Option<Duration> {
        let speed = self.speed.filter(|speed| 0 < *speed)?;
        Some(Duration::from_secs(self.size.saturating_sub(self.sent).div_ceil(speed)))
    }

    /// Whether it would be lost if the tab closed now.
    pub fn is_underway(&self) -> bool {
        match self.stage {
            Stage::Queued
            | Stage::Beginning
            | Stage::Asking
            | Stage::Sending
            | Stage::Checking
            | Stage::Waiting(_)
            | Stage::Paused => true,
            Stage::Done(_) | Stage::Failed(_) => false,
        }
    }
}

/// One file on its way.
pub struct Transfer {
    size: u64,
    chunk: u64,
    stage: Stage,
    /// What the instance has for certain.
    has: u64,
    /// What has left of the present chunk.
    left: u64,
    losses: u32,
    restarts: u32,
    known: bool,
    resumed_at: Option<u64>,
    samples: VecDeque<(Instant, u64)>,
    outputs: VecDeque<Output>,
}

impl Transfer {
    /// A file of `size` bytes, sent in chunks of at most `chunk`.
    pub fn new(size: u64, chunk: u64) -> Transfer {
        Transfer {
            size,
            chunk: chunk.max(1),
            stage: Stage::Queued,
            has: 0,
            left: 0,
            losses: 0,
            restarts: 0,
            known: false,
            resumed_at: None,
            samples: VecDeque::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Takes one input. Drain [`Transfer::poll`] before the next one.
    pub fn handle(&mut self, now: Instant, input: Input) {
        debug_assert!(self.outputs.is_empty(), "drain poll() before the next handle()");
        if matches!(self.stage, Stage::Done(_)) {
            return;
        }
        match (input, &self.stage) {
            (Input::Start { known }, Stage::Queued) => {
                self.known = known;
                self.go_on();
            }
            (Input::Pause, Stage::Paused | Stage::Failed(_)) => {}
            (Input::Pause, _) => {
                self.outputs.push_back(Output::Abort);
                self.stage = Stage::Paused;
                self.left = 0;
                self.samples.clear();
            }
            (Input::Resume, Stage::Paused | Stage::Waiting(_) | Stage::Failed(_)) => self.go_on(),
            (Input::Tick, Stage::Waiting(until)) if *until <= now => self.go_on(),
            (Input::Online, Stage::Waiting(_)) => self.go_on(),
            // Answers to a request that was stopped.
            (_, Stage::Queued | Stage::Paused | Stage::Waiting(_) | Stage::Failed(_)) => {}
            (Input::Begun, _) => {
                self.known = true;
                self.resumed_at = Some(0);
                self.has = 0;
                self.send(now);
            }
            (Input::Left(bytes), Stage::Sending | Stage::Checking) => {
                self.left = bytes.min(self.size - self.has);
                self.sample(now);
                if self.has + self.left == self.size {
                    self.stage = Stage::Checking;
                }
            }
            (Input::Has(bytes), _) => {
                if self.has < bytes {
                    self.losses = 0;
                }
                self.has = bytes.min(self.size);
                self.left = 0;
                self.resumed_at.get_or_insert(self.has);
                if self.has == self.size { self.wait(now, None) } else { self.send(now) }
            }
            (Input::Finished(video), _) => {
                self.has = self.size;
                self.left = 0;
                self.stage = Stage::Done(video);
            }
            (Input::Lost { retry_after }, _) => self.wait(now, retry_after),
            (Input::Vanished, _) => {
                self.known = false;
                self.has = 0;
                self.left = 0;
                self.samples.clear();
                if RESTARTS_MAX <= self.restarts {
                    self.stage = Stage::Failed(Failure::Unreadable);
                } else {
                    self.restarts += 1;
                    self.go_on();
                }
            }
            (Input::Refused(failure), _) => {
                self.left = 0;
                self.stage = Stage::Failed(failure);
            }
            (Input::Start { .. } | Input::Left(_) | Input::Resume | Input::Online | Input::Tick, _) => {}
        }
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to send the next [`Input::Tick`].
    pub fn deadline(&self) -> Option<Instant> {
        if let Stage::Waiting(until) = self.stage { Some(until) } else { None }
    }

    /// What people see.
    pub fn progress(&self) -> Progress {
        Progress {
            stage: self.stage.clone(),
            sent: self.has + self.left,
            size: self.size,
            speed: self.speed(),
            resumed_at: self.resumed_at.unwrap_or(0),
        }
    }

    fn go_on(&mut self) {
        if self.known {
            self.stage = Stage::Asking;
            self.outputs.push_back(Output::Ask);
        } else {
            self.stage = Stage::Beginning;
            self.outputs.push_back(Output::Begin);
        }
    }

    fn send(&mut self, now: Instant) {
        self.stage = Stage::Sending;
        self.left = 0;
        self.sample(now);
        let to = self.size.min(self.has.saturating_add(self.chunk));
        self.outputs.push_back(Output::Send { from: self.has, to });
    }

    fn wait(&mut self, now: Instant, retry_after: Option<Duration>) {
        let doubled = WAIT_FIRST.saturating_mul(1 << self.losses.min(16)).min(WAIT_MAX);
        self.losses += 1;
        self.left = 0;
        self.samples.clear();
        self.stage = Stage::Waiting(now + retry_after.unwrap_or(doubled));
    }

    fn sample(&mut self, now: Instant) {
        self.samples.push_back((now, self.has + self.left));
        while self.samples.front().is_some_and(|(then, _)| SPEED_OVER < now.since(*then)) {
            self.samples.pop_front();
        }
    }

    fn speed(&self) -> Option<u64> {
        let ((first, before), (last, after)) = (self.samples.front()?, self.samples.back()?);
        let took = last.since(*first);
        if took < SPEED_AFTER {
            return None;
        }
        let ms = u64::try_from(took.as_millis()).ok()?.max(1);
        Some(after.saturating_sub(*before).saturating_mul(1000) / ms)
    }
}

//! The tracker as the rest of the server sees it: a handle on its thread.
//!
//! Owns the way there and back. Never waits for a client.

use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::event::{EventfdFlags, eventfd};
use shared::id::{AccountId, InfoHash};
use shared::time::Timestamp;
use shared::tracker::{Answer, Counts, FromClient};
use tokio::sync::oneshot;

use super::meeting::{Rule, Standing};
use super::swarms::{Figures, Settings, Swarms};
use super::tcp::{TcpAnnounce, TcpAnnounced};
use super::wall::Wall;
use crate::clock::Clock;

/// The tracker. Cheap to clone.
#[derive(Clone)]
pub struct Tracker {
    inner: Arc<Inner>,
}

struct Inner {
    commands: Sender<Command>,
    bell: Arc<OwnedFd>,
    open: Arc<AtomicUsize>,
    sockets_max: usize,
    /// The thread's end of things, until it starts.
    waiting: Mutex<Option<Receiver<Command>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// The instance's own peer, which is told what any client would be told. It must not wait.
pub type Resident = Box<dyn Fn(&str) + Send>;

/// The tracker has stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the tracker has stopped")]
pub struct Gone;

/// What the thread is asked to do.
pub(super) enum Command {
    Open { stream: TcpStream, unread: Vec<u8>, standing: Standing, seat: Seat },
    Allow { info_hashes: Vec<InfoHash>, rule: Rule },
    Forbid { info_hashes: Vec<InfoHash> },
    TakeBack { by: AccountId, since: Timestamp },
    Announce { announce: TcpAnnounce, answer: oneshot::Sender<Result<TcpAnnounced, String>> },
    Scrape { info_hashes: Vec<InfoHash>, answer: oneshot::Sender<(Vec<(InfoHash, Counts)>, Duration)> },
    Figures { answer: oneshot::Sender<Figures> },
    Reside { resident: Resident },
    Answer { text: String },
    Stop,
}

/// A connection's right to be: given back when it is dropped.
pub struct Seat(Arc<AtomicUsize>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Tracker {
    /// A tracker for so many connections, which does nothing before it starts.
    ///
    /// # Errors
    /// What the system says when it gives no event descriptor.
    pub fn new(sockets_max: usize) -> std::io::Result<Tracker> {
        let (commands, waiting) = mpsc::channel();
        let bell = eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?;
        let inner = Inner {
            commands,
            bell: Arc::new(bell),
            open: Arc::default(),
            sockets_max,
            waiting: Mutex::new(Some(waiting)),
            thread: Mutex::new(None),
        };
        Ok(Tracker { inner: Arc::new(inner) })
    }

    /// Starts the thread. A second call does nothing.
    ///
    /// # Errors
    /// What the system says when it gives no thread or descriptor.
    pub fn start(&self, settings: Settings, clock: Clock, seed: u64) -> std::io::Result<()> {
        let Some(commands) = lock(&self.inner.waiting).take() else { return Ok(()) };
        let swarms = Swarms::new(settings, seed);
        let wall = Wall::new(swarms, clock, commands, Arc::clone(&self.inner.bell))?;
        let thread = std::thread::Builder::new().name("tracker".to_owned()).spawn(move || wall.run())?;
        *lock(&self.inner.thread) = Some(thread);
        Ok(())
    }

    /// Says goodbye to all clients and returns when the thread has ended. Blocks.
    pub fn stop(&self) {
        self.tell(Command::Stop);
        if let Some(thread) = lock(&self.inner.thread).take() {
            // A panic of the thread was reported when it happened.
            drop(thread.join());
        }
    }

    /// A place for one more connection; none when all are taken.
    #[must_use]
    pub fn seat(&self) -> Option<Seat> {
        let taken = self.inner.open.fetch_add(1, Ordering::Relaxed);
        let seat = Seat(Arc::clone(&self.inner.open));
        (taken < self.inner.sockets_max).then_some(seat)
    }

    /// Hands a connection over that speaks WebSocket from now on, with what was already read of it.
    pub fn open(&self, stream: TcpStream, unread: Vec<u8>, standing: Standing, seat: Seat) {
        self.tell(Command::Open { stream, unread, standing, seat });
    }

    /// Allows swarms, or changes who may meet in them.
    pub fn allow(&self, info_hashes: Vec<InfoHash>, rule: Rule) {
        self.tell(Command::Allow { info_hashes, rule });
    }

    /// Forbids swarms.
    pub fn forbid(&self, info_hashes: Vec<InfoHash>) {
        self.tell(Command::Forbid { info_hashes });
    }

    /// Makes viewers of the seeders that came by somebody's word, where it was given before `since`.
    pub fn take_back(&self, by: AccountId, since: Timestamp) {
        self.tell(Command::TakeBack { by, since });
    }

    /// Takes the instance's own peer in: from now on it gets offers in every swarm.
    pub fn reside(&self, resident: Resident) {
        self.tell(Command::Reside { resident });
    }

    /// Passes on that the instance's own peer takes an offer.
    pub fn answer(&self, answer: &Answer<'_>) {
        let mut text = String::new();
        FromClient::Answer(*answer).encode(&mut text);
        self.tell(Command::Answer { text });
    }

    /// Passes an announce on that came over HTTP; the inner error is the refusal.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn announce(&self, announce: TcpAnnounce) -> Result<Result<TcpAnnounced, String>, Gone> {
        self.ask(|answer| Command::Announce { announce, answer }).await
    }

    /// How many are in these swarms, and how long to wait before asking again.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn scrape(
        &self,
        info_hashes: Vec<InfoHash>,
    ) -> Result<(Vec<(InfoHash, Counts)>, Duration), Gone> {
        self.ask(|answer| Command::Scrape { info_hashes, answer }).await
    }

    /// How it is doing.
    ///
    /// # Errors
    /// [`Gone`].
    pub async fn figures(&self) -> Result<Figures, Gone> {
        self.ask(|answer| Command::Figures { answer }).await
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, Gone> {
        let (answer, answered) = oneshot::channel();
        self.tell(command(answer));
        answered.await.map_err(|_| Gone)
    }

    fn tell(&self, command: Command) {
        // Once the thread is gone there is nobody to tell, and whoever waits for an answer sees that.
        if self.inner.commands.send(command).is_ok() {
            self.inner.ring();
        }
    }
}

impl Inner {
    fn ring(&self) {
        // A counter that is full has been rung often enough.
        let _ = rustix::io::write(&*self.bell, &1u64.to_ne_bytes());
    }
}

impl Drop for Inner {
    /// Wakes the thread, which sees that nobody can tell it anything any more.
    fn drop(&mut self) {
        // The sender itself goes only after this; a command that says so goes before.
        let _ = self.commands.send(Command::Stop);
        self.ring();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

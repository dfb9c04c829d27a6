//! The tracker's thread: one loop over all connections.
//!
//! Owns the sockets, their buffers and the only waiting. Decides nothing: `swarms` does. The surprise is that a
//! connection at rest owns no buffer: all read into one, whatever is written in one round leaves in one write a
//! connection at its end, and only what a network does not take stays behind.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};

use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use shared::time::Instant;
use shared::tracker::FromClient;

use super::handle::{Command, Resident, Seat};
use super::swarms::{Figures, Input, Output, Parting, SocketId, Swarms};
use super::wire::{self, CloseCode, Heard, Reader};
use crate::clock::Clock;

/// One read. A message is mostly a tenth of it.
const READ_BYTES: usize = 256 * 1024;
/// Connections looked at in one round.
const EVENTS_MAX: usize = 1024;
/// What waits for a client that does not read. Offers of a minute and more; it is of no use to anybody later.
const UNSENT_BYTES_MAX: usize = 1024 * 1024;
/// What all connections hold between rounds, of half messages and of what waits to be sent. Above it, whoever holds more
/// than a usual message has to go.
const HELD_BYTES_MAX: usize = 128 * 1024 * 1024;
const HELD_BYTES_FAIR: usize = 16 * 1024;
/// Write buffers kept for the next round, and the largest one worth keeping.
const SPARE_MAX: usize = 256;
const SPARE_BYTES_MAX: usize = 64 * 1024;

pub(super) struct Wall {
    swarms: Swarms,
    clock: Clock,
    commands: Receiver<Command>,
    bell: Arc<OwnedFd>,
    lines: Lines,
    buffer: Vec<u8>,
    resident: Option<Resident>,
    bytes_in: u64,
}

/// All connections.
struct Lines {
    epoll: OwnedFd,
    lines: Vec<Option<Line>>,
    free: Vec<u32>,
    /// Who has something to be sent.
    dirty: Vec<u32>,
    spare: Vec<Vec<u8>>,
    /// Bytes that connections hold between rounds, all together.
    held: usize,
    bytes_out: u64,
}

struct Line {
    stream: TcpStream,
    reader: Reader,
    unsent: Vec<u8>,
    /// Bytes of both buffers when last weighed.
    held: usize,
    is_dirty: bool,
    /// The network took all, when last asked.
    has_room: bool,
    /// The network is to say when it takes more.
    is_watched: bool,
    /// Nothing is read any more, and the connection ends when all is sent.
    is_closing: bool,
    _seat: Seat,
}

/// The name of the bell among the events.
const BELL: u64 = u64::MAX;

impl Wall {
    pub(super) fn new(
        swarms: Swarms,
        clock: Clock,
        commands: Receiver<Command>,
        bell: Arc<OwnedFd>,
    ) -> std::io::Result<Wall> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        epoll::add(&epoll, &*bell, EventData::new_u64(BELL), EventFlags::IN)?;
        let (lines, free, dirty, spare) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let lines = Lines { epoll, lines, free, dirty, spare, held: 0, bytes_out: 0 };
        Ok(Wall {
            swarms,
            clock,
            commands,
            bell,
            lines,
            buffer: vec![0; READ_BYTES],
            resident: None,
            bytes_in: 0,
        })
    }

    /// Runs until it is told to stop.
    pub(super) fn run(mut self) {
        let mut events = Vec::with_capacity(EVENTS_MAX);
        loop {
            if let Err(error) = self.wait(&mut events) {
                tracing::error!(%error, "the tracker stopped");
                return;
            }
            let now = self.clock.instant();
            for event in events.drain(..) {
                // Read where it was copied from a packed struct.
                let (data, flags) = (event.data.u64(), event.flags);
                match u32::try_from(data) {
                    Ok(slot) => self.look_after(now, SocketId(slot), flags),
                    Err(_) if !self.obey(now) => return self.lines.say_goodbye(),
                    Err(_) => {}
                }
            }
            if self.swarms.deadline().is_some_and(|deadline| deadline <= now) {
                self.tell(now, Input::Tick);
            }
            while let Some(gone) = self.lines.flush() {
                self.tell(now, Input::Closed { socket: gone });
            }
        }
    }

    fn wait(&self, events: &mut Vec<Event>) -> rustix::io::Result<()> {
        let now = self.clock.instant();
        let timeout = self.swarms.deadline().map(|deadline| deadline.since(now));
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        match epoll::wait(&self.lines.epoll, rustix::buffer::spare_capacity(events), timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whether to go on.
    fn obey(&mut self, now: Instant) -> bool {
        let mut count = [0; 8];
        // Whether it was rung once or often is the same.
        let _ = rustix::io::read(&*self.bell, &mut count);
        loop {
            match self.commands.try_recv() {
                Ok(Command::Stop) | Err(TryRecvError::Disconnected) => return false,
                Ok(command) => self.obey_one(now, command),
                Err(TryRecvError::Empty) => return true,
            }
        }
    }

    fn obey_one(&mut self, now: Instant, command: Command) {
        match command {
            Command::Open { stream, mut unread, standing, seat } => match self.lines.open(stream, seat) {
                Ok(socket) => {
                    self.tell(now, Input::Opened { socket, standing });
                    self.hear(now, socket, &mut unread);
                }
                Err(error) => tracing::warn!(%error, "a connection to the tracker could not be taken"),
            },
            Command::Allow { info_hashes, rule } => self.tell(now, Input::Allow { info_hashes, rule }),
            Command::Forbid { info_hashes } => self.tell(now, Input::Forbid { info_hashes }),
            Command::TakeBack { by, since } => self.tell(now, Input::TakenBack { by, since }),
            // Whoever asked may be gone; then nobody needs the answer.
            Command::Announce { announce, answer } => {
                let _ = answer.send(self.swarms.announce_tcp(now, &announce));
            }
            Command::Scrape { info_hashes, answer } => {
                let _ = answer.send(self.swarms.scrape(&info_hashes));
            }
            Command::Figures { answer } => {
                let (bytes_in, bytes_out) = (self.bytes_in, self.lines.bytes_out);
                let _ = answer.send(Figures { bytes_in, bytes_out, ..self.swarms.figures() });
            }
            Command::Reside { resident } => {
                self.resident = Some(resident);
                self.tell(now, Input::Resides);
            }
            Command::Answer { text } => {
                if let Ok(FromClient::Answer(answer)) = FromClient::decode(&text) {
                    self.tell(now, Input::Answered { answer });
                }
            }
            Command::Stop => {}
        }
    }

    fn look_after(&mut self, now: Instant, socket: SocketId, flags: EventFlags) {
        if flags.contains(EventFlags::OUT) {
            self.lines.unstick(socket);
        }
        if !flags.intersects(EventFlags::IN | EventFlags::HUP | EventFlags::ERR | EventFlags::RDHUP) {
            return;
        }
        let Some(line) = self.lines.get(socket) else { return };
        let mut buffer = std::mem::take(&mut self.buffer);
        match (&line.stream).read(&mut buffer) {
            Ok(count) if 0 < count => {
                self.bytes_in += u64::try_from(count).unwrap_or_default();
                self.hear(now, socket, buffer.get_mut(..count).unwrap_or_default());
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Ok(_) | Err(_) => self.lose(now, socket),
        }
        self.buffer = buffer;
    }

    /// Takes what a client sent, frame by frame.
    fn hear(&mut self, now: Instant, socket: SocketId, fresh: &mut [u8]) {
        let Some(line) = self.lines.get(socket).filter(|line| !line.is_closing) else { return };
        let mut reader = std::mem::take(&mut line.reader);
        let mut joined = reader.join(fresh);
        let bytes = joined.as_deref_mut().unwrap_or(fresh);
        let mut at = 0;
        while let Some((used, heard)) = reader.next(bytes.get_mut(at..).unwrap_or_default()) {
            at += used;
            match heard {
                Heard::Message(text) => self.tell(now, Input::Said { socket, text }),
                Heard::Ping(payload) => {
                    self.lines.write(socket, |out| wire::write_pong(out, payload));
                    self.tell(now, Input::Stirred { socket });
                }
                Heard::Stirring => self.tell(now, Input::Stirred { socket }),
                Heard::Close => return self.part(now, socket, CloseCode::Normal),
                Heard::Broken(code) => return self.part(now, socket, code),
            }
        }
        let rest = match joined {
            Some(mut all) => {
                all.drain(..at);
                all
            }
            None => fresh.get(at..).unwrap_or_default().to_vec(),
        };
        reader.keep(rest);
        if let Some(line) = self.lines.get(socket) {
            line.reader = reader;
        }
        if !self.lines.weigh(socket) {
            self.lose(now, socket);
        }
    }

    /// Says goodbye to a client and forgets it.
    fn part(&mut self, now: Instant, socket: SocketId, code: CloseCode) {
        self.lines.close(socket, code);
        self.tell(now, Input::Closed { socket });
    }

    fn lose(&mut self, now: Instant, socket: SocketId) {
        self.lines.remove(socket);
        self.tell(now, Input::Closed { socket });
    }

    fn tell(&mut self, now: Instant, input: Input<'_>) {
        self.swarms.handle(now, input);
        while let Some(output) = self.swarms.poll() {
            match output {
                Output::Send { to, text } => self.lines.write(to, |out| wire::write_message(out, text)),
                Output::Resident { text } => {
                    if let Some(resident) = &self.resident {
                        resident(text);
                    }
                }
                Output::Ping { to } => self.lines.write(to, wire::write_ping),
                Output::Close { to, why: Parting::Silent | Parting::Flooding } => {
                    self.lines.close(to, CloseCode::Policy);
                }
            }
        }
    }
}

impl Lines {
    fn get(&mut self, socket: SocketId) -> Option<&mut Line> {
        self.lines.get_mut(socket.0 as usize)?.as_mut()
    }

    fn open(&mut self, stream: TcpStream, seat: Seat) -> std::io::Result<SocketId> {
        let slot = match self.free.last() {
            Some(slot) => *slot,
            None => u32::try_from(self.lines.len()).map_err(std::io::Error::other)?,
        };
        epoll::add(
            &self.epoll,
            &stream,
            EventData::new_u64(u64::from(slot)),
            EventFlags::IN | EventFlags::RDHUP,
        )?;
        if self.free.pop().is_none() {
            self.lines.push(None);
        }
        let line = Line {
            stream,
            reader: Reader::default(),
            unsent: Vec::new(),
            held: 0,
            is_dirty: false,
            has_room: true,
            is_watched: false,
            is_closing: false,
            _seat: seat,
        };
        if let Some(place) = self.lines.get_mut(slot as usize) {
            *place = Some(line);
        }
        Ok(SocketId(slot))
    }

    /// Ends a connection at once. Its descriptor leaves epoll as it closes.
    fn remove(&mut self, socket: SocketId) {
        if let Some(line) = self.lines.get_mut(socket.0 as usize).and_then(Option::take) {
            self.free.push(socket.0);
            self.held -= line.held;
            self.recycle(line.unsent);
        }
    }

    fn write(&mut self, to: SocketId, write: impl FnOnce(&mut Vec<u8>)) {
        let Some(line) = self.lines.get_mut(to.0 as usize).and_then(Option::as_mut) else { return };
        if line.is_closing {
            return;
        }
        if line.unsent.capacity() == 0 {
            line.unsent = self.spare.pop().unwrap_or_default();
        }
        write(&mut line.unsent);
        if !line.is_dirty {
            line.is_dirty = true;
            self.dirty.push(to.0);
        }
    }

    /// Ends a connection when all is sent that waits for it.
    fn close(&mut self, socket: SocketId, code: CloseCode) {
        self.write(socket, |out| wire::write_close(out, code));
        if let Some(line) = self.get(socket) {
            line.is_closing = true;
        }
    }

    /// Notes that the network takes more of a connection.
    fn unstick(&mut self, socket: SocketId) {
        let Some(line) = self.get(socket) else { return };
        line.has_room = true;
        if !line.is_dirty {
            line.is_dirty = true;
            self.dirty.push(socket.0);
        }
    }

    /// Sends what waits. Stops at a connection that is lost by it and names it; call it again until it names none.
    fn flush(&mut self) -> Option<SocketId> {
        while let Some(slot) = self.dirty.pop() {
            let socket = SocketId(slot);
            if !(self.flush_one(socket) && self.weigh(socket)) {
                self.remove(socket);
                return Some(socket);
            }
        }
        None
    }

    /// Whether the connection goes on.
    fn flush_one(&mut self, socket: SocketId) -> bool {
        let Some(line) = self.lines.get_mut(socket.0 as usize).and_then(Option::as_mut) else { return true };
        line.is_dirty = false;
        if !line.has_room {
            return line.unsent.len() <= UNSENT_BYTES_MAX;
        }
        let mut sent = 0;
        while let Some(rest @ [_, ..]) = line.unsent.get(sent..) {
            match (&line.stream).write(rest) {
                Ok(count) => {
                    sent += count;
                    self.bytes_out += u64::try_from(count).unwrap_or_default();
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    line.unsent.drain(..sent);
                    line.has_room = false;
                    // Nobody waits for a client to read that it is not wanted.
                    let goes_on = !line.is_closing && line.unsent.len() <= UNSENT_BYTES_MAX;
                    return goes_on && self.watch(socket, true);
                }
                Err(_) => return false,
            }
        }
        if line.is_closing {
            // So that the last words arrive before the end does.
            let _ = line.stream.shutdown(Shutdown::Write);
            return false;
        }
        let (sent, was_stuck) = (std::mem::take(&mut line.unsent), line.is_watched);
        self.recycle(sent);
        !was_stuck || self.watch(socket, false)
    }

    /// Asks to be told when the network takes more, or not any longer.
    fn watch(&mut self, socket: SocketId, for_room: bool) -> bool {
        let Some(line) = self.lines.get_mut(socket.0 as usize).and_then(Option::as_mut) else { return false };
        if line.is_watched == for_room {
            return true;
        }
        line.is_watched = for_room;
        let more = if for_room { EventFlags::OUT } else { EventFlags::empty() };
        let data = EventData::new_u64(u64::from(socket.0));
        epoll::modify(&self.epoll, &line.stream, data, EventFlags::IN | EventFlags::RDHUP | more).is_ok()
    }

    /// Notes what a connection holds between rounds. False where all hold too much and this one more than most do.
    fn weigh(&mut self, socket: SocketId) -> bool {
        let Some(line) = self.lines.get_mut(socket.0 as usize).and_then(Option::as_mut) else { return true };
        let holds = line.reader.bytes() + line.unsent.capacity();
        self.held = self.held - line.held + holds;
        line.held = holds;
        self.held <= HELD_BYTES_MAX || holds <= HELD_BYTES_FAIR
    }

    fn recycle(&mut self, mut buffer: Vec<u8>) {
        if 0 < buffer.capacity() && buffer.capacity() <= SPARE_BYTES_MAX && self.spare.len() < SPARE_MAX {
            buffer.clear();
            self.spare.push(buffer);
        }
    }

    /// Tells everybody that the server stops, as far as their networks take it.
    fn say_goodbye(&mut self) {
        for slot in 0..u32::try_from(self.lines.len()).unwrap_or(u32::MAX) {
            self.close(SocketId(slot), CloseCode::GoingAway);
        }
        while self.flush().is_some() {}
    }
}

//! The one door: inputs in, outputs out.

use std::collections::VecDeque;
use std::time::Duration;

use shared::hls::Resolution;
use shared::time::Instant;

use super::element::Element;
use super::share::Share;
use super::tell::Told;
use crate::abr::Estimator;
use crate::access::Access;
use crate::buffer::Buffer;
use crate::dice::Dice;
use crate::fault::Fault;
use crate::flights::Flights;
use crate::io::{Input, Load, Output, Quality, Span, Track};
use crate::ladder::{Candidates, Ladder, StreamId};
use crate::library::{Library, Piece, Trust};
use crate::schedule::Retries;
use crate::span::SLACK;
use crate::stall::Watch;
use crate::stats::Stats;
use crate::table::Table;
use crate::timers::Timers;

/// One playback of one video.
#[derive(Debug)]
pub struct Player {
    outputs: VecDeque<Output>,
    seed: u64,
    /// None before [`Input::Load`] and after [`Input::Close`].
    playback: Option<Box<Playback>>,
    stats: Stats,
}

/// Everything between [`Input::Load`] and [`Input::Close`].
#[derive(Debug)]
pub(super) struct Playback {
    pub(super) load: Load,
    pub(super) access: Access,
    pub(super) begun: Instant,
    /// What is played: first what the playlist offers, then what of it the browser takes.
    pub(super) candidates: Option<Candidates>,
    pub(super) ladder: Option<Ladder>,
    /// The person's choice, and the size of the player.
    pub(super) quality: Quality,
    pub(super) viewport: Option<Resolution>,
    /// The level of the segment fetched last, and the highest one allowed for a while after an abandoned fetch.
    pub(super) level: Option<StreamId>,
    pub(super) ceiling: Option<(StreamId, Instant)>,

    pub(super) flights: Flights,
    pub(super) retries: Retries,
    /// What the origin brings, and what everybody together does.
    pub(super) estimator: Estimator,
    pub(super) pipe: Estimator,
    pub(super) library: Library,
    /// The list of digests may be older than the files; and when it was asked for anew.
    pub(super) wants_new_digests: bool,
    pub(super) digests_renewed: Option<Instant>,
    /// When to ask again for playlists that grow; and whether the list of digests is behind them.
    pub(super) growing: Table<StreamId, Instant>,
    pub(super) digests_lag: bool,

    pub(super) source: Source,
    pub(super) buffers: Table<Track, Buffer>,
    pub(super) element: Element,
    pub(super) watch: Watch,

    /// Peers, if they are wanted.
    pub(super) share: Option<Share>,
    /// For the swarms.
    pub(super) seed: u64,

    pub(super) is_online: bool,
    /// The browser wants no more for now.
    pub(super) has_enough: bool,
    /// What stopped us. Nothing is fetched any more, but what is in hand plays on.
    pub(super) fault: Option<Fault>,
    pub(super) told: Told,
    pub(super) timers: Timers,
}

/// The browser's `MediaSource`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Source {
    /// Not asked for yet.
    Closed,
    /// Asked for.
    Opening,
    /// Takes appends. `is_ended` after `endOfStream()`.
    Open { is_ended: bool },
}

/// One round through the rooms: the playback, and where to put what it wants done.
pub(super) struct Round<'a> {
    pub(super) now: Instant,
    pub(super) it: &'a mut Playback,
    pub(super) outputs: &'a mut VecDeque<Output>,
    pub(super) stats: &'a mut Stats,
}

impl Player {
    /// A player that waits for [`Input::Load`]. The seed spreads retries, so that a thousand viewers of a server that
    /// restarts do not come back in one moment.
    #[must_use]
    pub fn new(seed: u64) -> Player {
        Player { outputs: VecDeque::new(), seed, playback: None, stats: Stats::default() }
    }

    /// Takes one input. Drain [`Player::poll`] before the next one.
    pub fn handle(&mut self, now: Instant, input: Input) {
        debug_assert!(self.outputs.is_empty(), "drain poll() before the next handle()");
        if let (Input::Load(load), None) = (&input, &self.playback) {
            self.playback = Some(Box::new(Playback::new(now, load.clone(), self.seed)));
        }
        let is_close = matches!(input, Input::Close);
        match &mut self.playback {
            Some(it) => Round { now, it, outputs: &mut self.outputs, stats: &mut self.stats }.take(input),
            None => {
                // What was on its way when we closed.
                let body = match input {
                    Input::Body { body, .. } | Input::Partial { body, .. } => Some(body),
                    Input::Swarm { input, .. } => input.into_body(),
                    Input::Load(_)
                    | Input::Retry
                    | Input::Close
                    | Input::Tick { .. }
                    | Input::Seek { .. }
                    | Input::Choose(_)
                    | Input::Repeat(_)
                    | Input::Viewport(_)
                    | Input::Share(_)
                    | Input::TrackerUp
                    | Input::TrackerDown
                    | Input::Online
                    | Input::Offline
                    | Input::Progress { .. }
                    | Input::Text { .. }
                    | Input::FetchFailed { .. }
                    | Input::Digested { .. }
                    | Input::Supported(_)
                    | Input::Opened
                    | Input::OpenFailed
                    | Input::Appended { .. }
                    | Input::AppendFailed { .. }
                    | Input::Removed { .. }
                    | Input::Evicted { .. }
                    | Input::Enough(_)
                    | Input::Media { .. } => None,
                };
                self.outputs.extend(body.map(|body| Output::Release { body }));
            }
        }
        if is_close {
            self.playback = None;
        }
    }

    /// The next thing to do, until there is none.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to send the next [`Input::Tick`], if nothing else happens first.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.playback.as_ref().and_then(|playback| playback.timers.earliest())
    }

    /// Counters of this playback.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.stats
    }
}

impl Playback {
    fn new(now: Instant, load: Load, seed: u64) -> Playback {
        let trust = if load.digests.is_some() { Trust::Awaited } else { Trust::Unpublished };
        Playback {
            access: Access::of(&load),
            begun: now,
            candidates: None,
            ladder: None,
            quality: load.quality,
            viewport: load.viewport,
            level: None,
            ceiling: None,
            flights: Flights::default(),
            retries: Retries::new(Dice::new(seed)),
            estimator: Estimator::new(load.bandwidth),
            pipe: Estimator::new(None),
            library: Library::new(trust),
            wants_new_digests: false,
            digests_renewed: None,
            growing: Table::default(),
            digests_lag: false,
            source: Source::Closed,
            buffers: Table::default(),
            element: Element::at(load.start),
            watch: Watch::default(),
            share: None,
            seed,
            is_online: true,
            has_enough: false,
            fault: None,
            told: Told::default(),
            timers: Timers::default(),
            load,
        }
    }

    /// Where and when a segment plays.
    pub(super) fn place_of(&self, piece: Piece) -> Option<(Track, Span)> {
        let Piece::Segment { stream, index } = piece else { return None };
        let stream = self.ladder.as_ref()?.get(stream)?;
        Some((stream.track, stream.timeline.as_ref()?.slot(index)?.span))
    }

    /// The stretches of a track that are appended or waiting to be, in the quality wanted.
    pub(super) fn in_hand(&self, track: Track) -> Vec<Span> {
        let waiting = self.library.pieces().filter_map(|piece| self.place_of(piece));
        let waiting = waiting.filter(|(of, _)| *of == track).map(|(_, span)| span);
        let appended = self.buffers.get(&track).into_iter().flat_map(Buffer::fresh_spans);
        waiting.chain(appended).collect()
    }

    /// From where on segments are needed. Who seeks to the very end wants to see the last picture.
    pub(super) fn playhead(&self) -> Duration {
        let duration = self.ladder.as_ref().and_then(|ladder| ladder.duration());
        let last = duration.map_or(Duration::MAX, |duration| duration.saturating_sub(2 * SLACK));
        self.element.position.min(last)
    }

    pub(super) fn tracks(&self) -> Vec<Track> {
        self.buffers.keys().copied().collect()
    }
}

impl Round<'_> {
    fn take(&mut self, input: Input) {
        match input {
            Input::Load(_) => {}
            Input::Close => return self.close(),
            Input::Retry => self.try_again(),
            Input::Tick { position } => self.move_to(position),
            Input::Seek { to } => self.seek(to),
            Input::Choose(quality) => self.choose_quality(quality),
            Input::Repeat(is_on) => self.it.load.repeat = is_on,
            Input::Viewport(viewport) => self.it.viewport = Some(viewport),
            Input::Share(sharing) => self.set_sharing(sharing),
            Input::TrackerUp => self.tracker_up(),
            Input::TrackerDown => self.tracker_down(),
            Input::Swarm { swarm, input } => self.swarm(swarm, input),
            Input::Online => self.go_online(),
            Input::Offline => self.it.is_online = false,
            Input::Progress { id, bytes } => self.progress(id, bytes),
            Input::Text { id, text } => self.take_text(id, &text),
            Input::Body { id, body, bytes } => self.take_body(id, body, bytes),
            Input::Partial { id, body, bytes } => self.take_partial(id, body, bytes),
            Input::FetchFailed { id, why } => self.fail_fetch(id, why),
            Input::Digested { body, digest } => self.it.library.set_digest(body, digest),
            Input::Supported(types) => self.settle(&types),
            Input::Opened => self.opened(),
            Input::OpenFailed => self.open_failed(),
            Input::Appended { track, buffered } | Input::Removed { track, buffered } => {
                self.finish_work(track, buffered);
            }
            Input::AppendFailed { track, why } => self.fail_append(track, why),
            Input::Evicted { track, buffered } => {
                if let Some(buffer) = self.it.buffers.get_mut(&track) {
                    buffer.lose(buffered);
                }
            }
            Input::Enough(has_enough) => self.it.has_enough = has_enough,
            Input::Media { at, event } => self.media(at, event),
        }
        self.judge();
        self.share();
        self.fetch();
        self.feed();
        self.watch();
        self.tell();
        self.drain_swarms();
    }

    pub(super) fn put(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    /// Lets go of everything.
    fn close(&mut self) {
        self.set_sharing(None);
        let flights: Vec<_> = self.it.flights.iter().map(|(id, _)| id).collect();
        for id in flights {
            self.put(Output::Abort { id });
        }
        let pieces: Vec<_> = self.it.library.pieces().collect();
        for piece in pieces {
            self.release(piece);
        }
    }

    pub(super) fn release(&mut self, piece: Piece) {
        if let Some(body) = self.it.library.remove(piece)
            && !self.leave_to_swarm(piece, body)
        {
            self.put(Output::Release { body });
        }
    }
}

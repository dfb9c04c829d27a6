//! What fetches bring, and what is done when they bring nothing good.

use shared::digests::Digests;
use shared::hls::{self, ByteRange};

use super::door::{Round, Source};
use crate::fault::{BAN_FOREVER, Fault, Outlook, Recovery, recover};
use crate::flights::Errand;
use crate::io::{BodyId, FetchFailure, FetchId, Output, Want};
use crate::ladder::{Candidates, StreamId};
use crate::library::{self, Trust};
use crate::timeline::Timeline;

impl Round<'_> {
    pub(super) fn progress(&mut self, id: FetchId, received: u64) {
        let Some((new, since)) = self.it.flights.progress(self.now, id, received) else { return };
        self.stats.bytes_fetched += new;
        let is_media = self.it.flights.get(id).is_some_and(|flight| flight.resource.is_some());
        // Text comes compressed, so its length says nothing about the network.
        if is_media {
            self.it.estimator.receive(self.now, since, new);
            self.it.pipe.receive(self.now, since, new);
        }
    }

    pub(super) fn take_text(&mut self, id: FetchId, text: &str) {
        self.progress(id, text.len() as u64);
        let Some(flight) = self.it.flights.end(id) else { return };
        let read = match flight.errand {
            Errand::Master => self.read_master(text),
            Errand::Digests => Digests::parse(text).ok().map(|digests| {
                self.it.library.set_digests(digests);
                // Unless a playlist grew while it was on its way.
                self.it.digests_lag = self.it.wants_new_digests && self.it.digests_lag;
            }),
            Errand::Playlist(stream) => self.read_playlist(stream, text),
            Errand::Piece(_) | Errand::Source => None,
        };
        match read {
            Some(()) => self.it.retries.forget(flight.errand),
            None => self.trouble(flight.errand, None, Fault::Unreadable { want: flight.errand.want() }),
        }
    }

    fn read_master(&mut self, text: &str) -> Option<()> {
        let playlist = hls::parse(text).ok()?;
        let candidates = Candidates::of(&playlist, &self.it.load.url, &self.it.access)?;
        self.put(Output::AskSupport { types: candidates.types() });
        self.it.candidates = Some(candidates);
        Some(())
    }

    fn read_playlist(&mut self, id: StreamId, text: &str) -> Option<()> {
        let playlist = hls::parse_media(text).ok()?;
        let ladder = self.it.ladder.as_mut()?;
        let timeline = Timeline::of(&playlist, &ladder.get(id)?.url, &self.it.access)?;
        match timeline.grows_within() {
            Some(interval) => self.it.growing.insert(id, self.now + interval),
            None => _ = self.it.growing.remove(&id),
        }
        let before = ladder.timeline(id).map(Timeline::count);
        // A server that began anew after a crash has less for a while, and then the same again.
        if timeline.grows_within().is_some() && before.is_some_and(|before| timeline.count() < before) {
            return Some(());
        }
        if before.is_some_and(|before| before < timeline.count()) && self.it.load.digests.is_some() {
            (self.it.wants_new_digests, self.it.digests_renewed) = (true, None);
            self.it.digests_lag = true;
        }
        ladder.set_timeline(id, timeline);
        Some(())
    }

    /// The browser has said which types it takes.
    pub(super) fn settle(&mut self, types: &[String]) {
        let Some(candidates) = self.it.candidates.take() else { return };
        match candidates.settle(types) {
            Some(ladder) => {
                self.it.buffers =
                    ladder.tracks().into_iter().map(|track| (track, Default::default())).collect();
                self.put(Output::Qualities(ladder.offers()));
                self.it.ladder = Some(ladder);
                self.open();
            }
            None => self.it.fault = Some(Fault::Unsupported),
        }
    }

    pub(super) fn take_body(&mut self, id: FetchId, body: BodyId, bytes: u64) {
        self.progress(id, bytes);
        let flight = self.it.flights.end(id);
        self.it.estimator.finish(!self.it.flights.are_media_under_way());
        let part = flight.as_ref().and_then(|flight| flight.part);
        let Some((Errand::Piece(piece), Some(resource))) =
            flight.map(|flight| (flight.errand, flight.resource))
        else {
            return self.put(Output::Release { body });
        };
        if let Some(part) = part.filter(|part| part.len() == bytes) {
            self.join(piece, &resource, part, body);
            return self.put(Output::Release { body });
        }
        let is_whole = 0 < bytes && resource.range.is_none_or(|range| range.len() == bytes);
        if !is_whole || self.it.library.holds(piece) {
            self.put(Output::Release { body });
            if !is_whole {
                let fault = Fault::Fetch { want: Errand::Piece(piece).want(), why: FetchFailure::Length };
                self.trouble(Errand::Piece(piece), None, fault);
            }
            return;
        }
        if self.it.library.insert(piece, resource, (body, bytes), library::Source::Origin) {
            self.put(Output::Digest { body });
        }
    }

    /// The beginning of a segment is kept where a swarm can add the rest; the fetch itself is about to fail.
    pub(super) fn take_partial(&mut self, id: FetchId, body: BodyId, bytes: u64) {
        self.progress(id, bytes);
        let flight = self.it.flights.get(id).filter(|_| 0 < bytes);
        let found = flight.and_then(|flight| Some((flight.errand, flight.resource.clone()?, flight.part)));
        if let Some((Errand::Piece(piece), resource, part)) = found
            && let Some(range) = part.or(resource.range).filter(|range| bytes <= range.len())
            && let Some(part) = ByteRange::new(range.offset(), bytes)
        {
            self.keep_part(piece, &resource, part, body);
        }
        self.put(Output::Release { body });
    }

    pub(super) fn fail_fetch(&mut self, id: FetchId, why: FetchFailure) {
        let Some(flight) = self.it.flights.end(id) else { return };
        self.it.estimator.finish(!self.it.flights.are_media_under_way());
        self.trouble(flight.errand, None, Fault::Fetch { want: flight.errand.want(), why });
        if 0 < flight.received {
            self.it.retries.hasten(self.now, flight.errand);
        }
    }

    /// Throws out the bodies that are not what the publisher vouches for.
    pub(super) fn judge(&mut self) {
        for refused in self.it.library.judge(self.it.digests_lag) {
            self.put(Output::Release { body: refused.body });
            self.stats.bodies_forged += u64::from(refused.fault == Fault::Forged);
            match refused.source {
                library::Source::Origin => self.trouble(Errand::Piece(refused.piece), None, refused.fault),
                library::Source::Peers => self.accuse(refused.piece),
            }
        }
    }

    /// Something went wrong with an errand; `blamed` is the stream at fault where the errand names none.
    pub(super) fn trouble(&mut self, errand: Errand, blamed: Option<StreamId>, fault: Fault) {
        self.stats.fetches_failed += u64::from(errand != Errand::Source);
        if errand == Errand::Digests && matches!(self.it.library.trust(), Trust::Listed(_)) {
            // The list we have still stands, for what it names.
            if self.it.digests_lag {
                self.it.wants_new_digests = true;
                self.it.retries.fail(self.now, errand, false);
            }
            return;
        }
        // Without a network there is no reason to give anything up.
        if fault.is_passing() && !self.it.is_online {
            return self.it.retries.fail(self.now, errand, false);
        }
        if self.is_asked_again(errand) && fault.is_passing() {
            // What it named before is still there.
            return self.it.retries.fail(self.now, errand, false);
        }
        let stream = errand.stream().or(blamed);
        let has_other = |id| self.it.ladder.as_ref().is_some_and(|ladder| ladder.has_other(id));
        let outlook = Outlook {
            failures: self.it.retries.failures(self.now, errand),
            has_other_variant: stream.is_some_and(has_other),
            help: self.help(errand),
        };
        match recover(&fault, &outlook) {
            Recovery::Retry { fresh } => {
                self.it.retries.fail(self.now, errand, fresh);
                // A video whose files were replaced has a new list, too.
                self.it.wants_new_digests |= fresh && matches!(errand.want(), Want::Init | Want::Segment);
            }
            Recovery::Switch { ban } => {
                self.it.retries.forget(errand);
                self.ban(stream, ban);
            }
            Recovery::Reopen { ban } => {
                self.it.retries.fail(self.now, errand, false);
                if ban {
                    self.ban(stream, BAN_FOREVER);
                }
                self.open();
            }
            Recovery::Fail => {
                self.it.fault = Some(fault);
                if errand == Errand::Source {
                    self.shut();
                }
            }
        }
    }

    /// Whether it is a playlist that was read before and may have grown.
    fn is_asked_again(&self, errand: Errand) -> bool {
        matches!(errand, Errand::Playlist(stream) if self.it.growing.contains_key(&stream))
    }

    fn ban(&mut self, stream: Option<StreamId>, ban: std::time::Duration) {
        let (Some(id), Some(ladder)) = (stream, self.it.ladder.as_mut()) else { return };
        ladder.ban(id, self.now, ban);
        let offers = ladder.offers();
        self.abort_where(|flight| flight.errand.stream() == Some(id));
        if ban == BAN_FOREVER {
            self.put(Output::Qualities(offers));
        }
    }

    /// The person wants another try, after a fault that stopped us or before.
    pub(super) fn try_again(&mut self) {
        self.it.retries.forget_all();
        if let Some(ladder) = &mut self.it.ladder {
            ladder.forgive();
            let offers = ladder.offers();
            self.put(Output::Qualities(offers));
        }
        let had_fault = self.it.fault.take().is_some();
        if had_fault && self.it.source == Source::Closed && self.it.ladder.is_some() {
            self.open();
        }
    }

    pub(super) fn go_online(&mut self) {
        self.it.is_online = true;
        self.it.retries.forget_all();
        self.it.fault = self.it.fault.filter(|fault| !fault.is_passing());
    }
}

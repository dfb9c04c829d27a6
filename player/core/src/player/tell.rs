//! What the shell is told about how things are, and when it is to wake us.

use std::time::Duration;

use shared::time::Instant;

use super::door::{Round, Source};
use crate::abr::ABANDON_CHECK;
use crate::io::{Notice, Offer, Output};
use crate::library::Trust;
use crate::timers::Timer;

/// A browser's storage is not written to more often than this.
const REMEMBER_INTERVAL: Duration = Duration::from_secs(5);

/// What was told last, so that it is told once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    pub(super) duration: Option<Duration>,
    showing: Option<Offer>,
    notice: Option<Notice>,
    remembered: Option<(u64, Instant)>,
}

impl Round<'_> {
    pub(super) fn tell(&mut self) {
        self.tell_showing();
        self.tell_notice();
        self.tell_bandwidth();
        self.count();
        self.set_timers();
    }

    fn tell_showing(&mut self) {
        let ladder = self.it.ladder.as_ref();
        let showing = self.stream_at_playhead().and_then(|stream| ladder?.offer(stream));
        if let Some(offer) = showing.filter(|offer| self.it.told.showing != Some(*offer)) {
            self.it.told.showing = Some(offer);
            self.put(Output::Showing(offer));
        }
    }

    fn tell_notice(&mut self) {
        let is_dry = self.is_dry();
        let is_struggling = !self.it.is_online || self.it.retries.is_struggling(self.now);
        let notice = match self.it.fault {
            Some(fault) if is_dry || self.is_starved() => Some(Notice::Failed(fault)),
            None if is_dry && is_struggling => Some(Notice::Reconnecting),
            Some(_) | None => None,
        };
        if notice != self.it.told.notice {
            self.it.told.notice = notice;
            self.put(Output::Notice(notice));
        }
    }

    fn tell_bandwidth(&mut self) {
        let Some(bandwidth) = self.it.estimator.measured() else { return };
        let is_news = self.it.told.remembered.is_none_or(|(told, at)| {
            told / 10 < bandwidth.abs_diff(told) && REMEMBER_INTERVAL <= self.now.since(at)
        });
        if is_news {
            self.it.told.remembered = Some((bandwidth, self.now));
            self.put(Output::Remember { bandwidth });
        }
    }

    fn count(&mut self) {
        let position = self.it.element.position;
        let playable = self.playable();
        let here = playable.iter().find(|span| span.contains(position));
        self.stats.buffered_ahead = here.map_or(Duration::ZERO, |span| span.end - position);
        self.stats.buffered_bytes = self.it.buffers.values().map(|buffer| buffer.bytes()).sum();
        self.stats.bandwidth = self.it.estimator.bits_per_second();
        self.stats.fetches_in_flight = self.it.flights.count();
        self.count_peers();
        self.stats.verified = matches!(self.it.library.trust(), Trust::Listed(_));
    }

    fn set_timers(&mut self) {
        let now = self.now;
        let unban = self.it.ladder.as_ref().and_then(|ladder| ladder.next_unban(now));
        let may_fetch = self.it.fault.is_none();
        let retry = [self.it.retries.next(now), unban].into_iter().flatten().min().filter(|_| may_fetch);
        self.it.timers.set(Timer::Retry, retry);
        let growth = self.it.growing.values().copied().filter(|at| may_fetch && now < *at).min();
        self.it.timers.set(Timer::Grow, growth);
        self.it.timers.set(Timer::Silence, self.it.flights.next_silence());
        let is_racing = self.it.element.wants_to_move && self.it.flights.are_segments_under_way();
        self.it.timers.set(Timer::Abandon, is_racing.then(|| now + ABANDON_CHECK));
        let share = self.share_deadline();
        self.it.timers.set(Timer::Share, share);
        let is_open = matches!(self.it.source, Source::Open { .. });
        let blocked = self.it.buffers.values().filter_map(|buffer| buffer.blocked_until());
        let room = blocked.filter(|until| is_open && now < *until).min();
        self.it.timers.set(Timer::Room, room);
    }
}

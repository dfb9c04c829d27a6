//! What others are told of what we have.
//!
//! The reference composes its list at the first reason to send one and sends it later, so that it is one segment old; we
//! compose when we send.

use std::time::Duration;

use shared::peer::{Message, SegmentId, SegmentSet};
use shared::time::Instant;

use super::door::Swarm;
use super::io::{LinkId, Output};
use super::store::Stored;
use crate::io::BodyId;

/// Several things that happen at once are told at once.
const NEWS_INTERVAL: Duration = Duration::from_millis(50);

impl Swarm {
    fn announcement(&self) -> Message {
        let held = self.store.iter().map(|(segment, _)| segment).collect();
        Message::Announcement { held, loading: self.loading.clone() }
    }

    /// The first word on a new link, even if there is nothing to say.
    pub(super) fn introduce(&mut self, link: LinkId) {
        if self.config.uploads {
            let announcement = self.announcement();
            self.say(link, &announcement);
        }
    }

    pub(super) fn tell_news(&mut self, now: Instant) {
        let is_due = self.has_news && self.told + NEWS_INTERVAL <= now;
        if !is_due || !self.config.uploads {
            return;
        }
        (self.has_news, self.told) = (false, now);
        let announcement = self.announcement();
        self.say_to_all(&announcement);
    }

    fn say_to_all(&mut self, message: &Message) {
        let links: Vec<LinkId> = self.sessions().map(|(link, _, _)| link).collect();
        for link in links {
            self.say(link, message);
        }
    }

    pub(super) fn news_deadline(&self) -> Option<Instant> {
        let has_listeners = self.sessions().next().is_some();
        (self.has_news && self.config.uploads && has_listeners).then(|| self.told + NEWS_INTERVAL)
    }

    /// Serves others, or no more.
    pub fn set_uploads(&mut self, uploads: bool) {
        if self.config.uploads == uploads {
            return;
        }
        self.config.uploads = uploads;
        if uploads {
            self.has_news = true;
        } else {
            // As the reference: one empty list, and silence.
            let nothing = SegmentSet::default();
            self.say_to_all(&Message::Announcement { held: nothing.clone(), loading: nothing });
        }
    }

    /// What it may give and keep from now on, where several swarms share one budget.
    pub fn set_budgets(&mut self, now: Instant, upload_rate_max: Option<u64>, store_bytes_max: u64) {
        if let (Some(budget), Some(rate)) = (&mut self.upload_budget, upload_rate_max) {
            budget.set_rate(now, rate);
        }
        self.config.store_bytes_max = store_bytes_max;
        self.keep_budget();
    }

    /// Says which segments are being loaded from the origin right now.
    pub fn set_loading(&mut self, loading: SegmentSet) {
        if self.loading != loading {
            self.note_loading(self.config.me, &loading);
            self.loading = loading;
            self.has_news = true;
        }
    }

    /// Where playback is.
    pub fn set_focus(&mut self, segment: SegmentId) {
        self.focus = segment;
    }

    /// Keeps a verified body and serves it. `is_spare`: nobody else holds it, and it is released here when it has to go;
    /// of others [`Swarm::spare`] says so later. Only bodies whose digest is the published one may come here.
    pub fn store(&mut self, segment: SegmentId, body: BodyId, bytes: u64, is_spare: bool) {
        self.store.insert(segment, Stored { body, bytes, is_spare });
        self.doubtful.remove(segment);
        self.has_news = true;
        self.keep_budget();
    }

    /// Whether a body is kept here, so that who else holds it must not release it but say [`Swarm::spare`].
    #[must_use]
    pub fn is_stored(&self, segment: SegmentId, body: BodyId) -> bool {
        self.store.get(segment).is_some_and(|stored| stored.body == body)
    }

    /// Nobody else holds the body any more.
    pub fn spare(&mut self, segment: SegmentId) {
        self.store.set_spare(segment, true);
        self.keep_budget();
    }

    /// A body that is kept and is needed again: the owner holds it too from now on.
    pub fn borrow(&mut self, segment: SegmentId) -> Option<(BodyId, u64)> {
        let stored = self.store.get(segment)?;
        self.store.set_spare(segment, false);
        Some((stored.body, stored.bytes))
    }

    /// Bytes kept to be served.
    #[must_use]
    pub fn bytes_stored(&self) -> u64 {
        self.store.bytes()
    }

    /// Whether there is anything to serve.
    #[must_use]
    pub fn has_stored(&self) -> bool {
        !self.store.is_empty()
    }

    /// Lets go of what is least useful: what fewest peers still have before them, then what lies farthest from here.
    fn keep_budget(&mut self) {
        while self.config.store_bytes_max < self.store.bytes() {
            let least = self.store.least(|segment| (self.demand(segment), self.nearness(segment)));
            let Some(segment) = least else { return };
            let Some(stored) = self.store.remove(segment) else { return };
            self.put(Output::Release { body: stored.body });
            self.has_news = true;
            self.stop_uploads_of(stored.body);
        }
    }

    /// How many peers may yet ask for a segment: they lack it and have not come so far.
    fn demand(&self, segment: SegmentId) -> usize {
        let may_ask =
            |held: &SegmentSet| !held.contains(segment) && held.last().is_none_or(|last| last < segment);
        self.sessions().filter(|(_, _, session)| may_ask(&session.held)).count()
    }

    /// The larger, the nearer. What lies behind is twice as far: seeking back is rarer than playing on.
    fn nearness(&self, segment: SegmentId) -> i64 {
        let ahead = segment.0.saturating_sub(self.focus.0);
        if ahead < 0 { ahead.saturating_mul(2) } else { ahead.saturating_neg() }
    }
}

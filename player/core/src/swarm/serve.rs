//! What peers ask of us.
//!
//! Owns the rules of giving: one upload a peer, so many at once, all within a budget, in turns of one message each. Never
//! keeps a request waiting: who cannot be served now is told `absent` and asks elsewhere. The surprise is a second
//! request of the same peer, which replaces the first without a word (P2P-WIRE 3.7).

use std::time::Duration;

use shared::peer::{MESSAGE_BYTES_MAX, Message, RequestId, SegmentId};
use shared::time::Instant;

use super::door::Swarm;
use super::io::{LinkId, Output};
use super::link::Upload;
use crate::io::BodyId;

/// Payloads on their way on one link: with that each peer costs 128 KiB of memory at most.
pub(super) const CREDIT: u8 = 2;
/// A peer that takes nothing for so long is gone.
const STUCK_MAX: Duration = Duration::from_secs(15);

impl Swarm {
    pub(super) fn requested(
        &mut self,
        now: Instant,
        id: LinkId,
        segment: SegmentId,
        request: RequestId,
        from: u64,
    ) {
        let others = self.sessions().filter(|(link, _, session)| *link != id && session.upload.is_some());
        let is_full = self.config.uploads_max <= others.count();
        let stored = self.store.get(segment).filter(|_| self.config.uploads && !is_full);
        let Some(session) = self.session_mut(id) else { return };
        session.upload = None;
        let Some(stored) = stored else {
            self.figures.refused += 1;
            return self.say(id, &Message::Absent { segment, request });
        };
        let bytes = stored.bytes.saturating_sub(from);
        let at = stored.bytes - bytes;
        session.useful = now;
        let upload = Upload { segment, request, body: stored.body, at, total: stored.bytes, moved: now };
        session.upload = Some(upload);
        self.say(id, &Message::Data { segment, request, bytes });
    }

    pub(super) fn cancelled(&mut self, id: LinkId, of: (SegmentId, RequestId)) {
        if let Some(session) = self.session_mut(id) {
            session.upload.take_if(|upload| (upload.segment, upload.request) == of);
        }
    }

    pub(super) fn drained(&mut self, id: LinkId) {
        if let Some(session) = self.session_mut(id) {
            session.credit = CREDIT;
        }
    }

    /// A body is gone: who was being sent it is told nothing more, and told so.
    pub(super) fn stop_uploads_of(&mut self, body: BodyId) {
        let of_body = |upload: &Upload| upload.body == body;
        let uploads = self.sessions().filter_map(|(id, _, session)| Some((id, session.upload?)));
        let stopped: Vec<_> = uploads.filter(|(_, upload)| of_body(upload)).collect();
        for (id, Upload { segment, request, .. }) in stopped {
            if let Some(session) = self.session_mut(id) {
                session.upload = None;
            }
            self.say(id, &Message::Absent { segment, request });
        }
    }

    /// Sends on, in turns, as far as links and budget take it.
    pub(super) fn pump(&mut self, now: Instant) {
        self.drop_stuck(now);
        loop {
            // Whoever has waited longest is next.
            let ready =
                self.sessions().filter_map(|(id, _, session)| Some((id, session.upload?, session.credit)));
            let ready = ready.filter(|(_, upload, credit)| 0 < *credit || upload.at == upload.total);
            let next = ready.min_by_key(|(_, upload, _)| upload.moved).map(|(id, upload, _)| (id, upload));
            let Some((id, upload)) = next else { return };
            let bytes = (upload.total - upload.at).min(MESSAGE_BYTES_MAX as u64);
            let mut budget = self.upload_budget.as_mut().filter(|_| 0 < bytes);
            if budget.as_mut().is_some_and(|budget| !budget.take(now, bytes)) {
                return;
            }
            self.send_on(now, id, upload, bytes);
        }
    }

    fn send_on(&mut self, now: Instant, id: LinkId, upload: Upload, bytes: u64) {
        let Upload { segment, request, body, at, total, .. } = upload;
        let is_last = at + bytes == total;
        if let Some(session) = self.session_mut(id) {
            session.upload = (!is_last).then_some(Upload { at: at + bytes, moved: now, ..upload });
            session.credit -= u8::from(0 < bytes && 0 < session.credit);
            session.useful = now;
        }
        if 0 < bytes {
            self.figures.bytes_out += bytes;
            self.put(Output::SendPayload { link: id, body, from: at, bytes });
        }
        if is_last {
            self.say(id, &Message::Completed { segment, request });
        }
    }

    fn drop_stuck(&mut self, now: Instant) {
        let uploads = self.sessions().filter_map(|(id, _, session)| Some((id, session.upload?)));
        let stuck = uploads.filter(|(_, upload)| upload.moved + STUCK_MAX <= now);
        let stuck: Vec<LinkId> = stuck.map(|(id, _)| id).collect();
        for link in stuck {
            self.leave_alone(now, link);
        }
    }

    pub(super) fn serve_deadline(&self) -> Option<Instant> {
        let uploads =
            || self.sessions().filter_map(|(_, _, session)| Some((session.upload?, session.credit)));
        let stuck = uploads().map(|(upload, _)| upload.moved + STUCK_MAX).min();
        let waits_for_budget = uploads().any(|(_, credit)| 0 < credit);
        let budget = self.upload_budget.as_ref().filter(|_| waits_for_budget).map(|budget| budget.next());
        stuck.into_iter().chain(budget).min()
    }
}

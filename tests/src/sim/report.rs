//! What a run showed.

use std::fmt;
use std::time::Duration;

use player_core::stats::Stats;

/// What one honest viewer saw.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Seen {
    /// It left early.
    pub has_left: bool,
    /// It saw the end.
    pub has_ended: bool,
    /// Bytes of segments from the origin.
    pub from_origin: u64,
    /// Bytes of segments from peers that were of use.
    pub from_peers: u64,
    /// Bytes of segments to peers.
    pub to_peers: u64,
    /// The player's own figures.
    pub stats: Stats,
}

impl Seen {
    /// The part that came from peers, in percent.
    #[must_use]
    pub fn share(&self) -> f64 {
        percent(self.from_peers, self.from_peers + self.from_origin)
    }
}

#[expect(clippy::cast_precision_loss, reason = "bytes of a film")]
fn percent(part: u64, whole: u64) -> f64 {
    100.0 * part as f64 / (whole as f64).max(1.0)
}

/// What all of them saw.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// The honest viewers, in the order of their coming.
    pub seen: Vec<Seen>,
    /// How long the run was.
    pub lasted: Duration,
    /// Bytes the origin sent, lists and all.
    pub origin_bytes: u64,
    /// Most bytes that waited on one channel.
    pub queued_most: u64,
    /// Most bodies one viewer held.
    pub bodies_most: usize,
}

impl Report {
    /// Of all segments' bytes, the part that came from peers, in percent.
    #[must_use]
    pub fn share(&self) -> f64 {
        let peers: u64 = self.seen.iter().map(|seen| seen.from_peers).sum();
        let origin: u64 = self.seen.iter().map(|seen| seen.from_origin).sum();
        percent(peers, peers + origin)
    }

    /// How often playback ran dry, in all.
    #[must_use]
    pub fn stalls(&self) -> u64 {
        self.seen.iter().map(|seen| seen.stats.stalls).sum()
    }

    /// How long playback was dry, in all.
    #[must_use]
    pub fn stalled(&self) -> Duration {
        self.seen.iter().map(|seen| seen.stats.stalled).sum()
    }

    /// How long after they came the viewers saw the first picture: half of them, and the last.
    #[must_use]
    pub fn first_frames(&self) -> (Duration, Duration) {
        let mut after: Vec<Duration> =
            self.seen.iter().filter_map(|seen| seen.stats.first_frame_after).collect();
        after.sort_unstable();
        let half = after.get(after.len() / 2).copied().unwrap_or_default();
        (half, after.last().copied().unwrap_or_default())
    }

    /// Jain's index of what viewers gave: 1 when all gave the same, 1/n when one gave everything.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "bytes of a film")]
    pub fn fairness(&self) -> f64 {
        let gave: Vec<f64> = self.seen.iter().map(|seen| seen.to_peers as f64).collect();
        let sum: f64 = gave.iter().sum();
        let squares: f64 = gave.iter().map(|gave| gave * gave).sum();
        if squares == 0.0 { 1.0 } else { sum * sum / (squares * gave.len() as f64) }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LINES_MAX: usize = 24;
        writeln!(
            f,
            "viewer  share   origin MB  peers MB  given MB  first frame  stalls  stalled  forged  end"
        )?;
        for (place, seen) in self.seen.iter().enumerate().take(LINES_MAX) {
            let mega = |bytes: u64| bytes / 100_000;
            let tenths = |bytes: u64| format!("{}.{}", mega(bytes) / 10, mega(bytes) % 10);
            let first = seen.stats.first_frame_after.map_or("-".to_owned(), |after| format!("{after:.2?}"));
            let end = match (seen.has_ended, seen.has_left) {
                (true, _) => "seen",
                (false, true) => "left",
                (false, false) => "NOT SEEN",
            };
            writeln!(
                f,
                "{place:>6}  {:>5.1}%  {:>9}  {:>8}  {:>8}  {first:>11}  {:>6}  {:>6.1}s  {:>6}  {end}",
                seen.share(),
                tenths(seen.from_origin),
                tenths(seen.from_peers),
                tenths(seen.to_peers),
                seen.stats.stalls,
                seen.stats.stalled.as_secs_f64(),
                seen.stats.bodies_forged,
            )?;
        }
        if LINES_MAX < self.seen.len() {
            writeln!(f, "   ... and {} more", self.seen.len() - LINES_MAX)?;
        }
        let (half, last) = self.first_frames();
        writeln!(
            f,
            "all     {:>5.1}%  origin {} MB, {} stalls, upload fairness {:.2}, in {:.0?}; first frame of half after \
             {half:.2?}, of the last after {last:.2?}; most on one channel {} kB, most bodies {}",
            self.share(),
            self.origin_bytes / 1_000_000,
            self.stalls(),
            self.fairness(),
            self.lasted,
            self.queued_most / 1000,
            self.bodies_most,
        )
    }
}

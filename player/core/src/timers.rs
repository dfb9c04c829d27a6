//! What the player waits for, by the clock.
//!
//! Owns the table of moments. Never reads the time. The surprise is that nothing is ever cancelled: after every input
//! each timer is set anew from how things are.

use shared::time::Instant;

/// A reason to wake up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Timer {
    /// A failed fetch may be tried again, or a ban ends.
    Retry,
    /// A fetch has been silent for too long.
    Silence,
    /// A fetch may be coming too late.
    Abandon,
    /// A full buffer may have room again.
    Room,
    /// Playback stands still.
    Stall,
    /// A playlist may have grown.
    Grow,
    /// Playback reaches the moment where it was to stop.
    Stop,
    /// A swarm or the tracker wants attention, or it may be time to stop waiting for peers.
    Share,
}

/// When to wake up, for each reason.
#[derive(Debug, Default)]
pub(crate) struct Timers([Option<Instant>; 7]);

impl Timers {
    /// Sets or clears one.
    pub(crate) fn set(&mut self, timer: Timer, at: Option<Instant>) {
        if let Some(slot) = self.0.get_mut(timer as usize) {
            *slot = at;
        }
    }

    /// The first of all.
    pub(crate) fn earliest(&self) -> Option<Instant> {
        self.0.iter().flatten().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_timer_is_the_deadline() {
        let mut timers = Timers::default();
        assert_eq!(timers.earliest(), None);
        timers.set(Timer::Stop, Some(Instant(7)));
        timers.set(Timer::Retry, Some(Instant(9)));
        assert_eq!(timers.earliest(), Some(Instant(7)));
        timers.set(Timer::Stop, None);
        assert_eq!(timers.earliest(), Some(Instant(9)));
    }
}

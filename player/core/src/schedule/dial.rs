//! When to dial the tracker, and which.
//!
//! Owns where we stand with the one socket all swarms share. Never speaks on it. The surprise is that one tracker at a
//! time is enough: those of a video belong together, so the next is for when one does not answer.

use std::time::Duration;

use shared::time::Instant;

use crate::dice::Dice;

const DELAY_FIRST: Duration = Duration::from_secs(2);
/// A tracker that comes back after an hour is not met by all viewers in one minute.
const DELAY_MAX: Duration = Duration::from_secs(5 * 60);
/// A socket that is not open after this will not open.
const OPEN_MAX: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Down { until: Instant },
    Dialling { expires: Instant },
    Up,
}

/// What to do next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// Open a socket to this address.
    Dial(String),
    /// Give the socket up that does not open.
    HangUp,
}

/// The way to the trackers.
#[derive(Debug)]
pub(crate) struct Dial {
    urls: Vec<String>,
    place: usize,
    failures: u32,
    state: State,
    dice: Dice,
}

impl Dial {
    pub(crate) fn new(now: Instant, urls: Vec<String>, dice: Dice) -> Dial {
        Dial { urls, place: 0, failures: 0, state: State::Down { until: now }, dice }
    }

    pub(crate) fn is_up(&self) -> bool {
        self.state == State::Up
    }

    /// Whether there is a socket, open or not.
    pub(crate) fn is_engaged(&self) -> bool {
        !matches!(self.state, State::Down { .. })
    }

    /// The socket is open.
    pub(crate) fn up(&mut self) {
        self.state = State::Up;
        self.failures = 0;
    }

    /// The socket closed, or did not open.
    pub(crate) fn down(&mut self, now: Instant) {
        let doubled = DELAY_FIRST.saturating_mul(1 << self.failures.min(16)).min(DELAY_MAX);
        // From half to all of it, so that viewers spread out.
        let percent = 50 + u32::try_from(self.dice.roll(51)).unwrap_or(0);
        self.failures += 1;
        self.place += 1;
        self.state = State::Down { until: now + doubled * percent / 100 };
    }

    /// What to do now, if anything.
    pub(crate) fn step(&mut self, now: Instant) -> Option<Step> {
        match self.state {
            State::Down { until } if until <= now => {
                let url = self.urls.get(self.place.checked_rem(self.urls.len())?)?.clone();
                self.state = State::Dialling { expires: now + OPEN_MAX };
                Some(Step::Dial(url))
            }
            State::Dialling { expires } if expires <= now => {
                self.down(now);
                Some(Step::HangUp)
            }
            State::Down { .. } | State::Dialling { .. } | State::Up => None,
        }
    }

    /// When to ask again.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Down { .. } if self.urls.is_empty() => None,
            State::Down { until } => Some(until),
            State::Dialling { expires } => Some(expires),
            State::Up => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trackers_are_tried_in_turn_ever_more_slowly() {
        let mut dial = Dial::new(Instant::ZERO, vec!["a".into(), "b".into()], Dice::new(1));
        let (mut now, mut waits) = (Instant::ZERO, Vec::new());
        for expected in ["a", "b", "a", "b", "a", "b", "a", "b", "a", "b"] {
            assert_eq!(dial.step(now), Some(Step::Dial(expected.into())));
            assert_eq!(dial.step(now), None);
            dial.down(now);
            let next = dial.deadline().unwrap();
            waits.push(next.since(now));
            now = next;
        }
        assert!(waits[0] <= DELAY_FIRST && waits[0] < waits[3] && waits[9] <= DELAY_MAX);
        assert!(DELAY_MAX / 2 <= waits[9]);
        dial.step(now);
        dial.up();
        assert!(dial.is_up() && dial.deadline().is_none());
    }

    #[test]
    fn a_socket_that_does_not_open_is_given_up() {
        let mut dial = Dial::new(Instant::ZERO, vec!["a".into()], Dice::new(1));
        dial.step(Instant::ZERO);
        let expires = dial.deadline().unwrap();
        assert_eq!(dial.step(expires), Some(Step::HangUp));
        assert!(!dial.is_engaged());
    }

    #[test]
    fn without_trackers_nothing_is_dialled() {
        let mut dial = Dial::new(Instant::ZERO, Vec::new(), Dice::new(1));
        assert_eq!((dial.step(Instant::ZERO), dial.deadline()), (None, None));
    }
}

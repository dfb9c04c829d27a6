//! The only caller of `now()`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use shared::time::{Instant, Timestamp};

/// A hundred years.
const NEVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// The clocks of one server.
#[derive(Clone, Debug)]
pub struct Clock {
    start: std::time::Instant,
}

impl Default for Clock {
    fn default() -> Clock {
        Clock { start: std::time::Instant::now() }
    }
}

impl Clock {
    /// The date.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// Time since the server's start, never going back.
    #[must_use]
    pub fn instant(&self) -> Instant {
        Instant::ZERO + self.start.elapsed()
    }

    /// An instant of this clock, for a library that has the system's own type.
    #[must_use]
    pub fn to_std(&self, at: Instant) -> std::time::Instant {
        let since = at.since(Instant::ZERO);
        // Further ahead than the system's clock can tell is as good as never.
        self.start.checked_add(since).unwrap_or_else(|| self.start + NEVER)
    }

    /// An instant of such a library, on this clock.
    #[must_use]
    pub fn of_std(&self, at: std::time::Instant) -> Instant {
        Instant::ZERO + at.saturating_duration_since(self.start)
    }
}

/// Now, on the clock of tokio's timers: for the deadlines of sockets, which tests may stop.
#[must_use]
pub fn timer_now() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

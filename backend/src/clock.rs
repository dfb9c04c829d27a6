//! The only caller of `now()`.

use std::time::{SystemTime, UNIX_EPOCH};

use shared::time::{Instant, Timestamp};

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
}

/// Now, on the clock of tokio's timers: for the deadlines of sockets, which tests may stop.
#[must_use]
pub fn timer_now() -> tokio::time::Instant {
    tokio::time::Instant::now()
}

//! What time it is, for the whole player: the page's monotonic clock.

use shared::time::Instant;
use web_sys::{Performance, Window};

/// The page's clock.
#[derive(Clone)]
pub struct Clock(Performance);

impl Clock {
    /// The clock of a window; none in surroundings that have none, where nothing could be timed.
    pub fn of(window: &Window) -> Option<Clock> {
        window.performance().map(Clock)
    }

    /// Now, counted from the page's beginning.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the clock starts at zero and never runs back; the cast saturates"
    )]
    pub fn now(&self) -> Instant {
        Instant((self.0.now() * 1000.0) as u64)
    }
}

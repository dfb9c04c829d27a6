//! Waiting for a condition, with a deadline.
//!
//! Owns the only place where a story lets time pass. What is waited for is a state, never an event, so a wait that
//! begins late finds it as well.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Looks until `look` finds something.
///
/// # Errors
/// What `look` returns, or, when `deadline` has passed, what was waited for.
pub async fn eventually<T>(
    what: &str,
    deadline: Duration,
    look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    eventually_every(Duration::from_millis(50), what, deadline, look).await
}

/// [`eventually`], looking as often as `pause` says.
///
/// # Errors
/// As [`eventually`].
pub async fn eventually_every<T>(
    pause: Duration,
    what: &str,
    deadline: Duration,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if deadline < begun.elapsed() {
            bail!("waited {deadline:?} in vain: {what}");
        }
        tokio::time::sleep(pause).await;
    }
}

//! All that a unit of work changed.

use shared::time::Timestamp;

use super::hearers::Here;
use super::{actor, comment, flag, mirror, playlist, rating, video};
use crate::store::{StoreError, Write};

/// Tells other servers of what a unit of work did to what is of this one.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn follow(write: &mut Write<'_>, now: Timestamp, here: Here<'_>) -> Result<(), StoreError> {
    video::follow(write, now, here)?;
    comment::follow(write, now, here)?;
    playlist::follow(write, now, here)?;
    rating::follow(write, now, here)?;
    flag::follow(write, now, here)?;
    mirror::follow(write, now, here)?;
    // What an actor had goes before them.
    actor::follow(write, now, here)
}

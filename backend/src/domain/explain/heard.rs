//! What other servers sent: what is not done yet, and what became of the rest.

use super::topic::Topic;
use super::{Found, Part};
use crate::domain::arrival::{RECEIVED_KEPT, WAITING_MAX};
use crate::store::records::{Arrived, Received};
use crate::store::tables::{InboxKey, ReceivedKey};
use crate::store::{Read, StoreError};

/// Something that came and is not done yet.
#[derive(Clone, PartialEq, Debug)]
pub struct Arriving {
    /// Its number, by which the queue knows when it is tried.
    pub number: u64,
    /// What came.
    pub arrived: Arrived,
}

/// What came and is not done yet that concerns something, first come first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn arriving(read: &impl Read, topic: &Topic, part: Part) -> Result<Found<Arriving>, StoreError> {
    let (mut total, mut rows) = (0, Vec::new());
    for row in read.table::<InboxKey>().take(WAITING_MAX) {
        let (InboxKey { number }, arrived) = row?;
        if topic.is_in_arrived(&arrived) {
            // Bodies are long: those of other parts are let go of at once.
            if part.start <= total && rows.len() < part.count {
                rows.push(Arriving { number, arrived });
            }
            total += 1;
        }
    }
    Ok(Found { total: u64::try_from(total).unwrap_or(u64::MAX), rows })
}

/// What became of what came that concerns something, latest first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn received(read: &impl Read, topic: &Topic, part: Part) -> Result<Found<Received>, StoreError> {
    let kept = usize::try_from(RECEIVED_KEPT).unwrap_or(usize::MAX);
    let mut meant = Vec::new();
    for row in read.table_reverse::<ReceivedKey>().take(kept) {
        let (_, received) = row?;
        if topic.is_in_received(&received) {
            meant.push(received);
        }
    }
    Ok(part.of(meant))
}

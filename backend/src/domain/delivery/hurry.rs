//! Telling a server now what waits for another day.

use shared::time::Timestamp;

use super::queue::{keep, late_at, move_behind};
use crate::store::records::{Delivery, Server};
use crate::store::tables::{DeliveriesTo, DeliveryKey, ServerDueKey, ServerHostKey, ServerKey};
use crate::store::{Read, StoreError, Write};

/// Deliveries that a server stumbled over and hears again at once when somebody wants it.
const HURRIED_AT_ONCE: usize = 500;

/// Has a server tried at once, whatever it answered before. Gives whether anything waits for it. How often it failed is not
/// forgotten: where it fails again, it is left alone for longer than the last time.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn hurry(write: &mut Write<'_>, now: Timestamp, host: &str) -> Result<bool, StoreError> {
    let Some(server) = write.get(&ServerHostKey { host: host.to_owned() })? else { return Ok(false) };
    let Some(mut record) = write.get(&ServerKey { server })? else { return Ok(false) };
    if record.waiting == 0 {
        return Ok(false);
    }
    let mut late: Vec<(DeliveryKey, Delivery)> = Vec::new();
    for row in write.scan_reverse(&DeliveriesTo(server)) {
        let (key, delivery) = row?;
        // Late ones stand behind all others.
        let Some(at) = late_at(&key) else { break };
        if now < at && late.len() < HURRIED_AT_ONCE {
            late.push((key, delivery));
        }
    }
    for (key, delivery) in late {
        move_behind(write, now, &key, &delivery)?;
    }
    record.not_before = now;
    if let Some(due) = record.due.filter(|due| now < *due) {
        write.remove(&ServerDueKey { due, server });
        record.due = None;
    }
    keep(write, now, server, record)?;
    Ok(true)
}

/// Before when a delivery is not tried. What stands before it in its queue goes first all the same.
#[must_use]
pub fn next_try(server: &Server, key: &DeliveryKey) -> Timestamp {
    server.not_before.max(late_at(key).unwrap_or(server.not_before))
}
